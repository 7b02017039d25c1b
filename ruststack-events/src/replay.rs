//! A replay: events of an archive, sent once more to rules of their bus.

use ruststack_core::{clock::Timestamp, scope::Scope};
use serde::{Deserialize, Serialize};

use crate::{api, bus::arn_prefix};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum ReplayState {
    Starting,
    Running,
    Cancelling,
    Completed,
    Cancelled,
    Failed,
}

impl ReplayState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Cancelling => "CANCELLING",
            Self::Completed => "COMPLETED",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }

    pub(crate) fn is_active(self) -> bool {
        matches!(self, Self::Starting | Self::Running)
    }

    /// Whether there is something to do yet.
    pub(crate) fn is_pending(self) -> bool {
        self.is_active() || self == Self::Cancelling
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Replay {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) archive: String,
    pub(crate) archive_arn: String,
    pub(crate) bus: String,
    pub(crate) bus_arn: String,
    /// Of rules; `None` means all.
    pub(crate) filter_arns: Option<Vec<String>>,
    pub(crate) event_start: Timestamp,
    pub(crate) event_end: Timestamp,
    pub(crate) state: ReplayState,
    pub(crate) state_reason: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) last_replayed: Option<Timestamp>,
}

impl Replay {
    pub(crate) fn arn(&self, scope: &Scope) -> String {
        format!("{}replay/{}", arn_prefix(scope), self.name)
    }

    pub(crate) fn end(&mut self, state: ReplayState, now: Timestamp) {
        self.state = state;
        self.ended_at = Some(now);
    }

    /// As lists show it.
    pub(crate) fn listed(&self) -> api::Replay {
        api::Replay {
            replay_name: Some(self.name.clone()),
            event_source_arn: Some(self.archive_arn.clone()),
            state: Some(self.state.as_str().to_owned()),
            state_reason: self.state_reason.clone(),
            event_start_time: Some(self.event_start),
            event_end_time: Some(self.event_end),
            event_last_replayed_time: self.last_replayed,
            replay_start_time: Some(self.started_at),
            replay_end_time: self.ended_at,
        }
    }
}
