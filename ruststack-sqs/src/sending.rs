//! Sending: what a message must be, and how it gets into its queue.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use ruststack_core::{
    bus::{self, MessageAttribute, Payload, Reply},
    clock::Timestamp,
    context::Context,
    wire::Blob,
};

use crate::{
    Sqs,
    api::{MessageAttributeValue, MessageSystemAttributeValue, SendMessageBatchRequestEntry, SendMessageInput},
    attributes::Attributes as QueueAttributes,
    error::{SqsError, invalid_parameter},
    limits::{DELAY_SECONDS, MAX_ATTRIBUTE_NAME_LENGTH, MAX_FIFO_ID_LENGTH, MAX_MESSAGE_ATTRIBUTES},
    live_queue::{LiveQueue, QueueState},
    message::{self, AttributeValue, Attributes, Draft, Message, Value},
};

const TRACE_HEADER: &str = "AWSTraceHeader";
const NO_DEDUPLICATION: &str =
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";

/// What is sent, in whichever form it came.
#[derive(Default)]
pub(crate) struct Letter {
    pub(crate) body: String,
    pub(crate) delay_seconds: Option<i32>,
    pub(crate) attributes: BTreeMap<String, MessageAttributeValue>,
    pub(crate) system_attributes: BTreeMap<String, MessageSystemAttributeValue>,
    pub(crate) deduplication_id: Option<String>,
    pub(crate) group_id: Option<String>,
}

impl From<SendMessageInput> for Letter {
    fn from(input: SendMessageInput) -> Self {
        Self {
            body: input.message_body,
            delay_seconds: input.delay_seconds,
            attributes: input.message_attributes.unwrap_or_default(),
            system_attributes: input.message_system_attributes.unwrap_or_default(),
            deduplication_id: input.message_deduplication_id,
            group_id: input.message_group_id,
        }
    }
}

impl From<SendMessageBatchRequestEntry> for Letter {
    fn from(entry: SendMessageBatchRequestEntry) -> Self {
        Self {
            body: entry.message_body,
            delay_seconds: entry.delay_seconds,
            attributes: entry.message_attributes.unwrap_or_default(),
            system_attributes: entry.message_system_attributes.unwrap_or_default(),
            deduplication_id: entry.message_deduplication_id,
            group_id: entry.message_group_id,
        }
    }
}

/// What the sender is told.
pub(crate) struct Sent {
    pub(crate) message_id: String,
    pub(crate) md5_of_body: String,
    pub(crate) md5_of_attributes: Option<String>,
    pub(crate) md5_of_system_attributes: Option<String>,
    pub(crate) sequence_number: Option<String>,
}

/// Checks a letter and puts it into the queue.
pub(crate) fn send(ctx: &Context, sqs: &Sqs, queue: &LiveQueue, letter: Letter) -> Result<Sent, SqsError> {
    sqs.change(ctx, queue, |state| send_to(ctx, state, letter))
}

/// The same for a queue that is being changed.
pub(crate) fn send_to(ctx: &Context, state: &mut QueueState, letter: Letter) -> Result<Sent, SqsError> {
    let sender_id = ctx.identity().account.to_string();
    let draft = draft(letter, &state.settings.attributes, sender_id, ctx.trace_id())?;
    let md5_of_attributes = message::md5_of_attributes(&draft.attributes);
    let trace = draft.trace_header.as_ref();
    let md5_of_system_attributes =
        trace.and_then(|header| message::md5_of_attributes([(&TRACE_HEADER.to_owned(), header)]));
    let Placed { message_id, md5_of_body, sequence } = place(state, draft, ctx.ids().uuid(), ctx.now());
    let sequence_number = sequence.map(message::sequence_number);
    Ok(Sent { message_id, md5_of_body, md5_of_attributes, md5_of_system_attributes, sequence_number })
}

/// What became of a message.
struct Placed {
    message_id: String,
    md5_of_body: String,
    sequence: Option<u64>,
}

fn place(state: &mut QueueState, draft: Draft, id: String, now: Timestamp) -> Placed {
    if let Some((message_id, sequence)) = duplicate(state, &draft, now) {
        return Placed { message_id, md5_of_body: message::md5_of_body(&draft.body), sequence };
    }
    let delay = draft.delay_seconds.filter(|_| !state.settings.attributes.is_fifo());
    let delay =
        delay.map_or_else(|| state.settings.attributes.delay(), |seconds| Duration::from_secs(u64::from(seconds)));
    let message = Message::new(id.clone(), draft, now);
    let md5_of_body = message.md5_of_body.clone();
    Placed { message_id: id, md5_of_body, sequence: state.messages.send(message, delay, now) }
}

/// What was answered when the same was sent less than five minutes ago.
fn duplicate(state: &mut QueueState, draft: &Draft, now: Timestamp) -> Option<(String, Option<u64>)> {
    let (group, id) = (draft.group_id.as_ref()?, draft.deduplication_id.as_ref()?);
    let first = state.messages.duplicate_of(group, id, now)?;
    Some((first.message_id, Some(first.sequence)))
}

/// A letter that may be sent to a queue with these attributes.
pub(crate) fn draft(
    mut letter: Letter,
    queue: &QueueAttributes,
    sender_id: String,
    trace_id: Option<&str>,
) -> Result<Draft, SqsError> {
    check_body(&letter.body)?;
    let attributes = attributes(std::mem::take(&mut letter.attributes))?;
    let max = queue.max_message_size();
    if message::size(&letter.body, &attributes) > max {
        let message = format!("One or more parameters are invalid. Reason: Message must be shorter than {max} bytes.");
        return Err(SqsError::InvalidParameterValue { message });
    }
    let trace_header = trace_header(std::mem::take(&mut letter.system_attributes))?;
    let trace_header = trace_header.or_else(|| trace_id.map(text_value));
    check_fifo_id("MessageGroupId", letter.group_id.as_deref())?;
    check_fifo_id("MessageDeduplicationId", letter.deduplication_id.as_deref())?;
    let deduplication_id = if queue.is_fifo() {
        let by_content = || queue.deduplicates_by_content().then(|| message::content_id(&letter.body));
        check_fifo(&letter)?;
        let id = letter.deduplication_id.clone().or_else(by_content);
        Some(id.ok_or_else(|| SqsError::InvalidParameterValue { message: NO_DEDUPLICATION.to_owned() })?)
    } else {
        check_standard(&letter)?;
        None
    };
    Ok(Draft {
        body: letter.body,
        attributes,
        trace_header,
        group_id: letter.group_id,
        deduplication_id,
        delay_seconds: letter.delay_seconds.and_then(|seconds| u32::try_from(seconds).ok()),
        sender_id,
    })
}

/// What a batch to a FIFO queue must have in all entries before any is sent.
pub(crate) fn check_batch_of_fifo(letter: &Letter, queue: &QueueAttributes) -> Result<(), SqsError> {
    let refused = |message: &str| Err(SqsError::InvalidParameterValue { message: message.to_owned() });
    if letter.deduplication_id.is_none() && !queue.deduplicates_by_content() {
        return refused(NO_DEDUPLICATION);
    }
    match letter.group_id {
        None => refused("The request must contain the parameter MessageGroupId."),
        Some(_) => Ok(()),
    }
}

/// What a letter counts against the size of its batch.
pub(crate) fn size(letter: &Letter) -> usize {
    let of_attribute = |(name, value): (&String, &MessageAttributeValue)| {
        let text = value.string_value.as_ref().map_or(0, String::len);
        let binary = value.binary_value.as_ref().map_or(0, |blob| blob.0.len());
        name.len() + value.data_type.len() + text + binary
    };
    letter.body.len() + letter.attributes.iter().map(of_attribute).sum::<usize>()
}

fn check_fifo(letter: &Letter) -> Result<(), SqsError> {
    if letter.group_id.is_none() {
        return Err(SqsError::MissingParameter { name: "MessageGroupId".to_owned() });
    }
    match letter.delay_seconds {
        Some(seconds) if seconds != 0 => {
            let reason = "The request include parameter that is not valid for this queue type.";
            Err(invalid_parameter("DelaySeconds", seconds, reason))
        }
        _ => Ok(()),
    }
}

fn check_standard(letter: &Letter) -> Result<(), SqsError> {
    if let Some(id) = &letter.deduplication_id {
        let reason = "The request includes a parameter that is not valid for this queue type.";
        return Err(invalid_parameter("MessageDeduplicationId", id, reason));
    }
    match letter.delay_seconds {
        Some(seconds) if !DELAY_SECONDS.contains(&i64::from(seconds)) => {
            Err(invalid_parameter("DelaySeconds", seconds, "DelaySeconds must be >= 0 and <= 900."))
        }
        _ => Ok(()),
    }
}

fn check_body(body: &str) -> Result<(), SqsError> {
    if body.is_empty() {
        return Err(SqsError::MissingParameter { name: "MessageBody".to_owned() });
    }
    if is_text(body) { Ok(()) } else { Err(SqsError::InvalidMessageContents {}) }
}

/// Whether XML can have all of it.
fn is_text(text: &str) -> bool {
    text.chars()
        .all(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
}

fn check_fifo_id(name: &str, id: Option<&str>) -> Result<(), SqsError> {
    let is_id =
        |id: &str| (1..=MAX_FIFO_ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    let reason = || format!("{name} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    id.filter(|id| !is_id(id)).map_or(Ok(()), |id| Err(invalid_parameter(name, id, &reason())))
}

fn attributes(sent: BTreeMap<String, MessageAttributeValue>) -> Result<Attributes, SqsError> {
    if sent.len() > MAX_MESSAGE_ATTRIBUTES {
        let message = format!("Number of message attributes [{}] exceeds the allowed maximum [10].", sent.len());
        return Err(SqsError::InvalidParameterValue { message });
    }
    let one = |(name, value): (String, MessageAttributeValue)| {
        check_name(&name)?;
        let MessageAttributeValue { data_type, string_value, binary_value, .. } = value;
        let value = attribute("user", &name, data_type, string_value, binary_value)?;
        Ok((name, value))
    };
    sent.into_iter().map(one).collect()
}

fn trace_header(sent: BTreeMap<String, MessageSystemAttributeValue>) -> Result<Option<AttributeValue>, SqsError> {
    let mut header = None;
    for (name, value) in sent {
        if name != TRACE_HEADER {
            let message = format!("Message system attribute name '{name}' is invalid.");
            return Err(SqsError::InvalidParameterValue { message });
        }
        let MessageSystemAttributeValue { data_type, string_value, binary_value, .. } = value;
        header = Some(attribute("system", &name, data_type, string_value, binary_value)?);
    }
    Ok(header)
}

fn text_value(text: &str) -> AttributeValue {
    AttributeValue { data_type: "String".to_owned(), value: Value::Text(text.to_owned()) }
}

fn check_name(name: &str) -> Result<(), SqsError> {
    let refused = |message: &str| Err(SqsError::InvalidParameterValue { message: message.to_owned() });
    // Letters with accents are let through, though they are not documented.
    let is_letter = |letter: char| {
        letter.is_ascii_alphanumeric() || "_.-".contains(letter) || ('\u{c0}'..='\u{17f}').contains(&letter)
    };
    let lower = name.to_ascii_lowercase();
    if name.len() >= MAX_ATTRIBUTE_NAME_LENGTH {
        refused("Message (user) attribute names must be shorter than 256 Bytes")
    } else if name.is_empty() || !name.chars().all(is_letter) {
        refused(
            "Message (user) attributes name can only contain upper and lower score characters, digits, periods, \
             hyphens and underscores. ",
        )
    } else if lower.starts_with("aws.") || lower.starts_with("amazon.") || name.starts_with('.') || name.ends_with('.')
    {
        refused(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for \
             internal use. Additionally, they cannot start or end with '.'.",
        )
    } else {
        Ok(())
    }
}

fn attribute(
    whose: &str,
    name: &str,
    data_type: String,
    text: Option<String>,
    binary: Option<Blob>,
) -> Result<AttributeValue, SqsError> {
    let refused = |message: String| Err(SqsError::InvalidParameterValue { message });
    let kind = data_type.split('.').next().unwrap_or_default();
    if !["String", "Number", "Binary"].contains(&kind) {
        return refused(format!(
            "The type of message ({whose}) attribute '{name}' is invalid. You must use only the following supported \
             type prefixes: Binary, Number, String."
        ));
    }
    if data_type.len() >= MAX_ATTRIBUTE_NAME_LENGTH {
        return refused(format!("Message ({whose}) attribute types must be shorter than 256 Bytes"));
    }
    let value = match kind {
        "Binary" => binary.filter(|blob| !blob.0.is_empty()).map(Value::Binary),
        _ => text.filter(|text| !text.is_empty()).map(Value::Text),
    };
    let Some(value) = value else {
        return refused(format!(
            "Message ({whose}) attribute '{name}' must contain a non-empty value of type '{kind}'."
        ));
    };
    match &value {
        Value::Text(text) if !is_text(text) => return refused(SqsError::InvalidMessageContents {}.to_string()),
        Value::Text(text) if kind == "Number" && text.parse::<f64>().is_err() => {
            return refused(format!("Can't cast the value of message ({whose}) attribute '{name}' to a number."));
        }
        _ => {}
    }
    Ok(AttributeValue { data_type, value })
}

/// Puts what another service delivers into the queue. One publication comes to many queues: nothing is computed that
/// nobody asks for.
pub(crate) fn deliver(ctx: &Context, sqs: &Sqs, queue: &LiveQueue, payload: Payload) -> Result<Reply, SqsError> {
    let trace = payload.trace_header.map(|header| MessageSystemAttributeValue {
        data_type: "String".to_owned(),
        string_value: Some(header),
        ..MessageSystemAttributeValue::default()
    });
    let letter = Letter {
        body: text(payload.body),
        attributes: payload.message_attributes.into_iter().map(|(name, value)| (name, value.into())).collect(),
        system_attributes: trace.into_iter().map(|header| (TRACE_HEADER.to_owned(), header)).collect(),
        deduplication_id: payload.deduplication_id,
        group_id: payload.group_id,
        delay_seconds: None,
    };
    let sender_id = ctx.identity().account.to_string();
    let placed = sqs.change(ctx, queue, |state| {
        let draft = draft(letter, &state.settings.attributes, sender_id, ctx.trace_id())?;
        Ok(place(state, draft, ctx.ids().uuid(), ctx.now()))
    })?;
    Ok(Reply { attributes: [("MessageId".to_owned(), placed.message_id)].into(), ..Reply::default() })
}

/// Not copied where nobody else has it.
fn text(bytes: Bytes) -> String {
    String::from_utf8(bytes.into()).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

impl From<MessageAttribute> for MessageAttributeValue {
    fn from(MessageAttribute { data_type, value }: MessageAttribute) -> Self {
        let bare = Self { data_type, ..Self::default() };
        match value {
            bus::MessageAttributeValue::Text(text) => Self { string_value: Some(text), ..bare },
            bus::MessageAttributeValue::Binary(blob) => Self { binary_value: Some(blob), ..bare },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_attributes_have_rules() {
        for (name, is_fine) in [
            ("a", true),
            ("Help.Me_-1", true),
            ("größe", true),
            ("", false),
            ("a b", false),
            ("AWS.a", false),
            ("amazon.a", false),
            (".a", false),
            ("a.", false),
            (&"a".repeat(256), false),
        ] {
            assert_eq!(check_name(name).is_ok(), is_fine, "{name}");
        }
    }

    #[test]
    fn bodies_are_what_xml_can_have() {
        assert!(is_text("\t\r\n \u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}"));
        for wrong in ["\u{0}", "\u{8}", "\u{b}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
            assert!(!is_text(wrong), "{wrong:?}");
        }
    }

    /// Recorded: test_message_deduplication_id_invalid, 2025-07-30.
    #[test]
    fn ids_are_printable_and_not_too_long() {
        for (id, is_fine) in [("a!~", true), ("", false), ("group 123", false), (&"a".repeat(129), false)] {
            assert_eq!(check_fifo_id("MessageGroupId", Some(id)).is_ok(), is_fine, "{id}");
        }
    }
}
