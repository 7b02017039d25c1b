//! A table: its items, its indexes, what is set about it, and how changes of items are made.

mod expiries;
mod index;
mod partitions;
mod settings;

use std::{collections::BTreeSet, sync::Arc};

use parking_lot::{RwLock, RwLockWriteGuard};
use ruststack_core::scope::Scope;

use crate::{
    api::TableDescription,
    capacity::Units,
    error::{DynamoDbError, no_resource},
    history::History,
    key::KeySchema,
    stream::Stream,
};

pub(crate) use self::{
    expiries::Expiries,
    index::{Index, Kind},
    partitions::{PartitionRange, Partitions, RowKey, SHARDS, Shard, Stored},
    settings::{More, Settings},
};

/// A table that is there, or was until a moment ago.
pub(crate) struct Table {
    pub(crate) scope: Scope,
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) schema: KeySchema,
    rows: Partitions,
    followers: RwLock<Arc<Followers>>,
    settings: RwLock<Settings>,
    pub(crate) history: History,
}

type Indexes = Arc<[Arc<Index>]>;

/// What follows the items of a table; others take its place while the whole table is locked.
#[derive(Clone)]
pub(crate) struct Followers {
    indexes: Indexes,
    /// Where items expire.
    expiries: Option<Arc<Expiries>>,
    /// Where what happens to items is told.
    stream: Option<Arc<Stream>>,
}

/// The table was deleted since it was found.
#[derive(Debug)]
pub(crate) struct Deleted;

impl From<Deleted> for DynamoDbError {
    fn from(_: Deleted) -> Self {
        no_resource()
    }
}

impl Table {
    /// Without items.
    pub(crate) fn new(scope: Scope, name: String, settings: Settings, stream: Option<Arc<Stream>>) -> Self {
        let schema = settings.schema();
        let history = History::default();
        history.set(settings.more.recovery);
        let indexes = settings.indexes(&schema).into_iter().map(Arc::new).collect();
        let expiries = settings.time_to_live.as_deref().map(Expiries::new).map(Arc::new);
        Self {
            arn: settings.arn(),
            scope,
            name,
            schema,
            rows: Partitions::default(),
            followers: RwLock::new(Arc::new(Followers { indexes, expiries, stream })),
            settings: RwLock::new(settings),
            history,
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings.read().clone()
    }

    /// Changes what is set; `record` sees it under the lock.
    pub(crate) fn change_settings<T, E>(
        &self,
        change: impl FnOnce(&mut Settings) -> Result<T, E>,
        record: impl FnOnce(&Settings),
    ) -> Result<T, E> {
        let mut settings = self.settings.write();
        let mut changed = settings.clone();
        let result = change(&mut changed)?;
        *settings = changed;
        record(&settings);
        Ok(result)
    }

    /// As it is told of, with counts. Differs from AWS: they are of now, not of the last six hours.
    pub(crate) fn description(&self) -> TableDescription {
        let mut description = self.settings().description;
        let (count, size) = self.rows.count();
        description.item_count = Some(count as i64);
        description.table_size_bytes = Some(size as i64);
        let indexes = self.indexes();
        let counts = |name: Option<&String>| {
            let index = indexes.iter().find(|index| Some(&index.name) == name);
            index.map_or((0, 0), |index| index.entries.count())
        };
        for index in description.global_secondary_indexes.iter_mut().flatten() {
            let (count, size) = counts(index.index_name.as_ref());
            (index.item_count, index.index_size_bytes) = (Some(count as i64), Some(size as i64));
        }
        for index in description.local_secondary_indexes.iter_mut().flatten() {
            let (count, size) = counts(index.index_name.as_ref());
            (index.item_count, index.index_size_bytes) = (Some(count as i64), Some(size as i64));
        }
        description
    }

    fn followers(&self) -> Arc<Followers> {
        Arc::clone(&self.followers.read())
    }

    pub(crate) fn indexes(&self) -> Indexes {
        Arc::clone(&self.followers.read().indexes)
    }

    pub(crate) fn expiries(&self) -> Option<Arc<Expiries>> {
        self.followers.read().expiries.clone()
    }

    pub(crate) fn index(&self, name: &str) -> Option<Arc<Index>> {
        self.indexes().iter().find(|index| index.name == name).cloned()
    }

    pub(crate) fn has_local_indexes(&self) -> bool {
        self.followers.read().indexes.iter().any(|index| index.kind == Kind::Local)
    }

    pub(crate) fn rows(&self) -> &Partitions {
        &self.rows
    }

    pub(crate) fn get(&self, key: &RowKey) -> Result<Option<Stored>, Deleted> {
        let shard = self.rows.read(key.shard());
        if shard.is_closed { Err(Deleted) } else { Ok(shard.get(key).cloned()) }
    }

    /// Keeps items of these shards as they are until they are changed here.
    pub(crate) fn lock(&self, shards: impl IntoIterator<Item = usize>) -> Result<Locked<'_>, Deleted> {
        let shards: BTreeSet<usize> = shards.into_iter().collect();
        // In order, so that two who want several do not wait for each other.
        let shards: Vec<_> = shards.into_iter().map(|shard| (shard, self.rows.write(shard))).collect();
        if shards.iter().any(|(_, shard)| shard.is_closed) {
            return Err(Deleted);
        }
        let followers = self.followers();
        Ok(Locked { table: self, shards, followers })
    }

    pub(crate) fn lock_all(&self) -> Result<Locked<'_>, Deleted> {
        self.lock(0..SHARDS)
    }

    /// Every item, in the order of a scan.
    pub(crate) fn all(&self) -> Vec<Stored> {
        let shards = (0..SHARDS).map(|shard| self.rows.read(shard));
        shards.flat_map(|shard| shard.rows().map(|(_, stored)| stored.clone()).collect::<Vec<_>>()).collect()
    }

    /// The bytes of an item's keys; it has been checked to have them.
    pub(crate) fn key_of(&self, item: &crate::value::Item) -> RowKey {
        RowKey::new(&self.schema.bytes_of(item).expect("the keys of an item are checked before it is looked for"))
    }
}

/// Some shards of a table, which nobody else changes or reads.
pub(crate) struct Locked<'t> {
    table: &'t Table,
    shards: Vec<(usize, RwLockWriteGuard<'t, Shard>)>,
    followers: Arc<Followers>,
}

impl Locked<'_> {
    fn shard_mut(&mut self, key: &RowKey) -> &mut Shard {
        let shard = self.shards.iter_mut().find(|(number, _)| *number == key.shard());
        &mut shard.expect("what is changed was locked").1
    }

    pub(crate) fn get(&mut self, key: &RowKey) -> Option<Stored> {
        self.shard_mut(key).get(key).cloned()
    }

    pub(crate) fn indexes(&self) -> &[Arc<Index>] {
        &self.followers.indexes
    }

    pub(crate) fn stream(&self) -> Option<Arc<Stream>> {
        self.followers.stream.clone()
    }

    /// Puts or removes an item, and all that follows from it in the indexes; returns what that costs in them.
    pub(crate) fn replace(&mut self, key: RowKey, new: Option<Stored>) -> Units {
        let old = self.get(&key);
        let mut units = Units::default();
        for index in &*self.followers.indexes {
            let of_index = index.follow(&self.table.schema, old.as_ref(), new.as_ref());
            units.add_index(index.kind, &index.name, of_index);
        }
        if let Some(expiries) = &self.followers.expiries {
            expiries.follow(&key, old.as_ref(), new.as_ref());
        }
        self.shard_mut(&key).replace(key, new);
        units
    }

    /// Sets other indexes, with the whole table locked; new ones are filled.
    pub(crate) fn set_indexes(&mut self, settings: &Settings) {
        let made = settings.indexes(&self.table.schema).into_iter().map(|made| {
            match self.followers.indexes.iter().find(|index| index.name == made.name) {
                Some(index) => Arc::clone(index),
                None => {
                    self.fill(&made);
                    Arc::new(made)
                }
            }
        });
        let indexes: Indexes = made.collect();
        self.set_followers(Followers { indexes, ..Followers::clone(&self.followers) });
    }

    /// Another stream, or none any more, with the whole table locked.
    pub(crate) fn set_stream(&mut self, stream: Option<Arc<Stream>>) {
        self.set_followers(Followers { stream, ..Followers::clone(&self.followers) });
    }

    /// The attribute that items expire by from now on, with the whole table locked.
    pub(crate) fn set_time_to_live(&mut self, attribute: Option<&str>) {
        let expiries = attribute.map(Expiries::new).map(Arc::new);
        if let Some(expiries) = &expiries {
            let rows = self.shards.iter().flat_map(|(_, shard)| shard.rows());
            rows.for_each(|(key, stored)| expiries.follow(key, None, Some(stored)));
        }
        self.set_followers(Followers { expiries, ..Followers::clone(&self.followers) });
    }

    fn set_followers(&mut self, followers: Followers) {
        self.followers = Arc::new(followers);
        *self.table.followers.write() = Arc::clone(&self.followers);
    }

    fn fill(&self, index: &Index) {
        for (_, shard) in &self.shards {
            for (_, stored) in shard.rows() {
                index.follow(&self.table.schema, None, Some(stored));
            }
        }
    }

    /// Every item that is locked.
    pub(crate) fn all(&self) -> Vec<Stored> {
        self.shards.iter().flat_map(|(_, shard)| shard.rows().map(|(_, stored)| stored.clone())).collect()
    }

    /// Ends the table.
    pub(crate) fn close(&mut self) {
        self.shards.iter_mut().for_each(|(_, shard)| shard.is_closed = true);
    }
}
