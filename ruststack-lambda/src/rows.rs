//! What Lambda keeps on the disk: a row for each function, layer and mapping, the archives of their code, and what
//! waits to be invoked.
//!
//! Keys begin with account and region, and go on with names; archives have their digests, for all accounts.

use std::sync::Arc;

use bytes::Bytes;
use ruststack_core::{
    journal::{LoadError, Reader, Rows, Table, key, load},
    scope::{Region, Scope},
    snapshot::Frozen,
};

use crate::{
    Lambda,
    api::CodeSigningConfig,
    function::Function,
    home::{Home, Layer, Mapping, Things},
};

pub(crate) static TABLES: &[&Table] = &[&ARCHIVES, &FUNCTIONS, &LAYERS, &MAPPINGS, &SIGNING, &PARCELS];

/// ZIP files by their digest.
static ARCHIVES: Table = Table::new("lambda", "archives", 1);
static FUNCTIONS: Table = Table::new("lambda", "functions", 1);
static LAYERS: Table = Table::new("lambda", "layers", 1);
static MAPPINGS: Table = Table::new("lambda", "mappings", 1);
static SIGNING: Table = Table::new("lambda", "signing", 1);
/// The outbox's.
pub(crate) static PARCELS: Table = Table::new("lambda", "parcels", 1);

pub(crate) fn put_archive(rows: &mut Rows, digest: &str, bytes: &Bytes) {
    rows.put(&ARCHIVES, digest.as_bytes().to_vec(), bytes);
}

pub(crate) fn remove_archive(rows: &mut Rows, digest: &str) {
    rows.remove(&ARCHIVES, digest.as_bytes().to_vec());
}

pub(crate) fn put_function(rows: &mut Rows, scope: &Scope, function: &Function) {
    rows.put(&FUNCTIONS, below(scope, function.name.as_bytes()), function);
}

pub(crate) fn remove_function(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&FUNCTIONS, below(scope, name.as_bytes()));
}

pub(crate) fn put_layer(rows: &mut Rows, scope: &Scope, layer: &Layer) {
    rows.put(&LAYERS, below(scope, layer.name.as_bytes()), layer);
}

pub(crate) fn put_mapping(rows: &mut Rows, scope: &Scope, id: &str, mapping: &Mapping) {
    rows.put(&MAPPINGS, below(scope, id.as_bytes()), mapping);
}

pub(crate) fn remove_mapping(rows: &mut Rows, scope: &Scope, id: &str) {
    rows.remove(&MAPPINGS, below(scope, id.as_bytes()));
}

pub(crate) fn put_signing(rows: &mut Rows, scope: &Scope, config: &CodeSigningConfig) {
    rows.put(&SIGNING, below(scope, config.code_signing_config_id.as_bytes()), config);
}

pub(crate) fn remove_signing(rows: &mut Rows, scope: &Scope, id: &str) {
    rows.remove(&SIGNING, below(scope, id.as_bytes()));
}

/// All that an account has in a region, but archives and what waits.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    for table in [&FUNCTIONS, &LAYERS, &MAPPINGS, &SIGNING] {
        rows.remove_all(table, below(scope, b""));
    }
}

/// Copies handles, and makes rows of them later.
pub(crate) fn freeze(lambda: &Lambda) -> Frozen {
    let all: Vec<(Scope, Things)> =
        lambda.homes().into_iter().map(|(scope, home)| (scope, home.lock().clone())).collect();
    let (waiting, archives) = (lambda.outbox.freeze(), lambda.archives.clone());
    Box::new(move |rows| {
        let mut digests: Vec<String> = all.iter().flat_map(|(_, things)| things.archives()).collect();
        digests.sort_unstable();
        digests.dedup();
        for digest in digests {
            match archives.read(&digest) {
                Ok(bytes) => put_archive(rows, &digest, &bytes.into()),
                Err(error) => tracing::error!(digest, %error, "the code of a function is not in the snapshot"),
            }
        }
        all.iter().for_each(|(scope, things)| put_all(rows, scope, things));
        waiting(rows);
    })
}

fn put_all(rows: &mut Rows, scope: &Scope, things: &Things) {
    things.functions.values().for_each(|function| put_function(rows, scope, function));
    things.layers.values().for_each(|layer| put_layer(rows, scope, layer));
    things.mappings.iter().for_each(|(id, mapping)| put_mapping(rows, scope, id, mapping));
    things.signing.values().for_each(|config| put_signing(rows, scope, config));
}

/// Rows into memory, before the first request.
pub(crate) fn load_all(reader: &dyn Reader, lambda: &Lambda) -> Result<(), LoadError> {
    load(reader, &ARCHIVES, |bytes, archive: Bytes| {
        let digest = String::from_utf8_lossy(bytes);
        lambda.archives.restore(&digest, &archive).map_err(|error| LoadError::broken(&ARCHIVES, bytes, error))
    })?;
    load(reader, &FUNCTIONS, |bytes, mut function: Function| {
        function.settle();
        home_of(lambda, &FUNCTIONS, bytes)?.lock().functions.insert(function.name.clone(), Arc::new(function));
        Ok(())
    })?;
    load(reader, &LAYERS, |bytes, layer: Layer| {
        home_of(lambda, &LAYERS, bytes)?.lock().layers.insert(layer.name.clone(), Arc::new(layer));
        Ok(())
    })?;
    load(reader, &MAPPINGS, |bytes, mapping: Mapping| {
        let id = mapping.configuration.uuid.clone().unwrap_or_default();
        home_of(lambda, &MAPPINGS, bytes)?.lock().mappings.insert(id, Arc::new(mapping));
        Ok(())
    })?;
    load(reader, &SIGNING, |bytes, config: CodeSigningConfig| {
        let id = config.code_signing_config_id.clone();
        home_of(lambda, &SIGNING, bytes)?.lock().signing.insert(id, Arc::new(config));
        Ok(())
    })?;
    lambda.outbox.load(reader)
}

fn below(scope: &Scope, rest: &[u8]) -> Vec<u8> {
    key([scope.account.to_string().as_bytes(), scope.region.as_str().as_bytes(), rest])
}

fn home_of(lambda: &Lambda, table: &'static Table, bytes: &[u8]) -> Result<Arc<Home>, LoadError> {
    let text = String::from_utf8_lossy(bytes);
    let mut parts = text.split('\0');
    let account = parts.next().and_then(|account| account.parse().ok());
    match (account, parts.next()) {
        (Some(account), Some(region)) => Ok(lambda.home(&Scope::new(account, Region::nonstandard(region)))),
        _ => Err(LoadError::broken(table, bytes, "its key names no account and region")),
    }
}
