//! Carries what waits: a task for each lane, as long as something waits in it.

use std::{sync::Arc, time::Duration};

use super::{
    Courier, Outbox, Sent, key,
    lanes::{Entry, LaneId},
};
use crate::{
    bus::InFlight,
    journal::{Changes, Refused, Rows},
    service::Runtime,
};

/// After which a disk that took nothing is tried again.
const DISK_PAUSE: Duration = Duration::from_secs(1);

/// What became of a try.
enum Step {
    /// There is nothing more to do for the parcel.
    Done,
    Retry(Duration),
    /// It was none yet: the parcel has a turn after that.
    Pause(Duration),
    Disk,
}

impl<C: Courier> Outbox<C> {
    /// Starts the task of a lane, once the outbox is started.
    pub(super) fn begin(self: &Arc<Self>, lane: LaneId) {
        let Some(runner) = self.runner.get() else { return };
        let (outbox, in_flight) = (Arc::clone(self), runner.runtime.bus.begin());
        runner.runtime.tasks.spawn(async move { outbox.carry_lane(&lane, in_flight).await });
    }

    async fn carry_lane(&self, lane: &LaneId, in_flight: InFlight) {
        let (mut in_flight, mut last, mut attempts, mut has_turn) = (Some(in_flight), 0, 0, false);
        let Some(runner) = self.runner.get() else { return };
        let runtime = &runner.runtime;
        loop {
            // Bound to a name so that the lock is not held any longer.
            let first = self.lanes.lock().first(lane);
            let Some((id, entry)) = first else { return };
            let Some(courier) = runner.courier.upgrade() else { return };
            (attempts, has_turn) = if id == last { (attempts, has_turn) } else { (0, false) };
            last = id;
            let step = self.try_first(&courier, runtime, &entry, attempts, has_turn).await;
            drop(courier);
            let wait = match step {
                Step::Done if self.finish(runtime, lane, id) => return,
                Step::Done => continue,
                Step::Retry(wait) => {
                    (attempts, has_turn) = (attempts + 1, false);
                    wait
                }
                Step::Pause(wait) => {
                    has_turn = true;
                    wait
                }
                Step::Disk => DISK_PAUSE,
            };
            // Whoever waits until all is done does not wait for better times.
            drop(in_flight.take());
            runtime.clock.sleep(wait).await;
            in_flight = Some(runtime.bus.begin());
        }
    }

    async fn try_first(
        &self,
        courier: &C,
        runtime: &Runtime,
        entry: &Entry<C::Parcel>,
        attempts: u32,
        has_turn: bool,
    ) -> Step {
        if is_durable(runtime).await.is_err() {
            return Step::Disk;
        }
        let ctx = entry.origin.context(runtime);
        let sent = Sent { parcel: &entry.parcel, origin: &entry.origin, attempts };
        if !has_turn && let Some(pause) = courier.pause(&ctx, sent) {
            return Step::Pause(pause);
        }
        let _turn = match courier.is_for_elsewhere(sent.parcel) {
            true => self.elsewhere.acquire().await.ok(),
            false => None,
        };
        let Err(failure) = courier.carry(&ctx, sent).await else { return Step::Done };
        match courier.back_off(&ctx, sent, &failure) {
            Some(wait) => Step::Retry(wait),
            None => {
                courier.give_up(&ctx, sent, &failure).await;
                Step::Done
            }
        }
    }

    /// Removes a parcel that is done with. True when that was the last of its lane, whose task ends then.
    fn finish(&self, runtime: &Runtime, lane: &LaneId, id: u64) -> bool {
        let changes = Changes::of(Arc::clone(&runtime.journal));
        let section = changes.begin();
        let mut lanes = self.lanes.lock();
        // A reset may have been faster, and something new may wait since.
        if lanes.finish(lane, id) && section.is_ok() {
            // Nobody waits for it: a parcel whose row stays is carried once more.
            changes.record(|rows| rows.remove(self.table, key(id)));
        }
        let is_over = lanes.first(lane).is_none();
        drop(lanes);
        self.emptied.notify_waiters();
        is_over
    }
}

/// Returns when all that was recorded before is durable, such as the parcel and its cause.
async fn is_durable(runtime: &Runtime) -> Result<(), Refused> {
    if !runtime.journal.is_durable() {
        return Ok(());
    }
    runtime.journal.enqueue(Rows::default()).committed().await
}
