//! A topic: what is known of it besides its subscriptions.

use ruststack_auth::policy::evaluate::NamedPolicy;
use ruststack_core::{arn::Arn, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    deduplication::Recent,
    error::SnsError,
    limits::MAX_MESSAGE_SIZE,
    policy,
    topic_attributes::{self, Attributes, Counts},
};

/// One topic of an account in a region.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) settings: Settings,
    /// What was published lately, to a FIFO topic.
    pub(crate) recent: Recent,
}

/// What may be set of a topic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) arn: Arn,
    pub(crate) is_fifo: bool,
    /// As they were given.
    pub(crate) attributes: Attributes,
    pub(crate) tags: Tags,
    pub(crate) data_protection_policy: Option<String>,
    /// How many subscriptions ended.
    pub(crate) deleted: u64,
}

/// Whose deduplication ids must differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ThroughputScope {
    Topic,
    MessageGroup,
}

impl Topic {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, recent: Recent::default() }
    }
}

impl Settings {
    pub(crate) fn new(arn: Arn, is_fifo: bool, attributes: Attributes, tags: Tags) -> Self {
        Self { arn, is_fifo, attributes, tags, data_protection_policy: None, deleted: 0 }
    }

    pub(crate) fn name(&self) -> &str {
        self.arn.resource()
    }

    /// Sets an attribute; an empty value removes it, except for names that are shown.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        if value.is_empty() && name != "DisplayName" {
            self.attributes.remove(name);
        } else {
            self.attributes.insert(name.to_owned(), value);
        }
    }

    pub(crate) fn deduplicates_by_content(&self) -> bool {
        self.attributes.get("ContentBasedDeduplication").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn throughput_scope(&self) -> ThroughputScope {
        match self.attributes.get("FifoThroughputScope").map(String::as_str) {
            Some("MessageGroup") => ThroughputScope::MessageGroup,
            _ => ThroughputScope::Topic,
        }
    }

    /// `1` or `2`.
    pub(crate) fn signature_version(&self) -> &str {
        self.attributes.get("SignatureVersion").map_or("1", String::as_str)
    }

    /// Bytes.
    pub(crate) fn max_message_size(&self) -> usize {
        let set = self.attributes.get("MaximumMessageSize").and_then(|text| text.parse().ok());
        set.unwrap_or(MAX_MESSAGE_SIZE)
    }

    pub(crate) fn policy(&self) -> String {
        self.attributes.get("Policy").cloned().unwrap_or_else(|| policy::default(&self.arn))
    }

    /// For an evaluation.
    pub(crate) fn named_policy(&self) -> Result<NamedPolicy, SnsError> {
        Ok(policy::parse(&self.policy())?.named(self.arn.as_str()))
    }

    pub(crate) fn described(&self, counts: Counts) -> Attributes {
        let counts = Counts { deleted: self.deleted, ..counts };
        topic_attributes::described(&self.attributes, &self.arn, self.is_fifo, counts)
    }
}
