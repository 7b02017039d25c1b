//! What makes a queue a FIFO queue: message groups, and ids that are taken once in five minutes.

use std::collections::{BTreeSet, HashMap};

use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// Those whose turn changed since that was last recorded.
    touched: BTreeSet<String>,
}

impl Groups {
    /// When it is a group's turn, relative to the others.
    pub(crate) fn turn(&self, group: &str) -> Option<u64> {
        self.groups.get(group)?.turn
    }

    /// Of the groups that have one.
    pub(crate) fn turns(&self) -> Vec<(String, u64)> {
        self.groups.iter().filter_map(|(name, group)| Some((name.clone(), group.turn?))).collect()
    }

    pub(crate) fn take_touched(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.touched)
    }

    /// A turn that was kept.
    pub(crate) fn restore_turn(&mut self, group: String, turn: u64) {
        self.next_turn = self.next_turn.max(turn + 1);
        self.groups.entry(group).or_default().turn = Some(turn);
    }

    /// A message that was kept.
    pub(crate) fn restore(&mut self, group: &str, order: u64, is_in_flight: bool) {
        let group = self.groups.entry(group.to_owned()).or_default();
        if is_in_flight {
            group.in_flight.insert(order);
        } else {
            self.waiting += 1;
            group.waiting.insert(order);
        }
    }

    /// Once all is restored.
    pub(crate) fn settle(&mut self) {
        self.groups.retain(|_, group| !group.is_empty());
        let open = self.groups.iter().filter_map(|(name, group)| Some((group.turn?, name.clone())));
        self.open = open.collect();
    }

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

    /// What is taken off next.
    pub(crate) fn next(&self) -> Option<u64> {
        let (_, name) = self.open.first()?;
        self.groups.get(name)?.available().next()
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
                self.touched.insert(name.to_owned());
            }
            (Some(turn), false) => {
                group.turn = None;
                self.open.remove(&(turn, name.to_owned()));
                self.touched.insert(name.to_owned());
            }
            _ => {}
        }
        if group.is_empty() {
            self.groups.remove(name);
        }
    }
}

#[cfg(test)]
impl Groups {
    /// The groups in the order of their turns, and what is in each.
    pub(crate) fn picture(&self) -> String {
        let open: Vec<&String> = self.open.iter().map(|(_, name)| name).collect();
        let groups: std::collections::BTreeMap<_, _> =
            self.groups.iter().map(|(name, group)| (name, (&group.waiting, &group.in_flight))).collect();
        format!("{open:?} {groups:?} {}", self.waiting)
    }
}

/// Whose ids must differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) enum Scope {
    #[default]
    Queue,
    MessageGroup,
}

/// What was answered for an id when it was first sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct FirstSent {
    pub(crate) message_id: String,
    pub(crate) sequence: u64,
    /// In milliseconds; from then on it is forgotten.
    expires: i64,
}

/// Group, where ids are a group's, and id.
pub(crate) type Key = (Option<String>, String);

/// The ids of the last five minutes. They outlive their messages, which may be received and deleted.
#[derive(Debug)]
pub(crate) struct Deduplication {
    scope: Scope,
    known: HashMap<Key, FirstSent>,
    expiries: BTreeSet<(i64, Key)>,
    /// Those that came or went since that was last recorded.
    touched: BTreeSet<Key>,
}

impl Deduplication {
    pub(crate) fn all(&self) -> Vec<(Key, FirstSent)> {
        self.known.iter().map(|(key, first)| (key.clone(), first.clone())).collect()
    }

    pub(crate) fn of(scope: Scope) -> Self {
        Self { scope, known: HashMap::new(), expiries: BTreeSet::new(), touched: BTreeSet::new() }
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    fn key(&self, group: &str, id: &str) -> Key {
        let group = (self.scope == Scope::MessageGroup).then(|| group.to_owned());
        (group, id.to_owned())
    }

    pub(crate) fn find(&mut self, group: &str, id: &str, now: Timestamp) -> Option<FirstSent> {
        self.expire(now);
        self.known.get(&self.key(group, id)).cloned()
    }

    pub(crate) fn remember(&mut self, group: &str, id: &str, message_id: &str, sequence: u64, now: Timestamp) {
        let expires = now.plus(DEDUPLICATION_INTERVAL).millis();
        let key = self.key(group, id);
        self.touched.insert(key.clone());
        self.restore(key, FirstSent { message_id: message_id.to_owned(), sequence, expires });
    }

    /// One that was kept.
    pub(crate) fn restore(&mut self, key: Key, first: FirstSent) {
        let expires = first.expires;
        if let Some(before) = self.known.insert(key.clone(), first) {
            self.expiries.remove(&(before.expires, key.clone()));
        }
        self.expiries.insert((expires, key));
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&FirstSent> {
        self.known.get(key)
    }

    pub(crate) fn take_touched(&mut self) -> BTreeSet<Key> {
        std::mem::take(&mut self.touched)
    }

    pub(crate) fn clear(&mut self) {
        self.known.clear();
        self.expiries.clear();
    }

    fn expire(&mut self, now: Timestamp) {
        while self.expiries.first().is_some_and(|(expires, _)| *expires <= now.millis()) {
            if let Some((_, key)) = self.expiries.pop_first() {
                self.known.remove(&key);
                self.touched.insert(key);
            }
        }
    }
}

#[cfg(test)]
impl Deduplication {
    pub(crate) fn picture(&self) -> std::collections::BTreeMap<Key, FirstSent> {
        assert_eq!(self.known.len(), self.expiries.len());
        self.known.clone().into_iter().collect()
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
        for (scope, is_others) in [(Scope::Queue, true), (Scope::MessageGroup, false)] {
            let mut known = Deduplication::of(scope);
            known.remember("a", "id", "m", 1, at(0));
            assert_eq!(known.find("b", "id", at(299)).is_some(), is_others);
            assert_eq!(known.find("a", "id", at(299)).map(|first| first.sequence), Some(1));
            assert_eq!(known.find("a", "id", at(300)), None);
        }
    }
}
