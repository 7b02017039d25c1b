//! A message: body and attributes. Plain data; what becomes of it is its [`Delivery`].

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use ruststack_core::{clock::Timestamp, wire::Blob};
use serde::{Deserialize, Serialize};

use crate::delivery::Delivery;

/// Where the numbers of AWS's sequences begin.
const FIRST_SEQUENCE_NUMBER: u128 = 18_849_496_460_467_696_128;
/// How far AWS's are apart.
const SEQUENCE_STEP: u128 = 256;

/// A value with its type: `String`, `Number.int`, `Binary.png`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AttributeValue {
    pub data_type: String,
    pub value: Value,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Value {
    Text(String),
    Binary(Blob),
}

impl Value {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(blob) => &blob.0,
        }
    }
}

pub type Attributes = BTreeMap<String, AttributeValue>;

/// What a sender says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub body: String,
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// `AWSTraceHeader`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_header: Option<AttributeValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplication_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_seconds: Option<u32>,
    pub sender_id: String,
}

/// A message in a queue: what never changes of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub draft: Draft,
    pub md5_of_body: String,
    /// In milliseconds.
    pub sent_at: i64,
    /// Of FIFO queues: its place in the order of the queue that it was sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The queue that gave it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<String>,
}

impl Message {
    pub fn new(id: String, draft: Draft, now: Timestamp) -> Self {
        Self {
            id,
            md5_of_body: md5_of_body(&draft.body),
            draft,
            sent_at: now.millis(),
            sequence: None,
            source_arn: None,
        }
    }

    pub fn sequence_number(&self) -> Option<String> {
        self.sequence.map(sequence_number)
    }

    /// All system attributes by AWS's names.
    pub(crate) fn system_attributes(&self, delivery: &Delivery) -> BTreeMap<String, String> {
        let text = |text: &str| Some(text.to_owned());
        let trace_header = self.draft.trace_header.as_ref().and_then(|header| match &header.value {
            Value::Text(text) => Some(text.clone()),
            Value::Binary(_) => None,
        });
        let all = [
            ("SenderId", text(&self.draft.sender_id)),
            ("SentTimestamp", Some(self.sent_at.to_string())),
            ("ApproximateReceiveCount", Some(delivery.receive_count.to_string())),
            ("ApproximateFirstReceiveTimestamp", delivery.first_received_at.map(|at| at.to_string())),
            ("SequenceNumber", self.sequence_number()),
            ("MessageDeduplicationId", self.draft.deduplication_id.clone()),
            ("MessageGroupId", self.draft.group_id.clone()),
            ("AWSTraceHeader", trace_header),
            ("DeadLetterQueueSourceArn", self.source_arn.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// AWS's form of a place in a queue's order: twenty digits that grow.
pub(crate) fn sequence_number(order: u64) -> String {
    format!("{:020}", FIRST_SEQUENCE_NUMBER + u128::from(order) * SEQUENCE_STEP)
}

/// What a message counts against its queue's maximum: body, and names, types and values of attributes.
pub(crate) fn size(body: &str, attributes: &Attributes) -> usize {
    let of_attribute = |(name, attribute): (&String, &AttributeValue)| {
        name.len() + attribute.data_type.len() + attribute.value.as_bytes().len()
    };
    body.len() + attributes.iter().map(of_attribute).sum::<usize>()
}

pub(crate) fn md5_of_body(body: &str) -> String {
    hex(&Md5::digest(body.as_bytes()))
}

/// The sum that SDKs check; `None` where there are no attributes.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>
pub(crate) fn md5_of_attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a AttributeValue)>,
) -> Option<String> {
    let mut digest = Md5::new();
    let mut is_empty = true;
    for (name, attribute) in attributes {
        is_empty = false;
        let kind = match attribute.value {
            Value::Text(_) => 1,
            Value::Binary(_) => 2,
        };
        update(&mut digest, name.as_bytes());
        update(&mut digest, attribute.data_type.as_bytes());
        digest.update([kind]);
        update(&mut digest, attribute.value.as_bytes());
    }
    (!is_empty).then(|| hex(&digest.finalize()))
}

fn update(digest: &mut Md5, part: &[u8]) {
    digest.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(part);
}

/// The deduplication id that a body is: its SHA-256.
pub(crate) fn content_id(body: &str) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, body.as_bytes()).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(pairs: &[(&str, &str)]) -> Attributes {
        let value = |text: &str| AttributeValue { data_type: "String".to_owned(), value: Value::Text(text.to_owned()) };
        pairs.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect()
    }

    /// Recorded: test_receive_message_message_attribute_names_filters, test_dead_letter_queue_message_attributes.
    #[test]
    fn sums_of_attributes_are_awss() {
        for (pairs, expected) in [
            (&[("MyAttribute", "foobar")][..], "adb59cd4678ea5a855436b949cd07ab6"),
            (&[("Foo", "Bar")], "ae7155c6026991b6d54b11589678bf9c"),
            (&[("General", "Kenobi"), ("Hello", "There"), ("Help.Me", "Me")], "4c360f3fdafd970e05fae2f149d997f5"),
        ] {
            assert_eq!(md5_of_attributes(&attributes(pairs)).as_deref(), Some(expected));
        }
        assert_eq!(md5_of_attributes(&Attributes::new()), None);
        assert_eq!(md5_of_body("message-1"), "3d6b824fd8c1520e9a047d21fee6fb1f");
    }

    #[test]
    fn sizes_count_bytes() {
        assert_eq!(size("ä", &attributes(&[("a", "bc")])), 2 + 1 + 6 + 2);
    }

    #[test]
    fn sequence_numbers_grow_and_have_twenty_digits() {
        assert_eq!(sequence_number(0), "18849496460467696128");
        assert!(sequence_number(1) < sequence_number(2));
    }
}
