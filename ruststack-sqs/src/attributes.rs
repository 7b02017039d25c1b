//! A queue's attributes: which there are, which values they take, and what SQS says of the others.

use std::{collections::BTreeMap, ops::RangeInclusive, time::Duration};

use ruststack_auth::policy::stored::StoredPolicy;
use ruststack_core::arn::Arn;
use serde::{Deserialize, Serialize};

use crate::{
    error::SqsError,
    fifo::Scope,
    limits::{DELAY_SECONDS, KEY_REUSE_SECONDS, MESSAGE_SIZES, RETENTION_SECONDS, VISIBILITY_SECONDS, WAIT_SECONDS},
    policy,
    redrive::{RedriveAllowPolicy, RedrivePolicy},
};

/// Attributes that every queue has, their defaults and ranges.
const NUMBERS: [(&str, &str, RangeInclusive<i64>); 5] = [
    ("VisibilityTimeout", "30", VISIBILITY_SECONDS),
    ("MaximumMessageSize", "1048576", MESSAGE_SIZES),
    ("MessageRetentionPeriod", "345600", RETENTION_SECONDS),
    ("DelaySeconds", "0", DELAY_SECONDS),
    ("ReceiveMessageWaitTimeSeconds", "0", WAIT_SECONDS),
];

/// Those that every FIFO queue has.
const FIFO: [(&str, &str); 4] = [
    ("FifoQueue", "true"),
    ("ContentBasedDeduplication", "false"),
    ("DeduplicationScope", "queue"),
    ("FifoThroughputLimit", "perQueue"),
];

/// Those that can be asked for and not be set.
pub(crate) const COMPUTED: [&str; 6] = [
    "QueueArn",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
];

/// Those that an empty text removes.
const OPTIONAL: [&str; 4] = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"];
const KEY_REUSE: &str = "KmsDataKeyReusePeriodSeconds";
const DEFAULT_KEY_REUSE: &str = "300";
const MANAGED_ENCRYPTION: &str = "SqsManagedSseEnabled";
const ONE_ENCRYPTION: &str =
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.";

/// What is set, defaults included, by AWS's names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub(crate) struct Attributes {
    all: BTreeMap<String, String>,
    read: Read,
}

/// What messages ask on their way, read once.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Read {
    is_fifo: bool,
    deduplicates_by_content: bool,
    max_message_size: usize,
    delay: Duration,
    visibility_timeout: Duration,
    wait_time: Duration,
    retention: Duration,
    policy: Option<StoredPolicy>,
    redrive_policy: Option<RedrivePolicy>,
    redrive_allow_policy: Option<RedriveAllowPolicy>,
}

impl Read {
    fn of(all: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| all.get(name).map(String::as_str);
        let number = |name: &str| text(name).and_then(|value| value.parse().ok()).unwrap_or(0);
        let seconds = |name: &str| Duration::from_secs(number(name));
        Self {
            is_fifo: text("FifoQueue") == Some("true"),
            deduplicates_by_content: text("ContentBasedDeduplication") == Some("true"),
            max_message_size: usize::try_from(number("MaximumMessageSize")).unwrap_or(usize::MAX),
            delay: seconds("DelaySeconds"),
            visibility_timeout: seconds("VisibilityTimeout"),
            wait_time: seconds("ReceiveMessageWaitTimeSeconds"),
            retention: seconds("MessageRetentionPeriod"),
            policy: text("Policy").and_then(policy::read),
            redrive_policy: text("RedrivePolicy").and_then(|text| RedrivePolicy::parse(text).ok()),
            redrive_allow_policy: text("RedriveAllowPolicy").and_then(|text| RedriveAllowPolicy::parse(text).ok()),
        }
    }
}

impl From<BTreeMap<String, String>> for Attributes {
    fn from(all: BTreeMap<String, String>) -> Self {
        let read = Read::of(&all);
        Self { all, read }
    }
}

impl From<Attributes> for BTreeMap<String, String> {
    fn from(attributes: Attributes) -> Self {
        attributes.all
    }
}

impl Attributes {
    /// Those of a new queue; `given` has been checked.
    pub(crate) fn of(given: BTreeMap<String, String>, is_fifo: bool) -> Self {
        let mut all: BTreeMap<String, String> =
            NUMBERS.iter().map(|(name, default, _)| ((*name).to_owned(), (*default).to_owned())).collect();
        all.insert(MANAGED_ENCRYPTION.to_owned(), "true".to_owned());
        if is_fifo {
            all.extend(FIFO.map(|(name, default)| (name.to_owned(), default.to_owned())));
        }
        let mut attributes = Self::from(all);
        attributes.set(given);
        attributes
    }

    /// Sets those that have been checked.
    pub(crate) fn set(&mut self, given: BTreeMap<String, String>) {
        if given.get("KmsMasterKeyId").is_some_and(|key| !key.is_empty()) {
            self.all.insert(MANAGED_ENCRYPTION.to_owned(), "false".to_owned());
        }
        if given.get(MANAGED_ENCRYPTION).is_some_and(|enabled| enabled == "true") {
            self.all.remove("KmsMasterKeyId");
            self.all.remove(KEY_REUSE);
        }
        for (name, value) in given {
            let is_removed = OPTIONAL.contains(&name.as_str()) && value.is_empty()
                || name == KEY_REUSE && value == DEFAULT_KEY_REUSE;
            if is_removed {
                self.all.remove(&name);
            } else {
                self.all.insert(name, value);
            }
        }
        self.read = Read::of(&self.all);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all.get(name).map(String::as_str)
    }

    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.all
    }

    /// The name of the first that differs from what is given.
    pub(crate) fn differing<'g>(&self, given: &'g BTreeMap<String, String>) -> Option<&'g str> {
        let default = |name: &str| if name == KEY_REUSE { DEFAULT_KEY_REUSE } else { "" };
        let is_same = |name: &String, value: &String| {
            let held = self.get(name).unwrap_or_else(|| default(name));
            held == value || is_same_document(held, value)
        };
        given.iter().find(|(name, value)| !is_same(name, value)).map(|(name, _)| name.as_str())
    }

    pub(crate) fn visibility_timeout(&self) -> Duration {
        self.read.visibility_timeout
    }

    pub(crate) fn delay(&self) -> Duration {
        self.read.delay
    }

    pub(crate) fn wait_time(&self) -> Duration {
        self.read.wait_time
    }

    pub(crate) fn retention(&self) -> Duration {
        self.read.retention
    }

    pub(crate) fn max_message_size(&self) -> usize {
        self.read.max_message_size
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.read.is_fifo
    }

    pub(crate) fn deduplicates_by_content(&self) -> bool {
        self.read.deduplicates_by_content
    }

    pub(crate) fn deduplication_scope(&self) -> Scope {
        if self.get("DeduplicationScope") == Some("messageGroup") { Scope::MessageGroup } else { Scope::Queue }
    }

    /// Who may do what; `None` of one that says nothing.
    pub(crate) fn policy(&self) -> Option<&StoredPolicy> {
        self.read.policy.as_ref()
    }

    pub(crate) fn redrive_policy(&self) -> Option<&RedrivePolicy> {
        self.read.redrive_policy.as_ref()
    }

    /// Whether messages that `source` gives up may come here.
    pub(crate) fn takes_from(&self, source: &Arn) -> bool {
        self.read.redrive_allow_policy.as_ref().is_none_or(|policy| policy.allows(source))
    }
}

fn is_same_document(one: &str, other: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one.starts_with('{') && parse(one).is_some_and(|one| Some(one) == parse(other))
}

/// Whether queues have such an attribute, settable or not.
pub(crate) fn is_known(name: &str) -> bool {
    is_settable(name) || COMPUTED.contains(&name)
}

fn is_settable(name: &str) -> bool {
    NUMBERS.iter().any(|(number, ..)| *number == name)
        || FIFO.iter().any(|(fifo, _)| *fifo == name)
        || OPTIONAL.contains(&name)
        || [KEY_REUSE, MANAGED_ENCRYPTION].contains(&name)
}

pub(crate) fn unknown(name: &str) -> SqsError {
    SqsError::InvalidAttributeName { message: format!("Unknown Attribute {name}.") }
}

/// Truth may be written in any case.
pub(crate) fn normalised(given: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_truth = |name: &str| ["FifoQueue", "ContentBasedDeduplication", MANAGED_ENCRYPTION].contains(&name);
    let one = |(name, value): (String, String)| {
        let value = if is_truth(&name) { value.to_ascii_lowercase() } else { value };
        (name, value)
    };
    given.into_iter().map(one).collect()
}

/// Checks attributes that shall be set; whether the queues that they name exist is not known here.
pub(crate) fn check(given: &BTreeMap<String, String>, is_fifo: bool) -> Result<(), SqsError> {
    given.iter().try_for_each(|(name, value)| check_one(name, value, is_fifo))?;
    let has_key = given.get("KmsMasterKeyId").is_some_and(|key| !key.is_empty());
    if has_key && given.get(MANAGED_ENCRYPTION).is_some_and(|enabled| enabled == "true") {
        return Err(SqsError::InvalidAttributeName { message: ONE_ENCRYPTION.to_owned() });
    }
    let is_per_group = given.get("FifoThroughputLimit").is_some_and(|limit| limit == "perMessageGroupId");
    if is_per_group && given.get("DeduplicationScope").is_some_and(|scope| scope != "messageGroup") {
        let message = "The perMessageGroupId value of the FifoThroughputLimit attribute can be specified only when the \
                       value of the DeduplicationScope attribute is set to messageGroup.";
        return Err(SqsError::InvalidAttributeValue { message: message.to_owned() });
    }
    Ok(())
}

fn check_one(name: &str, value: &str, is_fifo: bool) -> Result<(), SqsError> {
    if !is_settable(name) {
        return Err(unknown(name));
    }
    if FIFO.iter().any(|(fifo, _)| *fifo == name) && !is_fifo {
        let is_of_throughput = ["DeduplicationScope", "FifoThroughputLimit"].contains(&name);
        let only = || format!("You can specify the {name} only when FifoQueue is set to true.");
        let message = if is_of_throughput { only() } else { format!("Unknown Attribute {name}.") };
        return Err(SqsError::InvalidAttributeName { message });
    }
    if name == "FifoQueue" && value != "true" {
        let message = "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.";
        return Err(SqsError::InvalidAttributeValue { message: message.to_owned() });
    }
    let is_valid = match name {
        "ContentBasedDeduplication" | MANAGED_ENCRYPTION => ["true", "false"].contains(&value),
        "DeduplicationScope" => ["queue", "messageGroup"].contains(&value),
        "FifoThroughputLimit" => ["perQueue", "perMessageGroupId"].contains(&value),
        KEY_REUSE => is_number_in(value, &KEY_REUSE_SECONDS),
        "Policy" if !value.is_empty() => return policy::check(value),
        "RedrivePolicy" if !value.is_empty() => return RedrivePolicy::parse(value).map(drop),
        "RedriveAllowPolicy" if !value.is_empty() => return RedriveAllowPolicy::parse(value).map(drop),
        _ => {
            let range = NUMBERS.iter().find(|(number, ..)| *number == name).map(|(.., range)| range);
            range.is_none_or(|range| is_number_in(value, range))
        }
    };
    if is_valid { Ok(()) } else { Err(invalid(name)) }
}

/// What an attribute cannot be.
pub(crate) fn invalid(name: &str) -> SqsError {
    SqsError::InvalidAttributeValue { message: format!("Invalid value for the parameter {name}.") }
}

fn is_number_in(value: &str, range: &RangeInclusive<i64>) -> bool {
    value.parse().is_ok_and(|number: i64| range.contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Recorded: test_create_standard_queue_with_fifo_attribute_raises_error, test_set_unsupported_attribute_fifo,
    /// test_sse_kms_and_sqs_are_mutually_exclusive. The texts of values out of range are documented by use.
    #[test]
    fn what_is_refused_is_told_as_aws_does() {
        let fifo_only = "You can specify the DeduplicationScope only when FifoQueue is set to true.";
        let fixed = "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.";
        for (pairs, is_fifo, message) in [
            (&[("FifoQueue", "true")][..], false, "Unknown Attribute FifoQueue."),
            (&[("Nothing", "1")], true, "Unknown Attribute Nothing."),
            (&[("QueueArn", "1")], true, "Unknown Attribute QueueArn."),
            (&[("DeduplicationScope", "queue")], false, fifo_only),
            (&[("FifoQueue", "false")], true, fixed),
            (&[("VisibilityTimeout", "43201")], false, "Invalid value for the parameter VisibilityTimeout."),
            (&[("DelaySeconds", "-1")], false, "Invalid value for the parameter DelaySeconds."),
            (&[("Policy", "x")], false, "Invalid value for the parameter Policy."),
            (&[("KmsMasterKeyId", "k"), ("SqsManagedSseEnabled", "true")], false, ONE_ENCRYPTION),
        ] {
            assert_eq!(check(&given(pairs), is_fifo).unwrap_err().to_string(), message);
        }
        assert_eq!(check(&given(&[("FifoQueue", "true"), ("DeduplicationScope", "messageGroup")]), true), Ok(()));
    }

    /// Recorded: test_set_queue_attributes_default_values, 2025-12-10.
    #[test]
    fn a_key_ends_the_managed_encryption_and_leaves_without_a_trace() {
        let mut attributes = Attributes::of(given(&[]), false);
        let before = attributes.all().clone();
        attributes.set(given(&[("KmsMasterKeyId", "key"), (KEY_REUSE, "6000")]));
        assert_eq!(attributes.get(MANAGED_ENCRYPTION), Some("false"));
        attributes.set(given(&[("KmsMasterKeyId", ""), (KEY_REUSE, "300")]));
        attributes.set(given(&[(MANAGED_ENCRYPTION, "true")]));
        assert_eq!(attributes.all(), &before);
    }

    #[test]
    fn documents_are_compared_by_what_they_say() {
        let held = Attributes::of(given(&[("RedrivePolicy", "{\"a\": 1}")]), false);
        assert_eq!(held.differing(&given(&[("RedrivePolicy", "{\"a\":1}"), ("DelaySeconds", "0")])), None);
        assert_eq!(held.differing(&given(&[("DelaySeconds", "1")])), Some("DelaySeconds"));
    }
}
