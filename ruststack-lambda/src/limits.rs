//! Limits of Lambda. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>

use std::time::Duration;

/// The largest event of a synchronous invocation. Bytes.
pub(crate) const MAX_EVENT: usize = 6_291_456;
/// Of an asynchronous one. Bytes.
pub(crate) const MAX_ASYNCHRONOUS_EVENT: usize = 1_048_576;
/// How many of them no function may reserve.
pub(crate) const MIN_UNRESERVED: u32 = 100;
/// The largest archive that comes with a request. Bytes.
pub(crate) const MAX_ZIPPED: usize = 52_428_800;
/// The largest request.
pub(crate) const MAX_REQUEST: usize = 70_167_211;
/// The largest code, unpacked, layers and all. Bytes.
pub(crate) const MAX_UNZIPPED: u64 = 262_144_000;
/// All code of an account and region. Bytes.
pub(crate) const TOTAL_CODE_SIZE: i64 = 80_530_636_800;
/// The files of an archive. AWS does not say how many it takes.
pub(crate) const MAX_FILES: usize = 100_000;
/// The environment variables as JSON. Bytes.
pub(crate) const MAX_VARIABLES: usize = 4096;
pub(crate) const MAX_LAYERS: usize = 5;
pub(crate) const MAX_TAGS: usize = 50;
/// How many things of a list are told at once, where the request does not say.
pub(crate) const PAGE_SIZE: usize = 50;
/// The end of the log that an invocation answers. Bytes.
pub(crate) const LOG_TAIL: usize = 4096;
/// Waits between tries of an asynchronous invocation that was throttled: the first, the longest.
pub(crate) const THROTTLED_WAIT: Duration = Duration::from_secs(1);
pub(crate) const MAX_THROTTLED_WAIT: Duration = Duration::from_secs(300);
/// How long an asynchronous invocation is tried, where nothing else is configured.
pub(crate) const DEFAULT_EVENT_AGE: Duration = Duration::from_secs(6 * 3600);
/// How often it is tried again, where nothing else is configured.
pub(crate) const DEFAULT_RETRIES: u32 = 2;
