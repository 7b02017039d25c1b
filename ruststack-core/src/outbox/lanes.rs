//! What waits, by lane, in the order in which it was posted.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::Origin;

pub(super) struct Entry<P> {
    pub(super) origin: Origin,
    pub(super) parcel: P,
}

/// A lane is there as long as something waits in it.
struct Lane<P> {
    /// Tells it from one of the same name that a reset removed.
    epoch: u64,
    waiting: VecDeque<(u64, Arc<Entry<P>>)>,
}

/// Names a lane to the task that empties it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LaneId {
    pub(super) name: Arc<str>,
    epoch: u64,
}

pub(super) struct Lanes<P> {
    by_name: HashMap<Arc<str>, Lane<P>>,
    length: usize,
    last_id: u64,
}

impl<P> Default for Lanes<P> {
    fn default() -> Self {
        Self { by_name: HashMap::new(), length: 0, last_id: 0 }
    }
}

impl<P> Lanes<P> {
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Greater than all before.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The lane, when it was not there: somebody must begin to carry.
    pub(super) fn push(&mut self, lane: &str, id: u64, entry: Arc<Entry<P>>) -> Option<LaneId> {
        self.last_id = self.last_id.max(id);
        self.length += 1;
        if let Some(lane) = self.by_name.get_mut(lane) {
            lane.waiting.push_back((id, entry));
            return None;
        }
        // The first parcel's id is as unique as an epoch must be.
        let new = LaneId { name: lane.into(), epoch: id };
        self.by_name.insert(Arc::clone(&new.name), Lane { epoch: id, waiting: VecDeque::from([(id, entry)]) });
        Some(new)
    }

    /// The first of a lane; it stays there until it is [done](Self::finish).
    pub(super) fn first(&self, lane: &LaneId) -> Option<(u64, Arc<Entry<P>>)> {
        self.by_name.get(&lane.name).filter(|found| found.epoch == lane.epoch)?.waiting.front().cloned()
    }

    /// Removes the first of a lane, if it is still that one.
    pub(super) fn finish(&mut self, lane: &LaneId, id: u64) -> bool {
        if self.first(lane).is_none_or(|(first, _)| first != id) {
            return false;
        }
        let waiting = self.by_name.get_mut(&lane.name).map(|found| &mut found.waiting);
        let is_empty = waiting.is_some_and(|waiting| {
            waiting.pop_front();
            waiting.is_empty()
        });
        self.length -= 1;
        if is_empty {
            self.by_name.remove(&lane.name);
        }
        true
    }

    /// The ids of those that are gone then.
    pub(super) fn remove(&mut self, is_meant: impl Fn(&Entry<P>) -> bool) -> Vec<u64> {
        let mut gone = Vec::new();
        self.by_name.retain(|_, lane| {
            lane.waiting.retain(|(id, entry)| {
                let goes = is_meant(entry);
                if goes {
                    gone.push(*id);
                }
                !goes
            });
            !lane.waiting.is_empty()
        });
        self.length -= gone.len();
        gone
    }

    pub(super) fn ids(&self) -> Vec<LaneId> {
        self.by_name.iter().map(|(name, lane)| LaneId { name: Arc::clone(name), epoch: lane.epoch }).collect()
    }

    pub(super) fn all(&self) -> Vec<(Arc<str>, u64, Arc<Entry<P>>)> {
        let of_lane = |(name, lane): (&Arc<str>, &Lane<P>)| {
            let name = Arc::clone(name);
            let named = |(id, entry): &(u64, Arc<Entry<P>>)| (Arc::clone(&name), *id, Arc::clone(entry));
            lane.waiting.iter().map(named).collect::<Vec<_>>()
        };
        self.by_name.iter().flat_map(of_lane).collect()
    }
}
