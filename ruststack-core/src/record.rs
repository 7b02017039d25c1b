//! What a service tells of a request for the request log, in CloudTrail's terms: an extension of the requests that are
//! recorded, and of no others.
//!
//! What is written by a model's shapes is told by [`Operations`](crate::operation::Operations); other services tell it
//! themselves.

mod shown;

use std::{borrow::Cow, sync::Arc};

use http::request::Parts;
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::Value;

use crate::{context::Context, scope::Scope, shape::OperationShape};

pub use shown::{HIDDEN, shown};

/// Where a service tells what it knows; cheap to clone.
#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<Details>>);

/// What a service knows of a request.
#[derive(Clone, Default)]
pub struct Details {
    /// The request's context, once its sender is better known than its head told.
    pub ctx: Option<Context>,
    /// The operation as CloudTrail calls it, where that is not its name.
    pub event_name: Option<Cow<'static, str>>,
    /// Who sent it, where that is shown otherwise than it was said.
    pub user_agent: Option<String>,
    pub request_parameters: Value,
    /// Null of what only reads.
    pub response_elements: Value,
    pub additional_event_data: Value,
    pub resources: Vec<Resource>,
    /// Acts on what a resource holds, not on the resource.
    pub is_data: bool,
    pub is_read_only: bool,
}

/// What a request is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Resource {
    #[serde(rename = "accountId", skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(rename = "ARN", skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Of a listing: what is common to all that it may name.
    #[serde(rename = "ARNPrefix", skip_serializing_if = "Option::is_none")]
    pub arn_prefix: Option<String>,
}

impl Resource {
    pub fn new(kind: &'static str, arn: String) -> Self {
        Self { account: None, kind, arn: Some(arn), arn_prefix: None }
    }

    pub fn with_prefix(kind: &'static str, arn_prefix: String) -> Self {
        Self { account: None, kind, arn: None, arn_prefix: Some(arn_prefix) }
    }

    #[must_use]
    pub fn of(self, account: Option<String>) -> Self {
        Self { account, ..self }
    }
}

/// How the requests of a service that is written by its model are recorded.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// Operations on what resources hold.
    pub data: &'static [&'static str],
    /// Operations that read and whose answers are recorded all the same.
    pub told_reads: &'static [&'static str],
    /// Operations that only read though their names do not begin as such names do.
    pub reads: &'static [&'static str],
    /// Members that are nobody's business, besides those that are secrets anywhere.
    pub hidden: &'static [&'static str],
    /// The resource that an input names.
    pub resource: fn(&Scope, &Value) -> Option<Resource>,
}

impl Recording {
    /// As services usually are recorded.
    pub const USUAL: Self = Self { data: &[], told_reads: &[], reads: &[], hidden: &[], resource: |_, _| None };
}

impl Record {
    /// The record of a request that is recorded.
    pub fn of(head: &Parts) -> Option<&Self> {
        head.extensions.get()
    }

    pub fn tell<R>(&self, tell: impl FnOnce(&mut Details) -> R) -> R {
        tell(&mut self.0.lock())
    }

    /// What was told so far.
    pub fn details(&self) -> Details {
        self.0.lock().clone()
    }

    pub(crate) fn tell_input(&self, recording: &Recording, scope: &Scope, shape: &OperationShape, input: &Value) {
        let parameters = shown(shape.input, input, recording.hidden);
        let is_empty = parameters.as_object().is_some_and(serde_json::Map::is_empty);
        self.tell(|details| {
            details.is_data = recording.data.contains(&shape.name);
            details.is_read_only = recording.is_read_only(shape.name);
            details.request_parameters = if is_empty { Value::Null } else { parameters };
            details.resources = (recording.resource)(scope, input).into_iter().collect();
        });
    }

    pub(crate) fn tell_output(&self, recording: &Recording, shape: &OperationShape, output: &Value) {
        let is_told = !recording.is_read_only(shape.name) || recording.told_reads.contains(&shape.name);
        let elements = shown(shape.output, output, recording.hidden);
        if is_told && elements.as_object().is_some_and(|elements| !elements.is_empty()) {
            self.tell(|details| details.response_elements = elements);
        }
    }
}

impl Recording {
    fn is_read_only(&self, operation: &str) -> bool {
        is_read(operation) || [self.reads, self.told_reads].iter().any(|names| names.contains(&operation))
    }
}

/// Whether an operation's name says that it only reads.
pub fn is_read(operation: &str) -> bool {
    const VERBS: [&str; 8] = ["Get", "List", "Describe", "Head", "Lookup", "Query", "Scan", "BatchGet"];
    VERBS.iter().any(|verb| operation.starts_with(verb))
}
