//! A table's stream: what became of its items, in order, for a day; and for a day longer once it is switched off.
//!
//! [`log`] holds the records, [`shards`] says which shards there are, [`iterator`] is how readers know where they are.

mod iterator;
mod log;
mod record;
mod shards;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::{Mutex, MutexGuard};
use ruststack_core::{
    bus::{Event, EventKind},
    clock::Timestamp,
    context::Context,
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::{KeySchemaElement, TableDescription};

pub(crate) use self::{
    iterator::ShardIterator,
    log::{Appending, Ended, Log},
    record::{Happened, Record},
    shards::{SequenceNumber, Shard, Shards},
};

/// How long records are kept, and streams that were switched off.
pub(crate) const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// A stream has records that nobody has read: its detail names `StreamArn` and `TableName`.
pub(crate) const HAS_RECORDS: EventKind = EventKind("dynamodb:stream");

/// What a stream that begins now is called.
pub(crate) fn label(now: Timestamp) -> String {
    now.to_iso_8601_millis().trim_end_matches('Z').to_owned()
}

/// One stream of a table; each time that streams are switched on begins another one.
pub(crate) struct Stream {
    pub(crate) scope: Scope,
    pub(crate) table_name: String,
    pub(crate) label: String,
    pub(crate) settings: Settings,
    log: Mutex<Log>,
    /// The bus has been told of records since somebody read some.
    is_told: AtomicBool,
}

/// What is kept of a stream beside its records.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(crate) struct Settings {
    pub(crate) view: View,
    pub(crate) key_schema: Vec<KeySchemaElement>,
    /// In milliseconds.
    created: i64,
}

/// What records show of items beside their keys.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(crate) enum View {
    KeysOnly,
    NewImage,
    OldImage,
    NewAndOldImages,
}

impl View {
    const ALL: [Self; 4] = [Self::KeysOnly, Self::NewImage, Self::OldImage, Self::NewAndOldImages];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::KeysOnly => "KEYS_ONLY",
            Self::NewImage => "NEW_IMAGE",
            Self::OldImage => "OLD_IMAGE",
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }

    const fn has_new(self) -> bool {
        matches!(self, Self::NewImage | Self::NewAndOldImages)
    }

    const fn has_old(self) -> bool {
        matches!(self, Self::OldImage | Self::NewAndOldImages)
    }
}

impl Settings {
    pub(crate) fn created(&self) -> Timestamp {
        Timestamp::from_millis(self.created)
    }
}

impl Stream {
    /// The stream that a description tells of, without records.
    pub(crate) fn of(scope: &Scope, description: &TableDescription, created: Timestamp) -> Option<Arc<Self>> {
        let given = description.stream_specification.as_ref().filter(|given| given.stream_enabled)?;
        let settings = Settings {
            view: View::from_name(given.stream_view_type.as_deref()?)?,
            key_schema: description.key_schema.clone().unwrap_or_default(),
            created: created.millis(),
        };
        let (table, label) = (description.table_name.clone()?, description.latest_stream_label.clone()?);
        Some(Arc::new(Self::new(scope.clone(), table, label, settings)))
    }

    pub(crate) fn new(scope: Scope, table_name: String, label: String, settings: Settings) -> Self {
        let log = Mutex::new(Log::new(settings.created()));
        Self { scope, table_name, label, settings, log, is_told: AtomicBool::new(false) }
    }

    pub(crate) fn arn(&self) -> String {
        let Scope { account, region, .. } = &self.scope;
        let partition = self.scope.partition();
        format!("arn:{partition}:dynamodb:{region}:{account}:table/{}/stream/{}", self.table_name, self.label)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock()
    }

    /// To append to: nobody reads meanwhile.
    pub(crate) fn open(&self, now: Timestamp) -> Appending<'_> {
        Appending::new(self, self.log.lock(), now)
    }

    /// Looks at the records as they are now, for somebody who will be woken by those that come later.
    pub(crate) fn read<'s, T>(&'s self, now: Timestamp, look: impl FnOnce(&Log, Shards<'s>) -> T) -> T {
        self.is_told.store(false, Ordering::Release);
        self.look(now, look)
    }

    /// Looks at it as it is now.
    pub(crate) fn look<'s, T>(&'s self, now: Timestamp, look: impl FnOnce(&Log, Shards<'s>) -> T) -> T {
        let mut log = self.log.lock();
        log.advance(now);
        let shards = Shards::new(self, log.last(), log.ended().is_some(), now);
        look(&log, shards)
    }

    /// Wakes whoever waits for records: once until somebody reads, however many there are.
    pub(crate) fn tell(&self, ctx: &Context) {
        if self.is_told.swap(true, Ordering::AcqRel) {
            return;
        }
        ctx.bus().publish(Event {
            kind: HAS_RECORDS,
            scope: self.scope.clone(),
            request_id: ctx.request_id().to_owned(),
            hops: ctx.hops(),
            detail: json!({"StreamArn": self.arn(), "TableName": self.table_name}),
        });
    }
}
