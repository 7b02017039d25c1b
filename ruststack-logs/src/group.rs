//! A log group: its settings with its filters, which are one row, and its streams.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{arn::Arn, scope::Scope};
use serde::{Deserialize, Serialize};

use crate::{
    api::{MetricTransformation, SubscriptionFilter as ShownSubscriptionFilter},
    batch::Batch,
    error::{LogsError, no_such},
    filter_pattern::FilterPattern,
    limits::{DAY, MAX_GROUP_SIZE},
    stream::Stream,
};

/// What of a group is no event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) created_at: i64,
    /// `STANDARD`.
    pub(crate) class: String,
    pub(crate) retention_days: Option<i32>,
    pub(crate) kms_key: Option<String>,
    pub(crate) is_protected: bool,
    pub(crate) data_protection: Option<DataProtection>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) metric_filters: BTreeMap<String, MetricFilter>,
    pub(crate) subscription_filters: BTreeMap<String, SubscriptionFilter>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DataProtection {
    pub(crate) policy: String,
    pub(crate) updated_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MetricFilter {
    pub(crate) pattern: FilterPattern,
    pub(crate) created_at: i64,
    pub(crate) transformations: Vec<MetricTransformation>,
    pub(crate) applies_on_transformed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SubscriptionFilter {
    pub(crate) pattern: FilterPattern,
    /// As it was given.
    pub(crate) destination_arn: String,
    /// Where events go: the destination itself, or what that one stands for.
    pub(crate) target_arn: String,
    pub(crate) role_arn: Option<String>,
    pub(crate) distribution: String,
    pub(crate) created_at: i64,
    pub(crate) applies_on_transformed: bool,
}

impl SubscriptionFilter {
    pub(crate) fn shown(&self, group: &str, name: &str) -> ShownSubscriptionFilter {
        ShownSubscriptionFilter {
            filter_name: Some(name.to_owned()),
            log_group_name: Some(group.to_owned()),
            filter_pattern: Some(self.pattern.text().to_owned()),
            destination_arn: Some(self.destination_arn.clone()),
            role_arn: self.role_arn.clone(),
            distribution: Some(self.distribution.clone()),
            apply_on_transformed_logs: Some(self.applies_on_transformed),
            creation_time: Some(self.created_at),
            field_selection_criteria: None,
            emit_system_fields: None,
        }
    }
}

/// How much of a group that is too large is left. Bytes.
const ROOM: u64 = MAX_GROUP_SIZE / 8 * 7;

impl Settings {
    /// The time before which events are gone.
    pub(crate) fn retained_since(&self, now: i64) -> i64 {
        self.retention_days.map_or(0, |days| now.saturating_sub(i64::from(days) * DAY).max(0))
    }
}

pub(crate) struct Group {
    pub(crate) settings: Arc<Settings>,
    pub(crate) streams: BTreeMap<String, Stream>,
    /// Of all its events, as AWS counts them.
    size: u64,
}

/// A batch that is no more, of the stream of this id.
pub(crate) type Removed = (u64, Arc<Batch>);

impl Group {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), streams: BTreeMap::new(), size: 0 }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn stream(&self, name: &str) -> Result<&Stream, LogsError> {
        self.streams.get(name).ok_or_else(|| no_such("log stream"))
    }

    /// The stream must be there. Returns what must go to make room.
    pub(crate) fn append(&mut self, stream: &str, batch: Arc<Batch>) -> Vec<Removed> {
        self.restore(stream, batch);
        if self.size > MAX_GROUP_SIZE { self.make_room(ROOM) } else { Vec::new() }
    }

    /// The same, of what was kept.
    pub(crate) fn restore(&mut self, stream: &str, batch: Arc<Batch>) {
        if let Some(stream) = self.streams.get_mut(stream) {
            self.size += batch.size();
            stream.append(batch);
        }
    }

    /// Takes out what is oldest, by the times at which batches begin.
    fn make_room(&mut self, size: u64) -> Vec<Removed> {
        let batches = self.streams.iter().flat_map(|(name, stream)| stream.batches().map(move |batch| (batch, name)));
        let mut ages: Vec<(i64, u64, String)> =
            batches.map(|(batch, name)| (batch.first(), batch.number, name.clone())).collect();
        ages.sort_unstable();
        let mut removed = Vec::new();
        for (_, _, name) in ages {
            if self.size <= size {
                break;
            }
            let Some(stream) = self.streams.get_mut(&name) else { continue };
            let Some(batch) = stream.remove_oldest() else { continue };
            self.size -= batch.size();
            removed.push((stream.about.id, batch));
        }
        removed
    }

    /// Takes out what the group's retention does not keep any longer.
    pub(crate) fn expire(&mut self, now: i64) -> Vec<Removed> {
        let since = self.settings.retained_since(now);
        let mut removed = Vec::new();
        for stream in self.streams.values_mut() {
            let id = stream.about.id;
            removed.extend(stream.expire(since).into_iter().map(|batch| (id, batch)));
        }
        self.size -= removed.iter().map(|(_, batch)| batch.size()).sum::<u64>();
        removed
    }

    /// When something expires next.
    pub(crate) fn next_expiry(&self) -> Option<i64> {
        let days = self.settings.retention_days?;
        let oldest = self.streams.values().filter_map(Stream::oldest_end).min()?;
        Some(oldest.saturating_add(i64::from(days) * DAY).saturating_add(1))
    }

    pub(crate) fn remove_stream(&mut self, name: &str) -> Result<Stream, LogsError> {
        let stream = self.streams.remove(name).ok_or_else(|| no_such("log stream"))?;
        self.size -= stream.batches().map(|batch| batch.size()).sum::<u64>();
        Ok(stream)
    }
}

/// Without `:*`, as it is named in policies and tags.
pub(crate) fn group_arn(scope: &Scope, name: &str) -> String {
    arn(scope, &format!("log-group:{name}"))
}

pub(crate) fn stream_arn(scope: &Scope, group: &str, stream: &str) -> String {
    arn(scope, &format!("log-group:{group}:log-stream:{stream}"))
}

pub(crate) fn arn(scope: &Scope, resource: &str) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:logs:{region}:{account}:{resource}", scope.partition())
}

/// The group that an ARN names, with or without `:*`; `None` of an ARN of something else.
pub(crate) fn name_in(arn: &Arn) -> Option<&str> {
    let name = arn.resource().strip_prefix("log-group:").filter(|_| arn.service() == "logs")?;
    let name = name.strip_suffix(":*").unwrap_or(name);
    (!name.is_empty() && !name.contains(':')).then_some(name)
}
