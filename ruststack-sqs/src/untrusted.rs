//! All that SQS itself reads of texts that strangers send, in one function: for fuzzing.
//!
//! The inputs of the protocols are read by the core, which has a target of its own.

use std::collections::BTreeMap;

use ruststack_core::{
    arn::Arn,
    context::Endpoint,
    scope::{AccountId, Region, Scope},
};

use crate::{
    api::MessageAttributeValue,
    attributes::{self, Attributes},
    message,
    move_task::TaskHandle,
    operations::list_queues,
    policy::{self, Permission},
    queue_url::{EndpointStrategy, Location},
    receipt_handle::ReceiptHandle,
    redrive::{RedriveAllowPolicy, RedrivePolicy},
    sending::{self, Letter},
};

const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

/// Reads a text as everything that it may be; panics where what was read does not lead back to itself.
pub fn read(text: &str) {
    let arn: Arn = ARN.parse().expect("it is one");
    read_url(text);
    if let Ok(handle) = ReceiptHandle::decode(text, ARN) {
        let again = ReceiptHandle::decode(&handle.encode(Default::default()), ARN);
        assert_eq!(again, Ok(handle));
    }
    drop(TaskHandle::decode(text));
    drop(list_queues::last_name(text));
    if let Ok(policy) = RedrivePolicy::parse(text) {
        assert!((1..=1000).contains(&policy.max_receive_count));
    }
    drop(RedriveAllowPolicy::parse(text).map(|policy| policy.allows(&arn)));
    read_policy(text, &arn);
    read_attributes(text, &arn);
    read_letter(text);
}

fn read_url(text: &str) {
    let caller = Scope::new(AccountId::DEFAULT, Region::US_EAST_1);
    let Some(location) = Location::parse(text, &caller) else { return };
    let endpoint = Endpoint { scheme: "http", host: text.to_owned() };
    for strategy in [EndpointStrategy::Path, EndpointStrategy::Dynamic, EndpointStrategy::Standard] {
        let name = &location.name;
        // Names with a slash or with signs are nobody's: queues do not have them.
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !name.is_empty() {
            let url = strategy.url_of(&location.scope, name, "localhost", &endpoint);
            assert_eq!(Location::parse(&url, &location.scope).map(|again| again.name).as_ref(), Some(name), "{url}");
        }
    }
}

/// What is permitted can be withdrawn, whatever the policy said before.
fn read_policy(text: &str, arn: &Arn) {
    let permission = Permission { label: "fuzzed-label", accounts: &[], actions: &[] };
    let Ok(with) = policy::with(Some(text), arn, &permission) else { return };
    policy::without(Some(&with), permission.label).expect("it was permitted");
}

fn read_attributes(text: &str, arn: &Arn) {
    for name in ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "DelaySeconds", "FifoQueue", text] {
        let given = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        let given = attributes::normalised(given);
        for is_fifo in [false, true] {
            if attributes::check(&given, is_fifo).is_ok() {
                let held = Attributes::of(given.clone(), is_fifo);
                assert_eq!(held.differing(&given), None, "{given:?}");
                held.takes_from(arn);
                held.delay();
            }
        }
    }
}

/// A body and its attributes; what is taken has sums.
fn read_letter(text: &str) {
    let attributes: BTreeMap<String, MessageAttributeValue> = serde_json::from_str(text).unwrap_or_default();
    let letter = Letter { body: text.to_owned(), attributes, ..Letter::default() };
    let queue = Attributes::of(BTreeMap::new(), false);
    sending::size(&letter);
    if let Ok(draft) = sending::draft(letter, &queue, String::new(), Some(text)) {
        assert!(message::size(&draft.body, &draft.attributes) <= queue.max_message_size());
        assert_eq!(message::md5_of_attributes(&draft.attributes).is_none(), draft.attributes.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeply_nested_texts_are_refused() {
        for open in ["[", "{\"a\":", "{\"Statement\":[", "{\"redrivePermission\":"] {
            read(&open.repeat(100_000));
        }
    }

    #[test]
    fn policies_that_are_almost_too_deep_are_kept_or_refused() {
        for depth in 100..140 {
            let (open, close) = ("{\"a\":".repeat(depth), "}".repeat(depth));
            read(&format!("{{\"Statement\":{open}1{close}}}"));
        }
    }

    #[test]
    fn texts_of_every_kind_are_read() {
        for text in [
            "",
            "http://localhost/000000000000/q",
            "[1]",
            "{\"Statement\":{\"Sid\":\"a\"}}",
            "{\"Statement\":1}",
            "{\"redrivePermission\":\"allowAll\"}",
            "{\"a\":{\"DataType\":\"Number\",\"StringValue\":\"1e400\"}}",
            "TRUE",
            "0000",
        ] {
            read(text);
        }
    }
}
