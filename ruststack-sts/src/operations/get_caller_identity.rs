//! `GetCallerIdentity`: who sent this request; presigned as well.

use ruststack_core::{
    identity::{Identity, Principal},
    operation::Call,
};

use crate::{
    Sts,
    api::{GetCallerIdentityInput, GetCallerIdentityOutput},
    error::StsError,
};

/// What LocalStack shows as the id of keys that it did not issue; scripts compare it.
const COMMON_USER_ID: &str = "AKIAIOSFODNN7EXAMPLE";

pub(super) async fn get_caller_identity(
    call: Call<Sts>,
    _input: GetCallerIdentityInput,
) -> Result<GetCallerIdentityOutput, StsError> {
    let identity = call.ctx().identity();
    let account = identity.account;
    let user_id = match &identity.principal {
        Principal::Anonymous | Principal::Root => COMMON_USER_ID.to_owned(),
        Principal::User { id, .. } => id.clone(),
        Principal::AssumedRole { role_id, session, .. } => format!("{role_id}:{session}"),
        Principal::FederatedUser { name } => format!("{account}:{name}"),
    };
    // Differs from AWS: an unsigned request is taken for the account's root, as signatures are not asked for by default.
    let principal = match &identity.principal {
        Principal::Anonymous => Principal::Root,
        other => other.clone(),
    };
    let arn = Identity { principal, ..identity.clone() }.arn(call.scope().partition());
    Ok(GetCallerIdentityOutput { user_id: Some(user_id), account: Some(account.to_string()), arn: Some(arn) })
}
