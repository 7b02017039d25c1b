//! `GetSubscriptionAttributes` and `SetSubscriptionAttributes`.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{
        GetSubscriptionAttributesInput, GetSubscriptionAttributesOutput, SetSubscriptionAttributesInput,
        SetSubscriptionAttributesOutput,
    },
    arns,
    confirming::put,
    error::SnsError,
    subscription::Subscription,
    subscription_attributes::{self, Subscriber},
    topic_attributes,
};

pub(super) async fn get_subscription_attributes(
    call: Call<Sns>,
    input: GetSubscriptionAttributesInput,
) -> Result<GetSubscriptionAttributesOutput, SnsError> {
    let (scope, arn) = arns::subscription(&input.subscription_arn)?;
    access::check_other(&call, "GetSubscriptionAttributes", arn.as_str())?;
    let regional = call.service().regional(&scope);
    let attributes = regional.topics.look(|held| {
        let subscription = held.subscription(&arn)?;
        let topic = held.topic(&subscription.topic)?;
        Ok::<_, SnsError>(subscription.described(&topic_attributes::delivery_policy(&topic.settings.attributes)))
    })?;
    Ok(GetSubscriptionAttributesOutput { attributes: Some(attributes) })
}

pub(super) async fn set_subscription_attributes(
    call: Call<Sns>,
    input: SetSubscriptionAttributesInput,
) -> Result<SetSubscriptionAttributesOutput, SnsError> {
    let (scope, arn) = arns::subscription(&input.subscription_arn)?;
    access::check_other(&call, "SetSubscriptionAttributes", arn.as_str())?;
    let regional = call.service().regional(&scope);
    let _section = call.ctx().changes().begin()?;
    let held = &mut *regional.topics.lock();
    let found = Arc::clone(held.subscription(&arn)?);
    let is_fifo_topic = held.topic(&found.topic)?.settings.is_fifo;
    let (name, value) = (input.attribute_name, input.attribute_value.unwrap_or_default());
    let subscriber = Subscriber { protocol: found.protocol, endpoint: &found.endpoint, is_fifo_topic };
    subscriber.check_one(&name, &value, found.filter_scope())?;
    put(call.ctx(), &scope, held, with(&found, name, value));
    Ok(SetSubscriptionAttributesOutput {})
}

/// The subscription with that attribute; an empty value removes it.
fn with(found: &Subscription, name: String, value: String) -> Subscription {
    let mut changed = found.clone();
    if value.is_empty() {
        changed.attributes.remove(&name);
    } else {
        changed.attributes.insert(name, value);
    }
    changed.attributes = subscription_attributes::normalised(changed.attributes);
    changed.with_filter()
}
