//! What KMS keeps on the disk: keys with all that belongs to them, and aliases. Keys begin with account and region.

use std::sync::Arc;

use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table, key, load},
    scope::{Region, Scope},
    snapshot::Frozen,
};

use crate::{
    Kms,
    key::Key,
    keys::{Alias, Contents},
};

pub(crate) static TABLES: &[&Table] = &[&KEYS, &ALIASES];

/// By id.
static KEYS: Table = Table::new("kms", "keys", 1);
/// By name.
static ALIASES: Table = Table::new("kms", "aliases", 1);

pub(crate) fn put_key(rows: &mut Rows, scope: &Scope, key: &Key) {
    rows.put(&KEYS, below(scope, &key.id), key);
}

pub(crate) fn remove_key(rows: &mut Rows, scope: &Scope, id: &str) {
    rows.remove(&KEYS, below(scope, id));
}

pub(crate) fn put_alias(rows: &mut Rows, scope: &Scope, name: &str, alias: &Alias) {
    rows.put(&ALIASES, below(scope, name), alias);
}

pub(crate) fn remove_alias(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&ALIASES, below(scope, name));
}

/// All that an account has in a region.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    TABLES.iter().for_each(|table| rows.remove_all(table, below(scope, "")));
}

pub(crate) fn load_all(reader: &dyn Reader, kms: &Kms) -> Result<(), LoadError> {
    load(reader, &KEYS, |bytes, key: Key| {
        let (scope, _) = split(&KEYS, bytes)?;
        kms.keys(&scope).lock().restore(Arc::new(key));
        Ok(())
    })?;
    load(reader, &ALIASES, |bytes, alias: Alias| {
        let (scope, name) = split(&ALIASES, bytes)?;
        kms.keys(&scope).lock().restore_alias(name.to_owned(), alias);
        Ok(())
    })
}

pub(crate) fn freeze(kms: &Kms) -> Frozen {
    let all: Vec<_> = kms.all_keys().into_iter().map(|(scope, keys)| (scope, keys.lock().clone())).collect();
    Box::new(move |rows| all.iter().for_each(|(scope, contents)| put_all(rows, scope, contents)))
}

fn put_all(rows: &mut Rows, scope: &Scope, contents: &Contents) {
    contents.keys().for_each(|key| put_key(rows, scope, key));
    contents.aliases().for_each(|(name, alias)| put_alias(rows, scope, name, alias));
}

fn below(scope: &Scope, rest: &str) -> Vec<u8> {
    key([scope.account.to_string().as_bytes(), scope.region.as_str().as_bytes(), rest.as_bytes()])
}

/// Account and region of a row's key, and the rest.
fn split<'k>(table: &Table, bytes: &'k [u8]) -> Result<(Scope, &'k str), LoadError> {
    let text = std::str::from_utf8(bytes).map_err(|error| LoadError::broken(table, bytes, error))?;
    let mut parts = text.splitn(3, '\0');
    let account = parts.next().and_then(|account| account.parse().ok());
    match (account, parts.next(), parts.next()) {
        (Some(account), Some(region), Some(rest)) => Ok((Scope::new(account, Region::nonstandard(region)), rest)),
        _ => Err(LoadError::broken(table, bytes, "this is no key")),
    }
}
