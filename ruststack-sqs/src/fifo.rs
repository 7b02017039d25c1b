//! What makes a queue a FIFO queue: message groups, and ids that are taken once in five minutes.

use std::collections::{BTreeSet, HashMap, VecDeque};

use ruststack_core::clock::Timestamp;

use crate::limits::DEDUPLICATION_INTERVAL;

/// One group's messages by their places in the queue.
#[derive(Default, Debug)]
struct Group {
    waiting: BTreeSet<u64>,
    in_flight: BTreeSet<u64>,
    /// Its place among the groups that have something to receive.
    turn: Option<u64>,
}

impl Group {
    /// What may be received: a message in flight holds back all that come after it.
    fn available(&self) -> impl Iterator<Item = u64> {
        let end = self.in_flight.first().copied().unwrap_or(u64::MAX);
        self.waiting.range(..end).copied()
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.in_flight.is_empty()
    }
}

/// The groups of a queue; those that have something to receive take turns, and who was served queues up anew.
#[derive(Default, Debug)]
pub(crate) struct Groups {
    groups: HashMap<String, Group>,
    open: BTreeSet<(u64, String)>,
    next_turn: u64,
    waiting: usize,
}

impl Groups {
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(crate) fn has_available(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn insert(&mut self, group: &str, order: u64) {
        self.update(group, |group| {
            group.waiting.insert(order);
        });
    }

    /// Back from its flight: it takes its old place.
    pub(crate) fn land(&mut self, group: &str, order: u64) {
        self.update(group, |group| {
            group.in_flight.remove(&order);
            group.waiting.insert(order);
        });
    }

    /// A waiting message is received again without being handed out: its visibility was changed.
    pub(crate) fn take_off(&mut self, group: &str, order: u64) {
        self.update(group, |group| {
            group.waiting.remove(&order);
            group.in_flight.insert(order);
        });
    }

    pub(crate) fn remove(&mut self, group: &str, order: u64) {
        self.update(group, |group| {
            group.waiting.remove(&order);
            group.in_flight.remove(&order);
        });
    }

    /// Takes up to `max` messages off, all of the group whose turn it is.
    pub(crate) fn take(&mut self, max: usize) -> Vec<u64> {
        let Some((_, name)) = self.open.first().cloned() else { return Vec::new() };
        let mut taken = Vec::new();
        self.update(&name, |group| {
            taken = group.available().take(max).collect();
            for order in &taken {
                group.waiting.remove(order);
                group.in_flight.insert(*order);
            }
        });
        taken
    }

    fn update(&mut self, name: &str, change: impl FnOnce(&mut Group)) {
        let group = self.groups.entry(name.to_owned()).or_default();
        let waiting = group.waiting.len();
        change(group);
        self.waiting = self.waiting + group.waiting.len() - waiting;
        let has_available = group.available().next().is_some();
        match (group.turn, has_available) {
            (None, true) => {
                group.turn = Some(self.next_turn);
                self.open.insert((self.next_turn, name.to_owned()));
                self.next_turn += 1;
            }
            (Some(turn), false) => {
                group.turn = None;
                self.open.remove(&(turn, name.to_owned()));
            }
            _ => {}
        }
        if group.is_empty() {
            self.groups.remove(name);
        }
    }
}

/// Whose ids must differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) enum Scope {
    #[default]
    Queue,
    MessageGroup,
}

/// What was answered for an id when it was first sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FirstSent {
    pub(crate) message_id: String,
    pub(crate) sequence: u64,
}

type Key = (Option<String>, String);

/// The ids of the last five minutes. They outlive their messages, which may be received and deleted.
#[derive(Debug)]
pub(crate) struct Deduplication {
    scope: Scope,
    known: HashMap<Key, FirstSent>,
    expiries: VecDeque<(Timestamp, Key)>,
}

impl Deduplication {
    pub(crate) fn of(scope: Scope) -> Self {
        Self { scope, known: HashMap::new(), expiries: VecDeque::new() }
    }

    fn key(&self, group: &str, id: &str) -> Key {
        let group = (self.scope == Scope::MessageGroup).then(|| group.to_owned());
        (group, id.to_owned())
    }

    pub(crate) fn find(&mut self, group: &str, id: &str, now: Timestamp) -> Option<FirstSent> {
        self.expire(now);
        self.known.get(&self.key(group, id)).cloned()
    }

    pub(crate) fn remember(&mut self, group: &str, id: &str, first: FirstSent, now: Timestamp) {
        let key = self.key(group, id);
        self.expiries.push_back((now.plus(DEDUPLICATION_INTERVAL), key.clone()));
        self.known.insert(key, first);
    }

    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.expiries.clear();
    }

    fn expire(&mut self, now: Timestamp) {
        while self.expiries.front().is_some_and(|(expires, _)| *expires <= now) {
            if let Some((_, key)) = self.expiries.pop_front() {
                self.known.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_flight_holds_back_those_that_follow_in_its_group() {
        let mut groups = Groups::default();
        for (group, order) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
            groups.insert(group, order);
        }
        assert_eq!(groups.take(2), [1, 2]);
        assert_eq!(groups.take(2), [3]);
        assert!(!groups.has_available());
        groups.land("a", 1);
        assert_eq!(groups.take(9), [1]);
        groups.remove("a", 1);
        groups.remove("a", 2);
        assert_eq!((groups.take(9), groups.waiting()), (vec![4], 0));
    }

    #[test]
    fn an_id_is_new_again_after_five_minutes() {
        let at = Timestamp::from_seconds;
        let first = FirstSent { message_id: "m".to_owned(), sequence: 1 };
        for (scope, other) in [(Scope::Queue, Some(first.clone())), (Scope::MessageGroup, None)] {
            let mut known = Deduplication::of(scope);
            known.remember("a", "id", first.clone(), at(0));
            assert_eq!(known.find("b", "id", at(299)), other);
            assert_eq!(known.find("a", "id", at(299)), Some(first.clone()));
            assert_eq!(known.find("a", "id", at(300)), None);
        }
    }
}
