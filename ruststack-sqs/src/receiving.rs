//! Receiving: who waits for how long, what is handed out, and what of it is told.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use ruststack_core::{clock::Timestamp, context::Context};

use crate::{
    Sqs, api,
    api::MessageAttributeValue,
    attributes,
    error::{SqsError, invalid_parameter},
    limits::MAX_IN_FLIGHT,
    live_queue::{LiveQueue, QueueState},
    message::{self, AttributeValue, Value},
    queue::{Entry, Received, Refusal, Wish},
    receipt_handle::ReceiptHandle,
};

const OVER_LIMIT: &str = "The maximum number of in flight messages is reached. In flight messages are messages that were \
                          received, and are neither deleted nor visible again.";

/// Waits up to `patience` for messages. Nothing is taken before it is handed out, so that who goes away loses nothing.
pub(crate) async fn receive(
    ctx: &Context,
    sqs: &Sqs,
    queue: &LiveQueue,
    max: usize,
    visibility: Option<Duration>,
    patience: Duration,
) -> Result<Vec<(Entry, String)>, SqsError> {
    let deadline = ctx.now().plus(patience);
    let stopping = ctx.runtime().tasks.stopping();
    tokio::pin!(stopping);
    loop {
        let changed = queue.changed();
        tokio::pin!(changed);
        // From here on no change is missed.
        changed.as_mut().enable();
        let received = receive_now(ctx, sqs, queue, max, visibility)?;
        let now = ctx.now();
        if !received.is_empty() || now >= deadline {
            return Ok(received);
        }
        let due = queue.look(|state| state.messages.next_due()).map_or(deadline, |due| due.min(deadline));
        tokio::select! {
            () = &mut changed => {}
            () = ctx.clock().sleep_until(due) => {}
            () = &mut stopping => return Ok(Vec::new()),
        }
    }
}

fn receive_now(
    ctx: &Context,
    sqs: &Sqs,
    queue: &LiveQueue,
    max: usize,
    visibility: Option<Duration>,
) -> Result<Vec<(Entry, String)>, SqsError> {
    let now = ctx.now();
    let receive = |state: &mut QueueState, max_receive_count| {
        let visibility = visibility.unwrap_or_else(|| state.settings.attributes.visibility_timeout());
        let wish = Wish { max, visibility, max_receive_count };
        let received = state.messages.receive(wish, now, || ctx.ids().uuid());
        received.map_err(|refusal| told(refusal, "", visibility))
    };
    let received = match sqs.dead_letter_queue_of(queue) {
        None => sqs.change(ctx, queue, |state| receive(state, None)),
        Some((target, max_receive_count)) => sqs.change_with(ctx, queue, &target, |state, target| {
            // Who has nobody to give messages up to keeps them.
            let mut received = receive(state, Some(max_receive_count).filter(|_| !target.is_deleted))?;
            give_up(queue, target, std::mem::take(&mut received.given_up), now);
            Ok(received)
        }),
    };
    let Received { messages, .. } = received?;
    let handle = |(entry, receipt): (Entry, String)| {
        let message_id = entry.message.id.clone();
        let handle = ReceiptHandle { receipt, queue_arn: queue.arn.to_string(), message_id };
        (entry, handle.encode(now))
    };
    Ok(messages.into_iter().map(handle).collect())
}

/// Moves messages to the queue that takes them; they keep what they are and what happened to them.
fn give_up(queue: &LiveQueue, target: &mut QueueState, entries: Vec<Entry>, now: Timestamp) {
    for mut entry in entries {
        Arc::make_mut(&mut entry.message).source_arn = Some(queue.arn.to_string());
        target.messages.put(entry, Duration::ZERO, now);
    }
}

/// A refusal in AWS's words.
pub(crate) fn told(refusal: Refusal, receipt_handle: &str, timeout: Duration) -> SqsError {
    match refusal {
        Refusal::Expired => invalid_parameter("ReceiptHandle", receipt_handle, "The receipt handle has expired."),
        Refusal::NotInFlight => invalid_parameter(
            "ReceiptHandle",
            receipt_handle,
            "Message does not exist or is not available for visibility timeout change.",
        ),
        Refusal::TooLong => invalid_parameter(
            "VisibilityTimeout",
            timeout.as_secs(),
            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
        ),
        Refusal::OverLimit => SqsError::OverLimit { message: format!("{OVER_LIMIT} ({MAX_IN_FLIGHT})") },
    }
}

/// Which attributes a receiver wants to be told.
pub(crate) struct Wanted {
    system: Vec<String>,
    user: Vec<String>,
}

impl Wanted {
    /// Everything.
    pub(crate) fn all() -> Self {
        Self { system: vec!["All".to_owned()], user: vec!["All".to_owned()] }
    }

    /// The newer parameter of system attributes goes before the older, which is named like attributes of queues.
    pub(crate) fn of(
        older: Option<Vec<String>>,
        newer: Option<Vec<String>>,
        user: Option<Vec<String>>,
    ) -> Result<Self, SqsError> {
        let newer = newer.filter(|names| !names.is_empty());
        let system = newer.or(older).unwrap_or_default();
        match system.iter().find(|name| !is_known(name)) {
            Some(unknown) => Err(attributes::unknown(unknown)),
            None => Ok(Self { system, user: user.unwrap_or_default() }),
        }
    }

    /// A message as it is told.
    pub(crate) fn tell(&self, entry: &Entry, receipt_handle: String) -> api::Message {
        let Entry { message, delivery } = entry;
        let mut system = message.system_attributes(delivery);
        let wants_all = self.system.iter().any(|name| name == "All");
        system.retain(|name, _| wants_all || self.system.contains(name));
        let wanted = || message.draft.attributes.iter().filter(|(name, _)| self.wants(name));
        let user: BTreeMap<_, _> = wanted().map(|(name, value)| (name.clone(), output(value))).collect();
        api::Message {
            message_id: Some(message.id.clone()),
            receipt_handle: Some(receipt_handle),
            md5_of_body: Some(message.md5_of_body.clone()),
            body: Some(message.draft.body.clone()),
            attributes: Some(system).filter(|attributes| !attributes.is_empty()),
            md5_of_message_attributes: message::md5_of_attributes(wanted()),
            message_attributes: Some(user).filter(|attributes| !attributes.is_empty()),
        }
    }

    /// By name, by `prefix.*`, or all.
    fn wants(&self, name: &str) -> bool {
        let matches = |wanted: &String| match wanted.as_str() {
            "All" | ".*" | "*" => true,
            exact if exact == name => true,
            pattern => pattern.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix)),
        };
        self.user.iter().any(matches)
    }
}

const SYSTEM_ATTRIBUTES: [&str; 10] = [
    "All",
    "AWSTraceHeader",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

/// Names of queues' attributes are let through, and are never told.
fn is_known(name: &str) -> bool {
    SYSTEM_ATTRIBUTES.contains(&name) || attributes::is_known(name)
}

fn output(attribute: &AttributeValue) -> MessageAttributeValue {
    let (string_value, binary_value) = match &attribute.value {
        Value::Text(text) => (Some(text.clone()), None),
        Value::Binary(blob) => (None, Some(blob.clone())),
    };
    MessageAttributeValue {
        data_type: attribute.data_type.clone(),
        string_value,
        binary_value,
        ..MessageAttributeValue::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Attributes, Message};

    fn message() -> Entry {
        let text = |text: &str| AttributeValue { data_type: "String".to_owned(), value: Value::Text(text.to_owned()) };
        let attributes: Attributes = [("General", "Kenobi"), ("Hello", "There"), ("Help.Me", "Me")]
            .map(|(name, value)| (name.to_owned(), text(value)))
            .into();
        let draft = message::Draft {
            body: "msg".to_owned(),
            attributes,
            trace_header: None,
            group_id: None,
            deduplication_id: None,
            delay_seconds: None,
            sender_id: "000000000000".to_owned(),
        };
        Message::new("id".to_owned(), draft, Timestamp::default()).into()
    }

    /// Recorded: test_receive_message_message_attribute_names_filters, 2024-04-30.
    #[test]
    fn sums_are_of_the_attributes_that_are_told() {
        let all = Some("4c360f3fdafd970e05fae2f149d997f5");
        for (names, expected) in [
            (&[][..], None),
            (&["All"], all),
            (&[".*"], all),
            (&["Hello", "General"], Some("fca026605781cb4126a1e9044df24232")),
            (&["Hello", "Nothing"], Some("a311262e065454b75da111d535b8dacd")),
            (&["Hel.*"], Some("83fee93c1bcd8b9a5a923ffacdc636c7")),
            (&["Nothing"], None),
        ] {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let told = Wanted::of(None, None, Some(names)).unwrap().tell(&message(), String::new());
            assert_eq!(told.md5_of_message_attributes.as_deref(), expected);
        }
    }

    #[test]
    fn system_attributes_are_told_when_they_are_asked_for() {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let told = |older, newer| {
            let told = Wanted::of(older, newer, None).unwrap().tell(&message(), String::new());
            told.attributes.map(|attributes| attributes.into_keys().collect::<Vec<_>>())
        };
        assert_eq!(told(None, None), None);
        assert_eq!(told(names(&["SenderId"]), None), names(&["SenderId"]));
        assert_eq!(told(names(&["All"]), names(&["SentTimestamp"])), names(&["SentTimestamp"]));
        assert_eq!(told(names(&["All"]), names(&[])).unwrap().len(), 3);
        assert!(Wanted::of(names(&["Nothing"]), None, None).is_err());
    }
}
