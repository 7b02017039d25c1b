//! `GetSessionToken`: temporary credentials of who asks.

use ruststack_core::operation::Call;

use crate::{
    Sts,
    api::{GetSessionTokenInput, GetSessionTokenOutput},
    credentials::{NewKey, SessionPolicies},
    error::StsError,
};

const DEFAULT_SECONDS: i32 = 43_200;

pub(super) async fn get_session_token(
    call: Call<Sts>,
    input: GetSessionTokenInput,
) -> Result<GetSessionTokenOutput, StsError> {
    let (sts, ctx) = (call.service(), call.ctx());
    sts.refuse_sessions(ctx, "GetSessionToken")?;
    let key = NewKey::untagged(input.duration_seconds.unwrap_or(DEFAULT_SECONDS), SessionPolicies::default());
    let credentials = sts.issue(ctx, ctx.scope().account, ctx.identity().principal.clone(), key)?;
    Ok(GetSessionTokenOutput { credentials: Some(credentials) })
}
