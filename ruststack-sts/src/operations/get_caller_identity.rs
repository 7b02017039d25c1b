//! `GetCallerIdentity`: who sent this request.

use ruststack_core::{context::Context, identity::Principal, protocol::aws_query::Form};

use crate::{Answer, Sts, error::StsError};

/// What LocalStack shows as the id of keys that it did not issue; scripts compare it.
const COMMON_USER_ID: &str = "AKIAIOSFODNN7EXAMPLE";

pub(crate) fn get_caller_identity(_sts: &Sts, ctx: &Context, _form: &Form) -> Result<Answer, StsError> {
    let identity = ctx.identity();
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
    let arn = ruststack_core::identity::Identity { principal, ..identity.clone() }.arn(ctx.scope().partition());
    Ok(Box::new(move |xml| {
        xml.text("Arn", &arn);
        xml.text("UserId", &user_id);
        xml.text("Account", &account.to_string());
    }))
}
