//! Exports to buckets and imports from them: what is known of each, and the work itself.

pub(crate) mod bucket;
pub(crate) mod csv;
pub(crate) mod export;
pub(crate) mod import;

use std::collections::BTreeMap;

use parking_lot::RwLock;
use ruststack_core::{
    journal::{Changes, LoadError, Reader, Rows, Table as RowTable, load},
    scope::Scope,
    snapshot::Frozen,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{ExportDescription, ExportTableToPointInTimeInput, ImportTableDescription, ImportTableInput},
    rows::{below_scope, scope_and_name},
    service::DynamoDb,
};

/// By account, region and id.
pub(crate) static EXPORTS: RowTable = RowTable::new("dynamodb", "exports", 1);
pub(crate) static IMPORTS: RowTable = RowTable::new("dynamodb", "imports", 1);

pub(crate) const IN_PROGRESS: &str = "IN_PROGRESS";
pub(crate) const COMPLETED: &str = "COMPLETED";
pub(crate) const FAILED: &str = "FAILED";
/// What became of work that was going on when the process ended.
const INTERRUPTED: &str = "The emulator was stopped before this was done.";

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Export {
    pub(crate) asked: ExportTableToPointInTimeInput,
    pub(crate) told: ExportDescription,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) asked: ImportTableInput,
    pub(crate) told: ImportTableDescription,
}

/// The exports and imports of an account in a region, by ARN.
#[derive(Default)]
pub(crate) struct Transfers {
    exports: RwLock<BTreeMap<String, Export>>,
    imports: RwLock<BTreeMap<String, Import>>,
}

impl Transfers {
    pub(crate) fn export(&self, arn: &str) -> Option<Export> {
        self.exports.read().get(arn).cloned()
    }

    /// In the order of their times.
    pub(crate) fn exports(&self) -> Vec<Export> {
        self.exports.read().values().cloned().collect()
    }

    pub(crate) fn put_export(&self, scope: &Scope, export: Export, changes: &Changes) {
        let arn = export.told.export_arn.clone().unwrap_or_default();
        let mut exports = self.exports.write();
        changes.record(|rows| put(rows, &EXPORTS, scope, &arn, &export));
        exports.insert(arn, export);
    }

    pub(crate) fn import(&self, arn: &str) -> Option<Import> {
        self.imports.read().get(arn).cloned()
    }

    pub(crate) fn imports(&self) -> Vec<Import> {
        self.imports.read().values().cloned().collect()
    }

    pub(crate) fn put_import(&self, scope: &Scope, import: Import, changes: &Changes) {
        let arn = import.told.import_arn.clone().unwrap_or_default();
        let mut imports = self.imports.write();
        changes.record(|rows| put(rows, &IMPORTS, scope, &arn, &import));
        imports.insert(arn, import);
    }

    /// Forgets all; the rows are removed elsewhere.
    pub(crate) fn clear(&self) {
        self.exports.write().clear();
        self.imports.write().clear();
    }
}

/// ARNs end with the table's name, what it is, and an id.
fn put(rows: &mut Rows, table: &'static RowTable, scope: &Scope, arn: &str, value: &impl Serialize) {
    rows.put(table, below_scope(scope, arn.as_bytes()), value);
}

/// Who was at work when the process ended has failed.
pub(crate) fn load_all(reader: &dyn Reader, dynamodb: &DynamoDb) -> Result<(), LoadError> {
    load(reader, &EXPORTS, |bytes, mut export: Export| {
        let (scope, arn) = scope_and_name(&EXPORTS, bytes)?;
        if export.told.export_status.as_deref() == Some(IN_PROGRESS) {
            export.told.export_status = Some(FAILED.to_owned());
            export.told.failure_code = Some("UNKNOWN".to_owned());
            export.told.failure_message = Some(INTERRUPTED.to_owned());
        }
        dynamodb.transfers(&scope).exports.write().insert(arn.to_owned(), export);
        Ok(())
    })?;
    load(reader, &IMPORTS, |bytes, mut import: Import| {
        let (scope, arn) = scope_and_name(&IMPORTS, bytes)?;
        if import.told.import_status.as_deref() == Some(IN_PROGRESS) {
            import.told.import_status = Some(FAILED.to_owned());
            import.told.failure_code = Some("UNKNOWN".to_owned());
            import.told.failure_message = Some(INTERRUPTED.to_owned());
        }
        dynamodb.transfers(&scope).imports.write().insert(arn.to_owned(), import);
        Ok(())
    })
}

pub(crate) fn freeze(dynamodb: &DynamoDb) -> Frozen {
    let all: Vec<_> =
        dynamodb.all_transfers().into_iter().map(|(scope, of)| (scope, of.exports(), of.imports())).collect();
    Box::new(move |rows| {
        for (scope, exports, imports) in &all {
            for export in exports {
                put(rows, &EXPORTS, scope, export.told.export_arn.as_deref().unwrap_or_default(), export);
            }
            for import in imports {
                put(rows, &IMPORTS, scope, import.told.import_arn.as_deref().unwrap_or_default(), import);
            }
        }
    })
}
