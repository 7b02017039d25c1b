//! How much of everything there may be.

use std::time::Duration;

/// Event buses of an account in a region, besides the default one.
pub(crate) const MAX_BUSES: usize = 100;
/// Rules of a bus. AWS begins with 300 and gives more on request.
pub(crate) const MAX_RULES: usize = 2000;
pub(crate) const MAX_TARGETS: usize = 5;
pub(crate) const MAX_TAGS: usize = 50;
/// Entries of one `PutEvents`.
pub(crate) const MAX_ENTRIES: usize = 10;
/// All entries of one `PutEvents` are shorter. Bytes.
pub(crate) const MAX_ENTRIES_SIZE: usize = 262_144;
/// What an entry's time counts. Bytes.
pub(crate) const TIME_SIZE: usize = 14;
/// A bus's policy. Bytes.
pub(crate) const MAX_POLICY_LENGTH: usize = 10_240;
pub(crate) const MAX_ARCHIVES: usize = 100;
/// Events that an archive keeps; the oldest go first. AWS has no such limit.
pub(crate) const MAX_ARCHIVED_EVENTS: usize = 100_000;
/// Replays that are starting or running.
pub(crate) const MAX_ACTIVE_REPLAYS: usize = 10;
/// Replays that are over and remembered.
pub(crate) const MAX_REMEMBERED_REPLAYS: usize = 1000;
pub(crate) const MAX_CONNECTIONS: usize = 3000;
pub(crate) const MAX_API_DESTINATIONS: usize = 3000;
/// What lists show when they are not told.
pub(crate) const PAGE_SIZE: usize = 100;
/// Of one rule's schedule, how many events that are due are sent at once when the clock leaps; earlier ones are not.
pub(crate) const MAX_MISSED: usize = 100;
/// How long a replay is starting; AWS takes minutes.
pub(crate) const REPLAY_DELAY: Duration = Duration::from_secs(2);
/// How long an API destination may take to answer; AWS's number.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// A target's retry policy where it has none.
pub(crate) const DEFAULT_RETRIES: u32 = 185;
pub(crate) const DEFAULT_EVENT_AGE: Duration = Duration::from_secs(86_400);
/// The longest pause between two tries.
pub(crate) const MAX_BACK_OFF: Duration = Duration::from_secs(600);
