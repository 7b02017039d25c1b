//! An event bus and its policy.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_auth::policy::labelled::LabelledPolicy;
use ruststack_core::{clock::Timestamp, scope::Scope, tags::Tags};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    api::{Condition, DeadLetterConfig, LogConfig},
    error::{EventsError, invalid, not_found},
    limits::MAX_POLICY_LENGTH,
    rule::Rule,
};

/// The bus that is always there.
pub(crate) const DEFAULT: &str = "default";

/// Since when it is: EventBridge's first day.
const DEFAULT_SINCE: Timestamp = Timestamp::from_seconds(1_562_803_200);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bus {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kms_key_identifier: Option<String>,
    pub(crate) dead_letter_config: Option<DeadLetterConfig>,
    pub(crate) log_config: Option<LogConfig>,
    /// As JSON.
    pub(crate) policy: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl Bus {
    pub(crate) fn new(name: &str, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            description: None,
            kms_key_identifier: None,
            dead_letter_config: None,
            log_config: None,
            policy: None,
            tags: Tags::new(),
            created_at: now,
            modified_at: now,
        }
    }

    pub(crate) fn arn(&self, scope: &Scope) -> String {
        bus_arn(scope, &self.name)
    }

    /// Puts a statement into the policy, in the place of one of the same id.
    pub(crate) fn permit(&mut self, scope: &Scope, permission: &Permission) -> Result<(), EventsError> {
        let new = || LabelledPolicy::of(json!({"Version": "2012-10-17"}));
        let mut policy = self.policy.as_deref().map_or_else(new, LabelledPolicy::parse);
        policy.put(permission.statement(scope, &self.arn(scope)));
        let text = policy.to_string();
        check_length(&text)?;
        self.policy = Some(text);
        Ok(())
    }

    /// Takes a statement out of the policy; one without statements is none.
    pub(crate) fn forbid(&mut self, id: &str) -> Result<(), EventsError> {
        let mut policy = LabelledPolicy::parse(self.policy.as_deref().unwrap_or_default());
        if !policy.remove(id) {
            return Err(not_found("Statement with the provided id does not exist."));
        }
        self.policy = (!policy.is_empty()).then(|| policy.to_string());
        Ok(())
    }

    pub(crate) fn set_policy(&mut self, text: &str) -> Result<(), EventsError> {
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(policy)) if policy.contains_key("Statement") => {}
            _ => return Err(invalid("This policy contains invalid Json")),
        }
        check_length(text)?;
        self.policy = Some(text.to_owned());
        Ok(())
    }
}

fn check_length(policy: &str) -> Result<(), EventsError> {
    if policy.len() > MAX_POLICY_LENGTH { Err(EventsError::PolicyLengthExceededException {}) } else { Ok(()) }
}

/// Who may do what with a bus, as PutPermission says it.
pub(crate) struct Permission {
    pub(crate) id: String,
    /// An account's number, or `*`.
    pub(crate) principal: String,
    pub(crate) action: String,
    pub(crate) condition: Option<Condition>,
}

impl Permission {
    fn statement(&self, scope: &Scope, resource: &str) -> Value {
        let principal = match self.principal.as_str() {
            "*" => json!("*"),
            account => json!({ "AWS": format!("arn:{}:iam::{account}:root", scope.partition()) }),
        };
        let mut statement = json!({
            "Sid": self.id,
            "Effect": "Allow",
            "Principal": principal,
            "Action": self.action,
            "Resource": resource,
        });
        if let Some(Condition { r#type, key, value }) = &self.condition {
            statement["Condition"] = json!({ r#type: { key: value } });
        }
        statement
    }
}

pub(crate) fn bus_arn(scope: &Scope, name: &str) -> String {
    format!("{}event-bus/{name}", arn_prefix(scope))
}

/// The beginning of every ARN of a scope.
pub(crate) fn arn_prefix(scope: &Scope) -> String {
    format!("arn:{}:events:{}:{}:", scope.partition(), scope.region, scope.account)
}

/// A bus with its rules.
#[derive(Clone)]
pub(crate) struct BusEntry {
    pub(crate) bus: Arc<Bus>,
    pub(crate) rules: BTreeMap<String, Arc<Rule>>,
}

impl BusEntry {
    pub(crate) fn of(bus: Bus) -> Self {
        Self { bus: Arc::new(bus), rules: BTreeMap::new() }
    }

    pub(crate) fn default_bus() -> Self {
        Self::of(Bus::new(DEFAULT, DEFAULT_SINCE))
    }
}
