//! What writes of single items answer beside attributes, and which attributes.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    api::{ConsumedCapacity, ItemCollectionMetrics},
    capacity::Direction,
    table::Table,
    value::{Item, Shown},
    writing::Written,
};

/// The parts of an answer that are asked for by parameters of their own.
pub(super) struct Returned {
    pub(super) consumed_capacity: Option<ConsumedCapacity>,
    pub(super) item_collection_metrics: Option<ItemCollectionMetrics>,
}

/// `key` is the item's key, or an item that has it.
pub(super) fn returned(
    table: &Table,
    named: &str,
    written: &Written,
    key: &Item,
    capacity: Option<&str>,
    metrics: Option<&str>,
) -> Returned {
    Returned {
        consumed_capacity: written.units.told(named, capacity, Direction::Untold),
        item_collection_metrics: item_collection_metrics(table, key, metrics),
    }
}

/// Of tables that have item collections, which are those with local indexes.
pub(super) fn item_collection_metrics(
    table: &Table,
    key: &Item,
    wanted: Option<&str>,
) -> Option<ItemCollectionMetrics> {
    if wanted != Some("SIZE") || !table.has_local_indexes() {
        return None;
    }
    let hash = table.schema.hash.iter().filter_map(|hash| key.get_key_value(&hash.name));
    let key: BTreeMap<_, _> = hash.map(|(name, value)| (name.clone(), value.clone())).collect();
    Some(ItemCollectionMetrics {
        item_collection_key: Some(Shown(Arc::new(key))),
        // In steps of a gigabyte; collections here are smaller.
        size_estimate_range_gb: Some(vec![0.0, 1.0]),
    })
}

pub(super) fn all_old(wanted: Option<&str>, written: &Written) -> Option<Shown> {
    let old = written.old.as_ref().filter(|_| wanted == Some("ALL_OLD"))?;
    Some(Shown(Arc::clone(&old.item)))
}
