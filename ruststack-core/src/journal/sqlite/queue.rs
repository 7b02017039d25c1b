//! What waits for the journal's thread.

use std::{collections::VecDeque, time::Duration};

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use crate::journal::{Refused, Rows};

/// How much may wait. Who adds more waits until the disk has caught up. Bytes.
pub const QUEUE_SIZE: usize = 64 << 20;
/// How much is committed at once. Bytes.
const GROUP_SIZE: usize = 8 << 20;

/// Rows, and who waits for them.
pub(super) struct Batch {
    pub(super) rows: Rows,
    pub(super) waiter: oneshot::Sender<Result<(), Refused>>,
}

#[derive(Default)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    was_filled: Condvar,
    was_emptied: Condvar,
}

#[derive(Default)]
struct Inner {
    batches: VecDeque<Batch>,
    size: usize,
    is_closed: bool,
}

impl Queue {
    pub(super) fn push(&self, rows: Rows, waiter: oneshot::Sender<Result<(), Refused>>) {
        let mut inner = self.inner.lock();
        self.was_emptied.wait_while(&mut inner, |inner| inner.size >= QUEUE_SIZE && !inner.is_closed);
        inner.size += rows.size();
        inner.batches.push_back(Batch { rows, waiter });
        self.was_filled.notify_one();
    }

    /// The next group, in order; empty when there was none for as long as `patience`, `None` when there will be none.
    pub(super) fn take(&self, patience: Option<Duration>) -> Option<Vec<Batch>> {
        let mut inner = self.inner.lock();
        let is_idle = |inner: &mut Inner| inner.batches.is_empty() && !inner.is_closed;
        match patience {
            None => self.was_filled.wait_while(&mut inner, is_idle),
            // That the time is over shows in the group.
            Some(patience) => drop(self.was_filled.wait_while_for(&mut inner, is_idle, patience)),
        }
        if inner.is_closed && inner.batches.is_empty() {
            return None;
        }
        let (mut group, mut size) = (Vec::new(), 0);
        while size < GROUP_SIZE
            && let Some(batch) = inner.batches.pop_front()
        {
            size += batch.rows.size();
            group.push(batch);
        }
        inner.size -= size;
        self.was_emptied.notify_all();
        Some(group)
    }

    pub(super) fn close(&self) {
        self.inner.lock().is_closed = true;
        self.was_filled.notify_all();
        self.was_emptied.notify_all();
    }
}
