//! Deliveries that must not get lost: kept with the change that causes them, tried until they arrive or are given up.
//!
//! A service posts a *parcel* in the section, and under the lock, of the change that causes it, so that its row becomes
//! durable with the change. Parcels of one *lane* are carried one after the other, in the order in which they were
//! posted; lanes do not wait for each other. What a kill interrupts is carried again: delivery is at least once.
//! `outbox/lanes.rs` holds what waits, `outbox/run.rs` carries it.

mod lanes;
mod origin;
mod run;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use async_trait::async_trait;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::sync::{Notify, Semaphore};

use self::lanes::{Entry, Lanes};
pub use self::origin::Origin;
use crate::{
    context::Context,
    journal::{Changes, LoadError, Reader, Rows, Table, load},
    service::{Part, Runtime},
};

/// How many parcels may wait before requests wait, too: those that may post more.
pub const MAX_WAITING: usize = 10_000;

/// How many parcels for elsewhere are carried at once.
pub const MAX_CARRIED_ELSEWHERE: usize = 64;

/// Whoever carries parcels: a service.
#[async_trait]
pub trait Courier: Send + Sync + Sized + 'static {
    /// What is delivered, and where to.
    type Parcel: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Why it did not arrive.
    type Failure: fmt::Display + Send + Sync;

    /// Whether the parcel leaves this process, so that carrying it may take long.
    fn is_for_elsewhere(&self, _parcel: &Self::Parcel) -> bool {
        false
    }

    /// How long the parcel waits for its turn, which is asked for before each try and is not one.
    fn pause(&self, _ctx: &Context, _sent: Sent<'_, Self::Parcel>) -> Option<Duration> {
        None
    }

    /// Carries a parcel. The context is of the scope in which it was posted, and of its cause.
    async fn carry(&self, ctx: &Context, sent: Sent<'_, Self::Parcel>) -> Result<(), Self::Failure>;

    /// How long to wait after that failure; `None` to give up.
    fn back_off(&self, ctx: &Context, sent: Sent<'_, Self::Parcel>, failure: &Self::Failure) -> Option<Duration>;

    /// Does what is done with a parcel that is given up: a dead-letter queue, a line in the log.
    async fn give_up(&self, ctx: &Context, sent: Sent<'_, Self::Parcel>, failure: &Self::Failure);
}

/// A parcel under way.
#[derive(Debug)]
pub struct Sent<'p, P> {
    pub parcel: &'p P,
    pub origin: &'p Origin,
    /// How often it was tried before, by this process.
    pub attempts: u32,
}

impl<P> Clone for Sent<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Sent<'_, P> {}

/// What waits to be carried by a service.
pub struct Outbox<C: Courier> {
    table: &'static Table,
    lanes: Mutex<Lanes<C::Parcel>>,
    runner: OnceLock<Runner<C>>,
    /// There is room for more.
    emptied: Notify,
    elsewhere: Semaphore,
}

struct Runner<C> {
    /// Weak, for the courier holds the outbox.
    courier: Weak<C>,
    runtime: Runtime,
}

/// A row: what is posted.
#[derive(Serialize, Deserialize)]
struct Posted<O, P> {
    lane: String,
    origin: O,
    parcel: P,
}

impl<C: Courier> Outbox<C> {
    /// An outbox whose rows are `table`'s.
    pub fn new(table: &'static Table) -> Self {
        Self {
            table,
            lanes: Mutex::default(),
            runner: OnceLock::new(),
            emptied: Notify::new(),
            elsewhere: Semaphore::new(MAX_CARRIED_ELSEWHERE),
        }
    }

    /// Begins to carry what waits, and what is posted from now on.
    pub fn start(self: &Arc<Self>, courier: &Arc<C>, runtime: &Runtime) {
        let runner = Runner { courier: Arc::downgrade(courier), runtime: runtime.clone() };
        if self.runner.set(runner).is_err() {
            tracing::error!("an outbox was started twice");
        }
        let waiting = self.lanes.lock().ids();
        waiting.into_iter().for_each(|lane| self.begin(lane));
    }

    /// Posts a parcel. Call it in the section, and under the lock, of the change that causes it.
    pub fn post(self: &Arc<Self>, ctx: &Context, lane: &str, parcel: C::Parcel) {
        let entry = Arc::new(Entry { origin: Origin::of(ctx), parcel });
        let mut lanes = self.lanes.lock();
        let id = lanes.next_id();
        ctx.changes().record(|rows| self.put(rows, id, lane, &entry));
        let new = lanes.push(lane, id, entry);
        drop(lanes);
        new.into_iter().for_each(|lane| self.begin(lane));
    }

    /// Returns when there is room for what a request may post. Call it before the section begins.
    pub async fn room(&self) {
        while self.is_full() {
            let emptied = self.emptied.notified();
            if self.is_full() {
                emptied.await;
            }
        }
    }

    /// How many parcels wait.
    pub fn len(&self) -> usize {
        self.lanes.lock().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Without a task that empties it, it takes whatever comes.
    fn is_full(&self) -> bool {
        self.runner.get().is_some() && self.len() >= MAX_WAITING
    }

    /// Forgets what `part` selects, and removes its rows: a part of the service's `State::reset`.
    pub fn reset(&self, part: &Part, changes: &Changes) {
        let gone = self.lanes.lock().remove(|entry| {
            let scope = &entry.origin.scope;
            part.holds(scope.account, Some(&scope.region))
        });
        changes.record(|rows| gone.iter().for_each(|id| rows.remove(self.table, key(*id))));
        self.emptied.notify_waiters();
    }

    /// Fills itself with what was kept: a part of the service's `State::load`.
    pub fn load(self: &Arc<Self>, reader: &dyn Reader) -> Result<(), LoadError> {
        let mut new = Vec::new();
        load(reader, self.table, |key, posted: Posted<Origin, C::Parcel>| {
            let id = key.try_into().map(u64::from_be_bytes);
            let id = id.map_err(|_| LoadError::broken(self.table, key, "its key is no number"))?;
            let entry = Arc::new(Entry { origin: posted.origin, parcel: posted.parcel });
            new.extend(self.lanes.lock().push(&posted.lane, id, entry));
            Ok(())
        })?;
        new.into_iter().for_each(|lane| self.begin(lane));
        Ok(())
    }

    /// Copies its handles, for the service's `State::freeze`.
    pub fn freeze(self: &Arc<Self>) -> impl FnOnce(&mut Rows) + Send + use<C> {
        let (outbox, waiting) = (Arc::clone(self), self.lanes.lock().all());
        move |rows| waiting.iter().for_each(|(lane, id, entry)| outbox.put(rows, *id, lane, entry))
    }

    fn put(&self, rows: &mut Rows, id: u64, lane: &str, entry: &Entry<C::Parcel>) {
        let posted = Posted { lane: lane.to_owned(), origin: &entry.origin, parcel: &entry.parcel };
        rows.put(self.table, key(id), &posted);
    }
}

fn key(id: u64) -> Vec<u8> {
    id.to_be_bytes().to_vec()
}
