//! The attributes of subscriptions: which there are, and what they may be.

use ruststack_core::arn::Arn;
use serde_json::Value;

use crate::{
    attribute_value::{Asked, is_same_document, parse_failure},
    delivery_policy::SubscriptionPolicy,
    error::SnsError,
    filter::{Filter, FilterScope},
    protocol::Protocol,
    topic_attributes::Attributes,
};

const NAMES: [&str; 8] = [
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "ReplayStatus",
    "SubscriptionRoleArn",
];

/// Whose attributes they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscriber<'s> {
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: &'s str,
    pub(crate) is_fifo_topic: bool,
}

impl Subscriber<'_> {
    /// What is given to `Subscribe`.
    pub(crate) fn check_all(&self, given: &Attributes) -> Result<(), SnsError> {
        let scope = given.get("FilterPolicyScope").and_then(|text| FilterScope::parse(text)).unwrap_or_default();
        given.iter().try_for_each(|(name, value)| self.check(Asked::AmongOthers, name, value, scope))
    }

    /// What is given to `SetSubscriptionAttributes`; `scope` is that of the filter policy.
    pub(crate) fn check_one(&self, name: &str, value: &str, scope: FilterScope) -> Result<(), SnsError> {
        self.check(Asked::Alone, name, value, scope)
    }

    fn check(&self, asked: Asked, name: &str, value: &str, scope: FilterScope) -> Result<(), SnsError> {
        match name {
            _ if !NAMES.contains(&name) => Err(asked.unknown(name)),
            "RawMessageDelivery" => asked.check_boolean(name, value),
            "FilterPolicyScope" => asked.check(FilterScope::parse(value).is_some(), || {
                format!("{name}: Invalid value [{value}]. Please use either MessageBody or MessageAttributes")
            }),
            // An empty value removes.
            _ if value.is_empty() => Ok(()),
            "FilterPolicy" => Filter::parse(asked, value, scope).map(drop),
            "RedrivePolicy" => self.check_redrive(asked, value),
            "DeliveryPolicy" if !self.protocol.is_http() => {
                Err(asked.refuse(format!("DeliveryPolicy: protocol {} has none", self.protocol.as_str())))
            }
            "DeliveryPolicy" => SubscriptionPolicy::parse(value).map(drop),
            _ => Ok(()),
        }
    }

    fn check_redrive(&self, asked: Asked, value: &str) -> Result<(), SnsError> {
        let policy: Value = serde_json::from_str(value)
            .map_err(|_| asked.refuse(format!("RedrivePolicy: {}", parse_failure(value))))?;
        let target = policy["deadLetterTargetArn"].as_str();
        let arn: Option<Arn> = target.and_then(|target| target.parse().ok());
        let arn = arn.filter(|arn| arn.service() == "sqs");
        let arn = arn.ok_or_else(|| asked.refuse("RedrivePolicy: deadLetterTargetArn is an invalid arn"))?;
        let needs_fifo = self.is_fifo_topic && self.endpoint.ends_with(".fifo");
        asked.check(!needs_fifo || arn.resource().ends_with(".fifo"), || {
            "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.".to_owned()
        })
    }
}

/// As they are kept: booleans in small letters, and nothing that is empty.
pub(crate) fn normalised(mut given: Attributes) -> Attributes {
    given.retain(|name, value| !value.is_empty() || name == "RawMessageDelivery");
    if let Some(value) = given.get_mut("RawMessageDelivery")
        && ["true", "false"].iter().any(|known| value.eq_ignore_ascii_case(known))
    {
        value.make_ascii_lowercase();
    }
    given
}

/// Whether a subscription that has `own` is what `Subscribe` asks for with `given`.
pub(crate) fn is_same(own: &Attributes, given: &Attributes) -> bool {
    let default = |name: &str| match name {
        "RawMessageDelivery" => Some("false"),
        "FilterPolicyScope" => Some(FilterScope::default().as_str()),
        _ => None,
    };
    given.iter().all(|(name, value)| {
        let current = own.get(name).map(String::as_str).or_else(|| default(name));
        current.is_some_and(|current| is_same_document(current, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: Subscriber<'_> = Subscriber {
        protocol: Protocol::Sqs,
        endpoint: "arn:aws:sqs:us-east-1:000000000000:queue.fifo",
        is_fifo_topic: true,
    };

    /// Recorded: test_validate_set_sub_attributes, test_create_subscriptions_with_attributes, 2025-10-06.
    #[test]
    fn values_that_cannot_be_are_refused_in_awss_words() {
        let scope = FilterScope::default();
        for (name, value, message) in [
            ("FakeAttribute", "test-value", "AttributeName"),
            (
                "RawMessageDelivery",
                "test-ValUe",
                "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false.",
            ),
            ("RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."),
            (
                "RedrivePolicy",
                "{\"deadLetterTargetArn\": \"fake-arn\"}",
                "RedrivePolicy: deadLetterTargetArn is an invalid arn",
            ),
            (
                "RedrivePolicy",
                "{\"deadLetterTargetArn\": \"arn:aws:sqs:us-east-1:000000000000:queue\"}",
                "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
            ),
            (
                "FilterPolicyScope",
                "RandomValue",
                "FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
            ),
        ] {
            let refused = QUEUE.check_one(name, value, scope).unwrap_err().to_string();
            assert_eq!(refused, format!("Invalid parameter: {message}"), "{name}");
        }
        let given = Attributes::from([("RawMessageDelivery".to_owned(), "wrongvalue".to_owned())]);
        assert_eq!(
            QUEUE.check_all(&given).unwrap_err().to_string(),
            "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false."
        );
    }

    /// Recorded: test_subscribe_idempotency, 2025-10-06.
    #[test]
    fn a_subscription_is_the_same_where_nothing_given_differs() {
        let attributes = |value: &str| Attributes::from([("RawMessageDelivery".to_owned(), value.to_owned())]);
        let none = Attributes::new();
        for (own, given, expected) in [
            (attributes("true"), attributes("true"), true),
            (attributes("true"), none.clone(), true),
            (attributes("true"), attributes("false"), false),
            (none.clone(), attributes("false"), true),
            (none, attributes("true"), false),
        ] {
            assert_eq!(is_same(&own, &given), expected, "{own:?} {given:?}");
        }
    }
}
