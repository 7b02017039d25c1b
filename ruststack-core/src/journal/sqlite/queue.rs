//! What waits for the journal's thread.

use std::{collections::VecDeque, time::Duration};

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use crate::journal::{Refused, Rows};

/// How much may wait. Sections begin when less does; those that have begun may add to it. Bytes.
pub const QUEUE_SIZE: usize = 64 << 20;

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
    /// Does not wait: whoever adds rows is in a section, and what waits is taken between sections.
    pub(super) fn push(&self, rows: Rows, waiter: oneshot::Sender<Result<(), Refused>>) {
        let mut inner = self.inner.lock();
        inner.size += rows.size();
        inner.batches.push_back(Batch { rows, waiter });
        self.was_filled.notify_one();
    }

    /// Returns when less than [`QUEUE_SIZE`] waits.
    pub(super) fn wait_for_room(&self) {
        let mut inner = self.inner.lock();
        self.was_emptied.wait_while(&mut inner, |inner| inner.size >= QUEUE_SIZE && !inner.is_closed);
    }

    /// Returns when something waits, or `patience` is over; false when nothing does and nothing will.
    pub(super) fn wait(&self, patience: Option<Duration>) -> bool {
        let mut inner = self.inner.lock();
        let is_idle = |inner: &mut Inner| inner.batches.is_empty() && !inner.is_closed;
        match patience {
            None => self.was_filled.wait_while(&mut inner, is_idle),
            // That the time is over shows in what is taken.
            Some(patience) => drop(self.was_filled.wait_while_for(&mut inner, is_idle, patience)),
        }
        !(inner.is_closed && inner.batches.is_empty())
    }

    /// All that waits, in order.
    pub(super) fn take(&self) -> VecDeque<Batch> {
        let mut inner = self.inner.lock();
        inner.size = 0;
        self.was_emptied.notify_all();
        std::mem::take(&mut inner.batches)
    }

    pub(super) fn close(&self) {
        self.inner.lock().is_closed = true;
        self.was_filled.notify_all();
        self.was_emptied.notify_all();
    }
}
