//! What DynamoDB keeps on the disk: tables and their items. Indexes are made of the items when they are loaded.
//!
//! Keys begin with account, region and table, none of which holds a NUL; those of items go on with their place.

use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table as RowTable, key, load, load_many},
    scope::{Region, Scope},
    snapshot::Frozen,
};

use crate::{
    backups, globals,
    history::Replaced,
    replicas,
    service::DynamoDb,
    table::{RowKey, Settings, Stored, Table},
    tokens::Token,
    transfers,
    value::Item,
};

pub(crate) static TABLES: &[&RowTable] = &[
    &TABLE_ROWS,
    &ITEMS,
    &TOKENS,
    &REPLACED,
    &backups::BACKUPS,
    &backups::ITEMS,
    &transfers::EXPORTS,
    &transfers::IMPORTS,
    &globals::ROWS,
];

/// By account, region and name.
static TABLE_ROWS: RowTable = RowTable::new("dynamodb", "tables", 1);
/// By table and place.
static ITEMS: RowTable = RowTable::new("dynamodb", "items", 1);
/// Of transactions of the last ten minutes, by account, region and token.
static TOKENS: RowTable = RowTable::new("dynamodb", "tokens", 1);
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

pub(crate) fn load_all(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    load(reader, &TABLE_ROWS, |bytes, settings: Settings| {
        let (scope, name) = scope_and_name(&TABLE_ROWS, bytes)?;
        dynamodb.tables(&scope).restore(Table::new(scope.clone(), name.to_owned(), settings));
        Ok(())
    })?;
    for (scope, tables) in dynamodb.all_tables() {
        tables.own(&scope).iter().for_each(|table| replicas::follow(dynamodb, table, &[]));
    }
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
    transfers::load_all(reader, dynamodb)?;
    globals::load_all(reader, dynamodb)?;
    backups::load_all(reader, dynamodb)
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

/// Copies of handles at one instant, and the rows that are made of them later.
pub(crate) fn freeze(dynamodb: &DynamoDb) -> Frozen {
    let mut tables = Vec::new();
    let mut tokens = Vec::new();
    for (scope, of_scope) in dynamodb.all_tables() {
        let of_table = |table: std::sync::Arc<Table>| (table.settings(), table.all(), table.history.all(), table);
        tables.extend(of_scope.own(&scope).into_iter().map(of_table));
        let kept = of_scope.tokens.lock().all();
        tokens.extend(kept.into_iter().map(|(name, token)| (scope.clone(), name, token)));
    }
    let others = [backups::freeze(dynamodb), transfers::freeze(dynamodb), globals::freeze(dynamodb)];
    Box::new(move |rows| {
        others.into_iter().for_each(|other| other(rows));
        for (settings, items, replaced, table) in &tables {
            put_table(rows, table, settings);
            for stored in items {
                put_item(rows, table, &table.key_of(&stored.item), Some(stored));
            }
            replaced.iter().for_each(|(number, change)| put_replaced(rows, table, *number, change));
        }
        tokens.iter().for_each(|(scope, name, token)| put_token(rows, scope, name, token));
    })
}
