//! What an invocation comes to, in AWS's words where the function did not find its own.

use bytes::Bytes;
use ruststack_core::context::Context;
use serde_json::{Value, json};

use crate::{
    executor::{ExecutorError, Exit},
    runtime_api::MAX_RESPONSE,
};

/// What a caller is told.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) body: Bytes,
    /// The function failed: `body` says how.
    pub(crate) is_error: bool,
    /// `$LATEST` or a number.
    pub(crate) executed_version: String,
    /// In base64.
    pub(crate) log_tail: String,
    pub(crate) request_id: String,
}

/// How an invocation failed.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The runtime said so, in its own words.
    Handler(Bytes),
    /// It said so while it wrote its response.
    Stream {
        error_type: String,
        body: String,
    },
    TooLarge,
    /// After so many seconds.
    TimedOut(i32),
    Exited(Exit),
    Executor(ExecutorError),
}

impl Fault {
    /// The document that the caller gets.
    fn body(&self, request_id: &str) -> Bytes {
        let document = |error_type: &str, message: String| {
            Bytes::from(json!({ "errorType": error_type, "errorMessage": message }).to_string())
        };
        match self {
            Self::Handler(body) => body.clone(),
            Self::Stream { error_type, body } if body.is_empty() => document(error_type, String::new()),
            Self::Stream { body, .. } => Bytes::from(body.clone()),
            Self::TooLarge => document(
                "Function.ResponseSizeTooLarge",
                format!("Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."),
            ),
            Self::TimedOut(seconds) => document(
                "Sandbox.Timedout",
                format!("RequestId: {request_id} Error: Task timed out after {seconds}.00 seconds"),
            ),
            Self::Exited(exit) => {
                document("Runtime.ExitError", format!("RequestId: {request_id} Error: Runtime exited {exit}"))
            }
            Self::Executor(error) => {
                document("Runtime.InvalidEntrypoint", format!("RequestId: {request_id} Error: {error}"))
            }
        }
    }

    /// What the report says of it.
    pub(super) fn status(&self) -> Option<(&'static str, Option<String>)> {
        match self {
            Self::TimedOut(_) => Some(("timeout", None)),
            Self::Exited(_) => Some(("error", Some("Runtime.ExitError".to_owned()))),
            Self::Handler(_) | Self::Stream { .. } | Self::TooLarge | Self::Executor(_) => None,
        }
    }

    /// The line that the log has of it.
    pub(super) fn line(&self, request_id: &str, ctx: &Context) -> Option<String> {
        match self {
            Self::TimedOut(seconds) => {
                let now = ctx.now().to_iso_8601_millis();
                Some(format!("{now} {request_id} Task timed out after {seconds}.00 seconds\n\n"))
            }
            Self::Exited(exit) => {
                Some(format!("RequestId: {request_id} Error: Runtime exited {exit}\nRuntime.ExitError\n"))
            }
            _ => None,
        }
    }
}

impl Outcome {
    pub(super) fn of(done: Result<Bytes, Fault>, request_id: &str, executed_version: String, log_tail: String) -> Self {
        let is_error = done.is_err();
        let body = done.unwrap_or_else(|fault| fault.body(request_id));
        Self { body, is_error, executed_version, log_tail, request_id: request_id.to_owned() }
    }

    /// The body as JSON; text where it is none.
    pub(crate) fn json(&self) -> Value {
        let text = || Value::from(String::from_utf8_lossy(&self.body).into_owned());
        serde_json::from_slice(&self.body).unwrap_or_else(|_| text())
    }
}
