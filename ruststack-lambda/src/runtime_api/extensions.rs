//! The Extensions API: who registered for what, and the events they wait for.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::Invocation;

/// How many extensions an environment has at most.
const MAX_EXTENSIONS: usize = 10;

/// The extensions of one environment.
#[derive(Default)]
pub(super) struct Extensions {
    /// Names of external extensions that have not registered yet.
    expected: Vec<String>,
    /// Names of all external ones.
    external: Vec<String>,
    registered: Vec<Extension>,
}

struct Extension {
    id: String,
    name: String,
    wants_invoke: bool,
    wants_shutdown: bool,
    /// It waits for its next event.
    is_ready: bool,
    events: VecDeque<Value>,
}

/// Why a request of an extension is refused: the error's type and text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal(pub(super) &'static str, pub(super) String);

impl Extensions {
    pub(super) fn expect(&mut self, names: Vec<String>) {
        let is_missing = |name: &&String| !self.registered.iter().any(|extension| extension.name == **name);
        self.expected = names.iter().filter(is_missing).cloned().collect();
        self.external = names;
    }

    /// Whether all that were started have registered, and all that registered wait.
    pub(super) fn are_ready(&self) -> bool {
        self.expected.is_empty() && self.registered.iter().all(|extension| extension.is_ready)
    }

    pub(super) fn register(&mut self, name: &str, events: &[String], id: String) -> Result<String, Refusal> {
        if name.is_empty() {
            return Err(Refusal("Extension.InvalidExtensionName", "Empty extension name".to_owned()));
        }
        if self.registered.iter().any(|extension| extension.name == name) {
            let text = format!("State transition from Registered to Register failed for extension {name}");
            return Err(Refusal("Extension.InvalidExtensionState", text));
        }
        if self.registered.len() >= MAX_EXTENSIONS {
            let text = format!("Extension limit ({MAX_EXTENSIONS}) reached");
            return Err(Refusal("Extension.TooManyExtensions", text));
        }
        let is_external = self.external.iter().any(|external| external == name);
        for event in events {
            if event != "INVOKE" && !(event == "SHUTDOWN" && is_external) {
                return Err(Refusal("Extension.InvalidEventType", format!("{event}: Invalid event type")));
            }
        }
        self.expected.retain(|expected| expected != name);
        let wants = |kind: &str| events.iter().any(|event| event == kind);
        self.registered.push(Extension {
            id: id.clone(),
            name: name.to_owned(),
            wants_invoke: wants("INVOKE"),
            wants_shutdown: wants("SHUTDOWN"),
            // One that wants nothing need not ask for anything.
            is_ready: events.is_empty(),
            events: VecDeque::new(),
        });
        Ok(id)
    }

    /// Whether somebody registered with that identifier.
    pub(super) fn check(&self, id: Option<&str>) -> Result<(), Refusal> {
        let Some(id) = id else {
            let text = "Missing Lambda-Extension-Identifier header".to_owned();
            return Err(Refusal("Extension.MissingExtensionIdentifier", text));
        };
        if self.registered.iter().any(|extension| extension.id == id) {
            return Ok(());
        }
        Err(Refusal("Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier".to_owned()))
    }

    /// The next event of an extension, which waits from now on.
    pub(super) fn next(&mut self, id: &str) -> Option<Value> {
        let extension = self.registered.iter_mut().find(|extension| extension.id == id)?;
        extension.is_ready = true;
        let event = extension.events.pop_front()?;
        extension.is_ready = false;
        Some(event)
    }

    /// Tells whoever wants to know of an invocation.
    pub(super) fn invoke(&mut self, invocation: &Invocation) {
        let event = json!({
            "eventType": "INVOKE",
            "deadlineMs": invocation.deadline,
            "requestId": invocation.request_id,
            "invokedFunctionArn": invocation.function_arn,
            "tracing": { "type": "X-Amzn-Trace-Id", "value": invocation.trace_id },
        });
        for extension in self.registered.iter_mut().filter(|extension| extension.wants_invoke) {
            extension.events.push_back(event.clone());
            extension.is_ready = false;
        }
    }

    /// Tells whoever wants to know that the environment ends; false when nobody does.
    pub(super) fn shut_down(&mut self, reason: &str, deadline: i64) -> bool {
        let event = json!({ "eventType": "SHUTDOWN", "shutdownReason": reason, "deadlineMs": deadline });
        let mut anybody = false;
        for extension in self.registered.iter_mut().filter(|extension| extension.wants_shutdown) {
            extension.events.push_back(event.clone());
            anybody = true;
        }
        anybody
    }
}
