//! `INSERT`, `UPDATE` and `DELETE`, made into the writes that `PutItem` and its siblings make.

use std::sync::Arc;

use super::keys;
use crate::{
    error::{DynamoDbError, ItemError},
    expression::{Condition, Path, Projection},
    key::KeyFault,
    partiql::{DeleteStatement, Returning, Select, Statement, UpdateStatement},
    refusal::Refusal,
    table::{Stored, Table},
    value::{Item, Shown},
    writing::{self, Change, Write, Written, check_index_keys},
};

/// A write as a statement asks for it.
pub(in super::super) struct StatementWrite {
    pub(in super::super) write: Write,
    /// The item's key, or an item that has it.
    pub(in super::super) item: Item,
    pub(in super::super) is_insert: bool,
    pub(in super::super) shows: Shows,
}

/// What a write shows of its item.
#[derive(Default)]
pub(in super::super) struct Shows {
    returning: Option<Returning>,
    touched: Option<Projection>,
}

/// Of a statement that is no selection.
pub(in super::super) fn write(
    table: &Arc<Table>,
    statement: Statement,
    tells_item: bool,
) -> Result<StatementWrite, Refusal> {
    match statement {
        Statement::Insert { item, .. } => insert(table, item),
        Statement::Update(update) => update_of(table, update, tells_item),
        Statement::Delete(delete) => delete_of(table, delete, tells_item),
        Statement::Exists(select) => check(table, select, tells_item),
        Statement::Select(_) => Err(Refusal::plain("Unsupported operation: Select")),
    }
}

fn insert(table: &Arc<Table>, item: Item) -> Result<StatementWrite, Refusal> {
    let stored = writing::stored(item).map_err(|error| Refusal::plain(error.to_string()))?;
    table.schema.check_item(&stored.item).map_err(|fault| fault.refusal())?;
    check_index_keys(&table.indexes(), &stored.item, false)?;
    let item = table.schema.key_of(&stored.item);
    let condition = Some(is_missing(table));
    let key = table.key_of(&item);
    let write = Write { table: Arc::clone(table), key, condition, change: Change::Put(stored), tells_item: false };
    Ok(StatementWrite { write, item, is_insert: true, shows: Shows::default() })
}

fn hash_path(table: &Table) -> Path {
    Path::top(table.schema.hash[0].name.clone())
}

fn is_missing(table: &Table) -> Condition {
    Condition::NotExists(hash_path(table))
}

fn key_of(table: &Table, condition: Option<&Condition>) -> Result<Item, Refusal> {
    let key = keys::key_of_write(&table.schema, condition)?;
    table.schema.check_key(&key).map_err(|fault: KeyFault| fault.refusal())?;
    Ok(key)
}

/// An item that is not there is not made: it has not the keys that the condition wants.
fn update_of(table: &Arc<Table>, statement: UpdateStatement, tells_item: bool) -> Result<StatementWrite, Refusal> {
    let item = key_of(table, statement.condition.as_ref())?;
    statement.update.check_keys(&table.schema)?;
    let touched = statement.update.touched();
    let change = Change::Update { key: item.clone(), update: statement.update };
    let condition = statement.condition;
    let write = Write { table: Arc::clone(table), key: table.key_of(&item), condition, change, tells_item };
    let shows = Shows { returning: statement.returning, touched: Some(touched) };
    Ok(StatementWrite { write, item, is_insert: false, shows })
}

/// An item that is not there is as good as deleted, whatever the condition says of it.
fn delete_of(table: &Arc<Table>, statement: DeleteStatement, tells_item: bool) -> Result<StatementWrite, Refusal> {
    let item = key_of(table, statement.condition.as_ref())?;
    let condition = statement.condition.map(|condition| Condition::Any(vec![is_missing(table), condition]));
    let key = table.key_of(&item);
    let write = Write { table: Arc::clone(table), key, condition, change: Change::Delete, tells_item };
    let shows = Shows { returning: statement.returning, touched: None };
    Ok(StatementWrite { write, item, is_insert: false, shows })
}

fn check(table: &Arc<Table>, select: Select, tells_item: bool) -> Result<StatementWrite, Refusal> {
    let not_one = || Refusal::plain("EXISTS() must contain a single item read with additional condition");
    let Some((item, true)) = keys::key_of_read(&table.schema, select.condition.as_ref()) else {
        return Err(not_one());
    };
    table.schema.check_key(&item).map_err(|fault| fault.refusal())?;
    let (key, condition) = (table.key_of(&item), select.condition);
    let write = Write { table: Arc::clone(table), key, condition, change: Change::Check, tells_item };
    Ok(StatementWrite { write, item, is_insert: false, shows: Shows::default() })
}

impl Shows {
    /// What `RETURNING` shows; nothing is shown of what is not there.
    pub(in super::super) fn returned(&self, written: &Written) -> Option<Shown> {
        let all = |stored: &Option<Stored>| stored.as_ref().map(|stored| Shown(Arc::clone(&stored.item)));
        let touched = |stored: &Option<Stored>| {
            let part = self.touched.as_ref()?.apply(&stored.as_ref()?.item);
            (!part.is_empty()).then(|| Shown::from(part))
        };
        match self.returning? {
            Returning::AllOld => all(&written.old),
            Returning::AllNew => all(&written.new),
            Returning::ModifiedOld => touched(&written.old),
            Returning::ModifiedNew => touched(&written.new),
        }
    }
}

/// What an item that is there already is, to whoever inserts it.
pub(in super::super) fn duplicate(error: ItemError) -> ItemError {
    match error {
        ItemError::ConditionFailed(_) => DynamoDbError::DuplicateItemException {}.into(),
        error => error,
    }
}
