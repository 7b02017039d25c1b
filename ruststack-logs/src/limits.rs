//! How much of everything there may be.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>

/// All events of one `PutLogEvents`, each with its [`EVENT_OVERHEAD`]. Bytes.
pub(crate) const MAX_PUT_SIZE: usize = 1_048_576;
/// One event, with its [`EVENT_OVERHEAD`]. Bytes; it was 256 KiB until 2025.
pub(crate) const MAX_EVENT_SIZE: usize = 1_048_576;
/// What an event counts beside its message. Bytes.
pub(crate) const EVENT_OVERHEAD: usize = 26;
/// How far apart the events of one `PutLogEvents` may be. Milliseconds.
pub(crate) const MAX_PUT_SPAN: i64 = 24 * 60 * 60 * 1000;
/// Events that are older are not taken. Milliseconds.
pub(crate) const MAX_AGE: i64 = 14 * DAY;
/// Events that are further ahead are not taken. Milliseconds.
pub(crate) const MAX_AHEAD: i64 = 2 * 60 * 60 * 1000;
/// Milliseconds.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1000;
/// What `PutRetentionPolicy` takes.
pub(crate) const RETENTION_DAYS: [i32; 23] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 3654];
/// Events of an answer, where the request does not say less.
pub(crate) const MAX_ANSWERED_EVENTS: usize = 10_000;
/// Events of an answer, with their overhead. Bytes.
pub(crate) const MAX_ANSWER_SIZE: usize = 1_048_576;
/// Events that one `FilterLogEvents` looks at; then it gives a token to go on.
pub(crate) const MAX_SCANNED_EVENTS: usize = 1_000_000;
/// Events that one Insights query looks at: later ones do not count.
pub(crate) const MAX_QUERIED_EVENTS: usize = 250_000;
/// Rows of an Insights query.
pub(crate) const MAX_QUERY_ROWS: usize = 10_000;
/// Insights queries that are remembered.
pub(crate) const MAX_REMEMBERED_QUERIES: usize = 100;
/// What the events of a log group may take; the oldest go first. AWS has no such limit. Bytes.
pub(crate) const MAX_GROUP_SIZE: u64 = 1 << 30;
pub(crate) const MAX_GROUPS: usize = 1_000_000;
pub(crate) const MAX_METRIC_FILTERS: usize = 100;
pub(crate) const MAX_SUBSCRIPTION_FILTERS: usize = 2;
pub(crate) const MAX_RESOURCE_POLICIES: usize = 10;
pub(crate) const MAX_TAGS: usize = 50;
/// What lists show when they are not told.
pub(crate) const PAGE_SIZE: usize = 50;
/// Live tails of an account in a region.
pub(crate) const MAX_LIVE_TAILS: usize = 15;
/// Events that wait for one live tail's next update; further ones are left out.
pub(crate) const MAX_TAILED_EVENTS: usize = 500;
/// The messages that `TestMetricFilter` tells matches of, fields of which there are so many at most.
pub(crate) const MAX_EXTRACTED_FIELDS: usize = 1000;
/// Events in one file of an export.
pub(crate) const MAX_EXPORTED_EVENTS: usize = 100_000;
