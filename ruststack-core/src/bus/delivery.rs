//! What is delivered, on whose behalf, and what may become of it.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::MAX_HOPS;
use crate::{arn::Arn, error::AwsError, scope::AccountId, wire::Blob};

/// On whose behalf something is delivered: what the policy of a target sees as `Principal`, `aws:SourceArn` and
/// `aws:SourceAccount`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sender {
    /// The service as a principal: `<service>.amazonaws.com`.
    pub principal: String,
    pub source: Arn,
    /// The source's, whose ARN need not name it.
    pub account: AccountId,
}

impl Sender {
    /// `service` in the name of its resource `source`, whose ARN names its account.
    pub fn of(service: &str, source: &Arn) -> Self {
        let account = source.account().parse().unwrap_or(AccountId::DEFAULT);
        Self { principal: format!("{service}.amazonaws.com"), source: source.clone(), account }
    }
}

/// What is delivered to a target; the target takes of it what its kind knows.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Payload {
    pub body: Bytes,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub message_attributes: BTreeMap<String, MessageAttribute>,
    /// `MessageGroupId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// `MessageDeduplicationId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplication_id: Option<String>,
    /// `AWSTraceHeader`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_header: Option<String>,
}

impl Payload {
    pub fn of(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }
}

/// A value with its type: `String`, `Number.int`, `Binary.png`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MessageAttribute {
    pub data_type: String,
    pub value: MessageAttributeValue,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MessageAttributeValue {
    Text(String),
    Binary(Blob),
}

/// What a target answers.
#[derive(Clone, Default, Debug)]
pub struct Reply {
    pub body: Bytes,
    pub attributes: BTreeMap<String, String>,
}

/// Why something could not be delivered.
#[derive(Debug, Clone)]
pub enum DeliveryError {
    /// Nothing here has such an ARN, or nothing that takes deliveries.
    NotATarget(Arn),
    /// The service is here, the resource is not.
    NoSuchResource(Arn),
    /// The target's policy does not let the sender.
    Denied(Arn),
    /// The chain of deliveries is longer than [`MAX_HOPS`]: most likely a loop.
    TooManyHops(Arn),
    /// The target refused.
    Refused(AwsError),
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATarget(arn) => write!(f, "nothing here takes deliveries for {arn}"),
            Self::NoSuchResource(arn) => write!(f, "{arn} does not exist"),
            Self::Denied(arn) => write!(f, "the policy of {arn} does not let the sender deliver"),
            Self::TooManyHops(arn) => {
                write!(f, "more than {MAX_HOPS} deliveries led to {arn}: the configuration most likely loops")
            }
            Self::Refused(error) => write!(f, "the target refused: {error}"),
        }
    }
}

impl std::error::Error for DeliveryError {}
