//! The attributes of topics: which there are, what they may be, and what is told of a topic.

use std::collections::BTreeMap;

use ruststack_core::arn::Arn;

use crate::{
    attribute_value::{Asked, is_same_document},
    delivery_policy::TopicPolicy,
    error::SnsError,
    limits::{MAX_DISPLAY_NAME_LENGTH, MESSAGE_SIZES},
    policy,
};

pub(crate) type Attributes = BTreeMap<String, String>;

/// Of whose deliveries there may be feedback.
const FEEDBACK: [&str; 5] = ["HTTP", "Firehose", "Lambda", "Application", "SQS"];
const FEEDBACK_ATTRIBUTES: [&str; 3] =
    ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"];
/// Only `CreateTopic` says it.
const FIFO: &str = "FifoTopic";
/// Only FIFO topics have them.
const OF_FIFO: [&str; 3] = ["ArchivePolicy", "ContentBasedDeduplication", "FifoThroughputScope"];

/// What is given to `CreateTopic`.
pub(crate) fn check_all(given: &Attributes, topic: &Arn, is_fifo: bool) -> Result<(), SnsError> {
    given.iter().try_for_each(|(name, value)| match name.as_str() {
        FIFO => Asked::AmongOthers.check_boolean(name, value),
        _ => check(Asked::AmongOthers, topic, is_fifo, name, value),
    })
}

/// What is given to `SetTopicAttributes`; an empty value removes.
pub(crate) fn check_one(topic: &Arn, is_fifo: bool, name: &str, value: &str) -> Result<(), SnsError> {
    check(Asked::Alone, topic, is_fifo, name, value)
}

fn check(asked: Asked, topic: &Arn, is_fifo: bool, name: &str, value: &str) -> Result<(), SnsError> {
    if OF_FIFO.contains(&name) && !is_fifo {
        return Err(asked.unknown(name));
    }
    match name {
        "Policy" if value.is_empty() => Ok(()),
        "Policy" => policy::check(value, topic),
        "DisplayName" => asked.check(is_display_name(value), || {
            format!("DisplayName: must be at most {MAX_DISPLAY_NAME_LENGTH} characters long")
        }),
        "DeliveryPolicy" if value.is_empty() => Ok(()),
        "DeliveryPolicy" => TopicPolicy::parse(value).map(drop),
        "ContentBasedDeduplication" => asked.check_boolean(name, value),
        "SignatureVersion" => check_choice(asked, name, value, &["1", "2"]),
        "TracingConfig" => check_choice(asked, name, value, &["PassThrough", "Active"]),
        "FifoThroughputScope" => check_choice(asked, name, value, &["Topic", "MessageGroup"]),
        "MaximumMessageSize" => {
            let is_size = value.parse().is_ok_and(|size: usize| MESSAGE_SIZES.contains(&size));
            let (min, max) = (MESSAGE_SIZES.start(), MESSAGE_SIZES.end());
            asked.check(is_size, || format!("{name}: Invalid value [{value}]. Must be between {min} and {max}."))
        }
        "KmsMasterKeyId" | "ArchivePolicy" => Ok(()),
        _ => check_feedback(asked, name, value),
    }
}

fn check_choice(asked: Asked, name: &str, value: &str, choices: &[&str]) -> Result<(), SnsError> {
    asked.check(choices.contains(&value), || {
        format!("{name}: Invalid value [{value}]. Must be {}.", choices.join(" or "))
    })
}

fn check_feedback(asked: Asked, name: &str, value: &str) -> Result<(), SnsError> {
    let rest = FEEDBACK.iter().find_map(|protocol| name.strip_prefix(protocol));
    let Some(attribute) = rest.filter(|rest| FEEDBACK_ATTRIBUTES.contains(rest)) else {
        return Err(asked.unknown(name));
    };
    let is_rate = value.parse().is_ok_and(|rate: u32| rate <= 100);
    let is_fine = !attribute.ends_with("Rate") || is_rate;
    asked.check(is_fine, || format!("{name}: Invalid value [{value}]. Must be between 0 and 100."))
}

fn is_display_name(value: &str) -> bool {
    value.chars().count() <= MAX_DISPLAY_NAME_LENGTH && !value.contains(['\n', '\r'])
}

/// What is not told where nobody set it, and still is something.
fn default_of(name: &str) -> Option<&'static str> {
    match name {
        "DisplayName" => Some(""),
        "FifoTopic" | "ContentBasedDeduplication" => Some("false"),
        _ => None,
    }
}

/// Whether a topic that has `own` is what `CreateTopic` asks for with `given`.
pub(crate) fn is_same(own: &Attributes, given: &Attributes, topic: &Arn) -> bool {
    let default_policy = policy::default(topic);
    let current = |name: &str| match (own.get(name), name) {
        (Some(value), _) => Some(value.as_str()),
        (None, "Policy") => Some(default_policy.as_str()),
        (None, _) => default_of(name),
    };
    given.iter().all(|(name, value)| current(name).is_some_and(|current| is_same_document(current, value)))
}

/// How many subscriptions a topic has.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Counts {
    pub(crate) confirmed: usize,
    pub(crate) pending: usize,
    pub(crate) deleted: u64,
}

/// All that `GetTopicAttributes` tells.
pub(crate) fn described(own: &Attributes, topic: &Arn, is_fifo: bool, counts: Counts) -> Attributes {
    let delivery_policy = delivery_policy(own);
    let effective = serde_json::to_string(&delivery_policy.effective()).unwrap_or_default();
    let mut all = Attributes::from(
        [
            ("TopicArn", topic.to_string()),
            ("Owner", topic.account().to_owned()),
            ("Policy", policy::default(topic)),
            ("DisplayName", String::new()),
            ("SubscriptionsConfirmed", counts.confirmed.to_string()),
            ("SubscriptionsPending", counts.pending.to_string()),
            ("SubscriptionsDeleted", counts.deleted.to_string()),
            ("EffectiveDeliveryPolicy", effective),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if is_fifo {
        all.insert("ContentBasedDeduplication".to_owned(), "false".to_owned());
    }
    let own = own.iter().filter(|(name, _)| is_fifo || *name != FIFO);
    all.extend(own.map(|(name, value)| (name.clone(), value.clone())));
    if let Some(policy) = all.get_mut("DeliveryPolicy") {
        *policy = serde_json::to_string(&delivery_policy).unwrap_or_default();
    }
    all
}

/// It was checked when it was set.
pub(crate) fn delivery_policy(own: &Attributes) -> TopicPolicy {
    own.get("DeliveryPolicy").and_then(|text| TopicPolicy::parse(text).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Arn {
        "arn:aws:sns:us-east-1:000000000000:topic".parse().unwrap()
    }

    fn attributes(given: &[(&str, &str)]) -> Attributes {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Recorded: test_create_topic_different_attrs.
    #[test]
    fn a_topic_is_the_same_where_nothing_given_differs() {
        let own = attributes(&[("DisplayName", "Value1")]);
        for (given, expected) in [
            (attributes(&[]), true),
            (attributes(&[("DisplayName", "Value1")]), true),
            (attributes(&[("FifoTopic", "false")]), true),
            (attributes(&[("Policy", &policy::default(&topic()))]), true),
            (attributes(&[("DisplayName", "Value2")]), false),
            (attributes(&[("SignatureVersion", "2"), ("DisplayName", "Value1")]), false),
        ] {
            assert_eq!(is_same(&own, &given, &topic()), expected, "{given:?}");
        }
    }

    #[test]
    fn values_that_cannot_be_are_refused() {
        for (name, value, is_fifo) in [
            ("FifoTopic", "false", false),
            ("Nothing", "", false),
            ("ContentBasedDeduplication", "true", false),
            ("ContentBasedDeduplication", "maybe", true),
            ("SignatureVersion", "3", false),
            ("TracingConfig", "active", false),
            ("SQSSuccessFeedbackSampleRate", "101", false),
            ("MaximumMessageSize", "1", false),
            ("Policy", "{", false),
        ] {
            assert!(check_one(&topic(), is_fifo, name, value).is_err(), "{name} {value}");
        }
        assert_eq!(check_one(&topic(), true, "FifoThroughputScope", "MessageGroup"), Ok(()));
        assert_eq!(check_one(&topic(), false, "LambdaSuccessFeedbackSampleRate", "100"), Ok(()));
        let unknown = check_all(&attributes(&[("X", "")]), &topic(), false).unwrap_err().to_string();
        assert_eq!(unknown, "Invalid parameter: Attributes Reason: Unknown attribute X");
    }
}
