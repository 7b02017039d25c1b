//! What CloudWatch Logs keeps on the disk: a row for each group with its filters, each stream, each batch of events,
//! each other thing, and what waits for subscribers.
//!
//! Keys begin with account and region, and go on with names, none of which holds a NUL; streams go by their numbers.

use std::{collections::HashMap, sync::Arc};

use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table, key, load, load_many},
    scope::{Region, Scope},
    snapshot::Frozen,
};

use crate::{
    Logs,
    batch::Batch,
    exporting,
    group::{Group, Removed, Settings},
    home::{Home, Things},
    stream::{About, Stream},
    things::{self, Kept},
};

pub(crate) static TABLES: &[&Table] = &[
    &GROUPS,
    &STREAMS,
    &BATCHES,
    &things::RESOURCE_POLICIES,
    &things::DESTINATIONS,
    &things::DELIVERY_SOURCES,
    &things::DELIVERY_DESTINATIONS,
    &things::DELIVERIES,
    &things::QUERY_DEFINITIONS,
    &things::EXPORT_TASKS,
    &PARCELS,
];

static GROUPS: Table = Table::new("logs", "groups", 1);
/// By group and number.
static STREAMS: Table = Table::new("logs", "streams", 1);
/// By group, and the numbers of stream and batch.
static BATCHES: Table = Table::new("logs", "batches", 1);
/// The outbox's.
pub(crate) static PARCELS: Table = Table::new("logs", "parcels", 1);

/// A number's length in keys.
const NUMBER: usize = size_of::<u64>();

pub(crate) fn put_group(rows: &mut Rows, scope: &Scope, settings: &Settings) {
    rows.put(&GROUPS, below(scope, settings.name.as_bytes()), settings);
}

/// With its streams.
pub(crate) fn remove_group(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&GROUPS, below(scope, name.as_bytes()));
    rows.remove_all(&STREAMS, in_group(scope, name, &[]));
    rows.remove_all(&BATCHES, in_group(scope, name, &[]));
}

pub(crate) fn put_stream(rows: &mut Rows, scope: &Scope, group: &str, about: &About) {
    rows.put(&STREAMS, in_group(scope, group, &[about.id]), about);
}

/// With its batches.
pub(crate) fn remove_stream(rows: &mut Rows, scope: &Scope, group: &str, id: u64) {
    rows.remove(&STREAMS, in_group(scope, group, &[id]));
    rows.remove_all(&BATCHES, in_group(scope, group, &[id]));
}

pub(crate) fn put_batch(rows: &mut Rows, scope: &Scope, group: &str, stream: u64, batch: &Batch) {
    rows.put(&BATCHES, in_group(scope, group, &[stream, batch.number]), batch);
}

pub(crate) fn remove_batches(rows: &mut Rows, scope: &Scope, group: &str, removed: &[Removed]) {
    for (stream, batch) in removed {
        rows.remove(&BATCHES, in_group(scope, group, &[*stream, batch.number]));
    }
}

pub(crate) fn put<K: Kept>(rows: &mut Rows, scope: &Scope, thing: &K) {
    rows.put(K::TABLE, below(scope, thing.kept_as().as_bytes()), thing);
}

pub(crate) fn remove<K: Kept>(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(K::TABLE, below(scope, name.as_bytes()));
}

/// All that an account has in a region, but what waits.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    for table in TABLES.iter().filter(|table| table.name != PARCELS.name) {
        rows.remove_all(table, below(scope, b""));
    }
}

/// Copies handles, and makes rows of them later.
pub(crate) fn freeze(logs: &Logs) -> Frozen {
    let all: Vec<(Scope, Copied)> = logs.homes().into_iter().map(|(scope, home)| (scope, copied(&home))).collect();
    let waiting = logs.outbox.freeze();
    Box::new(move |rows| {
        all.into_iter().for_each(|(scope, write)| write(rows, &scope));
        waiting(rows);
    })
}

type Copied = Box<dyn FnOnce(&mut Rows, &Scope) + Send>;

fn copied(home: &Home) -> Copied {
    let things = home.lock();
    let groups: Vec<CopiedGroup> = things.groups.values().map(CopiedGroup::of).collect();
    let rest: [Copied; 7] = [
        copied_things::<things::ResourcePolicy>(&things),
        copied_things::<things::Destination>(&things),
        copied_things::<things::DeliverySource>(&things),
        copied_things::<things::DeliveryDestination>(&things),
        copied_things::<things::Delivery>(&things),
        copied_things::<things::QueryDefinition>(&things),
        copied_things::<things::ExportTask>(&things),
    ];
    Box::new(move |rows, scope| {
        groups.iter().for_each(|group| group.put(rows, scope));
        rest.into_iter().for_each(|write| write(rows, scope));
    })
}

fn copied_things<K: Kept>(things: &Things) -> Copied {
    let copied = things.copied::<K>();
    Box::new(move |rows, scope| copied.iter().for_each(|thing| put(rows, scope, &**thing)))
}

struct CopiedGroup {
    settings: Arc<Settings>,
    streams: Vec<(Arc<About>, Vec<Arc<Batch>>)>,
}

impl CopiedGroup {
    fn of(group: &Group) -> Self {
        let copied = |stream: &Stream| (Arc::clone(&stream.about), stream.batches().cloned().collect());
        Self { settings: Arc::clone(&group.settings), streams: group.streams.values().map(copied).collect() }
    }

    fn put(&self, rows: &mut Rows, scope: &Scope) {
        put_group(rows, scope, &self.settings);
        for (about, batches) in &self.streams {
            put_stream(rows, scope, &self.settings.name, about);
            batches.iter().for_each(|batch| put_batch(rows, scope, &self.settings.name, about.id, batch));
        }
    }
}

/// Rows into memory, before the first request.
pub(crate) fn load_all(reader: &dyn Reader, logs: &Logs) -> Result<(), LoadError> {
    load(reader, &GROUPS, |bytes, settings: Settings| {
        let (home, _) = home_of(logs, &GROUPS, bytes)?;
        home.lock().groups.insert(settings.name.clone(), Group::new(settings));
        Ok(())
    })?;
    let names = load_streams(reader, logs)?;
    load_batches(reader, logs, &names)?;
    load_things::<things::ResourcePolicy>(reader, logs)?;
    load_things::<things::Destination>(reader, logs)?;
    load_things::<things::DeliverySource>(reader, logs)?;
    load_things::<things::DeliveryDestination>(reader, logs)?;
    load_things::<things::Delivery>(reader, logs)?;
    load_things::<things::QueryDefinition>(reader, logs)?;
    load_things::<things::ExportTask>(reader, logs)?;
    exporting::end_those_before(logs);
    logs.outbox.load(reader)
}

/// Names of streams by their ids.
type StreamNames = HashMap<(Scope, u64), String>;

fn load_streams(reader: &dyn Reader, logs: &Logs) -> Result<StreamNames, LoadError> {
    let mut names = StreamNames::new();
    load(reader, &STREAMS, |bytes, about: About| {
        let (scope, rest) = split_scope(bytes).ok_or_else(|| no_key(&STREAMS, bytes))?;
        let (group, _) = split(rest).ok_or_else(|| no_key(&STREAMS, bytes))?;
        let home = logs.home(&scope);
        let mut things = home.lock();
        things.know_number(about.id);
        let group = things.groups.get_mut(&*String::from_utf8_lossy(group));
        let group = group.ok_or_else(|| LoadError::broken(&STREAMS, bytes, "its group is not there"))?;
        names.insert((scope, about.id), about.name.clone());
        group.streams.insert(about.name.clone(), Stream::new(about));
        Ok(())
    })?;
    Ok(names)
}

fn load_batches(reader: &dyn Reader, logs: &Logs, names: &StreamNames) -> Result<(), LoadError> {
    for decoded in load_many(reader, &BATCHES, |bytes, batch: Batch| Ok((bytes.to_vec(), Arc::new(batch))))? {
        let (bytes, batch) = decoded;
        let (scope, rest) = split_scope(&bytes).ok_or_else(|| no_key(&BATCHES, &bytes))?;
        let (group, numbers) = split(rest).ok_or_else(|| no_key(&BATCHES, &bytes))?;
        let stream = numbers.first_chunk::<NUMBER>().map(|bytes| u64::from_be_bytes(*bytes));
        let home = logs.home(&scope);
        let mut things = home.lock();
        things.know_number(batch.number);
        let group = things.groups.get_mut(&*String::from_utf8_lossy(group));
        match (group, stream.and_then(|id| names.get(&(scope, id)))) {
            // What is too much is removed from the disk when the next batch comes.
            (Some(group), Some(name)) => group.restore(name, batch),
            _ => return Err(LoadError::broken(&BATCHES, &bytes, "its stream is not there")),
        }
    }
    Ok(())
}

fn load_things<K: Kept>(reader: &dyn Reader, logs: &Logs) -> Result<(), LoadError> {
    load(reader, K::TABLE, |bytes, thing: K| {
        let (home, _) = home_of(logs, K::TABLE, bytes)?;
        K::all_mut(&mut home.lock()).insert(thing.kept_as().to_owned(), Arc::new(thing));
        Ok(())
    })
}

/// Whose a row is, and what follows in its key.
fn home_of<'k>(logs: &Logs, table: &Table, bytes: &'k [u8]) -> Result<(Arc<Home>, &'k [u8]), LoadError> {
    let (scope, rest) = split_scope(bytes).ok_or_else(|| no_key(table, bytes))?;
    Ok((logs.home(&scope), rest))
}

fn in_group(scope: &Scope, group: &str, numbers: &[u64]) -> Vec<u8> {
    let numbers: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    below(scope, &key([group.as_bytes(), &numbers]))
}

fn below(scope: &Scope, rest: &[u8]) -> Vec<u8> {
    key([scope.account.to_string().as_bytes(), scope.region.as_str().as_bytes(), rest])
}

/// Account and region, and what follows them.
fn split_scope(bytes: &[u8]) -> Option<(Scope, &[u8])> {
    let (account, rest) = split(bytes)?;
    let (region, rest) = split(rest)?;
    let account = std::str::from_utf8(account).ok()?.parse().ok()?;
    let region = Region::nonstandard(std::str::from_utf8(region).ok()?);
    Some((Scope::new(account, region), rest))
}

/// At the first NUL.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn no_key(table: &Table, key: &[u8]) -> LoadError {
    LoadError::broken(table, key, "this is no key")
}
