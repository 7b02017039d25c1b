//! A message: what a client publishes, checked, and what each protocol's subscribers get of it.

use std::collections::BTreeMap;

use ruststack_core::{bus::Payload, clock::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    api::{PublishBatchRequestEntry, PublishInput},
    error::{SnsError, invalid, invalid_because},
    limits::{MAX_FIFO_ID_LENGTH, MAX_SUBJECT_LENGTH},
    message_attributes::{self, Attributes},
};

const STRUCTURE: &str = "Message Structure -";

/// What is asked to be published, in whichever form it came.
#[derive(Clone, Default, Debug)]
pub(crate) struct Draft {
    pub(crate) body: Body,
    /// As it was sent.
    pub(crate) text: String,
    pub(crate) subject: Option<String>,
    pub(crate) attributes: Attributes,
    pub(crate) group_id: Option<String>,
    pub(crate) deduplication_id: Option<String>,
}

/// One text for all, or texts by protocol.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Body {
    Plain(String),
    /// `MessageStructure` was `json`.
    Structured(BTreeMap<String, String>),
}

impl Default for Body {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// A message that was published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: Body,
    pub(crate) subject: Option<String>,
    #[serde(default)]
    pub(crate) attributes: Attributes,
    pub(crate) group_id: Option<String>,
    /// Of FIFO topics always: given, or the body's hash.
    pub(crate) deduplication_id: Option<String>,
    /// Of FIFO topics.
    pub(crate) sequence_number: Option<String>,
    pub(crate) published_at: Timestamp,
}

impl Body {
    /// What is published in this form.
    fn read(text: &str, structure: Option<&str>) -> Result<Self, SnsError> {
        match structure {
            None => Ok(Self::Plain(text.to_owned())),
            Some("json") => Self::structured(text),
            Some(_) => Err(invalid("MessageStructure")),
        }
    }

    /// Texts by protocol; what is no text is as good as missing.
    fn structured(text: &str) -> Result<Self, SnsError> {
        let parsed: Option<Value> = serde_json::from_str(text).ok();
        let Some(Value::Object(members)) = parsed else {
            return Err(invalid(format!("{STRUCTURE} JSON message body failed to parse")));
        };
        let texts = members.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        });
        Ok(Self::Structured(texts.collect()))
    }

    /// What subscribers of a topic get who have no text of their own must be there.
    pub(crate) fn check_default(&self) -> Result<(), SnsError> {
        match self {
            Self::Structured(texts) if !texts.contains_key("default") => {
                Err(invalid(format!("{STRUCTURE} No default entry in JSON message body")))
            }
            _ => Ok(()),
        }
    }

    /// The text for a protocol, or for the platform of a mobile device.
    pub(crate) fn text_for(&self, protocol: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Structured(texts) => texts.get(protocol).or_else(|| texts.get("default")).map_or("", String::as_str),
        }
    }

    pub(crate) fn is_structured(&self) -> bool {
        matches!(self, Self::Structured(_))
    }
}

impl Draft {
    pub(crate) fn of_publish(input: PublishInput) -> Result<Self, SnsError> {
        let structure = input.message_structure;
        let draft = Self {
            text: input.message,
            subject: input.subject,
            attributes: message_attributes::read(input.message_attributes.unwrap_or_default())?,
            group_id: input.message_group_id,
            deduplication_id: input.message_deduplication_id,
            body: Body::default(),
        };
        draft.checked(structure.as_deref())
    }

    pub(crate) fn of_entry(entry: PublishBatchRequestEntry) -> Result<Self, SnsError> {
        let structure = entry.message_structure;
        let draft = Self {
            text: entry.message,
            subject: entry.subject,
            attributes: message_attributes::read(entry.message_attributes.unwrap_or_default())?,
            group_id: entry.message_group_id,
            deduplication_id: entry.message_deduplication_id,
            body: Body::default(),
        };
        draft.checked(structure.as_deref())
    }

    /// A text alone.
    pub(crate) fn read(text: &str, structure: Option<&str>) -> Result<Self, SnsError> {
        Self { text: text.to_owned(), ..Self::default() }.checked(structure)
    }

    /// What another service delivers.
    pub(crate) fn of_payload(payload: Payload) -> Result<Self, SnsError> {
        let draft = Self {
            text: String::from_utf8_lossy(&payload.body).into_owned(),
            subject: payload.subject,
            attributes: payload.message_attributes,
            group_id: payload.group_id,
            deduplication_id: payload.deduplication_id,
            body: Body::default(),
        };
        draft.checked(None)
    }

    /// With its body read, and all checked that does not depend on the topic.
    fn checked(mut self, structure: Option<&str>) -> Result<Self, SnsError> {
        if self.text.is_empty() {
            return Err(invalid("Empty message"));
        }
        if self.subject.as_deref().is_some_and(|subject| !is_subject(subject)) {
            return Err(invalid("Subject"));
        }
        check_id("MessageGroupId", self.group_id.as_deref())?;
        check_id("MessageDeduplicationId", self.deduplication_id.as_deref())?;
        self.body = Body::read(&self.text, structure)?;
        Ok(self)
    }

    /// Bytes, as AWS counts them.
    pub(crate) fn size(&self) -> usize {
        self.text.len() + message_attributes::size(&self.attributes)
    }

    /// Refuses what a topic of this kind does not take.
    pub(crate) fn check_for_topic(&self, is_fifo: bool, deduplicates_by_content: bool) -> Result<(), SnsError> {
        self.body.check_default()?;
        if !is_fifo && self.deduplication_id.is_some() {
            let reason = "The request includes MessageDeduplicationId parameter that is not valid for this topic type";
            return Err(invalid_because("MessageDeduplicationId", reason));
        }
        if is_fifo && self.group_id.is_none() {
            return Err(invalid("The MessageGroupId parameter is required for FIFO topics"));
        }
        if is_fifo && self.deduplication_id.is_none() && !deduplicates_by_content {
            return Err(invalid(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided \
                 explicitly",
            ));
        }
        Ok(())
    }
}

/// A line of text.
fn is_subject(subject: &str) -> bool {
    let length = subject.chars().count();
    (1..=MAX_SUBJECT_LENGTH).contains(&length) && !subject.chars().any(char::is_control) && !subject.starts_with(' ')
}

fn check_id(name: &str, id: Option<&str>) -> Result<(), SnsError> {
    let is_id =
        |id: &str| (1..=MAX_FIFO_ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    let reason =
        format!("{name} can only include alphanumeric and punctuation characters. 1 to {MAX_FIFO_ID_LENGTH} in length");
    if id.is_none_or(is_id) { Ok(()) } else { Err(invalid_because(name, reason)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, subject: Option<&str>, structure: Option<&str>) -> String {
        let draft = Draft { text: text.to_owned(), subject: subject.map(str::to_owned), ..Draft::default() };
        let checked = draft.checked(structure).and_then(|draft| draft.body.check_default());
        checked.err().map_or_else(String::new, |error| error.to_string())
    }

    /// Recorded: test_message_structure_json_exc, test_publish_with_empty_subject, test_empty_sns_message, 2023-08-24.
    #[test]
    fn messages_that_cannot_be_are_refused() {
        let no_default = "Invalid parameter: Message Structure - No default entry in JSON message body";
        for (text, subject, structure, expected) in [
            ("", None, None, "Invalid parameter: Empty message"),
            ("x", Some(""), None, "Invalid parameter: Subject"),
            ("x", Some("a\nb"), None, "Invalid parameter: Subject"),
            ("{}", None, Some("xml"), "Invalid parameter: MessageStructure"),
            (r#"{"email":"x"}"#, None, Some("json"), no_default),
            (r#"{"default":{"object":1}}"#, None, Some("json"), no_default),
            (
                r#"{"default": "x",}"#,
                None,
                Some("json"),
                "Invalid parameter: Message Structure - JSON message body failed to parse",
            ),
            (r#"{"default": "x", "default": "y"}"#, Some("ok"), Some("json"), ""),
        ] {
            assert_eq!(refused(text, subject, structure), expected, "{text}");
        }
    }

    #[test]
    fn each_protocol_has_its_own_text_or_the_common_one() {
        let body = Body::read(r#"{"default":"d","sqs":"s"}"#, Some("json")).unwrap();
        assert_eq!((body.text_for("sqs"), body.text_for("http")), ("s", "d"));
        assert_eq!(Body::Plain("x".to_owned()).text_for("sqs"), "x");
    }
}
