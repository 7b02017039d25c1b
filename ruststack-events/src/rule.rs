//! A rule: which events, or when, and where to.

use ruststack_core::{
    clock::Timestamp,
    pattern::{Dialect, Pattern},
    scope::Scope,
    tags::Tags,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{self, Target},
    bus::{self, arn_prefix},
    error::EventsError,
    schedule::Schedule,
};

pub(crate) const ENABLED: &str = "ENABLED";
pub(crate) const DISABLED: &str = "DISABLED";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) bus: String,
    pub(crate) event_pattern: Option<String>,
    pub(crate) schedule_expression: Option<String>,
    pub(crate) state: String,
    pub(crate) description: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) created_by: String,
    pub(crate) targets: Vec<Target>,
    pub(crate) tags: Tags,
    /// When its schedule began to count.
    pub(crate) since: Timestamp,
    /// The pattern, parsed.
    #[serde(skip)]
    pub(crate) pattern: Option<Pattern>,
    #[serde(skip)]
    pub(crate) schedule: Option<Schedule>,
    /// Up to when events of the schedule were sent. It is not kept: what was due while nothing ran is not sent.
    #[serde(skip)]
    pub(crate) sent_until: Option<Timestamp>,
}

impl Rule {
    /// Makes of pattern and expression what they say.
    pub(crate) fn parse(&mut self) -> Result<(), EventsError> {
        self.pattern = match &self.event_pattern {
            Some(text) => Some(Pattern::parse(text, Dialect::RULE)?),
            None => None,
        };
        self.schedule = match &self.schedule_expression {
            Some(text) => Some(Schedule::parse(text).ok_or_else(|| EventsError::ValidationException {
                message: "Parameter ScheduleExpression is not valid.".to_owned(),
            })?),
            None => None,
        };
        Ok(())
    }

    pub(crate) fn arn(&self, scope: &Scope) -> String {
        rule_arn(scope, &self.bus, &self.name)
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.state != DISABLED
    }

    /// When the schedule sends its next event.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let schedule = self.schedule.as_ref().filter(|_| self.is_enabled() && !self.targets.is_empty())?;
        schedule.next(self.since, self.sent_until.unwrap_or(self.since))
    }

    /// As lists show it.
    pub(crate) fn listed(&self, scope: &Scope) -> api::Rule {
        api::Rule {
            name: Some(self.name.clone()),
            arn: Some(self.arn(scope)),
            event_pattern: self.event_pattern.clone(),
            state: Some(self.state.clone()),
            description: self.description.clone(),
            schedule_expression: self.schedule_expression.clone(),
            role_arn: self.role_arn.clone(),
            managed_by: None,
            event_bus_name: Some(self.bus.clone()),
        }
    }
}

/// Rules of the default bus do not name it.
pub(crate) fn rule_arn(scope: &Scope, bus: &str, name: &str) -> String {
    let prefix = arn_prefix(scope);
    if bus == bus::DEFAULT { format!("{prefix}rule/{name}") } else { format!("{prefix}rule/{bus}/{name}") }
}
