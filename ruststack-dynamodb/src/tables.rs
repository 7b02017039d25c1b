//! The tables of an account in a region, and how they are named in requests.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use parking_lot::{Mutex, RwLock};
use ruststack_core::{
    arn::Arn,
    clock::Timestamp,
    journal::Changes,
    scope::{Region, Scope},
};

use crate::{
    error::{DynamoDbError, no_table},
    rows,
    stream::{self, Stream},
    table::{Locked, Settings, Stored, Table},
    tokens::Tokens,
};

/// By name.
#[derive(Default)]
pub(crate) struct Tables {
    by_name: RwLock<BTreeMap<String, Arc<Table>>>,
    /// By table and label: those that are on, and those that were until yesterday, whose tables may be gone.
    streams: RwLock<BTreeMap<(String, String), Arc<Stream>>>,
    pub(crate) tokens: Mutex<Tokens>,
}

/// A table as a request names it: by its name, or by its ARN.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct TableName {
    pub(crate) scope: Scope,
    pub(crate) name: String,
}

impl TableName {
    pub(crate) fn parse(text: &str, caller: &Scope) -> Self {
        let named = || Self { scope: caller.clone(), name: text.to_owned() };
        let Ok(arn) = text.parse::<Arn>() else { return named() };
        let (Some(name), Ok(account)) = (arn.resource().strip_prefix("table/"), arn.account().parse()) else {
            return named();
        };
        Self { scope: Scope::new(account, Region::nonstandard(arn.region())), name: name.to_owned() }
    }
}

impl Tables {
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Table>> {
        self.by_name.read().get(name).cloned()
    }

    /// In the order of their names.
    pub(crate) fn all(&self) -> Vec<Arc<Table>> {
        self.by_name.read().values().cloned().collect()
    }

    /// Names behind `start`, at most so many, and whether there are more.
    pub(crate) fn names(&self, start: Option<&str>, limit: usize) -> (Vec<String>, bool) {
        let tables = self.by_name.read();
        let mut names = tables.keys().filter(|name| start.is_none_or(|start| name.as_str() > start)).cloned();
        let page: Vec<String> = names.by_ref().take(limit).collect();
        (page, names.next().is_some())
    }

    pub(crate) fn create(
        &self,
        scope: &Scope,
        name: &str,
        settings: Settings,
        now: Timestamp,
        changes: &Changes,
    ) -> Result<Arc<Table>, DynamoDbError> {
        let mut tables = self.by_name.write();
        if tables.contains_key(name) {
            let message = format!("Table already exists: {name}");
            return Err(DynamoDbError::ResourceInUseException { message });
        }
        let stream = Stream::of(scope, &settings.description, now);
        let table = Arc::new(Table::new(scope.clone(), name.to_owned(), settings, stream.clone()));
        changes.record(|rows| rows::put_table(rows, &table, &table.settings()));
        if let Some(stream) = stream {
            self.begin_stream(&stream, changes);
        }
        tables.insert(name.to_owned(), Arc::clone(&table));
        Ok(table)
    }

    /// Creates a table that has items at once, in the section of the caller.
    pub(crate) fn create_with_items(
        &self,
        scope: &Scope,
        name: &str,
        settings: Settings,
        items: impl IntoIterator<Item = Stored>,
        changes: &Changes,
    ) -> Result<Arc<Table>, DynamoDbError> {
        let mut tables = self.by_name.write();
        if tables.contains_key(name) {
            return Err(DynamoDbError::TableAlreadyExistsException { name: name.to_owned() });
        }
        let table = Arc::new(Table::new(scope.clone(), name.to_owned(), settings, None));
        changes.record(|rows| rows::put_table(rows, &table, &table.settings()));
        let mut locked = table.lock_all()?;
        for stored in items {
            let key = table.key_of(&stored.item);
            changes.record(|rows| rows::put_item(rows, &table, &key, Some(&stored)));
            locked.replace(key, Some(stored));
        }
        drop(locked);
        tables.insert(name.to_owned(), Arc::clone(&table));
        Ok(table)
    }

    /// Deletes a table that `check` lets go.
    pub(crate) fn delete(
        &self,
        name: &str,
        now: Timestamp,
        changes: &Changes,
        check: impl FnOnce(&Table) -> Result<(), DynamoDbError>,
    ) -> Result<Arc<Table>, DynamoDbError> {
        let mut tables = self.by_name.write();
        let table = tables.get(name).ok_or_else(|| no_table(name))?;
        check(table)?;
        let mut locked = table.lock_all()?;
        locked.close();
        changes.record(|rows| rows::remove_table(rows, table));
        end_stream(&locked, now, changes);
        drop(locked);
        Ok(tables.remove(name).expect("it was found a moment ago"))
    }

    /// Switches a table's stream on or off as it is described now.
    pub(crate) fn follow_stream(
        &self,
        locked: &mut Locked<'_>,
        scope: &Scope,
        settings: &Settings,
        now: Timestamp,
        changes: &Changes,
    ) {
        let label = settings.description.latest_stream_label.as_ref();
        let is_on = settings.description.stream_specification.is_some();
        let current = locked.stream();
        if is_on && current.as_ref().is_some_and(|stream| Some(&stream.label) == label) {
            return;
        }
        end_stream(locked, now, changes);
        let stream = Stream::of(scope, &settings.description, now);
        if let Some(stream) = &stream {
            self.begin_stream(stream, changes);
        }
        locked.set_stream(stream);
    }

    /// When a new stream of a table begins: streams are told from each other by that, to a millisecond.
    pub(crate) fn stream_begins(&self, table_name: &str, now: Timestamp) -> Timestamp {
        let streams = self.streams.read();
        let is_taken = |at: &Timestamp| streams.contains_key(&(table_name.to_owned(), stream::label(*at)));
        let mut at = now;
        while is_taken(&at) {
            at = at.plus(Duration::from_millis(1));
        }
        at
    }

    fn begin_stream(&self, stream: &Arc<Stream>, changes: &Changes) {
        changes.record(|rows| rows::put_stream(rows, stream, None));
        self.restore_stream(Arc::clone(stream));
    }

    /// A stream that is on, or was until yesterday.
    pub(crate) fn stream(&self, table_name: &str, label: &str, now: Timestamp) -> Option<Arc<Stream>> {
        let found = self.streams.read().get(&(table_name.to_owned(), label.to_owned())).cloned();
        found.filter(|stream| !stream.log().is_over(now))
    }

    /// By table and label.
    pub(crate) fn all_streams(&self) -> Vec<Arc<Stream>> {
        self.streams.read().values().cloned().collect()
    }

    /// Forgets streams that were switched off a day ago, and what others kept for longer.
    pub(crate) fn trim_streams(&self, now: Timestamp, changes: &Changes) {
        let mut streams = self.streams.write();
        streams.retain(|_, stream| {
            let is_over = stream.log().is_over(now);
            if is_over {
                changes.record(|rows| rows::remove_stream(rows, stream));
            } else {
                let opened = stream.open(now);
                changes.record(|rows| opened.record(rows));
            }
            !is_over
        });
    }

    /// While nobody else uses them, at start.
    pub(crate) fn restore(&self, table: Table) {
        self.by_name.write().insert(table.name.clone(), Arc::new(table));
    }

    pub(crate) fn restore_stream(&self, stream: Arc<Stream>) {
        self.streams.write().insert((stream.table_name.clone(), stream.label.clone()), stream);
    }

    /// Forgets all.
    pub(crate) fn clear(&self, changes: &Changes, scope: &Scope) {
        let mut tables = self.by_name.write();
        for table in tables.values() {
            // One that is deleted already has no rows either.
            if let Ok(mut locked) = table.lock_all() {
                locked.close();
            }
        }
        changes.record(|rows| rows::remove_scope(rows, scope));
        tables.clear();
        self.streams.write().clear();
        *self.tokens.lock() = Tokens::default();
    }
}

/// The stream of a table that is locked takes no more records.
fn end_stream(locked: &Locked<'_>, now: Timestamp, changes: &Changes) {
    if let Some(stream) = locked.stream() {
        let mut log = stream.log();
        let ended = log.end(now);
        changes.record(|rows| rows::put_stream(rows, &stream, Some(ended)));
    }
}
