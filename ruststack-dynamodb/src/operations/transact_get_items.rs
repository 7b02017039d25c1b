//! `TransactGetItems`: up to a hundred items as they are at one moment.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{ConsumedCapacity, Get, ItemResponse, TransactGetItemsInput, TransactGetItemsOutput},
    capacity::{Direction, Units, read_units},
    error::{CancellationReason, DynamoDbError, ItemError, invalid},
    expression::{ExpressionKind, Projection},
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    refusal::Refusal,
    service::table_of,
    table::Table,
    value::{Item, Shown},
    writing::{Change, Write, look_at_all},
};

pub(super) async fn transact_get_items(
    call: Call<DynamoDb>,
    input: TransactGetItemsInput,
) -> Result<TransactGetItemsOutput, ItemError> {
    let mut gets = Vec::new();
    for item in input.transact_items {
        gets.push((item.get.table_name.clone(), read(&call, item.get)?));
    }
    let faults: Vec<_> =
        gets.iter().map(|(_, (table, key, _))| table.schema.check_key(key).map_err(|fault| fault.refusal())).collect();
    if faults.iter().any(Result::is_err) {
        return Err(ItemError::Cancelled(faults.into_iter().map(reason).collect()));
    }
    let looks: Vec<Write> = gets.iter().map(|(_, (table, key, _))| look(table, key)).collect();
    check_distinct(&looks)?;
    let found = look_at_all(&looks)?;
    let (mut responses, mut units) = (Vec::new(), TableUnits::default());
    for ((name, (_, _, projection)), found) in gets.into_iter().zip(found) {
        units.add(&name, &Units::of_table(2.0 * read_units(found.as_ref().map_or(0, |stored| stored.size), true)));
        let item = found.map(|stored| match &projection {
            Some(projection) => projection.apply(&stored.item).into(),
            None => Shown(stored.item),
        });
        responses.push(ItemResponse { item });
    }
    let consumed_capacity = units.told(input.return_consumed_capacity.as_deref(), Direction::Read);
    Ok(TransactGetItemsOutput { consumed_capacity, responses: Some(responses) })
}

fn read(call: &Call<DynamoDb>, get: Get) -> Result<(Arc<Table>, Item, Option<Projection>), ItemError> {
    let key = get.key.get(LAYER)?;
    let present = Present {
        expressions: &[(ExpressionKind::Projection, get.projection_expression.is_some())],
        ..Present::default()
    };
    let placeholders = Placeholders::read(get.expression_attribute_names, None, &present)?;
    let mut binding = placeholders.binding();
    let projection = parameters::projection(get.projection_expression.as_deref(), &mut binding)?;
    binding.check_used()?;
    let table = table_of(call, &get.table_name)?;
    key_paths::check_projection(&table, projection.as_ref())?;
    Ok((table, key, projection))
}

fn look(table: &Arc<Table>, key: &Item) -> Write {
    let key = table.key_of(key);
    Write { table: Arc::clone(table), key, condition: None, change: Change::Check, tells_item: false }
}

/// Of an item that was looked for in vain, or not.
pub(super) fn reason<T>(checked: Result<T, Refusal>) -> CancellationReason {
    checked.map_or_else(CancellationReason::invalid, |_| CancellationReason::NONE)
}

/// AWS looks no further than to the first that does not fit.
pub(super) fn reasons<T>(checked: impl Iterator<Item = Result<T, Refusal>>) -> Vec<CancellationReason> {
    let mut is_told = false;
    let told = |checked: Result<T, Refusal>| match checked {
        Err(refusal) if !std::mem::replace(&mut is_told, true) => CancellationReason::invalid(refusal),
        _ => CancellationReason::NONE,
    };
    checked.map(told).collect()
}

pub(super) fn check_distinct(writes: &[Write]) -> Result<(), DynamoDbError> {
    let mut seen = std::collections::HashSet::new();
    let is_new = |write: &Write| seen.insert((Arc::as_ptr(&write.table), write.key.clone()));
    if writes.iter().all(is_new) {
        return Ok(());
    }
    Err(invalid("Transaction request cannot include multiple operations on one item"))
}

/// Units by table, in the order in which tables are named first.
#[derive(Default)]
pub(super) struct TableUnits(pub(super) Vec<(String, Units)>);

impl TableUnits {
    pub(super) fn add(&mut self, name: &str, units: &Units) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.add(units),
            None => self.0.push((name.to_owned(), units.clone())),
        }
    }

    pub(super) fn told(&self, wanted: Option<&str>, direction: Direction) -> Option<Vec<ConsumedCapacity>> {
        let told: Vec<_> = self.0.iter().filter_map(|(name, units)| units.told(name, wanted, direction)).collect();
        (!told.is_empty()).then_some(told)
    }
}
