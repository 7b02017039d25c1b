//! AWS's limits. <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>

use std::time::Duration;

/// Of a key. <https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html>
pub(crate) const MAX_TAGS: usize = 50;
/// Bytes.
pub(crate) const MAX_POLICY_BYTES: usize = 32 * 1024;
/// By request, beside those that come by themselves.
pub(crate) const MAX_ON_DEMAND_ROTATIONS: usize = 25;
pub(crate) const MAX_GRANTS: usize = 50_000;
/// Days that may pass before a key is deleted.
pub(crate) const PENDING_WINDOW_DAYS: std::ops::RangeInclusive<i32> = 7..=30;
pub(crate) const DEFAULT_PENDING_WINDOW_DAYS: i32 = 30;
pub(crate) const DEFAULT_ROTATION_DAYS: i32 = 365;
/// Keys, aliases, grants on a page when nobody says how many.
pub(crate) const DEFAULT_PAGE: usize = 100;
/// The same of tags and grants.
pub(crate) const DEFAULT_SMALL_PAGE: usize = 50;

pub(crate) fn days(count: i32) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or_default() * 24 * 60 * 60)
}
