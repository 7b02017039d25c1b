//! Contents that nobody refers to any more, on their way off the disk: one worker at a time, in the blocking pool.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use blake3::Hash;
use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::directory::Directory;

/// Returns when the rows that were recorded so far are durable; false when they will not be.
pub(crate) type Barrier = Box<dyn Fn() -> bool + Send + Sync>;

#[derive(Default)]
pub(super) struct Removals {
    queue: Mutex<Queue>,
    barrier: OnceLock<Barrier>,
}

#[derive(Default)]
struct Queue {
    hashes: Vec<Hash>,
    state: State,
}

#[derive(Default, PartialEq, Eq)]
enum State {
    /// Not everything that refers to contents is loaded.
    #[default]
    Loading,
    Idle,
    Running,
}

impl fmt::Debug for Removals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Removals").finish_non_exhaustive()
    }
}

impl Removals {
    /// Files are removed after the barrier lets pass: a row on the disk may still refer to them.
    pub(super) fn wait_for(&self, barrier: Barrier) {
        if self.barrier.set(barrier).is_err() {
            tracing::error!("removals wait for one barrier");
        }
    }

    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.queue.lock().state == State::Idle
    }

    /// Takes one more. True: the caller shall start a worker.
    fn push(&self, hash: Hash) -> bool {
        let mut queue = self.queue.lock();
        queue.hashes.push(hash);
        queue.begin()
    }

    /// Everything is loaded. True: the caller shall start a worker.
    fn release(&self) -> bool {
        let mut queue = self.queue.lock();
        if queue.state == State::Loading {
            queue.state = State::Idle;
        }
        queue.begin()
    }

    /// What the worker has to do next; an empty list ends it.
    fn next(&self) -> Vec<Hash> {
        let mut queue = self.queue.lock();
        if queue.hashes.is_empty() {
            queue.state = State::Idle;
        }
        std::mem::take(&mut queue.hashes)
    }
}

impl Queue {
    fn begin(&mut self) -> bool {
        let begins = self.state == State::Idle && !self.hashes.is_empty();
        if begins {
            self.state = State::Running;
        }
        begins
    }
}

impl Directory {
    /// The last handle of a content went; it may have been dropped anywhere, so that no file is touched here.
    pub(super) fn release(self: &Arc<Self>, hash: Hash) {
        if self.removals.push(hash) {
            self.start_removing();
        }
    }

    /// From now on files are removed.
    pub(super) fn begin_removing(self: &Arc<Self>) {
        if self.removals.release() {
            self.start_removing();
        }
    }

    fn start_removing(self: &Arc<Self>) {
        let directory = Arc::clone(self);
        let work = move || directory.remove_released();
        // Without a runtime there is nobody whom files could delay.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(work)),
            Err(_) => work(),
        }
    }

    fn remove_released(&self) {
        loop {
            let hashes = self.removals.next();
            if hashes.is_empty() {
                return;
            }
            if self.removals.barrier.get().is_none_or(|barrier| barrier()) {
                hashes.into_iter().for_each(|hash| self.remove_unused(hash));
            } else {
                // The next start sweeps what is not referred to.
                tracing::debug!(files = hashes.len(), "files are kept: the rows that let them go are not durable");
            }
        }
    }

    fn remove_unused(&self, hash: Hash) {
        if let Err(error) = self.remove_if_unused(hash) {
            tracing::warn!(%hash, %error, "a file of an object cannot be removed");
        }
    }
}
