//! Rows one after the other in few allocations, in the order of their keys.

use std::collections::HashMap;

use serde::Serialize;

use super::{Saved, SavedTable, held::Held};
use crate::journal::Table;

/// How long a key may be. Bytes.
pub const MAX_KEY_SIZE: usize = 64 * 1024;

/// Keys and values, ordered by the keys.
#[derive(Default, Debug)]
pub struct PackedRows {
    bytes: Vec<u8>,
    /// Where rows are in `bytes`, in the order of their keys.
    rows: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    key_size: u32,
    value_size: u32,
}

impl PackedRows {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// In the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.rows.iter().map(|place| self.row(*place))
    }

    /// Adds a row whose key is behind all others; false when it is not.
    #[must_use]
    pub fn push_last(&mut self, key: &[u8], value: &[u8]) -> bool {
        let is_last = self.rows.last().is_none_or(|last| self.row(*last).0 < key);
        if is_last {
            self.push_with(key, |bytes| bytes.extend_from_slice(value));
        }
        is_last
    }

    fn push_with(&mut self, key: &[u8], write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        let value_start = self.bytes.len();
        write(&mut self.bytes);
        let size = |bytes: usize| u32::try_from(bytes).expect("a row is smaller than 4 GiB");
        let value_size = size(self.bytes.len() - value_start);
        self.rows.push(Place { start, key_size: size(key.len()), value_size });
    }

    fn row(&self, place: Place) -> (&[u8], &[u8]) {
        let row = &self.bytes[place.start..][..(place.key_size + place.value_size) as usize];
        row.split_at(place.key_size as usize)
    }

    fn finish(mut self) -> Self {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable_by(|one, other| self.row(*one).0.cmp(self.row(*other).0));
        self.bytes.shrink_to_fit();
        Self { rows, ..self }
    }
}

/// The rows of a service on their way into a snapshot.
#[derive(Default, Debug)]
pub struct Packing {
    tables: Vec<(&'static Table, PackedRows)>,
    held: Vec<Held>,
    numbers: HashMap<(usize, usize), u32>,
}

impl Packing {
    pub(super) fn of(tables: &'static [&'static Table]) -> Self {
        let tables = tables.iter().map(|table| (*table, PackedRows::default())).collect();
        Self { tables, ..Self::default() }
    }

    pub(crate) fn put(&mut self, table: &'static Table, key: &[u8], value: &impl Serialize) {
        let found = self.tables.iter_mut().find(|(known, _)| std::ptr::eq(*known, table));
        let (_, rows) = found.expect("a service writes rows of its own tables");
        rows.push_with(key, |bytes| {
            rmp_serde::encode::write_named(bytes, value).expect("rows are plain data");
        });
    }

    /// Holds bytes; once, where their identity is the same. Gives back their number.
    pub fn hold(&mut self, identity: (usize, usize), held: impl FnOnce() -> Held) -> u32 {
        *self.numbers.entry(identity).or_insert_with(|| {
            self.held.push(held());
            u32::try_from(self.held.len() - 1).expect("fewer than 4 billion files are held")
        })
    }

    pub(super) fn finish(self) -> Saved {
        let table = |(table, rows): (&'static Table, PackedRows)| SavedTable {
            name: table.full_name(),
            version: table.version,
            rows: rows.finish(),
        };
        Saved { tables: self.tables.into_iter().map(table).collect(), held: self.held.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_rows_are_in_the_order_of_their_keys() {
        let mut rows = PackedRows::default();
        for key in ["b", "a", "", "ab"] {
            rows.push_with(key.as_bytes(), |bytes| bytes.extend_from_slice(key.repeat(2).as_bytes()));
        }
        let mut rows = rows.finish();
        let found: Vec<_> = rows.iter().map(|(key, value)| (key.to_vec(), value.to_vec())).collect();
        let row = |key: &str| (key.as_bytes().to_vec(), key.repeat(2).into_bytes());
        assert_eq!(found, ["", "a", "ab", "b"].map(row));
        assert!(!rows.push_last(b"b", b""));
        assert!(rows.push_last(b"c", b""));
        assert_eq!(rows.len(), 5);
    }
}
