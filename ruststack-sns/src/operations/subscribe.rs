//! `Subscribe`: an endpoint is to get what is published to a topic.

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{SubscribeInput, SubscribeOutput},
    confirming::{self, Wish},
    error::{SnsError, invalid},
    protocol::Protocol,
    subscription_attributes,
    topics_of_calls::place_of,
};

/// In place of the ARN of what is not confirmed yet.
const PENDING: &str = "pending confirmation";

pub(super) async fn subscribe(call: Call<Sns>, input: SubscribeInput) -> Result<SubscribeOutput, SnsError> {
    let sns = call.service();
    let (place, _) = place_of(&call, "Subscribe", ("TopicArn", &input.topic_arn))?;
    let protocol = Protocol::parse(&input.protocol)?;
    let wish = Wish {
        protocol,
        endpoint: input.endpoint.ok_or_else(|| invalid("Endpoint"))?,
        attributes: subscription_attributes::normalised(input.attributes.unwrap_or_default()),
    };
    sns.outbox.room().await;
    let (arn, is_confirmed) = confirming::subscribe(sns, call.ctx(), &place, wish)?;
    if protocol.is_signed() {
        sns.prepare_key(call.ctx());
    }
    let shows_arn = is_confirmed || input.return_subscription_arn == Some(true);
    let subscription_arn = if shows_arn { arn } else { PENDING.to_owned() };
    Ok(SubscribeOutput { subscription_arn: Some(subscription_arn) })
}
