//! What is to be replicated, in the order in which it was written.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::{background::Worker, bucket::Bucket, object::VersionId};

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
        self.entries.lock().push_back(entry);
        self.filled.notify_one();
    }

    /// All that waits.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.lock().iter().cloned().collect()
    }

    /// Returns when there is room for what a request may add.
    pub(crate) async fn room(&self) {
        while self.worker.is_begun() && self.entries.lock().len() >= MAX_WAITING {
            let emptied = self.emptied.notified();
            if self.entries.lock().len() >= MAX_WAITING {
                emptied.await;
            }
        }
    }

    /// The next one stays in the queue until it is done.
    pub(super) fn next(&self) -> Option<Entry> {
        self.entries.lock().front().cloned()
    }

    pub(super) fn done(&self) {
        self.entries.lock().pop_front();
        self.emptied.notify_waiters();
    }
}
