//! An archive: the events of a bus, kept to be replayed.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use ruststack_core::{
    clock::Timestamp,
    pattern::{Dialect, Pattern},
    scope::Scope,
};
use serde::{Deserialize, Serialize};

use crate::{
    api,
    bus::arn_prefix,
    error::EventsError,
    limits::{MAX_ARCHIVED_EVENTS, PAGE_SIZE},
};

const DAY: Duration = Duration::from_secs(86_400);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archive {
    pub(crate) name: String,
    /// Of the bus.
    pub(crate) source_arn: String,
    pub(crate) bus: String,
    pub(crate) description: Option<String>,
    pub(crate) event_pattern: Option<String>,
    /// 0 keeps events for ever.
    pub(crate) retention_days: i32,
    pub(crate) kms_key_identifier: Option<String>,
    pub(crate) created_at: Timestamp,
    /// The pattern, parsed.
    #[serde(skip)]
    pub(crate) pattern: Option<Pattern>,
}

/// An event in an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Archived {
    pub(crate) at: Timestamp,
    /// As JSON.
    pub(crate) event: String,
}

impl Archive {
    pub(crate) fn parse(&mut self) -> Result<(), EventsError> {
        self.pattern = match &self.event_pattern {
            Some(text) => Some(Pattern::parse(text, Dialect::RULE)?),
            None => None,
        };
        Ok(())
    }

    pub(crate) fn arn(&self, scope: &Scope) -> String {
        archive_arn(scope, &self.name)
    }

    fn retention(&self) -> Option<Duration> {
        let days = u32::try_from(self.retention_days).ok().filter(|days| *days > 0);
        days.map(|days| DAY * days)
    }
}

pub(crate) fn archive_arn(scope: &Scope, name: &str) -> String {
    format!("{}archive/{name}", arn_prefix(scope))
}

/// An archive with its events.
#[derive(Clone)]
pub(crate) struct ArchiveEntry {
    pub(crate) archive: Arc<Archive>,
    /// By number, oldest first.
    pub(crate) events: VecDeque<(u64, Arc<Archived>)>,
    pub(crate) size_bytes: i64,
}

impl ArchiveEntry {
    pub(crate) fn of(archive: Archive) -> Self {
        Self { archive: Arc::new(archive), events: VecDeque::new(), size_bytes: 0 }
    }

    /// Keeps an event; returns its number.
    pub(crate) fn push(&mut self, archived: Archived) -> u64 {
        let number = self.events.back().map_or(0, |(newest, _)| newest + 1);
        self.restore(number, archived);
        number
    }

    /// One that was kept; they come in the order of their numbers.
    pub(crate) fn restore(&mut self, number: u64, archived: Archived) {
        self.size_bytes += size(&archived);
        self.events.push_back((number, Arc::new(archived)));
    }

    /// Forgets what is too old or too much, some of it at a time; returns the numbers.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<u64> {
        let mut gone = Vec::new();
        let retention = self.archive.retention();
        while gone.len() < PAGE_SIZE {
            let is_too_much = self.events.len() > MAX_ARCHIVED_EVENTS;
            let is_old = |archived: &Archived| retention.is_some_and(|retention| now.since(archived.at) >= retention);
            match self.events.front() {
                Some((number, archived)) if is_too_much || is_old(archived) => {
                    self.size_bytes -= size(archived);
                    gone.push(*number);
                }
                _ => break,
            }
            self.events.pop_front();
        }
        gone
    }

    /// As lists show it: without what is too old, which goes when the next event comes.
    pub(crate) fn listed_at(&self, now: Timestamp) -> api::Archive {
        let retention = self.archive.retention();
        let is_old = |archived: &Archived| retention.is_some_and(|retention| now.since(archived.at) >= retention);
        let old = self.events.iter().map(|(_, archived)| archived).take_while(|archived| is_old(archived));
        let (count, bytes) = old.fold((0, 0), |(count, bytes), archived| (count + 1, bytes + size(archived)));
        api::Archive {
            archive_name: Some(self.archive.name.clone()),
            event_source_arn: Some(self.archive.source_arn.clone()),
            state: Some(crate::rule::ENABLED.to_owned()),
            state_reason: None,
            retention_days: Some(self.archive.retention_days),
            size_bytes: Some(self.size_bytes - bytes),
            event_count: Some(self.events.len() as i64 - count),
            creation_time: Some(self.archive.created_at),
        }
    }
}

fn size(archived: &Archived) -> i64 {
    archived.event.len() as i64
}
