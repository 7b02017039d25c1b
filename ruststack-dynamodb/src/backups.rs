//! Backups: what a table was at one moment, kept until it is deleted.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::RwLock;
use ruststack_core::{
    clock::Timestamp,
    journal::{Changes, LoadError, Reader, Rows, Table as RowTable, key, load},
    scope::Scope,
    snapshot::Frozen,
};
use serde::{Deserialize, Serialize};

use crate::{
    error::DynamoDbError,
    rows::{below_scope, scope_and_name},
    service::DynamoDb,
    table::{Settings, Stored},
    value::Item,
};

/// By account, region and id.
pub(crate) static BACKUPS: RowTable = RowTable::new("dynamodb", "backups", 1);
/// By backup and place.
pub(crate) static ITEMS: RowTable = RowTable::new("dynamodb", "backup-items", 1);

/// A backup without its items.
#[derive(Clone, Serialize, Deserialize, Debug)]
pub(crate) struct Head {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) table_name: String,
    /// In milliseconds.
    created: i64,
    pub(crate) size: u64,
    pub(crate) count: usize,
    pub(crate) settings: Settings,
}

pub(crate) struct Backup {
    pub(crate) head: Head,
    pub(crate) items: Vec<Stored>,
}

impl Head {
    pub(crate) fn created(&self) -> Timestamp {
        Timestamp::from_millis(self.created)
    }

    /// The last part of the ARN.
    fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

impl Backup {
    /// `random` tells backups of one millisecond from each other.
    pub(crate) fn new(name: String, settings: Settings, items: Vec<Stored>, now: Timestamp, random: &str) -> Self {
        let size = items.iter().map(|item| item.size as u64).sum();
        let arn = format!("{}/backup/{:014}-{random}", settings.arn(), now.millis());
        let table_name = settings.description.table_name.clone().unwrap_or_default();
        let head = Head { arn, name, table_name, created: now.millis(), size, count: items.len(), settings };
        Self { head, items }
    }
}

/// The backups of an account in a region, by ARN.
#[derive(Default)]
pub(crate) struct Backups(RwLock<BTreeMap<String, Arc<Backup>>>);

impl Backups {
    pub(crate) fn get(&self, arn: &str) -> Result<Arc<Backup>, DynamoDbError> {
        self.0.read().get(arn).cloned().ok_or_else(|| no_backup(arn))
    }

    /// Oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Backup>> {
        let mut all: Vec<_> = self.0.read().values().cloned().collect();
        all.sort_by_key(|backup| backup.head.created);
        all
    }

    pub(crate) fn add(&self, scope: &Scope, backup: &Arc<Backup>, changes: &Changes) {
        let mut backups = self.0.write();
        changes.record(|rows| put(rows, scope, backup));
        backups.insert(backup.head.arn.clone(), Arc::clone(backup));
    }

    pub(crate) fn delete(&self, scope: &Scope, arn: &str, changes: &Changes) -> Result<Arc<Backup>, DynamoDbError> {
        let mut backups = self.0.write();
        let backup = backups.remove(arn).ok_or_else(|| no_backup(arn))?;
        changes.record(|rows| {
            rows.remove(&BACKUPS, below_scope(scope, backup.head.id().as_bytes()));
            rows.remove_all(&ITEMS, below(scope, backup.head.id(), b""));
        });
        Ok(backup)
    }

    /// Forgets all; the rows are removed elsewhere.
    pub(crate) fn clear(&self) {
        self.0.write().clear();
    }
}

fn no_backup(arn: &str) -> DynamoDbError {
    DynamoDbError::BackupNotFoundException { arn: arn.to_owned() }
}

fn below(scope: &Scope, id: &str, rest: &[u8]) -> Vec<u8> {
    key([&below_scope(scope, id.as_bytes()), rest])
}

fn put(rows: &mut Rows, scope: &Scope, backup: &Backup) {
    let id = backup.head.id();
    rows.put(&BACKUPS, below_scope(scope, id.as_bytes()), &backup.head);
    for (place, stored) in backup.items.iter().enumerate() {
        rows.put(&ITEMS, below(scope, id, &(place as u64).to_be_bytes()), &*stored.item);
    }
}

pub(crate) fn load_all(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    let mut found = BTreeMap::<(Scope, String), Backup>::new();
    load(reader, &BACKUPS, |bytes, head: Head| {
        let (scope, id) = scope_and_name(&BACKUPS, bytes)?;
        found.insert((scope, id.to_owned()), Backup { head, items: Vec::new() });
        Ok(())
    })?;
    load(reader, &ITEMS, |bytes, item: Item| {
        let (scope, id) = scope_and_name(&ITEMS, bytes)?;
        let backup = found.get_mut(&(scope, id.to_owned()));
        let backup = backup.ok_or_else(|| LoadError::broken(&ITEMS, bytes, "its backup is not there"))?;
        backup.items.push(Stored::new(item));
        Ok(())
    })?;
    for ((scope, _), backup) in found {
        dynamodb.backups(&scope).0.write().insert(backup.head.arn.clone(), Arc::new(backup));
    }
    Ok(())
}

/// Handles at one instant, and the rows that are made of them later.
pub(crate) fn freeze(dynamodb: &DynamoDb) -> Frozen {
    let all: Vec<_> = dynamodb.all_backups().into_iter().map(|(scope, backups)| (scope, backups.all())).collect();
    Box::new(move |rows| {
        for (scope, backups) in &all {
            backups.iter().for_each(|backup| put(rows, scope, backup));
        }
    })
}
