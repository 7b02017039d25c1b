//! `ExecuteTransaction`: up to a hundred PartiQL statements, which all read at one moment or write all or none.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use ruststack_core::operation::Call;

use super::{
    statements::{
        self, Request, keys, select,
        write::{self, StatementWrite},
    },
    transact_get_items::{TableUnits, check_distinct, reason},
    transact_write_items::{make_once, repeated_units},
};
use crate::{
    DynamoDb,
    api::{ExecuteTransactionInput, ExecuteTransactionOutput, ItemResponse},
    capacity::{Direction, Units, read_units},
    error::{CancellationReason, DynamoDbError, ItemError, invalid},
    key::KeyFault,
    partiql::{Select, Statement},
    refusal::Refusal,
    service::table_of,
    table::Table,
    value::Item,
    writing::{Change, Write, look_at_all},
};

pub(super) async fn execute_transaction(
    call: Call<DynamoDb>,
    input: ExecuteTransactionInput,
) -> Result<ExecuteTransactionOutput, ItemError> {
    let digest = digest(&input);
    let requests: Vec<Request> = input
        .transact_statements
        .into_iter()
        .map(|sent| {
            let on_failure = sent.return_values_on_condition_check_failure.as_ref();
            Request::new(sent.statement, sent.parameters, on_failure)
        })
        .collect();
    for (index, request) in requests.iter().enumerate() {
        request.check_has_parameters(&format!("transactStatements.{}.member.parameters", index + 1))?;
    }
    requests.iter().try_for_each(|request| request.parameters().map(drop))?;
    let mut parsed = Vec::new();
    for (index, request) in requests.iter().enumerate() {
        let statement = request.parse().and_then(|statement| check_statement(&statement).map(|()| statement));
        parsed.push(statement.map_err(|refusal| failed(index, &refusal))?);
    }
    statements::check_not_mixed("ExecuteTransaction", &parsed.iter().collect::<Vec<_>>())?;
    let capacity = input.return_consumed_capacity.as_deref();
    if parsed.iter().all(Statement::is_read) {
        return read(&call, parsed, capacity);
    }
    let token = input.client_request_token.map(|name| (name, digest));
    write(&call, parsed.into_iter().zip(&requests), token.as_ref(), capacity)
}

fn digest(input: &ExecuteTransactionInput) -> String {
    let sent = serde_json::to_vec(&input.transact_statements).unwrap_or_default();
    BASE64_STANDARD.encode(Md5::digest(sent))
}

fn failed(index: usize, refusal: &Refusal) -> DynamoDbError {
    invalid(format!("Validation failed in TransactStatements[{index}]: {}", refusal.message))
}

fn check_statement(statement: &Statement) -> Result<(), Refusal> {
    let has_returning = match statement {
        Statement::Update(update) => update.returning.is_some(),
        Statement::Delete(delete) => delete.returning.is_some(),
        _ => false,
    };
    if has_returning {
        return Err(Refusal::plain("RETURNING clause is not supported in ExecuteTransaction."));
    }
    match statement {
        Statement::Select(select) | Statement::Exists(select) if select.table.index_name.is_some() => {
            Err(Refusal::plain("Reads on indices are not supported within transactions."))
        }
        _ => Ok(()),
    }
}

/// The tables of statements; those that are not there cancel the transaction.
fn tables(call: &Call<DynamoDb>, statements: &[Statement]) -> Result<Vec<Arc<Table>>, ItemError> {
    let found: Vec<_> = statements.iter().map(|statement| table_of(call, statement.table_name())).collect();
    if found.iter().all(Result::is_ok) {
        return Ok(found.into_iter().filter_map(Result::ok).collect());
    }
    let reason =
        |found: Result<_, _>| found.map_or_else(|_| CancellationReason::no_resource(), |_| CancellationReason::NONE);
    Err(ItemError::Cancelled(found.into_iter().map(reason).collect()))
}

fn read(
    call: &Call<DynamoDb>,
    statements: Vec<Statement>,
    capacity: Option<&str>,
) -> Result<ExecuteTransactionOutput, ItemError> {
    let tables = tables(call, &statements)?;
    let selections: Vec<Select> = statements
        .into_iter()
        .filter_map(|statement| if let Statement::Select(select) = statement { Some(select) } else { None })
        .collect();
    let mut keys = Vec::new();
    for (index, (select, table)) in selections.iter().zip(&tables).enumerate() {
        keys.push(key_of(select, table).map_err(|refusal| failed(index, &refusal))?);
    }
    let faults: Vec<_> = keys
        .iter()
        .zip(&tables)
        .map(|(key, table)| table.schema.check_key(key).map_err(|fault| fault.refusal()))
        .collect();
    if faults.iter().any(Result::is_err) {
        return Err(ItemError::Cancelled(faults.into_iter().map(reason).collect()));
    }
    let looks: Vec<Write> = keys.iter().zip(&tables).map(|(key, table)| look(table, key)).collect();
    check_distinct(&looks)?;
    let mut units = TableUnits::default();
    let mut responses = Vec::new();
    for (select, found) in selections.iter().zip(look_at_all(&looks)?) {
        let size = found.as_ref().map_or(0, |stored| stored.size);
        units.add(&select.table.name, &Units::of_table(2.0 * read_units(size, true)));
        responses.push(ItemResponse { item: found.map(|stored| select::shown(&stored.item, select.paths.as_deref())) });
    }
    let consumed_capacity = units.told(capacity, Direction::Read);
    Ok(ExecuteTransactionOutput { responses: Some(responses), consumed_capacity })
}

fn key_of(select: &Select, table: &Table) -> Result<Item, Refusal> {
    match keys::key_of_read(&table.schema, select.condition.as_ref()) {
        Some((key, false)) => Ok(key),
        _ => Err(Refusal::plain(
            "Select statements within ExecuteTransaction must specify the primary key in the where clause.",
        )),
    }
}

fn look(table: &Arc<Table>, key: &Item) -> Write {
    let key = table.key_of(key);
    Write { table: Arc::clone(table), key, condition: None, change: Change::Check, tells_item: false }
}

fn write<'r>(
    call: &Call<DynamoDb>,
    statements: impl Iterator<Item = (Statement, &'r Request)>,
    token: Option<&(String, String)>,
    capacity: Option<&str>,
) -> Result<ExecuteTransactionOutput, ItemError> {
    let (statements, requests): (Vec<_>, Vec<_>) = statements.unzip();
    let tables = tables(call, &statements)?;
    let mut made = Vec::new();
    for (index, ((statement, request), table)) in statements.into_iter().zip(requests).zip(&tables).enumerate() {
        let (name, is_check) = (statement.table_name().to_owned(), matches!(statement, Statement::Exists(_)));
        let keyed = check_key(&statement, table);
        match keyed.and_then(|()| write::write(table, statement, request.tells_item)) {
            // What is wrong with an EXISTS refuses the request, what is wrong with a write cancels it.
            Err(refusal) if is_check => return Err(failed(index, &refusal).into()),
            write => made.push((name, write)),
        }
    }
    if made.iter().any(|(_, write)| write.is_err()) {
        return Err(ItemError::Cancelled(made.into_iter().map(|(_, write)| reason(write)).collect()));
    }
    let (mut writes, mut of_writes, mut is_insert) = (Vec::new(), Vec::new(), Vec::new());
    for (name, write) in made {
        if let Ok(StatementWrite { write, item, is_insert: inserts, .. }) = write {
            writes.push(write);
            of_writes.push((name, item));
            is_insert.push(inserts);
        }
    }
    check_distinct(&writes)?;
    let made = make_once(call, &writes, &of_writes, token).map_err(|error| with_duplicates(error, &is_insert))?;
    let consumed_capacity = match made {
        Ok(written) => {
            let mut units = TableUnits::default();
            for ((name, _), written) in of_writes.iter().zip(&written) {
                let mut of_write = written.units.clone();
                of_write.table *= 2.0;
                units.add(name, &of_write);
            }
            units.told(capacity, Direction::Write)
        }
        Err(repeated) => repeated_units(&repeated).told(capacity, Direction::Read),
    };
    Ok(ExecuteTransactionOutput { responses: Some(Vec::new()), consumed_capacity })
}

/// AWS says of a write that names no one item that its key is another one.
fn check_key(statement: &Statement, table: &Table) -> Result<(), Refusal> {
    let condition = match statement {
        Statement::Update(update) => update.condition.as_ref(),
        Statement::Delete(delete) => delete.condition.as_ref(),
        _ => return Ok(()),
    };
    keys::key_of_write(&table.schema, condition).map(drop).map_err(|_| KeyFault::NoMatch.refusal())
}

/// Inserted items that were there already are told otherwise than failed conditions.
fn with_duplicates(error: ItemError, is_insert: &[bool]) -> ItemError {
    let ItemError::Cancelled(reasons) = error else { return error };
    let told = |(reason, is_insert): (CancellationReason, &bool)| {
        if *is_insert && reason.code == "ConditionalCheckFailed" { CancellationReason::duplicate() } else { reason }
    };
    ItemError::Cancelled(reasons.into_iter().zip(is_insert).map(told).collect())
}
