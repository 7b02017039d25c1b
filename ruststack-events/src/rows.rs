//! What EventBridge keeps on the disk: a row for each thing, one for each archived event, and what waits for targets.
//!
//! Keys begin with account and region, and go on with names, none of which holds a NUL.

use std::sync::Arc;

use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table, key, load},
    scope::{Region, Scope},
    snapshot::Frozen,
};

use crate::{
    Events,
    archive::{Archive, ArchiveEntry, Archived},
    bus::{Bus, BusEntry},
    connection::{ApiDestination, Connection},
    home::{Home, Things},
    replay::Replay,
    rule::Rule,
};

pub(crate) static TABLES: &[&Table] =
    &[&BUSES, &RULES, &ARCHIVES, &ARCHIVED, &REPLAYS, &CONNECTIONS, &API_DESTINATIONS, &PARCELS];

static BUSES: Table = Table::new("events", "buses", 1);
/// With their targets, by bus and name.
static RULES: Table = Table::new("events", "rules", 1);
static ARCHIVES: Table = Table::new("events", "archives", 1);
/// By archive and number.
static ARCHIVED: Table = Table::new("events", "archived", 1);
static REPLAYS: Table = Table::new("events", "replays", 1);
static CONNECTIONS: Table = Table::new("events", "connections", 1);
static API_DESTINATIONS: Table = Table::new("events", "api_destinations", 1);
/// The outbox's.
pub(crate) static PARCELS: Table = Table::new("events", "parcels", 1);

pub(crate) fn put_bus(rows: &mut Rows, scope: &Scope, bus: &Bus) {
    rows.put(&BUSES, below(scope, bus.name.as_bytes()), bus);
}

/// With its rules.
pub(crate) fn remove_bus(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&BUSES, below(scope, name.as_bytes()));
    rows.remove_all(&RULES, below(scope, &key([name.as_bytes(), b""])));
}

pub(crate) fn put_rule(rows: &mut Rows, scope: &Scope, rule: &Rule) {
    rows.put(&RULES, below(scope, &key([rule.bus.as_bytes(), rule.name.as_bytes()])), rule);
}

pub(crate) fn remove_rule(rows: &mut Rows, scope: &Scope, rule: &Rule) {
    rows.remove(&RULES, below(scope, &key([rule.bus.as_bytes(), rule.name.as_bytes()])));
}

pub(crate) fn put_archive(rows: &mut Rows, scope: &Scope, archive: &Archive) {
    rows.put(&ARCHIVES, below(scope, archive.name.as_bytes()), archive);
}

/// With its events.
pub(crate) fn remove_archive(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&ARCHIVES, below(scope, name.as_bytes()));
    rows.remove_all(&ARCHIVED, below(scope, &key([name.as_bytes(), b""])));
}

pub(crate) fn put_archived(rows: &mut Rows, scope: &Scope, archive: &str, number: u64, archived: &Archived) {
    rows.put(&ARCHIVED, archived_key(scope, archive, number), archived);
}

pub(crate) fn remove_archived(rows: &mut Rows, scope: &Scope, archive: &str, number: u64) {
    rows.remove(&ARCHIVED, archived_key(scope, archive, number));
}

pub(crate) fn put_replay(rows: &mut Rows, scope: &Scope, replay: &Replay) {
    rows.put(&REPLAYS, below(scope, replay.name.as_bytes()), replay);
}

pub(crate) fn remove_replay(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&REPLAYS, below(scope, name.as_bytes()));
}

pub(crate) fn put_connection(rows: &mut Rows, scope: &Scope, connection: &Connection) {
    rows.put(&CONNECTIONS, below(scope, connection.name.as_bytes()), connection);
}

pub(crate) fn remove_connection(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&CONNECTIONS, below(scope, name.as_bytes()));
}

pub(crate) fn put_api_destination(rows: &mut Rows, scope: &Scope, destination: &ApiDestination) {
    rows.put(&API_DESTINATIONS, below(scope, destination.name.as_bytes()), destination);
}

pub(crate) fn remove_api_destination(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&API_DESTINATIONS, below(scope, name.as_bytes()));
}

/// All that an account has in a region, but what waits.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    for table in TABLES.iter().filter(|table| table.name != PARCELS.name) {
        rows.remove_all(table, below(scope, b""));
    }
}

/// Copies handles, and makes rows of them later.
pub(crate) fn freeze(events: &Events) -> Frozen {
    let all: Vec<(Scope, Things)> = events.homes().into_iter().map(|(scope, home)| (scope, copied(&home))).collect();
    let waiting = events.outbox.freeze();
    Box::new(move |rows| {
        all.iter().for_each(|(scope, things)| put_all(rows, scope, things));
        waiting(rows);
    })
}

fn copied(home: &Home) -> Things {
    let things = home.lock();
    Things {
        buses: things.buses.clone(),
        archives: things.archives.clone(),
        replays: things.replays.clone(),
        connections: things.connections.clone(),
        api_destinations: things.api_destinations.clone(),
    }
}

fn put_all(rows: &mut Rows, scope: &Scope, things: &Things) {
    for BusEntry { bus, rules } in things.buses.values() {
        put_bus(rows, scope, bus);
        rules.values().for_each(|rule| put_rule(rows, scope, rule));
    }
    for ArchiveEntry { archive, events, .. } in things.archives.values() {
        put_archive(rows, scope, archive);
        events.iter().for_each(|(number, archived)| put_archived(rows, scope, &archive.name, *number, archived));
    }
    things.replays.values().for_each(|replay| put_replay(rows, scope, replay));
    things.connections.values().for_each(|connection| put_connection(rows, scope, connection));
    things.api_destinations.values().for_each(|destination| put_api_destination(rows, scope, destination));
}

/// Rows into memory, before the first request.
pub(crate) fn load_all(reader: &dyn Reader, events: &Events) -> Result<(), LoadError> {
    load(reader, &BUSES, |bytes, bus: Bus| {
        let home = home_of(events, &BUSES, bytes)?;
        let mut things = home.lock();
        match things.buses.get_mut(&bus.name) {
            Some(entry) => entry.bus = Arc::new(bus),
            None => drop(things.buses.insert(bus.name.clone(), BusEntry::of(bus))),
        }
        Ok(())
    })?;
    load(reader, &RULES, |bytes, mut rule: Rule| {
        rule.parse().map_err(|error| LoadError::broken(&RULES, bytes, error))?;
        let home = home_of(events, &RULES, bytes)?;
        let mut things = home.lock();
        let entry = things.buses.get_mut(&rule.bus);
        let entry = entry.ok_or_else(|| LoadError::broken(&RULES, bytes, "its bus is not there"))?;
        entry.rules.insert(rule.name.clone(), Arc::new(rule));
        Ok(())
    })?;
    load_archives(reader, events)?;
    load(reader, &REPLAYS, |bytes, replay: Replay| {
        home_of(events, &REPLAYS, bytes)?.lock().replays.insert(replay.name.clone(), Arc::new(replay));
        Ok(())
    })?;
    load(reader, &CONNECTIONS, |bytes, connection: Connection| {
        let home = home_of(events, &CONNECTIONS, bytes)?;
        home.lock().connections.insert(connection.name.clone(), Arc::new(connection));
        Ok(())
    })?;
    load(reader, &API_DESTINATIONS, |bytes, destination: ApiDestination| {
        let home = home_of(events, &API_DESTINATIONS, bytes)?;
        home.lock().api_destinations.insert(destination.name.clone(), Arc::new(destination));
        Ok(())
    })?;
    events.outbox.load(reader)
}

fn load_archives(reader: &dyn Reader, events: &Events) -> Result<(), LoadError> {
    load(reader, &ARCHIVES, |bytes, mut archive: Archive| {
        archive.parse().map_err(|error| LoadError::broken(&ARCHIVES, bytes, error))?;
        let home = home_of(events, &ARCHIVES, bytes)?;
        home.lock().archives.insert(archive.name.clone(), ArchiveEntry::of(archive));
        Ok(())
    })?;
    load(reader, &ARCHIVED, |bytes, archived: Archived| {
        let (scope, rest) = split_scope(bytes).ok_or_else(|| no_key(&ARCHIVED, bytes))?;
        let (name, number) = split(rest).ok_or_else(|| no_key(&ARCHIVED, bytes))?;
        let number = number.try_into().map(u64::from_be_bytes).map_err(|_| no_key(&ARCHIVED, bytes))?;
        let home = events.home(&scope);
        let mut things = home.lock();
        let entry = things.archives.get_mut(&*String::from_utf8_lossy(name));
        let entry = entry.ok_or_else(|| LoadError::broken(&ARCHIVED, bytes, "its archive is not there"))?;
        entry.restore(number, archived);
        Ok(())
    })
}

fn home_of(events: &Events, table: &Table, bytes: &[u8]) -> Result<Arc<Home>, LoadError> {
    let (scope, _) = split_scope(bytes).ok_or_else(|| no_key(table, bytes))?;
    Ok(events.home(&scope))
}

fn archived_key(scope: &Scope, archive: &str, number: u64) -> Vec<u8> {
    below(scope, &key([archive.as_bytes(), &number.to_be_bytes()]))
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
