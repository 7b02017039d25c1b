//! An event as it goes from bus to target, its members in AWS's order.

use ruststack_core::{clock::Timestamp, scope::Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    #[serde(default = "version")]
    pub(crate) version: String,
    pub(crate) id: String,
    #[serde(rename = "detail-type")]
    pub(crate) detail_type: String,
    pub(crate) source: String,
    pub(crate) account: String,
    /// ISO 8601, in seconds.
    pub(crate) time: String,
    pub(crate) region: String,
    #[serde(rename = "replay-name", default, skip_serializing_if = "Option::is_none")]
    pub(crate) replay_name: Option<String>,
    #[serde(default)]
    pub(crate) resources: Vec<String>,
    pub(crate) detail: Value,
}

fn version() -> String {
    "0".to_owned()
}

/// What of an event comes from its sender.
pub(crate) struct NewEvent {
    pub(crate) source: String,
    pub(crate) detail_type: String,
    pub(crate) resources: Vec<String>,
    pub(crate) detail: Value,
    pub(crate) time: Timestamp,
}

impl Event {
    pub(crate) fn new(new: NewEvent, id: String, scope: &Scope) -> Self {
        Self {
            version: version(),
            id,
            detail_type: new.detail_type,
            source: new.source,
            account: scope.account.to_string(),
            time: new.time.to_iso_8601(),
            region: scope.region.to_string(),
            replay_name: None,
            resources: new.resources,
            detail: new.detail,
        }
    }

    /// What a rule's schedule sends.
    pub(crate) fn scheduled(rule_arn: &str, at: Timestamp, id: String, scope: &Scope) -> Self {
        let new = NewEvent {
            source: "aws.events".to_owned(),
            detail_type: "Scheduled Event".to_owned(),
            resources: vec![rule_arn.to_owned()],
            detail: Value::Object(Map::new()),
            time: at,
        };
        Self::new(new, id, scope)
    }

    /// An event that another service or bus hands over; what it does not say is of the bus's scope.
    pub(crate) fn of_envelope(body: &[u8], id: impl FnOnce() -> String, now: Timestamp, scope: &Scope) -> Option<Self> {
        let mut envelope: Map<String, Value> = serde_json::from_slice(body).ok()?;
        for (name, default) in [
            ("account", json!(scope.account.to_string())),
            ("region", json!(scope.region.as_str())),
            ("time", json!(now.to_iso_8601())),
            ("detail", json!({})),
        ] {
            envelope.entry(name).or_insert(default);
        }
        envelope.entry("id").or_insert_with(|| json!(id()));
        serde_json::from_value(Value::Object(envelope)).ok()
    }

    pub(crate) fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("an event is JSON")
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an event is JSON")
    }
}
