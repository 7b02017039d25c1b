//! When the items of a table expire: an index in the order of time, so that nobody has to look through the table.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use ruststack_core::clock::Timestamp;

use super::partitions::{RowKey, Stored};
use crate::value::AttributeValue;

/// An item whose time lies further back stays: AWS takes it for a mistake. Seconds of five years.
const TOO_OLD: i64 = 5 * 365 * 24 * 60 * 60;

/// The items of a table that say when they expire.
pub(crate) struct Expiries {
    attribute: String,
    by_time: Mutex<BTreeMap<i64, BTreeSet<RowKey>>>,
}

impl Expiries {
    pub(super) fn new(attribute: &str) -> Self {
        Self { attribute: attribute.to_owned(), by_time: Mutex::default() }
    }

    /// Follows a change of an item.
    pub(super) fn follow(&self, key: &RowKey, old: Option<&Stored>, new: Option<&Stored>) {
        let time = |stored: Option<&Stored>| stored.and_then(|stored| self.time(stored));
        let (old, new) = (time(old), time(new));
        if old == new {
            return;
        }
        let mut by_time = self.by_time.lock();
        if let Some(old) = old
            && let Some(keys) = by_time.get_mut(&old)
        {
            keys.remove(key);
            if keys.is_empty() {
                by_time.remove(&old);
            }
        }
        if let Some(new) = new {
            by_time.entry(new).or_default().insert(key.clone());
        }
    }

    /// Items that have expired, so many at most.
    pub(crate) fn due(&self, now: Timestamp, limit: usize) -> Vec<RowKey> {
        let by_time = self.by_time.lock();
        by_time.range(times_due(now)).flat_map(|(_, keys)| keys).take(limit).cloned().collect()
    }

    pub(crate) fn is_due(&self, stored: &Stored, now: Timestamp) -> bool {
        self.time(stored).is_some_and(|time| times_due(now).contains(&time))
    }

    /// Seconds since 1970, without a fraction; what is no number means nothing.
    fn time(&self, stored: &Stored) -> Option<i64> {
        match stored.item.get(&self.attribute)? {
            AttributeValue::N(number) => number.to_i64(),
            _ => None,
        }
    }
}

fn times_due(now: Timestamp) -> std::ops::RangeInclusive<i64> {
    now.seconds().saturating_sub(TOO_OLD)..=now.seconds()
}
