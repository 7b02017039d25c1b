//! Time that tests and users can move.
//!
//! Everything in RustStack reads time from a [`Clock`]; timers wait on it, so that advancing it fires them.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use tokio::sync::watch;

/// A point in time: milliseconds since the Unix epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(i64);

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const ISO_8601_SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const ISO_8601_MILLIS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

impl Timestamp {
    pub const UNIX_EPOCH: Self = Self(0);
    /// 9999-12-31T23:59:59Z, the last second that the formats below can write.
    const MAX_SECONDS: i64 = 253_402_300_799;

    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Without its fraction of a second: AWS's dates in headers have none.
    #[must_use]
    pub const fn truncated_to_seconds(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long from `earlier` until this; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    pub fn to_date_time(self) -> OffsetDateTime {
        let seconds = self.seconds().clamp(0, Self::MAX_SECONDS);
        let whole = OffsetDateTime::from_unix_timestamp(seconds).expect("clamped to years 1970 to 9999");
        whole + Duration::from_millis(self.0.rem_euclid(1000).unsigned_abs())
    }

    pub fn from_date_time(date_time: OffsetDateTime) -> Self {
        Self::from_seconds(date_time.unix_timestamp()).plus(Duration::from_millis(u64::from(date_time.millisecond())))
    }

    /// `Wed, 21 Oct 2026 07:28:00 GMT`.
    pub fn to_http_date(self) -> String {
        self.format(HTTP_DATE)
    }

    /// `2026-10-21T07:28:00Z`.
    pub fn to_iso_8601(self) -> String {
        self.format(ISO_8601_SECONDS)
    }

    /// `2026-10-21T07:28:00.123Z`.
    pub fn to_iso_8601_millis(self) -> String {
        self.format(ISO_8601_MILLIS)
    }

    fn format(self, description: &[BorrowedFormatItem<'_>]) -> String {
        self.to_date_time().format(&description).expect("a formattable description and a date in range")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso_8601_millis())
    }
}

/// The emulator's clock: the machine's time, moved by an offset, or standing still.
#[derive(Clone)]
pub struct Clock(Arc<State>);

struct State {
    /// Added to the machine's time, in milliseconds.
    offset: AtomicI64,
    /// The time shown while the clock stands still; `RUNNING` when it runs.
    frozen: AtomicI64,
    /// Tells timers that time jumped.
    moved: watch::Sender<()>,
}

const RUNNING: i64 = i64::MIN;

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// Shows the machine's time until it is moved.
    pub fn system() -> Self {
        Self::with_frozen(RUNNING)
    }

    /// Stands still at `now` until it is moved: for tests.
    pub fn frozen_at(now: Timestamp) -> Self {
        Self::with_frozen(now.0)
    }

    fn with_frozen(frozen: i64) -> Self {
        let state = State { offset: AtomicI64::new(0), frozen: AtomicI64::new(frozen), moved: watch::Sender::new(()) };
        Self(Arc::new(state))
    }

    pub fn now(&self) -> Timestamp {
        match self.0.frozen.load(Ordering::Acquire) {
            RUNNING => Timestamp(machine_millis().saturating_add(self.0.offset.load(Ordering::Acquire))),
            frozen => Timestamp(frozen),
        }
    }

    /// Moves the clock to `now`; a running clock goes on from there.
    pub fn set(&self, now: Timestamp) {
        if self.0.frozen.load(Ordering::Acquire) == RUNNING {
            self.0.offset.store(now.0.saturating_sub(machine_millis()), Ordering::Release);
        } else {
            self.0.frozen.store(now.0, Ordering::Release);
        }
        self.0.moved.send_replace(());
    }

    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        self.0.frozen.store(self.now().0, Ordering::Release);
    }

    /// Lets a stopped clock run on from where it stands.
    pub fn resume(&self) {
        let now = self.now();
        self.0.offset.store(now.0.saturating_sub(machine_millis()), Ordering::Release);
        self.0.frozen.store(RUNNING, Ordering::Release);
        self.0.moved.send_replace(());
    }

    /// Back to the machine's time.
    pub fn reset(&self) {
        self.0.offset.store(0, Ordering::Release);
        self.0.frozen.store(RUNNING, Ordering::Release);
        self.0.moved.send_replace(());
    }

    pub fn is_frozen(&self) -> bool {
        self.0.frozen.load(Ordering::Acquire) != RUNNING
    }

    /// Waits until this clock shows `deadline` or later.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        let mut moved = self.0.moved.subscribe();
        loop {
            let left = deadline.since(self.now());
            if left.is_zero() {
                return;
            }
            // A frozen clock only moves when somebody moves it.
            let left = if self.is_frozen() { Duration::MAX } else { left };
            // Both outcomes mean the same: look at the clock again.
            let _elapsed_or_moved = tokio::time::timeout(left, moved.changed()).await;
        }
    }

    /// Waits for `duration` of this clock's time, counted from the call, not from the first poll.
    pub fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + '_ {
        self.sleep_until(self.now().plus(duration))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_millis() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_aws_writes_them() {
        let timestamp = Timestamp::from_millis(1_792_567_680_123);
        assert_eq!(timestamp.to_http_date(), "Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(timestamp.to_iso_8601(), "2026-10-21T07:28:00Z");
        assert_eq!(timestamp.to_iso_8601_millis(), "2026-10-21T07:28:00.123Z");
        assert_eq!(Timestamp::from_date_time(timestamp.to_date_time()), timestamp);
    }

    #[test]
    fn extreme_times_do_not_panic() {
        for millis in [i64::MIN, -1, i64::MAX] {
            assert!(!Timestamp::from_millis(millis).to_http_date().is_empty());
        }
    }

    #[tokio::test]
    async fn advancing_a_frozen_clock_fires_its_timers() {
        let clock = Clock::frozen_at(Timestamp::from_seconds(100));
        let sleeper = clock.sleep(Duration::from_secs(3600));
        clock.advance(Duration::from_secs(3600));
        sleeper.await;
        assert_eq!(clock.now(), Timestamp::from_seconds(3700));
    }

    #[test]
    fn a_running_clock_runs_on_from_where_it_was_set() {
        let clock = Clock::system();
        clock.set(Timestamp::from_seconds(0));
        assert!(clock.now().since(Timestamp::UNIX_EPOCH) < Duration::from_secs(60));
        clock.reset();
        assert!(clock.now() > Timestamp::from_seconds(1_700_000_000));
    }
}
