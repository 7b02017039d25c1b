//! The limits of SQS, as AWS documents them.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html>

use std::{ops::RangeInclusive, time::Duration};

/// Bytes of a message, and of all messages of a batch together: 1 MiB.
pub(crate) const MAX_MESSAGE_SIZE: usize = 1_048_576;
pub(crate) const MAX_BATCH_ENTRIES: usize = 10;
pub(crate) const MAX_BATCH_ID_LENGTH: usize = 80;
pub(crate) const MAX_MESSAGE_ATTRIBUTES: usize = 10;
pub(crate) const MAX_ATTRIBUTE_NAME_LENGTH: usize = 256;
/// Of group and deduplication ids.
pub(crate) const MAX_FIFO_ID_LENGTH: usize = 128;
pub(crate) const MAX_QUEUE_NAME_LENGTH: usize = 80;
pub(crate) const MAX_TAGS: usize = 50;
/// Messages that were received and are neither deleted nor visible again.
pub(crate) const MAX_IN_FLIGHT: usize = 120_000;
/// How many queues are told where nobody says how many.
pub(crate) const MAX_LISTED: usize = 1000;
pub(crate) const MAX_LISTED_MOVE_TASKS: usize = 10;
pub(crate) const MAX_MOVED_PER_SECOND: i32 = 500;
/// Of each statement of a queue's policy.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html>
pub(crate) const MAX_POLICY_ACTIONS: usize = 7;
pub(crate) const MAX_POLICY_BYTES: usize = 8192;
pub(crate) const MAX_POLICY_STATEMENTS: usize = 20;

pub(crate) const WAIT_SECONDS: RangeInclusive<i64> = 0..=20;
pub(crate) const RECEIVED_MESSAGES: RangeInclusive<i32> = 1..=10;
pub(crate) const VISIBILITY_SECONDS: RangeInclusive<i64> = 0..=43_200;
pub(crate) const DELAY_SECONDS: RangeInclusive<i64> = 0..=900;
pub(crate) const RETENTION_SECONDS: RangeInclusive<i64> = 60..=1_209_600;
pub(crate) const MESSAGE_SIZES: RangeInclusive<i64> = 1024..=1_048_576;
pub(crate) const KEY_REUSE_SECONDS: RangeInclusive<i64> = 60..=86_400;
pub(crate) const RECEIVE_COUNTS: RangeInclusive<i64> = 1..=1000;
pub(crate) const LISTED: RangeInclusive<i32> = 1..=1000;

/// How long a deduplication id is remembered.
pub(crate) const DEDUPLICATION_INTERVAL: Duration = Duration::from_secs(300);
/// How long a message may be in flight altogether.
pub(crate) const MAX_VISIBILITY: Duration = Duration::from_secs(43_200);
/// Between two purges of a queue.
pub(crate) const PURGE_INTERVAL: Duration = Duration::from_secs(60);
/// Before a deleted queue's name may be used again.
pub(crate) const DELETION_INTERVAL: Duration = Duration::from_secs(60);
