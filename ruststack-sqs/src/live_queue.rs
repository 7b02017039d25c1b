//! A queue that is being used: its messages under a lock, and those who wait for them.
//!
//! All that changes it goes through [`LiveQueue::change`] or [`change_both`], which record what became of it.

use std::{collections::BTreeMap, ptr};

use parking_lot::{Mutex, MutexGuard};
use ruststack_core::{
    arn::Arn,
    clock::Timestamp,
    journal::{Changes, Rows},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, futures::Notified};

use crate::{
    attributes::Attributes,
    queue::{Counts, Queue, Touched},
    rows,
    tracked::Tracked,
};

/// One queue by its name and ARN, which never change.
pub(crate) struct LiveQueue {
    pub(crate) name: String,
    pub(crate) scope: Scope,
    pub(crate) arn: Arn,
    state: Mutex<QueueState>,
    changed: Notify,
}

/// What may change of it.
pub(crate) struct QueueState {
    pub(crate) settings: Tracked<Settings>,
    pub(crate) is_deleted: bool,
    pub(crate) messages: Queue,
}

/// What may change of it beside its messages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) attributes: Attributes,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) purged_at: Option<Timestamp>,
}

impl Settings {
    pub(crate) fn new(attributes: Attributes, tags: BTreeMap<String, String>, now: Timestamp) -> Self {
        Self { attributes, tags, created_at: now, modified_at: now, purged_at: None }
    }
}

/// What differs from what was last recorded.
pub(crate) struct Difference {
    pub(crate) has_settings: bool,
    pub(crate) messages: Touched,
}

impl QueueState {
    pub(crate) fn new(settings: Settings) -> Self {
        let attributes = &settings.attributes;
        let messages =
            if attributes.is_fifo() { Queue::fifo(attributes.deduplication_scope()) } else { Queue::standard() };
        Self { settings: Tracked::new(settings), is_deleted: false, messages }
    }

    /// Lets time pass: messages become visible, and old ones end where that is enforced.
    pub(crate) fn advance(&mut self, now: Timestamp, enforces_retention: bool) {
        if enforces_retention {
            let retention = i64::try_from(self.settings.attributes.retention().as_millis()).unwrap_or(i64::MAX);
            self.messages.expire(Timestamp::from_millis(now.millis().saturating_sub(retention)));
        }
        self.messages.advance(now);
    }

    /// All attributes that can be asked for, by name.
    pub(crate) fn described(&self, arn: &Arn) -> BTreeMap<String, String> {
        let Counts { ready, in_flight, delayed } = self.messages.counts();
        let mut all = self.settings.attributes.all().clone();
        let computed = [
            ("QueueArn", arn.to_string()),
            ("ApproximateNumberOfMessages", ready.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", delayed.to_string()),
            ("CreatedTimestamp", self.settings.created_at.seconds().to_string()),
            ("LastModifiedTimestamp", self.settings.modified_at.seconds().to_string()),
        ];
        all.extend(computed.map(|(name, value)| (name.to_owned(), value)));
        all
    }

    fn take_difference(&mut self) -> Difference {
        let messages = self.messages.take_touched();
        Difference { has_settings: self.settings.take_changed() || messages.has_reserved, messages }
    }
}

impl LiveQueue {
    pub(crate) fn new(name: String, scope: Scope, arn: Arn, state: QueueState) -> Self {
        Self { name, scope, arn, state: Mutex::new(state), changed: Notify::new() }
    }

    /// Does something with the queue's state, and records it.
    pub(crate) fn change<T>(&self, changes: &Changes, work: impl FnOnce(&mut QueueState) -> T) -> T {
        let mut state = self.state.lock();
        let done = work(&mut state);
        let difference = state.take_difference();
        changes.record(|rows| self.put(rows, &state, &difference));
        self.wake(state);
        done
    }

    /// Lets time pass and looks at the queue's state. What passed is recorded with the next change.
    pub(crate) fn look_at<T>(&self, now: Timestamp, enforces_retention: bool, at: impl FnOnce(&QueueState) -> T) -> T {
        let mut state = self.state.lock();
        state.advance(now, enforces_retention);
        let seen = at(&state);
        self.wake(state);
        seen
    }

    /// Looks at the queue's state, which wakes nobody.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&QueueState) -> T) -> T {
        at(&self.state.lock())
    }

    /// Fills the queue with what was kept.
    pub(crate) fn restore<T>(&self, fill: impl FnOnce(&mut Queue) -> T) -> T {
        fill(&mut self.state.lock().messages)
    }

    /// Marks it as deleted, which `record` notes; whoever waits is told.
    pub(crate) fn close(&self, changes: &Changes, record: impl FnOnce(&mut Rows)) {
        let mut state = self.state.lock();
        state.is_deleted = true;
        state.messages.purge();
        changes.record(record);
        drop(state);
        self.changed.notify_waiters();
    }

    /// Completes when there may be something to receive; of several one is woken, who wakes the next.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Nothing is left of what was deleted.
    fn put(&self, rows: &mut Rows, state: &QueueState, difference: &Difference) {
        if !state.is_deleted {
            rows::put_difference(rows, self, state, difference);
        }
    }

    /// Wakes one who waits when there is something to receive.
    fn wake(&self, state: MutexGuard<'_, QueueState>) {
        let has_ready = state.messages.has_ready();
        drop(state);
        if has_ready {
            self.changed.notify_one();
        }
    }
}

/// Does something with two queues at once: what leaves the one is in the other, on the disk as in memory.
pub(crate) fn change_both<T>(
    changes: &Changes,
    one: &LiveQueue,
    other: &LiveQueue,
    work: impl FnOnce(&mut QueueState, &mut QueueState) -> T,
) -> T {
    assert!(!ptr::eq(one, other), "a queue cannot be locked twice");
    // Always in the same order, so that nobody waits for somebody who waits for them.
    let is_first = (&one.arn, ptr::from_ref(one)) < (&other.arn, ptr::from_ref(other));
    let early = if is_first { None } else { Some(other.state.lock()) };
    let mut state = one.state.lock();
    let mut other_state = early.unwrap_or_else(|| other.state.lock());
    let done = work(&mut state, &mut other_state);
    let (difference, other_difference) = (state.take_difference(), other_state.take_difference());
    changes.record(|rows| {
        one.put(rows, &state, &difference);
        other.put(rows, &other_state, &other_difference);
    });
    one.wake(state);
    other.wake(other_state);
    done
}
