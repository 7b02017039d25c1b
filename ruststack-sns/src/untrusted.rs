//! All that SNS itself reads of texts that strangers send, in one function: for fuzzing.
//!
//! The inputs of the protocols, policies and filter patterns are read by others, which have targets of their own.

use ruststack_core::arn::Arn;

use crate::{
    arns,
    attribute_value::{Asked, is_same_document, parse_failure},
    delivery_policy::{SubscriptionPolicy, TopicPolicy},
    filter::{Filter, FilterScope, Values},
    message::Draft,
    message_attributes::Attributes,
    pages,
    policy::{self, Permission},
    protocol::Protocol,
    subscription_attributes::Subscriber,
    token, topic_attributes,
};

const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:topic";

/// Reads a text as everything that it may be; panics where what was read does not lead back to itself.
pub fn read(text: &str) {
    let topic: Arn = TOPIC.parse().expect("it is one");
    drop(arns::subscription(text));
    drop(arns::TopicPlace::anywhere("TopicArn", text));
    drop(token::scope_of(text));
    drop(pages::name_before(Some(text)));
    parse_failure(text);
    assert!(is_same_document(text, text));
    read_policies(text, &topic);
    read_attributes(text, &topic);
    read_filter(text);
    for structure in [None, Some("json")] {
        drop(Draft::read(text, structure));
    }
}

fn read_policies(text: &str, topic: &Arn) {
    if let Ok(policy) = TopicPolicy::parse(text) {
        assert_eq!(policy.effective().effective(), policy.effective());
        if let Ok(own) = SubscriptionPolicy::parse(text) {
            let retries = own.retries(&policy);
            assert!(
                (0..=u32::from(u8::MAX)).all(|retry| retries.delay(retry).is_none_or(|delay| delay.as_secs() <= 3600))
            );
        }
    }
    let permission = Permission { label: "fuzzed-label", accounts: &[], actions: &[] };
    drop(policy::check(text, topic).and_then(|()| policy::with(text, topic, &permission)));
    policy::without(text, "fuzzed-label");
}

fn read_attributes(text: &str, topic: &Arn) {
    for name in ["Policy", "DeliveryPolicy", "DisplayName", "MaximumMessageSize", text] {
        drop(topic_attributes::check_one(topic, true, name, text));
    }
    let subscriber = Subscriber { protocol: Protocol::Http, endpoint: text, is_fifo_topic: false };
    for name in ["RedrivePolicy", "DeliveryPolicy", "FilterPolicy", text] {
        drop(subscriber.check_one(name, text, FilterScope::MessageBody));
    }
    for protocol in ["http", "https", "email", "sms", "sqs", "lambda", "application"] {
        drop(Protocol::parse(protocol).map(|protocol| protocol.check_endpoint(text, false)));
    }
}

fn read_filter(text: &str) {
    let values = Values::of(text, &Attributes::new());
    for scope in [FilterScope::MessageAttributes, FilterScope::MessageBody] {
        if let Ok(filter) = Filter::parse(Asked::Alone, text, scope) {
            filter.takes(&values.filtered());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_kind_are_read() {
        for text in [
            "",
            "{}",
            TOPIC,
            "+123123123",
            "https://localhost/x",
            r#"{"http":{"defaultHealthyRetryPolicy":{"numRetries":4294967295,"numNoDelayRetries":4294967295}}}"#,
            r#"{"healthyRetryPolicy":{"minDelayTarget":1,"numMaxDelayRetries":3}}"#,
            r#"{"a":["b",{"numeric":[">",1]}]}"#,
            "\u{0}\u{1f600}",
        ] {
            read(text);
        }
        for open in ["[", "{\"a\":", "{\"Statement\":["] {
            read(&open.repeat(100_000));
        }
    }
}
