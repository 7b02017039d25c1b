//! `BatchGetItem`: up to a hundred items of any tables, each read for itself.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{BatchGetItemInput, BatchGetItemOutput, KeysAndAttributes},
    capacity::{Direction, Units, read_units},
    error::{DynamoDbError, ItemError, invalid},
    expression::{ExpressionKind, Projection},
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    service::table_of,
    table::{RowKey, Table},
    value::{Given, Item, Shown},
};

const MAX_KEYS: usize = 100;
/// What one answer holds at most. Bytes.
const MAX_SIZE: usize = 16 * 1024 * 1024;

/// What is read of one table.
struct OfTable {
    table: Arc<Table>,
    keys: Vec<(Item, RowKey)>,
    projection: Option<Projection>,
    is_consistent: bool,
}

pub(super) async fn batch_get_item(
    call: Call<DynamoDb>,
    input: BatchGetItemInput,
) -> Result<BatchGetItemOutput, ItemError> {
    check_counts(&input.request_items)?;
    let mut requests = Vec::new();
    for (name, wanted) in input.request_items {
        let rest = KeysAndAttributes { keys: Vec::new(), ..wanted.clone() };
        requests.push((of_table(&call, &name, wanted)?, rest, name));
    }
    let mut size = 0;
    let (mut responses, mut unprocessed, mut capacity) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for (request, mut rest, name) in requests {
        let (mut items, mut units) = (Vec::new(), Units::default());
        for (key, place) in &request.keys {
            if size >= MAX_SIZE {
                rest.keys.push(Given::from(key.clone()));
                continue;
            }
            let found = request.table.get(place).map_err(DynamoDbError::from)?;
            let found_size = found.as_ref().map_or(0, |stored| stored.size);
            size += found_size;
            units.add(&Units::of_table(read_units(found_size, request.is_consistent)));
            items.extend(found.map(|stored| match &request.projection {
                Some(projection) => projection.apply(&stored.item).into(),
                None => Shown(stored.item),
            }));
        }
        capacity.extend(units.told(&name, input.return_consumed_capacity.as_deref(), Direction::Untold));
        if !rest.keys.is_empty() {
            unprocessed.insert(name.clone(), rest);
        }
        responses.insert(name, items);
    }
    let consumed_capacity = (!capacity.is_empty()).then_some(capacity);
    Ok(BatchGetItemOutput { responses: Some(responses), unprocessed_keys: Some(unprocessed), consumed_capacity })
}

fn check_counts(requests: &BTreeMap<String, KeysAndAttributes>) -> Result<(), DynamoDbError> {
    if requests.is_empty() {
        return Err(invalid("The requestItems parameter is required for BatchGetItem"));
    }
    for (name, wanted) in requests {
        let bound = match wanted.keys.len() {
            0 => "greater than or equal to 1",
            count if count > MAX_KEYS => "less than or equal to 100",
            _ => continue,
        };
        return Err(invalid(format!(
            "1 validation error detected: Value at 'RequestItems.{name}.member.Keys' failed to satisfy constraint: \
             Member must have length {bound}"
        )));
    }
    if requests.values().map(|wanted| wanted.keys.len()).sum::<usize>() > MAX_KEYS {
        return Err(invalid("Too many items requested for the BatchGetItem call"));
    }
    Ok(())
}

fn of_table(call: &Call<DynamoDb>, name: &str, wanted: KeysAndAttributes) -> Result<OfTable, ItemError> {
    let keys = wanted.keys.into_iter().map(|key| key.get(LAYER)).collect::<Result<Vec<_>, _>>()?;
    let present = Present {
        others: &[("AttributesToGet", wanted.attributes_to_get.is_some())],
        expressions: &[(ExpressionKind::Projection, wanted.projection_expression.is_some())],
        takes_values: &[],
    };
    let placeholders = Placeholders::read(wanted.expression_attribute_names, None, &present)?;
    let mut binding = placeholders.binding();
    let projection = match wanted.projection_expression.as_deref() {
        None => parameters::attributes_to_get(wanted.attributes_to_get.as_deref())?,
        text => parameters::projection(text, &mut binding)?,
    };
    binding.check_used()?;
    let table = table_of(call, name)?;
    key_paths::check_projection(&table, projection.as_ref())?;
    let mut placed = Vec::with_capacity(keys.len());
    for key in keys {
        table.schema.check_key(&key).map_err(|fault| fault.refusal())?;
        let place = table.key_of(&key);
        placed.push((key, place));
    }
    check_distinct(placed.iter().map(|(_, place)| place))?;
    Ok(OfTable { table, keys: placed, projection, is_consistent: wanted.consistent_read == Some(true) })
}

pub(super) fn check_distinct<'k>(keys: impl Iterator<Item = &'k RowKey>) -> Result<(), DynamoDbError> {
    let mut seen = std::collections::HashSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(invalid("Provided list of item keys contains duplicates"));
        }
    }
    Ok(())
}
