//! Items in the order of their partitions and range keys: what a table and each of its indexes are kept in.
//!
//! Partitions are ordered by a hash of their keys and dealt to shards by its first bits, so that going through the
//! shards one by one is going through all items in the order of a scan.

use std::{borrow::Borrow, collections::BTreeMap, ops::Bound, sync::Arc};

use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{
    key::{ByteRange, KeyBytes, partition_order},
    value::{Item, item_size},
};

/// Each has a lock of its own.
pub(crate) const SHARDS: usize = 16;
/// Of the hash that partitions are ordered by. Bytes.
const ORDER: usize = 16;

/// An item as it is kept; cheap to copy.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) item: Arc<Item>,
    /// As AWS counts it. Bytes.
    pub(crate) size: usize,
}

impl Stored {
    pub(crate) fn new(item: Item) -> Self {
        let size = item_size(&item);
        Self { item: Arc::new(item), size }
    }
}

/// Where an item is: the order of its partition, the partition's key, the bytes of its range keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct RowKey(Box<[u8]>);

impl RowKey {
    pub(crate) fn new(bytes: &KeyBytes) -> Self {
        let mut key = partition_prefix(&bytes.hash);
        key.extend_from_slice(&bytes.range);
        Self(key.into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn shard(&self) -> usize {
        shard_of(&self.0)
    }

    /// What partitions are ordered by.
    pub(crate) fn order(&self) -> &[u8; ORDER] {
        self.0.first_chunk().expect("a key begins with its order")
    }
}

impl Borrow<[u8]> for RowKey {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

/// What all keys of a partition begin with. The key stands in it, because hashes can be made to collide.
fn partition_prefix(hash: &[u8]) -> Vec<u8> {
    let length = u32::try_from(hash.len()).unwrap_or(u32::MAX);
    [partition_order(hash).as_slice(), &length.to_be_bytes(), hash].concat()
}

fn shard_of(key: &[u8]) -> usize {
    usize::from(key[0]) * SHARDS / 256
}

/// The keys of a partition that lie in a range of range keys.
pub(crate) struct PartitionRange {
    start: Vec<u8>,
    end: Vec<u8>,
}

impl PartitionRange {
    pub(crate) fn new(hash: &[u8], range: &ByteRange) -> Self {
        let prefix = partition_prefix(hash);
        let start = [prefix.as_slice(), &range.start].concat();
        let end = match &range.end {
            Some(end) => [prefix.as_slice(), end].concat(),
            None => after(prefix),
        };
        Self { start, end }
    }

    pub(crate) fn shard(&self) -> usize {
        shard_of(&self.start)
    }

    pub(crate) fn contains(&self, key: &RowKey) -> bool {
        key.as_bytes() >= self.start.as_slice() && key.as_bytes() < self.end.as_slice()
    }
}

/// Behind everything that begins so.
fn after(mut prefix: Vec<u8>) -> Vec<u8> {
    while prefix.pop_if(|last| *last == u8::MAX).is_some() {}
    match prefix.last_mut() {
        Some(last) => *last += 1,
        None => prefix = vec![u8::MAX; ORDER + 1],
    }
    prefix
}

/// A part of the items.
#[derive(Default)]
pub(crate) struct Shard {
    rows: BTreeMap<RowKey, Stored>,
    size: u64,
    /// Its table is deleted: nothing is read or written any more.
    pub(crate) is_closed: bool,
}

impl Shard {
    pub(crate) fn get(&self, key: &RowKey) -> Option<&Stored> {
        self.rows.get(key)
    }

    /// Puts or removes an item.
    pub(crate) fn replace(&mut self, key: RowKey, new: Option<Stored>) {
        self.size += new.as_ref().map_or(0, |new| new.size as u64);
        let old = match new {
            Some(new) => self.rows.insert(key, new),
            None => self.rows.remove(&key),
        };
        self.size -= old.map_or(0, |old| old.size as u64);
    }

    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = (&RowKey, &Stored)> {
        self.rows.iter()
    }

    /// All behind a key, or from those on that begin so.
    pub(crate) fn behind<'s>(
        &'s self,
        key: Option<&'s RowKey>,
        start: &'s [u8],
    ) -> impl Iterator<Item = (&'s RowKey, &'s Stored)> {
        let from = key.map_or(Bound::Included(start), |key| Bound::Excluded(key.as_bytes()));
        self.rows.range::<[u8], _>((from, Bound::Unbounded))
    }

    /// What is in a range of a partition, from a key on that is not shown itself, in either direction.
    pub(crate) fn within<'s>(
        &'s self,
        range: &'s PartitionRange,
        from: Option<&'s RowKey>,
        is_forward: bool,
    ) -> Box<dyn Iterator<Item = (&'s RowKey, &'s Stored)> + 's> {
        let mut start = Bound::Included(range.start.as_slice());
        let mut end = Bound::Excluded(range.end.as_slice());
        if let Some(from) = from.map(RowKey::as_bytes) {
            if is_forward && from >= range.start.as_slice() {
                start = Bound::Excluded(from);
            } else if !is_forward && from < range.end.as_slice() {
                end = Bound::Excluded(from);
            }
        }
        if is_empty(start, end) {
            return Box::new(std::iter::empty());
        }
        let rows = self.rows.range::<[u8], _>((start, end));
        if is_forward { Box::new(rows) } else { Box::new(rows.rev()) }
    }
}

/// Such a range panics in a map.
fn is_empty(start: Bound<&[u8]>, end: Bound<&[u8]>) -> bool {
    match (start, end) {
        (Bound::Included(start) | Bound::Excluded(start), Bound::Included(end) | Bound::Excluded(end)) => start >= end,
        _ => false,
    }
}

/// All items of a table or an index.
pub(crate) struct Partitions([RwLock<Shard>; SHARDS]);

impl Default for Partitions {
    fn default() -> Self {
        Self(std::array::from_fn(|_| RwLock::default()))
    }
}

impl Partitions {
    pub(crate) fn read(&self, shard: usize) -> RwLockReadGuard<'_, Shard> {
        self.0[shard].read()
    }

    pub(crate) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Shard> {
        self.0[shard].write()
    }

    /// How many items there are, and their size in bytes.
    pub(crate) fn count(&self) -> (u64, u64) {
        let sums = self.0.iter().map(RwLock::read).map(|shard| (shard.rows.len() as u64, shard.size));
        sums.fold((0, 0), |(count, size), (more, larger)| (count + more, size + larger))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_behind_a_prefix_ends_before_the_next_one() {
        assert_eq!(after(vec![1, 2]), [1, 3]);
        assert_eq!(after(vec![1, 0xFF, 0xFF]), [2]);
        assert!(after(vec![0xFF; 3]).as_slice() > [0xFF; 16].as_slice());
    }

    #[test]
    fn shards_follow_the_order_of_partitions() {
        let key = |hash: &str| RowKey::new(&KeyBytes { hash: hash.as_bytes().to_vec(), range: Vec::new() });
        let mut keys: Vec<RowKey> = (0..200).map(|number| key(&number.to_string())).collect();
        keys.sort();
        let shards: Vec<usize> = keys.iter().map(RowKey::shard).collect();
        assert!(shards.is_sorted() && shards[0] == 0 && shards[199] == SHARDS - 1);
    }
}
