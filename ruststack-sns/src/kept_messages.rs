//! Messages that nothing here sends (texts, pushes, mails): kept to be looked at.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use ruststack_core::{journal::Changes, scope::Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{limits::MAX_KEPT_MESSAGES, message::Message, message_attributes, protocol::Protocol, rows};

/// What they would have been sent as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Kind {
    Sms,
    Push,
    Email,
}

/// One message for one receiver.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct KeptMessage {
    pub(crate) kind: Kind,
    /// A phone number, the ARN of an endpoint, an address.
    pub(crate) receiver: String,
    pub(crate) topic_arn: Option<String>,
    pub(crate) subscription_arn: Option<String>,
    /// The receiver's.
    pub(crate) text: String,
    pub(crate) is_structured: bool,
    pub(crate) subject: Option<String>,
    pub(crate) message_id: String,
    pub(crate) attributes: message_attributes::Attributes,
}

/// Those of an account in a region, oldest first.
#[derive(Default)]
pub(crate) struct KeptMessages(Mutex<Numbered>);

#[derive(Default)]
struct Numbered {
    by_number: BTreeMap<u64, KeptMessage>,
    last: u64,
}

impl Kind {
    /// Of the protocols whose messages are kept.
    pub(crate) fn of(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Sms => Self::Sms,
            Protocol::Application => Self::Push,
            _ => Self::Email,
        }
    }
}

impl KeptMessage {
    /// A message that is published to the receiver itself.
    pub(crate) fn direct(kind: Kind, receiver: &str, text: &str, message: &Message) -> Self {
        Self {
            kind,
            receiver: receiver.to_owned(),
            topic_arn: None,
            subscription_arn: None,
            text: text.to_owned(),
            is_structured: message.body.is_structured(),
            subject: message.subject.clone(),
            message_id: message.id.clone(),
            attributes: message.attributes.clone(),
        }
    }

    /// As it is shown, with LocalStack's names.
    pub(crate) fn shown(&self) -> Value {
        let receiver = match self.kind {
            Kind::Sms => "PhoneNumber",
            Kind::Push => "TargetArn",
            Kind::Email => "Address",
        };
        let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
        let structure = self.is_structured.then_some("json");
        let members = [
            (receiver, self.receiver.as_str().into()),
            ("TopicArn", text(self.topic_arn.as_deref())),
            ("SubscriptionArn", text(self.subscription_arn.as_deref())),
            ("MessageId", self.message_id.as_str().into()),
            ("Message", self.text.as_str().into()),
            ("MessageAttributes", message_attributes::sent(&self.attributes)),
            ("MessageStructure", text(structure)),
            ("Subject", text(self.subject.as_deref())),
        ];
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
    }
}

impl KeptMessages {
    /// Keeps one more; the oldest goes when there are too many. Call it in the section of what it comes from.
    pub(crate) fn keep(&self, scope: &Scope, changes: &Changes, message: KeptMessage) {
        let mut kept = self.0.lock();
        kept.last += 1;
        let number = kept.last;
        changes.record(|rows| rows::put_kept(rows, scope, number, &message));
        kept.by_number.insert(number, message);
        if kept.by_number.len() > MAX_KEPT_MESSAGES
            && let Some((oldest, _)) = kept.by_number.pop_first()
        {
            changes.record(|rows| rows::remove_kept(rows, scope, oldest));
        }
    }

    /// Forgets those that are meant.
    pub(crate) fn forget(&self, scope: &Scope, changes: &Changes, is_meant: impl Fn(&KeptMessage) -> bool) {
        let mut kept = self.0.lock();
        let gone: Vec<u64> =
            kept.by_number.iter().filter(|(_, message)| is_meant(message)).map(|(number, _)| *number).collect();
        gone.iter().for_each(|number| drop(kept.by_number.remove(number)));
        changes.record(|rows| gone.iter().for_each(|number| rows::remove_kept(rows, scope, *number)));
    }

    /// All of a kind, oldest first.
    pub(crate) fn of_kind(&self, kind: Kind) -> Vec<KeptMessage> {
        self.0.lock().by_number.values().filter(|message| message.kind == kind).cloned().collect()
    }

    pub(crate) fn all(&self) -> Vec<(u64, KeptMessage)> {
        self.0.lock().by_number.iter().map(|(number, message)| (*number, message.clone())).collect()
    }

    /// One that was kept before this process.
    pub(crate) fn restore(&self, number: u64, message: KeptMessage) {
        let mut kept = self.0.lock();
        kept.last = kept.last.max(number);
        kept.by_number.insert(number, message);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().by_number.clear();
    }
}
