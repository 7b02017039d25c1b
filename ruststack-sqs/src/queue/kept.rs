//! A queue's messages on their way to the disk and back: what was touched since it was last recorded, and filling.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Queue, Ready};
use crate::{
    delivery::{Delivery, Standing},
    fifo::{Deduplication, FirstSent, Key, Scope},
    message::Message,
};

/// How many places are reserved at once: one row in so many messages says where numbers go on.
pub(super) const RESERVED: u64 = 1000;

/// What differs from what was last recorded.
#[derive(Default, Debug)]
pub(crate) struct Touched {
    /// All messages went before the others came.
    pub(crate) is_purged: bool,
    /// By place, and whether the message is one that was never recorded.
    pub(crate) places: BTreeMap<u64, bool>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) ids: BTreeSet<Key>,
    /// More places were reserved.
    pub(crate) has_reserved: bool,
}

/// Copies of all that rows tell of messages.
pub(crate) struct Kept {
    /// By place.
    pub(crate) entries: Vec<(u64, Entry)>,
    pub(crate) turns: Vec<(String, u64)>,
    pub(crate) ids: Vec<(Key, FirstSent)>,
}

impl Touched {
    pub(super) fn add(&mut self, place: u64) {
        self.places.insert(place, true);
    }

    pub(super) fn mark(&mut self, place: u64) {
        self.places.entry(place).or_insert(false);
    }

    /// A message that comes and goes before it was recorded leaves no trace.
    pub(super) fn remove(&mut self, place: u64) {
        match self.places.get(&place) {
            Some(true) => drop(self.places.remove(&place)),
            _ => self.mark(place),
        }
    }
}

impl Queue {
    /// What was touched since the last call.
    pub(crate) fn take_touched(&mut self) -> Touched {
        let mut touched = std::mem::take(&mut self.touched);
        touched.ids = self.deduplication.take_touched();
        if let Ready::Fifo(groups) = &mut self.ready {
            touched.groups = groups.take_touched();
        }
        touched
    }

    /// Instead of every message that is gone: all.
    pub(super) fn touch_all(&mut self) {
        let has_reserved = self.take_touched().has_reserved;
        self.touched = Touched { is_purged: true, has_reserved, ..Touched::default() };
    }

    /// All that it keeps: handles of messages, not their bytes.
    pub(crate) fn kept(&self) -> Kept {
        let turns = match &self.ready {
            Ready::Standard(_) => Vec::new(),
            Ready::Fifo(groups) => groups.turns(),
        };
        let entries = self.entries.iter().map(|(place, entry)| (*place, entry.clone())).collect();
        Kept { entries, turns, ids: self.deduplication.all() }
    }

    pub(crate) fn entry(&self, place: u64) -> Option<&Entry> {
        self.entries.get(&place)
    }

    /// When it is a group's turn; `None` when it has nothing to receive.
    pub(crate) fn turn(&self, group: &str) -> Option<u64> {
        match &self.ready {
            Ready::Standard(_) => None,
            Ready::Fifo(groups) => groups.turn(group),
        }
    }

    pub(crate) fn first_sent(&self, key: &Key) -> Option<&FirstSent> {
        self.deduplication.get(key)
    }

    pub(crate) fn reserved(&self) -> u64 {
        self.reserved
    }

    pub(crate) fn deduplication_scope(&self) -> Scope {
        self.deduplication.scope()
    }

    /// Goes on numbering behind what may have been taken, and recognising what is the same.
    pub(crate) fn restore_numbering(&mut self, scope: Scope, reserved: u64) {
        self.deduplication = Deduplication::of(scope);
        (self.next_place, self.reserved) = (reserved, reserved);
    }

    /// A message that was kept. [`Queue::settle`] has to follow.
    pub(crate) fn restore(&mut self, place: u64, message: Message) {
        self.places.insert(message.id.clone(), place);
        self.ages.insert((message.sent_at, place));
        self.entries.insert(place, message.into());
    }

    /// What became of it; false when there is no such message.
    pub(crate) fn restore_delivery(&mut self, place: u64, delivery: Delivery) -> bool {
        self.entries.get_mut(&place).map(|entry| entry.delivery = delivery).is_some()
    }

    pub(crate) fn restore_turn(&mut self, group: String, turn: u64) {
        if let Ready::Fifo(groups) = &mut self.ready {
            groups.restore_turn(group, turn);
        }
    }

    pub(crate) fn restore_id(&mut self, key: Key, first: FirstSent) {
        self.deduplication.restore(key, first);
    }

    /// Once all is restored: finds out what is ready, and what becomes ready when.
    pub(crate) fn settle(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        for (place, entry) in &entries {
            self.note_timer(*place, &entry.delivery.standing);
            self.settle_ready(*place, entry);
        }
        self.entries = entries;
        if let Ready::Fifo(groups) = &mut self.ready {
            groups.settle();
        }
    }

    fn settle_ready(&mut self, place: u64, entry: &Entry) {
        let group = entry.message.draft.group_id.as_deref().unwrap_or_default();
        match (&mut self.ready, &entry.delivery.standing) {
            (_, Standing::Delayed { .. }) | (Ready::Standard(_), Standing::InFlight { .. }) => {}
            (Ready::Standard(ready), Standing::Ready) => drop(ready.insert(place)),
            (Ready::Fifo(groups), Standing::Ready) => groups.restore(group, place, false),
            (Ready::Fifo(groups), Standing::InFlight { .. }) => groups.restore(group, place, true),
        }
    }
}

#[cfg(test)]
impl Queue {
    /// All that can be told of it: messages, what is known by time, groups in the order of their turns, and ids.
    pub(crate) fn picture(&self) -> impl std::fmt::Debug {
        let entries: BTreeMap<u64, Entry> = self.entries.iter().map(|(place, entry)| (*place, entry.clone())).collect();
        let ready = match &self.ready {
            Ready::Standard(ready) => format!("{ready:?}"),
            Ready::Fifo(groups) => groups.picture(),
        };
        let ids = self.deduplication.picture();
        (
            entries,
            ready,
            (ids, self.deduplication_scope()),
            self.timers.clone(),
            self.ages.clone(),
            self.counts(),
            self.reserved,
        )
    }
}
