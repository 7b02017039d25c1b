//! A queue that is being used: its messages under a lock, and those who wait for them.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use ruststack_core::{arn::Arn, clock::Timestamp, scope::Scope};
use tokio::sync::{Notify, futures::Notified};

use crate::{
    attributes::Attributes,
    queue::{Counts, Queue},
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
    pub(crate) attributes: Attributes,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) purged_at: Option<Timestamp>,
    pub(crate) is_deleted: bool,
    pub(crate) messages: Queue,
}

impl QueueState {
    pub(crate) fn new(attributes: Attributes, tags: BTreeMap<String, String>, now: Timestamp) -> Self {
        let messages =
            if attributes.is_fifo() { Queue::fifo(attributes.deduplication_scope()) } else { Queue::standard() };
        Self { attributes, tags, created_at: now, modified_at: now, purged_at: None, is_deleted: false, messages }
    }

    /// Lets time pass: messages become visible, and old ones end where that is enforced.
    pub(crate) fn advance(&mut self, now: Timestamp, enforces_retention: bool) {
        if enforces_retention {
            let retention = i64::try_from(self.attributes.retention().as_millis()).unwrap_or(i64::MAX);
            self.messages.expire(Timestamp::from_millis(now.millis().saturating_sub(retention)));
        }
        self.messages.advance(now);
    }

    /// All attributes that can be asked for, by name.
    pub(crate) fn described(&self, arn: &Arn) -> BTreeMap<String, String> {
        let Counts { ready, in_flight, delayed } = self.messages.counts();
        let mut all = self.attributes.all().clone();
        let computed = [
            ("QueueArn", arn.to_string()),
            ("ApproximateNumberOfMessages", ready.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", delayed.to_string()),
            ("CreatedTimestamp", self.created_at.seconds().to_string()),
            ("LastModifiedTimestamp", self.modified_at.seconds().to_string()),
        ];
        all.extend(computed.map(|(name, value)| (name.to_owned(), value)));
        all
    }
}

impl LiveQueue {
    pub(crate) fn new(name: String, scope: Scope, arn: Arn, state: QueueState) -> Self {
        Self { name, scope, arn, state: Mutex::new(state), changed: Notify::new() }
    }

    /// Does something with the queue's state, and wakes one who waits when there is something to receive.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut QueueState) -> T) -> T {
        let mut state = self.state.lock();
        let done = work(&mut state);
        let has_ready = state.messages.has_ready();
        drop(state);
        if has_ready {
            self.changed.notify_one();
        }
        done
    }

    /// Looks at the queue's state, which wakes nobody.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&QueueState) -> T) -> T {
        at(&self.state.lock())
    }

    /// Marks it as deleted; whoever waits is told.
    pub(crate) fn close(&self) {
        self.with(|state| {
            state.is_deleted = true;
            state.messages.purge();
        });
        self.changed.notify_waiters();
    }

    /// Completes when there may be something to receive; of several one is woken, who wakes the next.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }
}
