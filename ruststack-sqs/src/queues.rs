//! The queues of an account in a region, by name.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use parking_lot::Mutex;
use ruststack_core::{clock::Timestamp, journal::Changes, scope::Scope};

use crate::{limits::DELETION_INTERVAL, live_queue::LiveQueue, move_task::MoveTasks, rows};

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
    pub(crate) fn get_or_insert(
        &self,
        name: &str,
        changes: &Changes,
        make: impl FnOnce() -> LiveQueue,
    ) -> (Arc<LiveQueue>, bool) {
        let mut by_name = self.by_name.lock();
        if let Some(found) = by_name.get(name) {
            return (Arc::clone(found), false);
        }
        let queue = Arc::new(make());
        queue.look(|state| changes.record(|rows| rows::put_queue(rows, &queue, state)));
        by_name.insert(name.to_owned(), Arc::clone(&queue));
        (queue, true)
    }

    /// One that was kept.
    pub(crate) fn restore(&self, queue: LiveQueue) {
        self.by_name.lock().insert(queue.name.clone(), Arc::new(queue));
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

    /// Deletes a queue; false when someone else did. Its name is remembered where that is asked for.
    pub(crate) fn delete(&self, queue: &LiveQueue, now: Timestamp, remembers: bool, changes: &Changes) -> bool {
        let mut by_name = self.by_name.lock();
        if !by_name.get(&queue.name).is_some_and(|found| std::ptr::eq(&**found, queue)) {
            return false;
        }
        by_name.remove(&queue.name);
        if remembers {
            self.deleted.lock().insert(queue.name.clone(), now);
        }
        queue.close(changes, |rows| {
            rows::remove_queue(rows, queue);
            if remembers {
                rows::put_deleted(rows, &queue.scope, &queue.name, now);
            }
        });
        true
    }

    /// Whether a queue of that name was deleted less than a minute ago. All that was longer ago is forgotten.
    pub(crate) fn was_deleted_recently(&self, scope: &Scope, name: &str, now: Timestamp, changes: &Changes) -> bool {
        let mut deleted = self.deleted.lock();
        let is_recent = |at: &Timestamp| now.since(*at) < DELETION_INTERVAL;
        changes.record(|rows| {
            let old = deleted.iter().filter(|(_, at)| !is_recent(at));
            old.for_each(|(name, _)| rows::remove_deleted(rows, scope, name));
        });
        deleted.retain(|_, at| is_recent(at));
        deleted.contains_key(name)
    }

    /// The queues that were deleted, and when.
    pub(crate) fn deleted(&self) -> Vec<(String, Timestamp)> {
        self.deleted.lock().iter().map(|(name, at)| (name.clone(), *at)).collect()
    }

    /// A deletion that was kept.
    pub(crate) fn restore_deleted(&self, name: String, at: Timestamp) {
        self.deleted.lock().insert(name, at);
    }

    /// Forgets everything. Those who wait for messages are told.
    pub(crate) fn clear(&self, scope: &Scope, changes: &Changes) {
        let mut by_name = self.by_name.lock();
        let (mut deleted, mut tasks) = (self.deleted.lock(), self.move_tasks.lock());
        let gone = std::mem::take(&mut *by_name);
        // What is closed writes no more rows.
        gone.values().for_each(|queue| queue.close(changes, |_| {}));
        deleted.clear();
        tasks.clear();
        changes.record(|rows| rows::remove_scope(rows, scope));
    }
}
