//! Pages of a query or a scan: what is gone through, what of it is shown, and where the next page begins.

use std::sync::Arc;

use crate::{
    capacity::{Units, read_units},
    error::DynamoDbError,
    expression::{Condition, Projection},
    key::KeySchema,
    table::{Deleted, Index, PartitionRange, Partitions, RowKey, SHARDS, Stored, Table},
    value::{Item, Shown},
};

/// What a page goes through at most, as items are stored. Bytes.
const PAGE_SIZE: usize = 1024 * 1024;

/// The table or the index that is read.
pub(crate) struct Source {
    pub(crate) table: Arc<Table>,
    pub(crate) index: Option<Arc<Index>>,
}

/// What is shown of what is gone through.
#[derive(Default)]
pub(crate) struct View {
    pub(crate) filter: Option<Condition>,
    pub(crate) projection: Option<Projection>,
    /// Only the count is wanted.
    pub(crate) is_count: bool,
    /// Attributes that the index does not hold are taken from the table.
    pub(crate) is_fetched: bool,
    pub(crate) is_consistent: bool,
}

/// What is gone through in a page.
pub(crate) struct Through {
    entries: Vec<Stored>,
    size: usize,
    /// Whether there is a next page, or may be.
    is_cut: bool,
    limit: Option<usize>,
}

/// What a page shows.
pub(crate) struct Page {
    pub(crate) items: Vec<Shown>,
    pub(crate) count: usize,
    pub(crate) scanned_count: usize,
    pub(crate) last: Option<Item>,
    pub(crate) units: Units,
}

impl Source {
    pub(crate) fn schema(&self) -> &KeySchema {
        self.index.as_ref().map_or(&self.table.schema, |index| &index.schema)
    }

    fn partitions(&self) -> &Partitions {
        self.index.as_ref().map_or_else(|| self.table.rows(), |index| &index.entries)
    }

    /// Where a page that this key ends goes on; none of a key that lacks something.
    pub(crate) fn place(&self, start: &Item) -> Option<RowKey> {
        let bytes = match &self.index {
            Some(index) => index.schema.index_bytes_of(start, &self.table.schema),
            None => self.table.schema.bytes_of(start),
        };
        bytes.as_ref().map(RowKey::new)
    }

    /// All attributes that say where an item is.
    pub(crate) fn key_of(&self, item: &Item) -> Item {
        let mut key = self.schema().key_of(item);
        key.extend(self.table.schema.key_of(item));
        key
    }

    /// Goes through a range of a partition.
    pub(crate) fn query(
        &self,
        range: &PartitionRange,
        start: Option<&RowKey>,
        is_forward: bool,
        limit: Option<usize>,
    ) -> Result<Through, Deleted> {
        let shard = self.partitions().read(range.shard());
        if shard.is_closed {
            return Err(Deleted);
        }
        let mut through = Through::new(limit);
        for (_, stored) in shard.within(range, start, is_forward) {
            if !through.take(stored) {
                break;
            }
        }
        Ok(through)
    }

    /// Goes through all partitions whose orders are of a segment: of so many, the one of that number.
    pub(crate) fn scan(
        &self,
        segment: Segment,
        start: Option<&RowKey>,
        limit: Option<usize>,
    ) -> Result<Through, Deleted> {
        let mut through = Through::new(limit);
        let head = segment.start();
        let first = start.map_or(segment.first_shard(), RowKey::shard);
        for number in first..SHARDS {
            let shard = self.partitions().read(number);
            if shard.is_closed {
                return Err(Deleted);
            }
            let from = start.filter(|start| start.shard() == number);
            let rows = shard.behind(from, &head);
            for (_, stored) in rows.take_while(|(key, _)| segment.is_before_end(key)) {
                if !through.take(stored) {
                    return Ok(through);
                }
            }
        }
        Ok(through)
    }

    /// What a view shows of what was gone through.
    pub(crate) fn show(&self, through: &Through, view: &View) -> Result<Page, DynamoDbError> {
        let last = through.last().map(|last| self.key_of(&last.item));
        let mut page =
            Page { items: Vec::new(), count: 0, scanned_count: through.entries.len(), last, units: Units::default() };
        let mut fetched = 0.0;
        for entry in &through.entries {
            let full = if view.is_fetched { self.table.get(&self.table.key_of(&entry.item))? } else { None };
            fetched += full.as_ref().map_or(0.0, |full| read_units(full.size, view.is_consistent));
            let item = &full.as_ref().unwrap_or(entry).item;
            if view.filter.as_ref().is_none_or(|filter| filter.holds(item)) {
                page.count += 1;
                if !view.is_count {
                    page.items.push(view.shown(item));
                }
            }
        }
        let units = read_units(through.size, view.is_consistent);
        match &self.index {
            None => page.units = Units::of_table(units),
            Some(index) => {
                page.units = Units::of_table(fetched);
                page.units.add_index(index.kind, &index.name, units);
            }
        }
        Ok(page)
    }
}

impl View {
    fn shown(&self, item: &Arc<Item>) -> Shown {
        match &self.projection {
            Some(projection) => projection.apply(item).into(),
            None => Shown(Arc::clone(item)),
        }
    }
}

impl Through {
    fn new(limit: Option<usize>) -> Self {
        Self { entries: Vec::new(), size: 0, is_cut: false, limit }
    }

    /// Takes an entry, and says whether the page goes on. A page that is full ends, whether or not more follows.
    fn take(&mut self, stored: &Stored) -> bool {
        self.entries.push(stored.clone());
        self.size += stored.size;
        self.is_cut = self.size > PAGE_SIZE || self.limit.is_some_and(|limit| self.entries.len() >= limit);
        !self.is_cut
    }

    fn last(&self) -> Option<&Stored> {
        self.entries.last().filter(|_| self.is_cut)
    }
}

/// A part of a parallel scan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Segment {
    pub(crate) number: u32,
    pub(crate) total: u32,
}

impl Segment {
    pub(crate) const ALL: Self = Self { number: 0, total: 1 };

    pub(crate) fn holds(self, key: &RowKey) -> bool {
        crate::key::segment_of(key.order(), self.total) == self.number
    }

    /// The first four bytes of the orders that it begins with.
    fn start(self) -> [u8; 4] {
        Self::head(self.number, self.total).to_be_bytes()
    }

    fn first_shard(self) -> usize {
        usize::from(self.start()[0]) * SHARDS / 256
    }

    fn is_before_end(self, key: &RowKey) -> bool {
        crate::key::segment_of(key.order(), self.total) <= self.number
    }

    /// The lowest head whose segment this is: what `segment_of` rounds down to it.
    fn head(number: u32, total: u32) -> u32 {
        let head = (u64::from(number) << 32).div_ceil(u64::from(total));
        u32::try_from(head).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::segment_of;

    #[test]
    fn a_segment_begins_where_the_one_before_ends() {
        for total in [1, 2, 3, 7, 1000, 999_999] {
            for number in [0, 1, total / 2, total - 1] {
                let head = Segment { number, total }.start();
                let mut order = [0; 16];
                order[..4].copy_from_slice(&head);
                if number < total {
                    assert_eq!(segment_of(&order, total), number, "{number} of {total}");
                }
                let before = u32::from_be_bytes(head).checked_sub(1);
                if let Some(before) = before.filter(|_| number > 0) {
                    order[..4].copy_from_slice(&before.to_be_bytes());
                    assert_eq!(segment_of(&order, total), number - 1, "before {number} of {total}");
                }
            }
        }
    }
}
