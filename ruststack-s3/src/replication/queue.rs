//! What is to be replicated, in the order in which it was written.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicUsize, Ordering},
};

use parking_lot::Mutex;
use ruststack_core::background::Worker;
use tokio::sync::Notify;

use crate::{bucket::Bucket, object::VersionId};

/// How many versions may wait before requests wait, too.
const MAX_WAITING: usize = 10_000;

/// A version that is to be replicated, or told of again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) id: VersionId,
}

#[derive(Default)]
pub(crate) struct Queue {
    entries: Mutex<VecDeque<Entry>>,
    /// How many there are: every request looks.
    length: AtomicUsize,
    pub(crate) worker: Worker,
    /// There is something to do.
    pub(super) filled: Notify,
    /// Something was done.
    pub(super) emptied: Notify,
}

impl Queue {
    /// Called under the lock of the change, so that versions of a key come in their order.
    pub(crate) fn push(&self, bucket: &Bucket, key: &str, id: VersionId) {
        self.restore(Entry { bucket: bucket.name.clone(), key: key.to_owned(), id });
    }

    /// Adds what an earlier process left.
    pub(crate) fn restore(&self, entry: Entry) {
        // Counted first, so that the count never falls below what there is.
        self.length.fetch_add(1, Ordering::AcqRel);
        self.entries.lock().push_back(entry);
        self.filled.notify_one();
    }

    /// All that waits.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.lock().iter().cloned().collect()
    }

    /// Returns when there is room for what a request may add.
    pub(crate) async fn room(&self) {
        while self.is_full() {
            let emptied = self.emptied.notified();
            if self.is_full() {
                emptied.await;
            }
        }
    }

    /// Without a task that empties it, it takes whatever comes.
    fn is_full(&self) -> bool {
        self.length.load(Ordering::Acquire) >= MAX_WAITING && self.worker.is_begun()
    }

    /// The next one stays in the queue until it is done.
    pub(super) fn next(&self) -> Option<Entry> {
        self.entries.lock().front().cloned()
    }

    pub(super) fn done(&self) {
        if self.entries.lock().pop_front().is_some() {
            self.length.fetch_sub(1, Ordering::AcqRel);
        }
        self.emptied.notify_waiters();
    }
}
