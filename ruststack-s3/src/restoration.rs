//! Restorations: for some days, an object of an archive can be read. `restoration/run.rs` tells when.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html>

pub(crate) mod run;

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use ruststack_core::clock::{Clock, Timestamp};
use s3s::dto::RestoreStatus;
use serde::{Deserialize, Serialize};
use time::Time;

use crate::{
    error::S3Error,
    listing::output::date,
    object::{Object, StorageClass},
};

const RESTORE: HeaderName = HeaderName::from_static("x-amz-restore");
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Ten centuries are for ever. Days.
const MAX_DAYS: u32 = 365_000;

/// One object's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Restoration {
    /// Until then it is in progress.
    done: Timestamp,
    /// From then on the object is in its archive alone.
    expires: Timestamp,
    /// Whoever wants to know has heard that it is done.
    #[serde(default)]
    is_told: bool,
}

/// How fast it goes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) enum Tier {
    #[default]
    Standard,
    Bulk,
    Expedited,
}

impl Tier {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "Standard" => Some(Self::Standard),
            "Bulk" => Some(Self::Bulk),
            "Expedited" => Some(Self::Expedited),
            _ => None,
        }
    }

    /// The least that AWS names; `None` where a class has no such tier.
    fn duration(self, class: StorageClass) -> Option<Duration> {
        match (self, class) {
            (Self::Expedited, StorageClass::DeepArchive) => None,
            (Self::Expedited, _) => Some(MINUTE),
            (Self::Standard, StorageClass::DeepArchive) => Some(12 * HOUR),
            (Self::Standard, _) => Some(3 * HOUR),
            (Self::Bulk, StorageClass::DeepArchive) => Some(48 * HOUR),
            (Self::Bulk, _) => Some(5 * HOUR),
        }
    }
}

/// Whether the bytes of an object can be read, copied or queried.
pub(crate) fn check_readable(object: &Object, now: Timestamp) -> Result<(), S3Error> {
    let is_restored = || object.restoration.as_deref().is_some_and(|found| found.done <= now && now < found.expires);
    if !object.storage_class.is_archive() || is_restored() {
        return Ok(());
    }
    Err(S3Error::InvalidObjectState { storage_class: object.storage_class.name() })
}

/// Begins a restoration, or lets one that is done last `days` from now on; true for the latter.
// Differs from AWS: a restoration is done at once, unless the clock stands still: then it takes as long as AWS says it may.
pub(crate) fn begin(object: &mut Object, clock: &Clock, days: u32, tier: Tier) -> Result<bool, S3Error> {
    if !object.storage_class.is_archive() {
        return Err(S3Error::NotRestorable {});
    }
    let duration = tier.duration(object.storage_class).ok_or(S3Error::RestoreTierUnsupported {})?;
    let now = clock.now();
    let current = object.restoration.as_deref().filter(|found| now < found.expires);
    if current.is_some_and(|found| now < found.done) {
        return Err(S3Error::RestoreAlreadyInProgress {});
    }
    let is_done = current.is_some();
    let done = if is_done || !clock.is_frozen() { now } else { now.plus(duration) };
    let expires = midnight_after(done.plus(days.min(MAX_DAYS) * DAY));
    object.restoration = Some(Box::new(Restoration { done, expires, is_told: done <= now }));
    Ok(is_done)
}

/// Days end at midnight.
fn midnight_after(moment: Timestamp) -> Timestamp {
    Timestamp::from_date_time(moment.plus(DAY).to_date_time().replace_time(Time::MIDNIGHT))
}

/// What a list that is asked for it tells of the object.
pub(crate) fn status(object: &Object, now: Timestamp) -> Option<RestoreStatus> {
    let restoration = object.restoration.as_deref().filter(|found| now < found.expires)?;
    let is_done = restoration.done <= now;
    Some(RestoreStatus {
        is_restore_in_progress: Some(!is_done),
        restore_expiry_date: is_done.then(|| date(restoration.expires)),
    })
}

impl Restoration {
    pub(crate) fn is_done(&self, now: Timestamp) -> bool {
        self.done <= now
    }

    pub(crate) fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// What whoever looks at the object is told.
pub(crate) fn header(object: &Object, now: Timestamp) -> Option<(HeaderName, HeaderValue)> {
    let restoration = object.restoration.as_deref().filter(|found| now < found.expires)?;
    let text = match restoration.done <= now {
        true => format!("ongoing-request=\"false\", expiry-date=\"{}\"", restoration.expires.to_http_date()),
        false => "ongoing-request=\"true\"".to_owned(),
    };
    Some((RESTORE, HeaderValue::from_str(&text).expect("dates are ASCII")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archived(storage_class: StorageClass) -> Object {
        Object { storage_class, ..Object::default() }
    }

    fn told(object: &Object, now: Timestamp) -> Option<String> {
        header(object, now).map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn an_archived_object_is_read_while_it_is_restored() {
        let clock = Clock::frozen_at(Timestamp::from_seconds(1_792_567_680));
        let mut object = archived(StorageClass::Glacier);
        assert!(check_readable(&object, clock.now()).is_err());
        assert_eq!(begin(&mut object, &clock, 1, Tier::Standard), Ok(false));
        assert_eq!(told(&object, clock.now()).unwrap(), "ongoing-request=\"true\"");
        assert_eq!(begin(&mut object, &clock, 1, Tier::Standard), Err(S3Error::RestoreAlreadyInProgress {}));
        assert!(check_readable(&object, clock.now()).is_err());
        clock.advance(3 * HOUR);
        assert_eq!(check_readable(&object, clock.now()), Ok(()));
        let until = told(&object, clock.now()).unwrap();
        assert!(until.starts_with("ongoing-request=\"false\", expiry-date=\"") && until.ends_with("00:00:00 GMT\""));
        assert_eq!(begin(&mut object, &clock, 2, Tier::Standard), Ok(true));
        clock.advance(2 * DAY);
        assert_eq!(check_readable(&object, clock.now()), Ok(()));
        clock.advance(DAY);
        assert!(check_readable(&object, clock.now()).is_err() && told(&object, clock.now()).is_none());
    }

    #[test]
    fn what_is_in_no_archive_is_not_restored() {
        let clock = Clock::frozen_at(Timestamp::UNIX_EPOCH);
        let mut object = Object::default();
        assert_eq!(begin(&mut object, &clock, 1, Tier::Bulk), Err(S3Error::NotRestorable {}));
        let mut deep = archived(StorageClass::DeepArchive);
        assert_eq!(begin(&mut deep, &clock, 1, Tier::Expedited), Err(S3Error::RestoreTierUnsupported {}));
    }

    #[test]
    fn where_time_goes_by_nobody_waits() {
        let clock = Clock::system();
        let mut object = archived(StorageClass::DeepArchive);
        assert_eq!(begin(&mut object, &clock, 1, Tier::Standard), Ok(false));
        assert_eq!(check_readable(&object, clock.now()), Ok(()));
    }
}
