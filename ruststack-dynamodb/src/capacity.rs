//! Consumed capacity: what AWS would bill for a request, and the forms in which it is told.

use std::collections::BTreeMap;

use crate::{
    api::{Capacity, ConsumedCapacity},
    table::Kind,
};

/// What one write unit writes. Bytes.
const WRITE_UNIT: usize = 1024;
/// What one read unit reads, strongly consistent. Bytes.
const READ_UNIT: usize = 4096;

/// Units of a write of so many bytes; at least one.
pub(crate) fn write_units(size: usize) -> f64 {
    size.div_ceil(WRITE_UNIT).max(1) as f64
}

/// Units of a read of so many bytes; at least one, or half of it where the read is eventually consistent.
pub(crate) fn read_units(size: usize, is_consistent: bool) -> f64 {
    let units = size.div_ceil(READ_UNIT).max(1) as f64;
    if is_consistent { units } else { units / 2.0 }
}

/// What a request used of one table and its indexes.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Units {
    pub(crate) table: f64,
    indexes: BTreeMap<(bool, String), f64>,
}

/// Whether units are told as those of reads or of writes as well: transactions do, others tell only the sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Untold,
    Read,
    Write,
}

impl Units {
    pub(crate) fn of_table(table: f64) -> Self {
        Self { table, indexes: BTreeMap::new() }
    }

    pub(crate) fn add_index(&mut self, kind: Kind, name: &str, units: f64) {
        if units > 0.0 {
            *self.indexes.entry((kind == Kind::Global, name.to_owned())).or_default() += units;
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.table += other.table;
        for (index, units) in &other.indexes {
            *self.indexes.entry(index.clone()).or_default() += units;
        }
    }

    fn total(&self) -> f64 {
        self.table + self.indexes.values().sum::<f64>()
    }

    /// As `ReturnConsumedCapacity` wants it told.
    pub(crate) fn told(
        &self,
        table_name: &str,
        wanted: Option<&str>,
        direction: Direction,
    ) -> Option<ConsumedCapacity> {
        let has_indexes = wanted == Some("INDEXES");
        if !has_indexes && wanted != Some("TOTAL") {
            return None;
        }
        let total = self.total();
        Some(ConsumedCapacity {
            table_name: Some(table_name.to_owned()),
            capacity_units: Some(total),
            read_capacity_units: (direction == Direction::Read).then_some(total),
            write_capacity_units: (direction == Direction::Write).then_some(total),
            table: has_indexes.then(|| capacity(self.table, direction)),
            global_secondary_indexes: self.indexes(true, direction).filter(|_| has_indexes),
            local_secondary_indexes: self.indexes(false, direction).filter(|_| has_indexes),
            ..ConsumedCapacity::default()
        })
    }

    fn indexes(&self, is_global: bool, direction: Direction) -> Option<BTreeMap<String, Capacity>> {
        let of_kind = self.indexes.iter().filter(|((global, _), _)| *global == is_global);
        let told: BTreeMap<_, _> =
            of_kind.map(|((_, name), units)| (name.clone(), capacity(*units, direction))).collect();
        (!told.is_empty()).then_some(told)
    }
}

fn capacity(units: f64, direction: Direction) -> Capacity {
    Capacity {
        capacity_units: Some(units),
        read_capacity_units: (direction == Direction::Read).then_some(units),
        write_capacity_units: (direction == Direction::Write).then_some(units),
    }
}
