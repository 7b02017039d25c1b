//! A subscription: who gets what is published to a topic, and how.

use std::sync::Arc;

use ruststack_core::{arn::Arn, clock::Timestamp, scope::AccountId};
use serde::{Deserialize, Serialize};

use crate::{
    api,
    attribute_value::Asked,
    delivery_policy::{SubscriptionPolicy, TopicPolicy},
    filter::{Filter, FilterScope},
    protocol::Protocol,
    topic_attributes::Attributes,
};

/// In place of an ARN that nobody confirmed, where subscriptions are listed.
const PENDING: &str = "PendingConfirmation";

/// One subscription; what changes makes another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subscription {
    /// In the order in which they came.
    pub(crate) number: u64,
    pub(crate) arn: Arn,
    /// The topic's name.
    pub(crate) topic: String,
    pub(crate) owner: AccountId,
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: String,
    /// Who subscribed.
    pub(crate) principal: String,
    /// As they were given.
    pub(crate) attributes: Attributes,
    pub(crate) state: State,
    /// Good for confirming it, also once more.
    pub(crate) token: Option<String>,
    pub(crate) created_at: Timestamp,
    /// What its filter policy says.
    #[serde(skip)]
    pub(crate) filter: Option<Arc<Filter>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum State {
    Pending,
    Confirmed {
        /// By somebody who signed.
        is_authenticated: bool,
    },
}

impl Subscription {
    pub(crate) fn is_confirmed(&self) -> bool {
        self.state != State::Pending
    }

    pub(crate) fn is_raw(&self) -> bool {
        self.attributes.get("RawMessageDelivery").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn topic_arn(&self) -> &str {
        self.arn.as_str().rsplit_once(':').map_or(self.arn.as_str(), |(topic, _)| topic)
    }

    /// Where what could not be delivered goes.
    pub(crate) fn dead_letter_target(&self) -> Option<Arn> {
        let policy: serde_json::Value = serde_json::from_str(self.attributes.get("RedrivePolicy")?).ok()?;
        policy["deadLetterTargetArn"].as_str()?.parse().ok()
    }

    /// It was checked when it was set.
    pub(crate) fn delivery_policy(&self) -> SubscriptionPolicy {
        let text = self.attributes.get("DeliveryPolicy");
        text.and_then(|text| SubscriptionPolicy::parse(text).ok()).unwrap_or_default()
    }

    pub(crate) fn filter_scope(&self) -> FilterScope {
        self.attributes.get("FilterPolicyScope").and_then(|text| FilterScope::parse(text)).unwrap_or_default()
    }

    /// With the filter that its attributes ask for, which were checked before.
    #[must_use]
    pub(crate) fn with_filter(mut self) -> Self {
        let scope = self.filter_scope();
        let parse = |text: &String| Filter::parse(Asked::Alone, text, scope).ok();
        self.filter = self.attributes.get("FilterPolicy").and_then(parse).map(Arc::new);
        self
    }

    /// All that `GetSubscriptionAttributes` tells.
    pub(crate) fn described(&self, topic: &TopicPolicy) -> Attributes {
        let is_authenticated = self.state == State::Confirmed { is_authenticated: true };
        let mut all = Attributes::from(
            [
                ("SubscriptionArn", self.arn.to_string()),
                ("TopicArn", self.topic_arn().to_owned()),
                ("Owner", self.owner.to_string()),
                ("Protocol", self.protocol.as_str().to_owned()),
                ("Endpoint", self.endpoint.clone()),
                ("ConfirmationWasAuthenticated", is_authenticated.to_string()),
                ("PendingConfirmation", (!self.is_confirmed()).to_string()),
                ("RawMessageDelivery", "false".to_owned()),
                ("SubscriptionPrincipal", self.principal.clone()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        all.extend(self.attributes.iter().map(|(name, value)| (name.clone(), value.clone())));
        if all.contains_key("FilterPolicy") {
            all.insert("FilterPolicyScope".to_owned(), self.filter_scope().as_str().to_owned());
        } else {
            all.remove("FilterPolicyScope");
        }
        self.describe_delivery(topic, &mut all);
        all
    }

    fn describe_delivery(&self, topic: &TopicPolicy, all: &mut Attributes) {
        let policy = self.delivery_policy();
        let text = |policy: &SubscriptionPolicy| serde_json::to_string(policy).unwrap_or_default();
        if let Some(given) = all.get_mut("DeliveryPolicy") {
            *given = text(&policy);
        }
        if self.protocol.is_http() {
            all.insert("EffectiveDeliveryPolicy".to_owned(), text(&policy.effective(topic)));
        }
    }

    /// As it is listed.
    pub(crate) fn listed(&self) -> api::Subscription {
        let arn = if self.is_confirmed() { self.arn.as_str() } else { PENDING };
        api::Subscription {
            subscription_arn: Some(arn.to_owned()),
            owner: Some(self.owner.to_string()),
            protocol: Some(self.protocol.as_str().to_owned()),
            endpoint: Some(self.endpoint.clone()),
            topic_arn: Some(self.topic_arn().to_owned()),
        }
    }
}
