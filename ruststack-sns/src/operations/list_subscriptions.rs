//! `ListSubscriptions` and `ListSubscriptionsByTopic`: in the order in which they came.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    Sns, access, api,
    api::{
        ListSubscriptionsByTopicInput, ListSubscriptionsByTopicOutput, ListSubscriptionsInput, ListSubscriptionsOutput,
    },
    error::{SnsError, invalid},
    limits::PAGE_LENGTH,
    pages::{Page, name_before},
    subscription::Subscription,
    topics_of_calls::place_of,
};

/// Digits of a number in a token.
const DIGITS: usize = 20;

pub(super) async fn list_subscriptions(
    call: Call<Sns>,
    input: ListSubscriptionsInput,
) -> Result<ListSubscriptionsOutput, SnsError> {
    access::check_other(&call, "ListSubscriptions", "*")?;
    let after = number_before(input.next_token.as_deref())?;
    let regional = call.service().regional(call.scope());
    let (subscriptions, next_token) = regional.topics.look(|held| page(held.subscriptions.all(after)));
    Ok(ListSubscriptionsOutput { subscriptions: Some(subscriptions), next_token })
}

pub(super) async fn list_subscriptions_by_topic(
    call: Call<Sns>,
    input: ListSubscriptionsByTopicInput,
) -> Result<ListSubscriptionsByTopicOutput, SnsError> {
    let (place, _) = place_of(&call, "ListSubscriptionsByTopic", ("TopicArn", &input.topic_arn))?;
    let after = number_before(input.next_token.as_deref())?;
    let regional = call.service().regional(&place.scope);
    let (subscriptions, next_token) =
        regional.topics.look(|held| page(held.subscriptions.of_topic(&place.name, after)));
    Ok(ListSubscriptionsByTopicOutput { subscriptions: Some(subscriptions), next_token })
}

fn page<'s>(rest: impl Iterator<Item = &'s Arc<Subscription>>) -> (Vec<api::Subscription>, Option<String>) {
    let page = Page::of(rest, PAGE_LENGTH, |last| format!("{:0DIGITS$}", last.number));
    (page.entries.iter().map(|subscription| subscription.listed()).collect(), page.next_token)
}

fn number_before(token: Option<&str>) -> Result<u64, SnsError> {
    let name = name_before(token)?;
    name.map_or(Ok(0), |name| name.parse().map_err(|_| invalid("NextToken")))
}
