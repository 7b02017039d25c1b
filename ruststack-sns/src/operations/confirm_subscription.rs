//! `ConfirmSubscription`: an endpoint's owner agrees, by the token that was sent there; also by a link, unsigned.

use ruststack_core::{identity::Principal, operation::Call};

use crate::{
    Sns,
    api::{ConfirmSubscriptionInput, ConfirmSubscriptionOutput},
    arns::TopicPlace,
    confirming,
    error::{SnsError, invalid},
    token,
};

pub(super) async fn confirm_subscription(
    call: Call<Sns>,
    input: ConfirmSubscriptionInput,
) -> Result<ConfirmSubscriptionOutput, SnsError> {
    let place = TopicPlace::anywhere("Topic", &input.topic_arn).map_err(|_| invalid("Topic"))?;
    let scope = token::scope_of(&input.token)?;
    // Recorded: the topic's name does not matter, its region does.
    if place.scope.region != scope.region {
        return Err(invalid("Topic"));
    }
    let is_signed = call.ctx().identity().principal != Principal::Anonymous;
    let wants_signature = input.authenticate_on_unsubscribe.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let arn = confirming::confirm(call.service(), call.ctx(), &scope, &input.token, is_signed && wants_signature)?;
    Ok(ConfirmSubscriptionOutput { subscription_arn: Some(arn) })
}
