//! `Unsubscribe`: a subscription ends; also by a link, unsigned, unless it was confirmed otherwise.

use ruststack_core::{identity::Principal, operation::Call};

use crate::{
    Sns,
    api::{UnsubscribeInput, UnsubscribeOutput},
    arns, confirming,
    error::SnsError,
    subscription::State,
};

pub(super) async fn unsubscribe(call: Call<Sns>, input: UnsubscribeInput) -> Result<UnsubscribeOutput, SnsError> {
    let (scope, arn) = arns::subscription(input.subscription_arn.as_deref().unwrap_or_default())?;
    let regional = call.service().regional(&scope);
    let state = regional.topics.look(|held| held.subscription(&arn).ok().map(|found| found.state));
    let is_anonymous = call.ctx().identity().principal == Principal::Anonymous;
    if is_anonymous && call.service().authorizer.is_some() && state == Some(State::Confirmed { is_authenticated: true })
    {
        let message = format!("User: anonymous is not authorized to perform: SNS:Unsubscribe on resource: {arn}");
        return Err(SnsError::AuthorizationError { message });
    }
    call.service().outbox.room().await;
    confirming::unsubscribe(call.service(), call.ctx(), &scope, &arn)?;
    Ok(UnsubscribeOutput {})
}
