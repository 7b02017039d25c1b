//! Trouble that a user asks for, to see how a client takes it: a rate of requests above which S3 says `SlowDown`, and
//! listings that show what there was a while ago.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use ruststack_core::clock::Timestamp;

use crate::{bucket::Bucket, error::S3Error, index::ObjectIndex, object::Version};

/// Counts the requests of each second of the emulator's clock.
#[derive(Debug)]
pub(crate) struct Throttle {
    limit: NonZeroU32,
    /// The second in the upper half, the number of its requests in the lower.
    counted: AtomicU64,
}

impl Throttle {
    pub(crate) fn new(limit: NonZeroU32) -> Self {
        Self { limit, counted: AtomicU64::new(0) }
    }

    /// Refuses a request too many.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), S3Error> {
        let second = u64::from_le_bytes(now.seconds().to_le_bytes()) << 32;
        let most = second | u64::from(self.limit.get());
        let count = |counted: u64| match counted {
            counted if counted >> 32 != second >> 32 => Some(second | 1),
            counted if counted < most => Some(counted + 1),
            _ => None,
        };
        let counted = self.counted.fetch_update(Ordering::AcqRel, Ordering::Acquire, count);
        counted.map(|_| ()).map_err(|_| S3Error::SlowDown {})
    }
}

/// What listings do not show yet.
#[derive(Debug)]
pub(crate) struct ListingDelay {
    delay: Duration,
    /// In the order of their times.
    changes: Mutex<VecDeque<Change>>,
}

#[derive(Debug)]
struct Change {
    time: Timestamp,
    bucket: String,
    key: String,
    /// The current version before.
    before: Option<Arc<Version>>,
}

impl ListingDelay {
    pub(crate) fn new(delay: Duration) -> Self {
        Self { delay, changes: Mutex::default() }
    }

    /// A key is about to change; called under the lock of the change.
    pub(crate) fn note(&self, bucket: &Bucket, key: &str, before: Option<&Arc<Version>>, now: Timestamp) {
        let mut changes = self.changes.lock();
        while changes.front().is_some_and(|change| self.is_shown(change, now)) {
            changes.pop_front();
        }
        let (bucket, key) = (bucket.name.clone(), key.to_owned());
        changes.push_back(Change { time: now, bucket, key, before: before.cloned() });
    }

    /// The current objects as they were; `None` where they are as they were.
    pub(crate) fn view(&self, bucket: &Bucket, index: &ObjectIndex, now: Timestamp) -> Option<ObjectIndex> {
        let changes = self.changes.lock();
        let hidden = changes.iter().rev().filter(|it| it.bucket == bucket.name && !self.is_shown(it, now));
        let mut view = None;
        for change in hidden {
            view.get_or_insert_with(|| index.of_current()).set_only(&change.key, change.before.clone());
        }
        view
    }

    fn is_shown(&self, change: &Change, now: Timestamp) -> bool {
        change.time.plus(self.delay) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_has_its_requests() {
        let throttle = Throttle::new(NonZeroU32::new(2).unwrap());
        let check = |second| throttle.check(Timestamp::from_seconds(second)).is_ok();
        assert_eq!(
            [check(7), check(7), check(7), check(8), check(8), check(8)],
            [true, true, false, true, true, false]
        );
    }
}
