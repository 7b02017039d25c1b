//! The queues of an account in a region, by name.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use parking_lot::Mutex;
use ruststack_core::clock::Timestamp;

use crate::{limits::DELETION_INTERVAL, live_queue::LiveQueue, move_task::MoveTasks};

#[derive(Default)]
pub(crate) struct Queues {
    by_name: Mutex<BTreeMap<String, Arc<LiveQueue>>>,
    /// When queues were deleted.
    deleted: Mutex<HashMap<String, Timestamp>>,
    /// Of the queues here that messages are moved from.
    pub(crate) move_tasks: MoveTasks,
}

impl Queues {
    pub(crate) fn get(&self, name: &str) -> Option<Arc<LiveQueue>> {
        self.by_name.lock().get(name).cloned()
    }

    /// The queue of that name: the one that is there, or else a new one.
    pub(crate) fn get_or_insert(&self, name: &str, make: impl FnOnce() -> LiveQueue) -> (Arc<LiveQueue>, bool) {
        let mut by_name = self.by_name.lock();
        if let Some(found) = by_name.get(name) {
            return (Arc::clone(found), false);
        }
        let queue = Arc::new(make());
        by_name.insert(name.to_owned(), Arc::clone(&queue));
        (queue, true)
    }

    /// Up to `max` queues whose names begin with `prefix`, behind `after`.
    pub(crate) fn list(&self, prefix: &str, after: Option<&str>, max: usize) -> Vec<Arc<LiveQueue>> {
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let by_name = self.by_name.lock();
        let found = by_name.range::<str, _>((start, Bound::Unbounded));
        found.take_while(|(name, _)| name.starts_with(prefix)).take(max).map(|(_, queue)| Arc::clone(queue)).collect()
    }

    pub(crate) fn all(&self) -> Vec<Arc<LiveQueue>> {
        self.by_name.lock().values().cloned().collect()
    }

    pub(crate) fn delete(&self, queue: &LiveQueue, now: Timestamp) {
        self.by_name.lock().remove(&queue.name);
        self.deleted.lock().insert(queue.name.clone(), now);
        queue.close();
    }

    pub(crate) fn was_deleted_recently(&self, name: &str, now: Timestamp) -> bool {
        let mut deleted = self.deleted.lock();
        deleted.retain(|_, at| now.since(*at) < DELETION_INTERVAL);
        deleted.contains_key(name)
    }
}
