//! Global tables of 2017, kept and told: which regions a table is said to be in.

use std::collections::BTreeMap;

use parking_lot::RwLock;
use ruststack_core::{
    journal::{Changes, LoadError, Reader, Table as RowTable, load},
    scope::Scope,
    snapshot::Frozen,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{GlobalTableDescription, ReplicaSettingsDescription},
    rows::{below_scope, scope_and_name},
    service::DynamoDb,
};

/// By account, region of its making, and name.
pub(crate) static ROWS: RowTable = RowTable::new("dynamodb", "global-tables", 1);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GlobalTable {
    pub(crate) description: GlobalTableDescription,
    /// In the order of the replicas.
    pub(crate) settings: Vec<ReplicaSettingsDescription>,
}

/// Those that were made in a region of an account, by name.
#[derive(Default)]
pub(crate) struct Globals(RwLock<BTreeMap<String, GlobalTable>>);

impl Globals {
    pub(crate) fn get(&self, name: &str) -> Option<GlobalTable> {
        self.0.read().get(name).cloned()
    }

    pub(crate) fn all(&self) -> Vec<(String, GlobalTable)> {
        self.0.read().iter().map(|(name, made)| (name.clone(), made.clone())).collect()
    }

    pub(crate) fn put(&self, scope: &Scope, name: &str, made: GlobalTable, changes: &Changes) {
        let mut globals = self.0.write();
        changes.record(|rows| rows.put(&ROWS, below_scope(scope, name.as_bytes()), &made));
        globals.insert(name.to_owned(), made);
    }

    /// Forgets all; the rows are removed elsewhere.
    pub(crate) fn clear(&self) {
        self.0.write().clear();
    }
}

pub(crate) fn load_all(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    load(reader, &ROWS, |bytes, made: GlobalTable| {
        let (scope, name) = scope_and_name(&ROWS, bytes)?;
        dynamodb.globals(&scope).0.write().insert(name.to_owned(), made);
        Ok(())
    })
}

pub(crate) fn freeze(dynamodb: &DynamoDb) -> Frozen {
    let all: Vec<_> = dynamodb.all_globals().into_iter().map(|(scope, of)| (scope, of.all())).collect();
    Box::new(move |rows| {
        for (scope, made) in &all {
            made.iter().for_each(|(name, made)| rows.put(&ROWS, below_scope(scope, name.as_bytes()), made));
        }
    })
}
