//! `TransactWriteItems`: up to a hundred writes and checks of different items, all or none.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use ruststack_core::operation::Call;

use super::{
    transact_get_items::{TableUnits, check_distinct, reasons},
    write_answer,
};
use crate::{
    DynamoDb,
    api::{ConditionCheck, Delete, Put, TransactWriteItem, TransactWriteItemsInput, TransactWriteItemsOutput, Update},
    capacity::{Direction, Units, read_units},
    error::{DynamoDbError, ItemError, invalid},
    expression::ExpressionKind,
    key::KeyFault,
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    refusal::Refusal,
    rows,
    service::table_of,
    table::{RowKey, Table},
    tokens::{Token, Tokens},
    value::{Given, Item, item_size},
    writing::{self, Change, Write, Written},
};

/// Of all items of a transaction. Bytes.
const MAX_SIZE: usize = 4 * 1024 * 1024;

/// A write before its key is known to fit the table.
struct Wanted {
    table_name: String,
    /// The key, or the item that has it.
    item: Item,
    write: Result<Write, Refusal>,
}

pub(super) async fn transact_write_items(
    call: Call<DynamoDb>,
    input: TransactWriteItemsInput,
) -> Result<TransactWriteItemsOutput, ItemError> {
    let digest = digest(&input.transact_items);
    let capacity = input.return_consumed_capacity.as_deref();
    let mut wanted = Vec::new();
    for item in input.transact_items {
        wanted.push(read(&call, item)?);
    }
    if wanted.iter().any(|wanted| wanted.write.is_err()) {
        return Err(ItemError::Cancelled(reasons(wanted.into_iter().map(|wanted| wanted.write))));
    }
    let (mut writes, mut of_writes) = (Vec::new(), Vec::new());
    for Wanted { table_name, item, write } in wanted {
        writes.extend(write.ok());
        of_writes.push((table_name, item));
    }
    check_distinct(&writes)?;
    check_size(of_writes.iter().map(|(_, item)| item))?;
    let token = input.client_request_token.map(|name| (name, digest));
    let written = match make_once(&call, &writes, &of_writes, token.as_ref())? {
        Ok(written) => written,
        Err(token) => {
            let consumed_capacity = repeated_units(&token).told(capacity, Direction::Read);
            return Ok(TransactWriteItemsOutput { consumed_capacity, item_collection_metrics: None });
        }
    };
    let mut units = TableUnits::default();
    let mut metrics = BTreeMap::<String, Vec<_>>::new();
    for ((name, item), (write, written)) in of_writes.iter().zip(writes.iter().zip(&written)) {
        let mut of_write = written.units.clone();
        of_write.table *= 2.0;
        units.add(name, &of_write);
        let wanted = input.return_item_collection_metrics.as_deref();
        if let Some(of_key) = write_answer::item_collection_metrics(&write.table, item, wanted) {
            metrics.entry(name.clone()).or_default().push(of_key);
        }
    }
    Ok(TransactWriteItemsOutput {
        consumed_capacity: units.told(capacity, Direction::Write),
        item_collection_metrics: (!metrics.is_empty()).then_some(metrics),
    })
}

/// Makes writes under a token and its digest; or gives back what is known of the transaction that was made under it.
pub(super) fn make_once(
    call: &Call<DynamoDb>,
    writes: &[Write],
    of_writes: &[(String, Item)],
    token: Option<&(String, String)>,
) -> Result<Result<Vec<Written>, Token>, ItemError> {
    let tables = call.service().tables(call.scope());
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    // One token at a time: the same transaction may be sent again while it is made.
    let mut tokens = token.map(|_| tables.tokens.lock());
    if let (Some(tokens), Some((name, digest))) = (&tokens, token)
        && let Some(made) = made_before(tokens, name, digest, call)?
    {
        return Ok(Err(made));
    }
    let kept = |digest: &String, written: &[Written]| Token {
        digest: digest.clone(),
        at: call.now(),
        read_units: read_units_of(of_writes, written),
    };
    let written = writing::make_all(writes, call.ctx(), |written, rows| {
        if let Some((name, digest)) = token {
            rows::put_token(rows, call.scope(), name, &kept(digest, written));
        }
    })?;
    if let (Some(tokens), Some((name, digest))) = (&mut tokens, token) {
        let old = tokens.put(name.clone(), kept(digest, &written));
        changes.record(|rows| old.iter().for_each(|name| rows::remove_token(rows, call.scope(), name)));
    }
    Ok(Ok(written))
}

fn made_before(
    tokens: &Tokens,
    name: &str,
    digest: &str,
    call: &Call<DynamoDb>,
) -> Result<Option<Token>, DynamoDbError> {
    match tokens.get(name, call.now()) {
        Some(token) if token.digest != digest => Err(DynamoDbError::IdempotentParameterMismatchException {}),
        token => Ok(token.cloned()),
    }
}

/// What it costs to be told that a transaction was made already.
pub(super) fn repeated_units(token: &Token) -> TableUnits {
    let mut units = TableUnits::default();
    token.read_units.iter().for_each(|(name, of_item)| units.add(name, &Units::of_table(*of_item)));
    units
}

fn read_units_of(of_writes: &[(String, Item)], written: &[Written]) -> Vec<(String, f64)> {
    let units = |written: &Written| {
        let image = written.new.as_ref().or(written.old.as_ref());
        2.0 * read_units(image.map_or(0, |image| image.size), true)
    };
    of_writes.iter().zip(written).map(|((name, _), written)| (name.clone(), units(written))).collect()
}

/// What makes two transactions the same: the items as they were read.
fn digest(items: &[TransactWriteItem]) -> String {
    let sent = serde_json::to_vec(items).unwrap_or_default();
    BASE64_STANDARD.encode(Md5::digest(sent))
}

fn read(call: &Call<DynamoDb>, item: TransactWriteItem) -> Result<Wanted, ItemError> {
    match item {
        TransactWriteItem { put: Some(put), delete: None, update: None, condition_check: None } => read_put(call, put),
        TransactWriteItem { put: None, delete: Some(delete), update: None, condition_check: None } => {
            read_delete(call, delete)
        }
        TransactWriteItem { put: None, delete: None, update: Some(update), condition_check: None } => {
            read_update(call, update)
        }
        TransactWriteItem { put: None, delete: None, update: None, condition_check: Some(check) } => {
            read_check(call, check)
        }
        TransactWriteItem { put: None, delete: None, update: None, condition_check: None } => {
            Err(invalid("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request").into())
        }
        _ => Err(invalid("TransactItems can only contain one of Check, Put, Update or Delete").into()),
    }
}

/// What all four have of a condition.
struct Conditional {
    text: Option<String>,
    names: Option<BTreeMap<String, String>>,
    values: Option<Given<Item>>,
    returns: Option<String>,
}

impl Conditional {
    /// The condition, and the update where there is one.
    fn read(
        self,
        update: Option<&str>,
    ) -> Result<(Option<crate::expression::Condition>, Option<crate::expression::Update>, bool), Refusal> {
        let present = Present {
            expressions: &[
                (ExpressionKind::Update, update.is_some()),
                (ExpressionKind::Condition, self.text.is_some()),
            ],
            takes_values: &[ExpressionKind::Update, ExpressionKind::Condition],
            ..Present::default()
        };
        let placeholders = Placeholders::read(self.names, self.values, &present)?;
        let mut binding = placeholders.binding();
        let update = update.map(|text| parameters::update(text, &mut binding)).transpose()?;
        let condition = parameters::condition(ExpressionKind::Condition, self.text.as_deref(), &mut binding)?;
        binding.check_used()?;
        Ok((condition, update, self.returns.as_deref() == Some("ALL_OLD")))
    }
}

fn read_put(call: &Call<DynamoDb>, put: Put) -> Result<Wanted, ItemError> {
    let stored = writing::stored(put.item.get(LAYER)?)?;
    let conditional = Conditional {
        text: put.condition_expression,
        names: put.expression_attribute_names,
        values: put.expression_attribute_values,
        returns: put.return_values_on_condition_check_failure,
    };
    let (condition, _, tells_item) = conditional.read(None)?;
    let table = table_of(call, &put.table_name)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    let item = Item::clone(&stored.item);
    let write = match keyed(&table, table.schema.check_item(&item), &item)? {
        Ok(key) => Ok(Write { table, key, condition, change: Change::Put(stored), tells_item }),
        Err(refusal) => Err(refusal),
    };
    Ok(Wanted { table_name: put.table_name, item, write })
}

fn read_delete(call: &Call<DynamoDb>, delete: Delete) -> Result<Wanted, ItemError> {
    let item = delete.key.get(LAYER)?;
    let conditional = Conditional {
        text: delete.condition_expression,
        names: delete.expression_attribute_names,
        values: delete.expression_attribute_values,
        returns: delete.return_values_on_condition_check_failure,
    };
    let (condition, _, tells_item) = conditional.read(None)?;
    let table = table_of(call, &delete.table_name)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    let write = match keyed(&table, table.schema.check_key(&item), &item)? {
        Ok(key) => Ok(Write { table, key, condition, change: Change::Delete, tells_item }),
        Err(refusal) => Err(refusal),
    };
    Ok(Wanted { table_name: delete.table_name, item, write })
}

fn read_update(call: &Call<DynamoDb>, update: Update) -> Result<Wanted, ItemError> {
    let item = update.key.get(LAYER)?;
    let conditional = Conditional {
        text: update.condition_expression,
        names: update.expression_attribute_names,
        values: update.expression_attribute_values,
        returns: update.return_values_on_condition_check_failure,
    };
    let (condition, read, tells_item) = conditional.read(Some(&update.update_expression))?;
    let table = table_of(call, &update.table_name)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    let update_of_item = read.expect("there was an expression");
    key_paths::check_update(&table, &update_of_item)?;
    let keyed = keyed(&table, table.schema.check_key(&item), &item)?;
    let write = keyed.and_then(|key| {
        update_of_item.check_keys(&table.schema)?;
        Ok(Write {
            table,
            key,
            condition,
            change: Change::Update { key: item.clone(), update: update_of_item },
            tells_item,
        })
    });
    Ok(Wanted { table_name: update.table_name, item, write })
}

fn read_check(call: &Call<DynamoDb>, check: ConditionCheck) -> Result<Wanted, ItemError> {
    let item = check.key.get(LAYER)?;
    let conditional = Conditional {
        text: Some(check.condition_expression),
        names: check.expression_attribute_names,
        values: check.expression_attribute_values,
        returns: check.return_values_on_condition_check_failure,
    };
    let (condition, _, tells_item) = conditional.read(None)?;
    let table = table_of(call, &check.table_name)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    let write = match keyed(&table, table.schema.check_key(&item), &item)? {
        Ok(key) => Ok(Write { table, key, condition, change: Change::Check, tells_item }),
        Err(refusal) => Err(refusal),
    };
    Ok(Wanted { table_name: check.table_name, item, write })
}

/// An empty key refuses the request; one that does not fit cancels it.
fn keyed(table: &Table, checked: Result<(), KeyFault>, item: &Item) -> Result<Result<RowKey, Refusal>, ItemError> {
    match checked {
        Ok(()) => Ok(Ok(table.key_of(item))),
        Err(fault @ KeyFault::EmptyValue { .. }) => Err(fault.refusal().into()),
        Err(fault) => Ok(Err(fault.refusal())),
    }
}

/// Refuses items that are too large together; what is told is the size of those up to the first that is too much.
fn check_size<'i>(items: impl Iterator<Item = &'i Item>) -> Result<(), DynamoDbError> {
    let mut size = 0;
    for item in items {
        size += item_size(item);
        if size > MAX_SIZE {
            return Err(invalid(format!("Transaction payload size cannot exceed 4MB. Payload Size: {size}")));
        }
    }
    Ok(())
}
