//! What was published to a FIFO topic in the last five minutes, and the numbers that its messages get.

use std::collections::{HashMap, VecDeque};

use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::DEDUPLICATION_INTERVAL;

/// The first number that a topic gives; all have twenty digits.
const FIRST_NUMBER: u64 = 10_000_000_000_000_000_000;

/// The group, where ids are a group's own, and the id.
pub(crate) type Key = (Option<String>, String);

/// What was answered when something was published first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct FirstPublished {
    pub(crate) message_id: String,
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
}

#[derive(Clone, Default, Debug)]
pub(crate) struct Recent {
    by_key: HashMap<Key, FirstPublished>,
    /// Keys in the order in which they came.
    order: VecDeque<Key>,
    last_sequence: u64,
}

impl Recent {
    /// What the same was answered before.
    pub(crate) fn first(&self, key: &Key) -> Option<&FirstPublished> {
        self.by_key.get(key)
    }

    /// The next number, for a message that is not the same as one before.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.last_sequence = self.last_sequence.max(FIRST_NUMBER - 1) + 1;
        self.last_sequence
    }

    pub(crate) fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    pub(crate) fn insert(&mut self, key: Key, first: FirstPublished) {
        self.last_sequence = self.last_sequence.max(first.sequence);
        self.order.push_back(key.clone());
        self.by_key.insert(key, first);
    }

    /// Forgets what is too old to be the same as anything.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<Key> {
        let mut gone = Vec::new();
        while let Some(key) = self.order.front() {
            let is_old = |first: &FirstPublished| now.since(first.at) >= DEDUPLICATION_INTERVAL;
            if self.by_key.get(key).is_some_and(|first| !is_old(first)) {
                break;
            }
            if let Some(key) = self.order.pop_front() {
                self.by_key.remove(&key);
                gone.push(key);
            }
        }
        gone
    }

    /// All that is remembered.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &FirstPublished)> {
        self.by_key.iter()
    }

    /// What was kept.
    pub(crate) fn restore_sequence(&mut self, last: u64) {
        self.last_sequence = self.last_sequence.max(last);
    }

    /// Rows come by key, not in the order in which they were published.
    pub(crate) fn settle(&mut self) {
        let by_key = &self.by_key;
        let at = |key: &Key| by_key.get(key).map(|first| first.sequence);
        self.order.make_contiguous().sort_by_key(at);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn ids_are_remembered_for_five_minutes() {
        let (mut recent, start) = (Recent::default(), Timestamp::from_seconds(1000));
        let key = |id: &str| (None, id.to_owned());
        for (seconds, id) in [(0, "a"), (100, "b")] {
            let sequence = recent.next_sequence();
            let at = start.plus(Duration::from_secs(seconds));
            recent.insert(key(id), FirstPublished { message_id: id.to_owned(), sequence, at });
        }
        assert_eq!(recent.first(&key("a")).map(|first| first.sequence), Some(FIRST_NUMBER));
        assert!(recent.expire(start.plus(Duration::from_secs(299))).is_empty());
        assert_eq!(recent.expire(start.plus(Duration::from_secs(300))), [key("a")]);
        assert_eq!((recent.first(&key("a")), recent.all().count()), (None, 1));
        assert_eq!(recent.next_sequence(), FIRST_NUMBER + 2);
    }
}
