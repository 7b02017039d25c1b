//! `BatchWriteItem`: up to 25 items put or deleted, of any tables.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::operation::Call;

use super::{batch_get_item::check_distinct, write_answer};
use crate::{
    DynamoDb,
    api::{BatchWriteItemInput, BatchWriteItemOutput, WriteRequest},
    capacity::{Direction, Units},
    error::{DynamoDbError, ItemError, invalid},
    key::KeyFault,
    parameters::LAYER,
    service::table_of,
    value::Item,
    writing::{self, Change, Write, check_index_keys},
};

const MAX_WRITES: usize = 25;

pub(super) async fn batch_write_item(
    call: Call<DynamoDb>,
    input: BatchWriteItemInput,
) -> Result<BatchWriteItemOutput, ItemError> {
    check_counts(&input.request_items)?;
    let (mut writes, mut keys, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (name, requests) in input.request_items {
        let changes = requests.into_iter().map(change).collect::<Result<Vec<_>, _>>()?;
        let first = writes.len();
        for (item, change) in changes {
            let write = write(&call, &name, &item, change)?;
            writes.push(write);
            keys.push(item);
            names.push(name.clone());
        }
        check_distinct(writes[first..].iter().map(|write: &Write| &write.key))?;
    }
    let written = writing::make_all(&writes, call.ctx(), |_, _| {})?;
    let (mut units, mut metrics) = (BTreeMap::<String, Units>::new(), BTreeMap::<String, Vec<_>>::new());
    for (((write, written), key), name) in writes.iter().zip(&written).zip(&keys).zip(names) {
        units.entry(name.clone()).or_default().add(&written.units);
        let wanted = input.return_item_collection_metrics.as_deref();
        if let Some(of_key) = write_answer::item_collection_metrics(&write.table, key, wanted) {
            let of_table = metrics.entry(name).or_default();
            if !of_table.contains(&of_key) {
                of_table.push(of_key);
            }
        }
    }
    let wanted = input.return_consumed_capacity.as_deref();
    let capacity: Vec<_> =
        units.iter().filter_map(|(name, units)| units.told(name, wanted, Direction::Untold)).collect();
    Ok(BatchWriteItemOutput {
        unprocessed_items: Some(BTreeMap::new()),
        item_collection_metrics: (!metrics.is_empty()).then_some(metrics),
        consumed_capacity: (!capacity.is_empty()).then_some(capacity),
    })
}

fn check_counts(requests: &BTreeMap<String, Vec<WriteRequest>>) -> Result<(), DynamoDbError> {
    if requests.is_empty() {
        return Err(invalid("The requestItems parameter is required for BatchWriteItem"));
    }
    if requests.values().any(|requests| requests.is_empty() || requests.len() > MAX_WRITES) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{{{}}}' at 'requestItems' failed to satisfy constraint: Map value must \
             satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater \
             than or equal to 1]",
            shown(requests)
        )));
    }
    if requests.values().map(Vec::len).sum::<usize>() > MAX_WRITES {
        return Err(invalid("Too many items requested for the BatchWriteItem call"));
    }
    Ok(())
}

/// As Java prints objects that do not say otherwise, which some of AWS's hosts do.
fn shown(requests: &BTreeMap<String, Vec<WriteRequest>>) -> String {
    let of_table = |(name, requests): (&String, &Vec<WriteRequest>)| {
        let objects = (0..requests.len()).map(|hash| format!("com.amazonaws.dynamodb.v20120810.WriteRequest@{hash:x}"));
        format!("{name}=[{}]", objects.collect::<Vec<_>>().join(", "))
    };
    requests.iter().map(of_table).collect::<Vec<_>>().join(", ")
}

/// The item or the key, and what becomes of it.
fn change(request: WriteRequest) -> Result<(Arc<Item>, Change), ItemError> {
    match (request.put_request, request.delete_request) {
        (Some(put), None) => {
            let stored = writing::stored(put.item.get(LAYER)?)?;
            Ok((Arc::clone(&stored.item), Change::Put(stored)))
        }
        (None, Some(delete)) => Ok((Arc::new(delete.key.get(LAYER)?), Change::Delete)),
        // AWS speaks of values here, and means requests.
        (Some(_), Some(_)) => Err(invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
        )
        .into()),
        (None, None) => {
            Err(invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes").into())
        }
    }
}

fn write(call: &Call<DynamoDb>, name: &str, item: &Item, change: Change) -> Result<Write, ItemError> {
    let table = table_of(call, name)?;
    match &change {
        Change::Put(stored) => {
            let checked = table.schema.check_batch_item(item).map_err(|fault| match fault {
                KeyFault::Missing { .. } => KeyFault::NoMatch,
                fault => fault,
            });
            checked.map_err(|fault| fault.refusal())?;
            check_index_keys(&table.indexes(), &stored.item, false)?;
        }
        _ => table.schema.check_key(item).map_err(|fault| fault.refusal())?,
    }
    let key = table.key_of(item);
    Ok(Write { table, key, condition: None, change, tells_item: false })
}
