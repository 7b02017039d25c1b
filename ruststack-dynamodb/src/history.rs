//! What items of a table were before they were changed: a table that keeps it can be restored to any moment since.
//!
//! A change is kept as the item that it replaced. Going back to a moment is putting those back, the newest first.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;
use ruststack_core::{clock::Timestamp, journal::Changes};
use serde::{Deserialize, Serialize};

use crate::{
    rows,
    table::{RowKey, Stored, Table},
    value::Item,
};

/// The most changes that are kept of a table; with more, the oldest moment that it can be restored to moves on.
pub(crate) const MAX_CHANGES: usize = 100_000;
/// The most that the items in them may be together. Bytes.
pub(crate) const MAX_SIZE: usize = 64 * 1024 * 1024;
/// How many days are kept unless fewer are wanted.
pub(crate) const MAX_DAYS: i32 = 35;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Since when changes are kept, and for how many days.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(crate) struct Recovery {
    /// In milliseconds.
    pub(crate) since: i64,
    pub(crate) days: i32,
}

/// The changes of a table.
#[derive(Default)]
pub(crate) struct History {
    /// Read with a part of the table locked, set with all of it.
    is_on: AtomicBool,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    recovery: Option<Recovery>,
    changes: VecDeque<(u64, Replaced)>,
    size: usize,
}

/// What a change replaced.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Replaced {
    /// In milliseconds.
    at: i64,
    key: Item,
    old: Option<Item>,
    /// Of the old item. Bytes.
    size: usize,
}

impl History {
    pub(crate) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    pub(crate) fn recovery(&self) -> Option<Recovery> {
        self.log.lock().recovery
    }

    /// Begins, goes on for other days, or ends; the whole table is locked.
    pub(crate) fn set(&self, recovery: Option<Recovery>) {
        let mut log = self.log.lock();
        if recovery.map(|recovery| recovery.since) != log.recovery.map(|before| before.since) {
            log.changes.clear();
            log.size = 0;
        }
        log.recovery = recovery;
        self.is_on.store(recovery.is_some(), Ordering::Relaxed);
    }

    /// Keeps what a write replaces, while the item is locked.
    pub(crate) fn keep(
        &self,
        table: &Table,
        now: Timestamp,
        (old, new): (Option<&Stored>, Option<&Stored>),
        changes: &Changes,
    ) {
        let Some(either) = old.or(new).filter(|_| old.map(|old| &old.item) != new.map(|new| &new.item)) else { return };
        let mut log = self.log.lock();
        let Some(recovery) = log.recovery else { return };
        let number = log.changes.back().map_or(1, |(number, _)| number + 1);
        let old = old.map(|old| Item::clone(&old.item));
        let change = Replaced { at: now.millis(), key: table.schema.key_of(&either.item), old, size: either.size };
        changes.record(|rows| rows::put_replaced(rows, table, number, &change));
        log.push(number, change);
        let trimmed = log.trim(now.millis() - i64::from(recovery.days) * DAY_MILLIS);
        changes.record(|rows| trimmed.iter().for_each(|number| rows::remove_replaced(rows, table, *number)));
    }

    /// The first moment that the table can be restored to.
    pub(crate) fn earliest(&self, now: Timestamp) -> Option<Timestamp> {
        let log = self.log.lock();
        let recovery = log.recovery?;
        let of_days = now.millis() - i64::from(recovery.days) * DAY_MILLIS;
        // The changes before the first one were given up.
        let of_changes = log.changes.front().filter(|(number, _)| *number > 1).map_or(0, |(_, first)| first.at);
        Some(Timestamp::from_millis(recovery.since.max(of_days).max(of_changes)))
    }

    /// The items as they were at a moment, of those that there are now; the whole table is locked.
    pub(crate) fn restored(&self, table: &Table, now: Vec<Stored>, to: Timestamp) -> Vec<Stored> {
        let mut items: BTreeMap<RowKey, Stored> =
            now.into_iter().map(|stored| (table.key_of(&stored.item), stored)).collect();
        let log = self.log.lock();
        for (_, change) in log.changes.iter().rev().take_while(|(_, change)| change.at > to.millis()) {
            let key = table.key_of(&change.key);
            match &change.old {
                Some(old) => drop(items.insert(key, Stored::new(old.clone()))),
                None => drop(items.remove(&key)),
            }
        }
        items.into_values().collect()
    }

    /// What was kept, at start.
    pub(crate) fn restore(&self, number: u64, change: Replaced) {
        self.log.lock().push(number, change);
    }

    pub(crate) fn all(&self) -> Vec<(u64, Replaced)> {
        self.log.lock().changes.iter().cloned().collect()
    }
}

impl Log {
    fn push(&mut self, number: u64, change: Replaced) {
        self.size += change.size;
        self.changes.push_back((number, change));
    }

    /// Gives up what is older than the days that are kept, or too much, and says the numbers of it.
    fn trim(&mut self, oldest: i64) -> Vec<u64> {
        let mut trimmed = Vec::new();
        while let Some((number, first)) = self.changes.front() {
            let is_over = first.at < oldest || self.changes.len() > MAX_CHANGES || self.size > MAX_SIZE;
            if !is_over || self.changes.len() == 1 {
                break;
            }
            self.size -= first.size;
            trimmed.push(*number);
            self.changes.pop_front();
        }
        trimmed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: i64, size: usize) -> Replaced {
        Replaced { at, key: Item::new(), old: None, size }
    }

    #[test]
    fn what_is_too_old_or_too_much_is_given_up() {
        let mut log = Log::default();
        for number in 1..=4 {
            log.push(number, change(i64::try_from(number).unwrap_or_default() * 10, 1));
        }
        assert_eq!(log.trim(25), [1, 2]);
        log.push(5, change(50, MAX_SIZE));
        assert_eq!(log.trim(25), [3, 4]);
        assert_eq!((log.changes.len(), log.size), (1, MAX_SIZE));
    }
}
