//! Rows as they are written: whole new values, or removals.
//!
//! Values are MessagePack with the members' names (docs/decisions/0011-journal.md says why).

use serde::Serialize;

use super::Table;
use crate::snapshot::packed::Packing;

/// One changed row, or several that are removed together.
#[derive(Debug)]
pub struct Row {
    pub table: &'static Table,
    pub change: Change,
}

/// What becomes of a row; keys are ordered as bytes.
#[derive(PartialEq, Eq, Debug)]
pub enum Change {
    Put {
        key: Vec<u8>,
        value: Vec<u8>,
    },
    Remove {
        key: Vec<u8>,
    },
    /// All rows whose keys begin so.
    RemoveAll {
        prefix: Vec<u8>,
    },
}

/// Rows that become durable together or not at all, or that a snapshot is made of.
#[derive(Default, Debug)]
pub struct Rows {
    rows: Vec<Row>,
    size: usize,
    /// Takes the rows of a snapshot.
    packing: Option<Box<Packing>>,
}

impl Rows {
    /// What a row costs beside its bytes. Bytes.
    const OVERHEAD: usize = 64;

    /// Of a snapshot.
    pub(crate) fn packing(packing: Packing) -> Self {
        Self { packing: Some(Box::new(packing)), ..Self::default() }
    }

    /// For bytes that a snapshot's rows refer to; `None` where rows are for the journal.
    pub fn snapshot(&mut self) -> Option<&mut Packing> {
        self.packing.as_deref_mut()
    }

    pub(crate) fn into_packing(self) -> Option<Packing> {
        self.packing.map(|packing| *packing)
    }

    pub fn put(&mut self, table: &'static Table, key: Vec<u8>, value: &impl Serialize) {
        if let Some(packing) = &mut self.packing {
            return packing.put(table, &key, value);
        }
        let value = rmp_serde::to_vec_named(value).expect("rows are plain data");
        self.push(table, Change::Put { key, value });
    }

    pub fn remove(&mut self, table: &'static Table, key: Vec<u8>) {
        self.push(table, Change::Remove { key });
    }

    /// Removes all rows whose keys begin with `prefix`; with an empty one, all of the table.
    pub fn remove_all(&mut self, table: &'static Table, prefix: Vec<u8>) {
        self.push(table, Change::RemoveAll { prefix });
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// About how much memory they take. Bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    fn push(&mut self, table: &'static Table, change: Change) {
        debug_assert!(self.packing.is_none(), "in a snapshot rows are put, not removed");
        self.size += Self::OVERHEAD + change.size();
        self.rows.push(Row { table, change });
    }
}

impl Change {
    fn size(&self) -> usize {
        match self {
            Self::Put { key, value } => key.len() + value.len(),
            Self::Remove { key } | Self::RemoveAll { prefix: key } => key.len(),
        }
    }
}

/// A key of several parts, of which only the last may hold a NUL.
pub fn key<const N: usize>(parts: [&[u8]; N]) -> Vec<u8> {
    parts.join(&0)
}
