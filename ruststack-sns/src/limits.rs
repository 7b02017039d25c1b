//! The limits of SNS, as AWS documents them, and those of what is kept to be looked at.
//!
//! <https://docs.aws.amazon.com/general/latest/gr/sns.html>

use std::{ops::RangeInclusive, time::Duration};

/// Bytes of a message with its attributes, and of all messages of a batch together.
pub(crate) const MAX_MESSAGE_SIZE: usize = 262_144;
/// What a topic's `MaximumMessageSize` may be. Bytes.
pub(crate) const MESSAGE_SIZES: RangeInclusive<usize> = 1024..=1_048_576;
pub(crate) const MAX_BATCH_ENTRIES: usize = 10;
pub(crate) const MAX_BATCH_ID_LENGTH: usize = 80;
pub(crate) const MAX_ATTRIBUTE_NAME_LENGTH: usize = 256;
pub(crate) const MAX_SUBJECT_LENGTH: usize = 100;
pub(crate) const MAX_DISPLAY_NAME_LENGTH: usize = 100;
/// Of group and deduplication ids.
pub(crate) const MAX_FIFO_ID_LENGTH: usize = 128;
pub(crate) const MAX_NAME_LENGTH: usize = 256;
pub(crate) const MAX_TAGS: usize = 50;
/// Entries of a page, whatever is listed.
pub(crate) const PAGE_LENGTH: usize = 100;
pub(crate) const MAX_PERMISSION_ACTIONS: usize = 20;
/// Of an account in a region.
pub(crate) const MAX_TOPICS: usize = 100_000;
/// Of an account in a region: fewer than AWS's 12,500,000 of each topic, which nobody's memory should have to hold.
pub(crate) const MAX_SUBSCRIPTIONS: usize = 1_000_000;
/// Bytes of what an application keeps with an endpoint.
pub(crate) const MAX_USER_DATA: usize = 2048;
/// Endpoints of an account in a region.
pub(crate) const MAX_ENDPOINTS: usize = 1_000_000;
/// Phone numbers that a sandbox holds.
pub(crate) const MAX_SANDBOX_NUMBERS: usize = 10;

/// How long a deduplication id is remembered.
pub(crate) const DEDUPLICATION_INTERVAL: Duration = Duration::from_secs(300);
/// How long a token is good for.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_secs(3 * 24 * 3600);
/// How many ended subscriptions can be taken back, of an account in a region.
pub(crate) const MAX_ENDED: usize = 1000;
/// Messages that are kept to be looked at, of an account in a region; the oldest go first.
pub(crate) const MAX_KEPT_MESSAGES: usize = 1000;
