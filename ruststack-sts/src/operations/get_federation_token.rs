//! `GetFederationToken`: credentials of a federated user.

use ruststack_core::{identity::Principal, operation::Call};

use crate::{
    Sts,
    api::{FederatedUser, GetFederationTokenInput, GetFederationTokenOutput},
    credentials::NewKey,
    error::StsError,
    session_policy::Packed,
    session_tags, trust,
};

const DEFAULT_SECONDS: i32 = 43_200;

pub(super) async fn get_federation_token(
    call: Call<Sts>,
    input: GetFederationTokenInput,
) -> Result<GetFederationTokenOutput, StsError> {
    let (sts, ctx) = (call.service(), call.ctx());
    sts.refuse_sessions(ctx, "GetFederationToken")?;
    let sent = input.tags.unwrap_or_default();
    let policy_arns = input.policy_arns.as_deref().unwrap_or_default();
    let packed = Packed { policy: input.policy.as_deref(), policy_arns, tags: &sent };
    let policies = packed.read(sts, ctx.scope().account)?;
    let packed_policy_size = packed.percent()?;
    let tags = session_tags::of_session(sent, &[], None)?;
    let (account, name) = (ctx.scope().account, input.name);
    let user = FederatedUser {
        federated_user_id: format!("{account}:{name}"),
        arn: format!("arn:{}:sts::{account}:federated-user/{name}", ctx.scope().partition()),
    };
    trust::check_own(sts, ctx, "sts:GetFederationToken", &user.arn)?;
    let federated_by = match &ctx.identity().principal {
        Principal::User { name, .. } => Some(name.clone()),
        _ => None,
    };
    let seconds = input.duration_seconds.unwrap_or(DEFAULT_SECONDS);
    let key = NewKey { seconds, tags, policies, federated_by };
    let credentials = sts.issue(ctx, account, Principal::FederatedUser { name }, key)?;
    Ok(GetFederationTokenOutput {
        credentials: Some(credentials),
        federated_user: Some(user),
        packed_policy_size: Some(packed_policy_size),
    })
}
