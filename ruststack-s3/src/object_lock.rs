//! Object Lock: what keeps a version from being deleted, and who may loosen it.

use http::{HeaderName, HeaderValue};
use ruststack_core::clock::Timestamp;
use s3s::dto::{DefaultRetention, ObjectLockRetentionMode};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{bucket::Settings, error::S3Error, object::Version};

const MODE: &str = "x-amz-object-lock-mode";
const RETAIN_UNTIL: &str = "x-amz-object-lock-retain-until-date";
const LEGAL_HOLD: &str = "x-amz-object-lock-legal-hold";
const BYPASS: &str = "x-amz-bypass-governance-retention";

const ON: &str = "ON";
const OFF: &str = "OFF";

/// What holds on one version.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Lock {
    pub(crate) retention: Option<Retention>,
    /// `None` when it was never said.
    pub(crate) has_legal_hold: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Retention {
    pub(crate) mode: Mode,
    pub(crate) until: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// Who has the permission may bypass it.
    Governance,
    /// Nobody may shorten it.
    Compliance,
}

impl Mode {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Governance => ObjectLockRetentionMode::GOVERNANCE,
            Self::Compliance => ObjectLockRetentionMode::COMPLIANCE,
        }
    }
}

/// Whether a request asks to bypass governance.
// Differs from AWS: whoever asks may, unless identities are held to policies (`RUSTSTACK_AUTH=iam`).
pub(crate) fn bypasses<'h>(header: impl Fn(&str) -> Option<&'h str>) -> bool {
    header(BYPASS).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

impl Lock {
    /// Of a request that writes an object, or else as the bucket locks its objects.
    pub(crate) fn of_request<'h>(
        header: impl Fn(&str) -> Option<&'h str>,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Option<Box<Self>>, S3Error> {
        let is_asked = [MODE, RETAIN_UNTIL, LEGAL_HOLD].into_iter().any(|name| header(name).is_some());
        if is_asked && !settings.has_object_lock {
            return Err(S3Error::ObjectLockMissing {});
        }
        let by_default = || settings.configurations.retention.as_ref().and_then(|default| starting(default, now));
        let retention = retention_of_request(&header, now)?.or_else(by_default);
        let has_legal_hold = header(LEGAL_HOLD).map(parse_legal_hold).transpose()?;
        let lock = Self { retention, has_legal_hold };
        Ok((lock != Self::default()).then(|| Box::new(lock)))
    }

    pub(crate) fn write_to(&self, headers: &mut Vec<(HeaderName, HeaderValue)>) {
        let mut push = |name: &'static str, value: HeaderValue| headers.push((HeaderName::from_static(name), value));
        if let Some(Retention { mode, until }) = self.retention {
            push(MODE, HeaderValue::from_static(mode.name()));
            let until = until.to_iso_8601_millis();
            push(RETAIN_UNTIL, HeaderValue::from_str(&until).expect("dates are ASCII"));
        }
        if let Some(has_legal_hold) = self.has_legal_hold {
            push(LEGAL_HOLD, HeaderValue::from_static(legal_hold_name(has_legal_hold)));
        }
    }

    fn permits_deletion(&self, now: Timestamp, bypasses: bool) -> bool {
        let is_retained = self.retention.is_some_and(|retention| retention.holds(now, bypasses));
        !is_retained && self.has_legal_hold != Some(true)
    }
}

/// Whether a version may be deleted for good.
pub(crate) fn check_deletion(version: Option<&Version>, now: Timestamp, bypasses: bool) -> Result<(), S3Error> {
    let lock = version.and_then(Version::object).and_then(|object| object.lock.as_deref());
    let is_permitted = lock.is_none_or(|lock| lock.permits_deletion(now, bypasses));
    if is_permitted { Ok(()) } else { Err(S3Error::ObjectIsLocked {}) }
}

impl Retention {
    fn holds(&self, now: Timestamp, bypasses: bool) -> bool {
        self.until > now && (self.mode == Mode::Compliance || !bypasses)
    }

    /// Whether another may take its place: to lock longer or more strictly is always allowed.
    pub(crate) fn check_change(self, to: Option<Self>, now: Timestamp, bypasses: bool) -> Result<(), S3Error> {
        let is_loosened =
            to.is_none_or(|to| to.until < self.until || (self.mode == Mode::Compliance && to.mode == Mode::Governance));
        if is_loosened && self.holds(now, bypasses) { Err(S3Error::ObjectIsLocked {}) } else { Ok(()) }
    }

    /// Whether it begins before it ends.
    pub(crate) fn check_future(self, now: Timestamp, argument: &'static str) -> Result<(), S3Error> {
        if self.until > now {
            return Ok(());
        }
        Err(S3Error::RetentionInThePast { argument, value: pacific(self.until) })
    }
}

/// The retention that a bucket's default begins now.
fn starting(default: &DefaultRetention, now: Timestamp) -> Option<Retention> {
    let mode = Mode::named(default.mode.as_ref()?.as_str())?;
    let days = default.days.or_else(|| default.years.map(|years| years.saturating_mul(365)))?;
    let until = now.to_date_time().checked_add(time::Duration::days(days.into()))?;
    Some(Retention { mode, until: Timestamp::from_date_time(until) })
}

fn retention_of_request<'h>(
    header: &impl Fn(&str) -> Option<&'h str>,
    now: Timestamp,
) -> Result<Option<Retention>, S3Error> {
    let (mode, until) = match (header(MODE), header(RETAIN_UNTIL)) {
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(S3Error::RetentionHalfSaid { missing: RETAIN_UNTIL }),
        (None, Some(_)) => return Err(S3Error::RetentionHalfSaid { missing: MODE }),
        (Some(mode), Some(until)) => (mode, until),
    };
    let unknown = || S3Error::InvalidDirective { header: MODE, name: "wormMode", value: mode.to_owned() };
    let mode = Mode::named(mode).ok_or_else(unknown)?;
    let date = OffsetDateTime::parse(until, &Rfc3339);
    let date = date.map_err(|_| S3Error::RetentionDateInvalid { value: until.to_owned() })?;
    let retention = Retention { mode, until: Timestamp::from_date_time(date) };
    retention.check_future(now, RETAIN_UNTIL)?;
    Ok(Some(retention))
}

fn parse_legal_hold(text: &str) -> Result<bool, S3Error> {
    legal_hold_named(text).ok_or_else(|| S3Error::LegalHoldUnknown { value: text.to_owned() })
}

pub(crate) fn legal_hold_named(text: &str) -> Option<bool> {
    match text {
        ON => Some(true),
        OFF => Some(false),
        _ => None,
    }
}

pub(crate) fn legal_hold_name(is_on: bool) -> &'static str {
    if is_on { ON } else { OFF }
}

/// As AWS writes a date that it refuses: in California's time, `Tue Dec 31 16:00:00 PST 2019`.
fn pacific(date: Timestamp) -> String {
    use time::macros::format_description;

    let standard = date.to_date_time().to_offset(time::macros::offset!(-8));
    let is_summer = is_summer(standard);
    let (local, zone) = if is_summer { (standard + time::Duration::hours(1), "PDT") } else { (standard, "PST") };
    let format = format_description!("[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second]");
    let text = local.format(format).unwrap_or_default();
    format!("{text} {zone} {}", local.year())
}

/// Summer time lasts from two o'clock on the second Sunday of March to two o'clock on the first Sunday of November.
fn is_summer(standard: OffsetDateTime) -> bool {
    let days_since_sunday = i32::from(standard.weekday().number_days_from_sunday());
    let last_sunday = i32::from(standard.day()) - days_since_sunday;
    let is_past_hour = days_since_sunday > 0 || standard.hour() >= 2;
    match u8::from(standard.month()) {
        4..=10 => true,
        3 => last_sunday > 14 || (last_sunday >= 8 && is_past_hour),
        // One o'clock in winter's time is two in summer's.
        11 => last_sunday < 1 || (last_sunday <= 7 && days_since_sunday == 0 && standard.hour() < 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);
    const LATER: Timestamp = Timestamp::from_seconds(2_000);
    const LATEST: Timestamp = Timestamp::from_seconds(3_000);

    fn governance(until: Timestamp) -> Retention {
        Retention { mode: Mode::Governance, until }
    }

    fn compliance(until: Timestamp) -> Retention {
        Retention { mode: Mode::Compliance, until }
    }

    #[test]
    fn a_lock_is_tightened_by_anyone_and_loosened_by_few() {
        for (from, to, bypasses, is_allowed) in [
            (governance(LATER), Some(governance(LATEST)), false, true),
            (governance(LATEST), Some(governance(LATER)), false, false),
            (governance(LATEST), Some(governance(LATER)), true, true),
            (governance(LATEST), None, false, false),
            (governance(LATEST), None, true, true),
            (governance(LATER), Some(compliance(LATER)), false, true),
            (compliance(LATER), Some(governance(LATEST)), true, false),
            (compliance(LATEST), Some(compliance(LATER)), true, false),
            (compliance(NOW), None, false, true),
        ] {
            assert_eq!(from.check_change(to, NOW, bypasses).is_ok(), is_allowed, "{from:?} {to:?} {bypasses}");
        }
    }

    #[test]
    fn a_locked_version_is_not_deleted() {
        let lock = |retention, has_legal_hold| Lock { retention, has_legal_hold };
        for (lock, bypasses, is_permitted) in [
            (lock(None, Some(true)), true, false),
            (lock(None, Some(false)), false, true),
            (lock(Some(governance(LATER)), None), false, false),
            (lock(Some(governance(LATER)), None), true, true),
            (lock(Some(governance(NOW)), None), false, true),
            (lock(Some(compliance(LATER)), None), true, false),
        ] {
            assert_eq!(lock.permits_deletion(NOW, bypasses), is_permitted, "{lock:?} {bypasses}");
        }
    }

    /// Recorded: test_s3_object_retention_exc.
    #[test]
    fn dates_that_are_refused_are_told_in_californias_time() {
        for (seconds, text) in [
            (1_577_836_800, "Tue Dec 31 16:00:00 PST 2019"),
            (1_593_561_600, "Tue Jun 30 17:00:00 PDT 2020"),
            (1_583_661_599, "Sun Mar 08 01:59:59 PST 2020"),
            (1_583_661_600, "Sun Mar 08 03:00:00 PDT 2020"),
            (1_604_221_199, "Sun Nov 01 01:59:59 PDT 2020"),
            (1_604_221_200, "Sun Nov 01 01:00:00 PST 2020"),
        ] {
            assert_eq!(pacific(Timestamp::from_seconds(seconds)), text);
        }
    }
}
