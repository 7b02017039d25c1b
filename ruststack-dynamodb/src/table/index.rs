//! Secondary indexes: what of an item they hold, and how they follow the items of their table.

use std::collections::BTreeSet;

use super::partitions::{Partitions, RowKey, Stored};
use crate::{key::KeySchema, value::Item};

/// Which of the two kinds of index it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Global,
    Local,
}

/// A secondary index with its entries, which are made of the table's items and never kept elsewhere.
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) schema: KeySchema,
    /// The attributes that entries have; all where there are none.
    projected: Option<BTreeSet<String>>,
    pub(crate) entries: Partitions,
}

impl Index {
    /// `others` are the attributes that are projected beside the keys; none where all are.
    pub(crate) fn new(
        name: String,
        kind: Kind,
        schema: KeySchema,
        table: &KeySchema,
        others: Option<Vec<String>>,
    ) -> Self {
        let keys = || schema.attributes().chain(table.attributes()).map(|key| key.name.clone());
        let projected = others.map(|others| others.into_iter().chain(keys()).collect());
        Self { name, kind, schema, projected, entries: Partitions::default() }
    }

    /// Whether entries hold all of an item.
    pub(crate) fn projects_all(&self) -> bool {
        self.projected.is_none()
    }

    pub(crate) fn projects(&self, attribute: &str) -> bool {
        self.projected.as_ref().is_none_or(|projected| projected.contains(attribute))
    }

    /// The entry of an item; none of an item that lacks a key of the index, or got one before there was the index that
    /// is none.
    pub(crate) fn entry(&self, table: &KeySchema, stored: &Stored) -> Option<(RowKey, Stored)> {
        self.schema.check_index_keys(&stored.item).ok()?;
        let key = RowKey::new(&self.schema.index_bytes_of(&stored.item, table)?);
        let entry = match &self.projected {
            Some(projected) => Stored::new(projection(&stored.item, projected)),
            None => stored.clone(),
        };
        Some((key, entry))
    }

    /// Follows a change of an item, and says what AWS bills for it.
    pub(crate) fn follow(&self, table: &KeySchema, old: Option<&Stored>, new: Option<&Stored>) -> f64 {
        let old = old.and_then(|old| self.entry(table, old));
        let new = new.and_then(|new| self.entry(table, new));
        let units = write_units(old.as_ref(), new.as_ref());
        if let Some((key, _)) = old.filter(|(key, _)| new.as_ref().is_none_or(|(new, _)| key != new)) {
            self.entries.write(key.shard()).replace(key, None);
        }
        if let Some((key, entry)) = new {
            self.entries.write(key.shard()).replace(key, Some(entry));
        }
        units
    }
}

fn projection(item: &Item, projected: &BTreeSet<String>) -> Item {
    let found = projected.iter().filter_map(|name| item.get_key_value(name));
    found.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// An entry that stays as it is costs nothing; one that moves is removed and put.
fn write_units(old: Option<&(RowKey, Stored)>, new: Option<&(RowKey, Stored)>) -> f64 {
    use crate::capacity::write_units;
    match (old, new) {
        (None, None) => 0.0,
        (None, Some((_, entry))) | (Some((_, entry)), None) => write_units(entry.size),
        (Some((old_key, old)), Some((new_key, new))) if old_key == new_key => {
            if old.item == new.item {
                0.0
            } else {
                write_units(old.size.max(new.size))
            }
        }
        (Some((_, old)), Some((_, new))) => write_units(old.size) + write_units(new.size),
    }
}
