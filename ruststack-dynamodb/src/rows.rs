//! What DynamoDB keeps on the disk: tables and their items. Indexes are made of the items when they are loaded.
//!
//! Keys begin with account, region and table, none of which holds a NUL; those of items go on with their place.

use std::sync::Arc;

use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table as RowTable, key, load, load_many},
    scope::{Region, Scope},
    snapshot::Frozen,
};
use serde::{Deserialize, Serialize};

use crate::{
    backups,
    history::Replaced,
    service::DynamoDb,
    stream::{self, Ended, Record, SequenceNumber, Stream},
    table::{RowKey, Settings, Stored, Table},
    tables::Tables,
    tokens::Token,
    value::Item,
};

pub(crate) static TABLES: &[&RowTable] =
    &[&TABLE_ROWS, &ITEMS, &TOKENS, &STREAMS, &RECORDS, &REPLACED, &backups::BACKUPS, &backups::ITEMS];

/// By account, region and name.
static TABLE_ROWS: RowTable = RowTable::new("dynamodb", "tables", 1);
/// By table and place.
static ITEMS: RowTable = RowTable::new("dynamodb", "items", 1);
/// Of transactions of the last ten minutes, by account, region and token.
static TOKENS: RowTable = RowTable::new("dynamodb", "tokens", 1);
/// By account, region, table and label.
static STREAMS: RowTable = RowTable::new("dynamodb", "streams", 1);
/// By stream and sequence number.
static RECORDS: RowTable = RowTable::new("dynamodb", "stream-records", 1);
/// What changes replaced, by table and number.
static REPLACED: RowTable = RowTable::new("dynamodb", "replaced", 1);

pub(crate) fn put_table(rows: &mut Rows, table: &Table, settings: &Settings) {
    rows.put(&TABLE_ROWS, below_scope(&table.scope, table.name.as_bytes()), settings);
}

/// With its items.
pub(crate) fn remove_table(rows: &mut Rows, table: &Table) {
    rows.remove(&TABLE_ROWS, below_scope(&table.scope, table.name.as_bytes()));
    rows.remove_all(&ITEMS, below(table, b""));
    remove_history(rows, table);
}

pub(crate) fn remove_history(rows: &mut Rows, table: &Table) {
    rows.remove_all(&REPLACED, below(table, b""));
}

pub(crate) fn put_replaced(rows: &mut Rows, table: &Table, number: u64, change: &Replaced) {
    rows.put(&REPLACED, below(table, &number.to_be_bytes()), change);
}

pub(crate) fn remove_replaced(rows: &mut Rows, table: &Table, number: u64) {
    rows.remove(&REPLACED, below(table, &number.to_be_bytes()));
}

/// An item as it is now.
pub(crate) fn put_item(rows: &mut Rows, table: &Table, key: &RowKey, stored: Option<&Stored>) {
    let key = below(table, key.as_bytes());
    match stored {
        Some(stored) => rows.put(&ITEMS, key, &*stored.item),
        None => rows.remove(&ITEMS, key),
    }
}

pub(crate) fn put_token(rows: &mut Rows, scope: &Scope, name: &str, token: &Token) {
    rows.put(&TOKENS, below_scope(scope, name.as_bytes()), token);
}

pub(crate) fn remove_token(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&TOKENS, below_scope(scope, name.as_bytes()));
}

#[derive(Serialize, Deserialize)]
struct StreamRow {
    settings: stream::Settings,
    ended: Option<Ended>,
}

/// A stream without its records.
pub(crate) fn put_stream(rows: &mut Rows, stream: &Stream, ended: Option<Ended>) {
    rows.put(&STREAMS, below_table(stream, b""), &StreamRow { settings: stream.settings.clone(), ended });
}

/// With its records.
pub(crate) fn remove_stream(rows: &mut Rows, stream: &Stream) {
    rows.remove(&STREAMS, below_table(stream, b""));
    rows.remove_all(&RECORDS, below_stream(stream, b""));
}

pub(crate) fn put_record(rows: &mut Rows, stream: &Stream, number: SequenceNumber, record: &Record) {
    rows.put(&RECORDS, below_stream(stream, &number.to_bytes()), record);
}

pub(crate) fn remove_record(rows: &mut Rows, stream: &Stream, number: SequenceNumber) {
    rows.remove(&RECORDS, below_stream(stream, &number.to_bytes()));
}

/// All that an account has in a region.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    for table in TABLES {
        rows.remove_all(table, below_scope(scope, b""));
    }
}

pub(crate) fn below_scope(scope: &Scope, rest: &[u8]) -> Vec<u8> {
    key([scope.account.to_string().as_bytes(), scope.region.as_str().as_bytes(), rest])
}

fn below(table: &Table, rest: &[u8]) -> Vec<u8> {
    key([&below_scope(&table.scope, table.name.as_bytes()), rest])
}

fn below_table(stream: &Stream, rest: &[u8]) -> Vec<u8> {
    let key = key([stream.table_name.as_bytes(), stream.label.as_bytes()]);
    below_scope(&stream.scope, &[&key, rest].concat())
}

fn below_stream(stream: &Stream, number: &[u8]) -> Vec<u8> {
    key([&below_table(stream, b""), number])
}

pub(crate) fn load_all(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    load(reader, &STREAMS, |bytes, row: StreamRow| {
        let (scope, name, rest) = scope_name_and_rest(&STREAMS, bytes)?;
        let label = String::from_utf8_lossy(rest).into_owned();
        let stream = Stream::new(scope.clone(), name.to_owned(), label, row.settings);
        if let Some(ended) = row.ended {
            stream.log().restore_end(ended);
        }
        dynamodb.tables(&scope).restore_stream(Arc::new(stream));
        Ok(())
    })?;
    load(reader, &TABLE_ROWS, |bytes, settings: Settings| {
        let (scope, name) = scope_and_name(&TABLE_ROWS, bytes)?;
        let stream = stream_of(&dynamodb.tables(&scope), &scope, name, &settings);
        dynamodb.tables(&scope).restore(Table::new(scope.clone(), name.to_owned(), settings, stream));
        Ok(())
    })?;
    load_records(reader, dynamodb)?;
    load(reader, &TOKENS, |bytes, token: Token| {
        let (scope, name) = scope_and_name(&TOKENS, bytes)?;
        dynamodb.tables(&scope).tokens.lock().restore(name.to_owned(), token);
        Ok(())
    })?;
    load_items(reader, dynamodb)?;
    load(reader, &REPLACED, |bytes, change: Replaced| {
        let (scope, name) = scope_and_name(&REPLACED, bytes)?;
        let table = dynamodb.tables(&scope).get(name);
        let table = table.ok_or_else(|| LoadError::broken(&REPLACED, bytes, "its table is not there"))?;
        let number = bytes.last_chunk().map_or(0, |number| u64::from_be_bytes(*number));
        table.history.restore(number, change);
        Ok(())
    })?;
    backups::load_all(reader, dynamodb)
}

/// Streams were not kept before they were read; one that was switched on then begins with its table.
fn stream_of(tables: &Tables, scope: &Scope, name: &str, settings: &Settings) -> Option<Arc<Stream>> {
    let description = &settings.description;
    description.stream_specification.as_ref()?;
    let kept = tables
        .all_streams()
        .into_iter()
        .find(|stream| stream.table_name == name && Some(&stream.label) == description.latest_stream_label.as_ref());
    kept.or_else(|| {
        let stream = Stream::of(scope, description, description.creation_date_time?)?;
        tables.restore_stream(Arc::clone(&stream));
        Some(stream)
    })
}

fn load_records(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    let mut current: Option<Arc<Stream>> = None;
    load(reader, &RECORDS, |bytes, record: Record| {
        let broken = || LoadError::broken(&RECORDS, bytes, "its stream is not there");
        let (scope, name, rest) = scope_name_and_rest(&RECORDS, bytes)?;
        let (label, number) = rest.split_last_chunk().ok_or_else(broken)?;
        let label = String::from_utf8_lossy(label.strip_suffix(&[0]).unwrap_or(label)).into_owned();
        let is_it = |stream: &Arc<Stream>| stream.scope == scope && stream.table_name == name && stream.label == label;
        // Rows of one stream stand together.
        if !current.as_ref().is_some_and(is_it) {
            current = dynamodb.tables(&scope).all_streams().into_iter().find(is_it);
        }
        let stream = current.as_ref().ok_or_else(broken)?;
        stream.log().restore(SequenceNumber::from_bytes(*number), record);
        Ok(())
    })
}

fn load_items(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    let made = load_many(reader, &ITEMS, |bytes, item: Item| {
        let (scope, name) = scope_and_name(&ITEMS, bytes)?;
        let table = dynamodb.tables(&scope).get(name);
        let table = table.ok_or_else(|| LoadError::broken(&ITEMS, bytes, "its table is not there"))?;
        let keys = table.schema.bytes_of(&item);
        let keys = keys.ok_or_else(|| LoadError::broken(&ITEMS, bytes, "it lacks a key of its table"))?;
        Ok((table, RowKey::new(&keys), Stored::new(item)))
    })?;
    for (table, key, stored) in made {
        // Nothing is deleted yet.
        if let Ok(mut locked) = table.lock([key.shard()]) {
            locked.replace(key, Some(stored));
        }
    }
    Ok(())
}

pub(crate) fn scope_and_name<'k>(table: &RowTable, bytes: &'k [u8]) -> Result<(Scope, &'k str), LoadError> {
    let mut parts = bytes.splitn(4, |byte| *byte == 0).map(std::str::from_utf8);
    let mut next = || parts.next().and_then(Result::ok);
    let found = (|| {
        let (account, region, name) = (next()?.parse().ok()?, next()?, next()?);
        Some((Scope::new(account, Region::nonstandard(region)), name))
    })();
    found.ok_or_else(|| LoadError::broken(table, bytes, "this is no key"))
}

/// What stands behind the name, which may hold NULs.
fn scope_name_and_rest<'k>(table: &RowTable, bytes: &'k [u8]) -> Result<(Scope, &'k str, &'k [u8]), LoadError> {
    let (scope, name) = scope_and_name(table, bytes)?;
    let rest = bytes.splitn(4, |byte| *byte == 0).nth(3).unwrap_or_default();
    Ok((scope, name, rest))
}

/// Copies of handles at one instant, and the rows that are made of them later.
pub(crate) fn freeze(dynamodb: &DynamoDb) -> Frozen {
    let mut tables = Vec::new();
    let mut tokens = Vec::new();
    let mut streams = Vec::new();
    for (scope, of_scope) in dynamodb.all_tables() {
        let of_table = |table: Arc<Table>| (table.settings(), table.all(), table.history.all(), table);
        tables.extend(of_scope.all().into_iter().map(of_table));
        let of_stream = |stream: Arc<Stream>| {
            let (ended, records) = (stream.log().ended(), stream.log().all());
            (stream, ended, records)
        };
        streams.extend(of_scope.all_streams().into_iter().map(of_stream));
        let kept = of_scope.tokens.lock().all();
        tokens.extend(kept.into_iter().map(|(name, token)| (scope.clone(), name, token)));
    }
    let backups = backups::freeze(dynamodb);
    Box::new(move |rows| {
        backups(rows);
        for (settings, items, replaced, table) in &tables {
            put_table(rows, table, settings);
            for stored in items {
                put_item(rows, table, &table.key_of(&stored.item), Some(stored));
            }
            replaced.iter().for_each(|(number, change)| put_replaced(rows, table, *number, change));
        }
        tokens.iter().for_each(|(scope, name, token)| put_token(rows, scope, name, token));
        for (stream, ended, records) in &streams {
            put_stream(rows, stream, *ended);
            records.iter().for_each(|(number, record)| put_record(rows, stream, *number, record));
        }
    })
}
