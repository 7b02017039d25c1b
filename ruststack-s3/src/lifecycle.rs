//! The lifecycle of a bucket's objects: whether its rules are such as AWS takes, and what they say of one object.

mod due;
pub(crate) mod run;

use std::{collections::HashSet, time::Duration};

use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::clock::Timestamp;
use s3s::dto::{
    ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter,
    NoncurrentVersionTransition, Tag, Transition,
};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, Time};

use crate::{
    bucket::Bucket,
    error::S3Error,
    object::{Object, StorageClass, Version},
    rows::document,
    tags::Tags,
};

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>
const MAX_RULES: usize = 1000;
const MAX_ID_LENGTH: usize = 255;
/// Days before which objects do not go to classes of infrequent access.
const MIN_DAYS_OF_STANDARD: i32 = 30;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const EXPIRATION: HeaderName = HeaderName::from_static("x-amz-expiration");
const ABORT_DATE: HeaderName = HeaderName::from_static("x-amz-abort-date");
const ABORT_RULE_ID: HeaderName = HeaderName::from_static("x-amz-abort-rule-id");
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A bucket's rules, and from which size on its objects change their class.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Lifecycle {
    #[serde(with = "document::list")]
    pub(crate) rules: Vec<LifecycleRule>,
    pub(crate) minimum_size: MinimumSize,
}

/// `x-amz-transition-default-minimum-object-size`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum MinimumSize {
    #[default]
    AllStorageClasses128K,
    VariesByStorageClass,
}

impl MinimumSize {
    pub(crate) fn parse(text: &str) -> Result<Self, S3Error> {
        let all = [Self::AllStorageClasses128K, Self::VariesByStorageClass];
        let found = all.into_iter().find(|size| size.as_str() == text);
        found.ok_or_else(|| S3Error::LifecycleSizeUnknown { value: text.to_owned() })
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AllStorageClasses128K => "all_storage_classes_128K",
            Self::VariesByStorageClass => "varies_by_storage_class",
        }
    }
}

/// Whether rules are such as AWS takes.
pub(crate) fn validate(rules: &[LifecycleRule]) -> Result<(), S3Error> {
    if rules.is_empty() || rules.len() > MAX_RULES {
        return Err(S3Error::MalformedXML {});
    }
    let mut ids = HashSet::new();
    for rule in rules {
        validate_rule(rule)?;
        let is_repeated = rule.id.as_deref().is_some_and(|id| !id.is_empty() && !ids.insert(id));
        if is_repeated {
            return Err(S3Error::LifecycleIdRepeated {});
        }
    }
    Ok(())
}

fn validate_rule(rule: &LifecycleRule) -> Result<(), S3Error> {
    if rule.id.as_ref().is_some_and(|id| id.len() > MAX_ID_LENGTH) {
        return Err(S3Error::LifecycleIdTooLong { limit: MAX_ID_LENGTH });
    }
    // Rules say in one of two forms which objects they are for.
    let has_one_form = rule.filter.is_some() != rule.prefix.is_some();
    let is_status = matches!(rule.status.as_str(), ExpirationStatus::ENABLED | ExpirationStatus::DISABLED);
    if !has_one_form || !is_status {
        return Err(S3Error::MalformedXML {});
    }
    if let Some(filter) = &rule.filter {
        validate_filter(filter)?;
    }
    validate_actions(rule)?;
    check_tags(rule)
}

fn validate_filter(filter: &LifecycleRuleFilter) -> Result<(), S3Error> {
    let said = [
        filter.and.is_some(),
        filter.prefix.is_some(),
        filter.tag.is_some(),
        filter.object_size_greater_than.is_some(),
        filter.object_size_less_than.is_some(),
    ];
    if said.into_iter().filter(|said| *said).count() > 1 {
        return Err(S3Error::MalformedXML {});
    }
    let tags = filter.and.as_ref().and_then(|and| and.tags.as_deref()).unwrap_or_default();
    let mut keys = HashSet::new();
    if tags.iter().all(|tag| keys.insert(tag.key.as_deref())) { Ok(()) } else { Err(S3Error::LifecycleDuplicateTag {}) }
}

fn validate_actions(rule: &LifecycleRule) -> Result<(), S3Error> {
    let transitions = rule.transitions.as_deref().unwrap_or_default();
    let noncurrent = rule.noncurrent_version_transitions.as_deref().unwrap_or_default();
    let has_any = rule.expiration.is_some()
        || rule.noncurrent_version_expiration.is_some()
        || rule.abort_incomplete_multipart_upload.is_some()
        || !transitions.is_empty()
        || !noncurrent.is_empty();
    if !has_any {
        return Err(S3Error::LifecycleNoAction {});
    }
    if let Some(expiration) = &rule.expiration {
        validate_expiration(expiration)?;
    }
    if let Some(expiration) = &rule.noncurrent_version_expiration {
        if expiration.noncurrent_days.is_none() && expiration.newer_noncurrent_versions.is_none() {
            return Err(S3Error::MalformedXML {});
        }
        check_days(expiration.noncurrent_days, 1, "NoncurrentDays", "NoncurrentVersionExpiration")?;
    }
    if let Some(abort) = &rule.abort_incomplete_multipart_upload {
        abort.days_after_initiation.ok_or(S3Error::MalformedXML {})?;
        check_days(abort.days_after_initiation, 1, "DaysAfterInitiation", "AbortIncompleteMultipartUpload")?;
    }
    transitions.iter().try_for_each(validate_transition)?;
    noncurrent.iter().try_for_each(validate_noncurrent_transition)
}

fn validate_expiration(expiration: &LifecycleExpiration) -> Result<(), S3Error> {
    let marker = expiration.expired_object_delete_marker.is_some();
    let said = [expiration.days.is_some(), expiration.date.is_some(), marker];
    if said.into_iter().filter(|said| *said).count() != 1 {
        return Err(S3Error::MalformedXML {});
    }
    check_days(expiration.days, 1, "Days", "Expiration")?;
    check_midnight(expiration.date.as_ref())
}

fn validate_transition(transition: &Transition) -> Result<(), S3Error> {
    if transition.days.is_some() == transition.date.is_some() {
        return Err(S3Error::MalformedXML {});
    }
    check_days(transition.days, 0, "Days", "Transition")?;
    check_midnight(transition.date.as_ref())?;
    let class = check_class(transition.storage_class.as_ref().map(|class| class.as_str()))?;
    let is_infrequent = matches!(class.name(), "STANDARD_IA" | "ONEZONE_IA");
    if is_infrequent && transition.days.is_some_and(|days| days < MIN_DAYS_OF_STANDARD) {
        return Err(S3Error::LifecycleTransitionTooEarly { storage_class: class.name().to_owned() });
    }
    Ok(())
}

fn validate_noncurrent_transition(transition: &NoncurrentVersionTransition) -> Result<(), S3Error> {
    transition.noncurrent_days.ok_or(S3Error::MalformedXML {})?;
    check_days(transition.noncurrent_days, 0, "NoncurrentDays", "NoncurrentVersionTransition")?;
    check_class(transition.storage_class.as_ref().map(|class| class.as_str())).map(|_| ())
}

fn check_days(days: Option<i32>, least: i32, member: &'static str, action: &'static str) -> Result<(), S3Error> {
    let is_enough = days.is_none_or(|days| days >= least);
    if is_enough { Ok(()) } else { Err(S3Error::LifecycleDaysNotPositive { member, action }) }
}

fn check_midnight(date: Option<&s3s::dto::Timestamp>) -> Result<(), S3Error> {
    let Some(date) = date.map(date_time) else { return Ok(()) };
    let value = || Timestamp::from_date_time(date).to_iso_8601_millis();
    if date.time() == Time::MIDNIGHT { Ok(()) } else { Err(S3Error::LifecycleDateNotMidnight { value: value() }) }
}

fn check_class(name: Option<&str>) -> Result<StorageClass, S3Error> {
    let class = name.and_then(|name| StorageClass::parse(name).ok());
    class.filter(|class| *class != StorageClass::Standard).ok_or(S3Error::MalformedXML {})
}

/// Some actions are not for objects but for what is left of them, which has no tags.
fn check_tags(rule: &LifecycleRule) -> Result<(), S3Error> {
    let filter = rule.filter.as_ref();
    let has_tags = filter.is_some_and(|filter| {
        let tags = filter.and.as_ref().and_then(|and| and.tags.as_deref()).unwrap_or_default();
        filter.tag.is_some() || !tags.is_empty()
    });
    let expires_markers = rule.expiration.as_ref().is_some_and(|it| it.expired_object_delete_marker.is_some());
    match () {
        () if has_tags && rule.abort_incomplete_multipart_upload.is_some() => {
            Err(S3Error::LifecycleActionWithTags { action: "AbortIncompleteMultipartUpload" })
        }
        () if has_tags && expires_markers => {
            Err(S3Error::LifecycleActionWithTags { action: "ExpiredObjectDeleteMarker" })
        }
        () => Ok(()),
    }
}

impl Lifecycle {
    /// When the current version of a key expires, and the rule that says so: the earliest, of two the first.
    fn expiration(&self, key: &str, version: &Version, object: &Object) -> Option<(Timestamp, &str)> {
        let rules = self.rules.iter().filter(|rule| applies(rule, key, Subject::of(object)));
        let dates = rules.filter_map(|rule| {
            let date = expires(rule.expiration.as_ref()?, version.last_modified)?;
            Some((date, rule.id.as_deref().unwrap_or_default()))
        });
        dates.min_by_key(|(date, _)| *date)
    }
}

/// `x-amz-expiration` of the current version of a key, if a rule of the bucket applies to it.
pub(crate) fn expiration_header(bucket: &Bucket, key: &str, version: &Version) -> Option<(HeaderName, HeaderValue)> {
    let settings = bucket.settings.read();
    let lifecycle = settings.configurations.lifecycle.as_ref()?;
    let (date, id) = lifecycle.expiration(key, version, version.object()?)?;
    let id = utf8_percent_encode(id, UNRESERVED);
    let value = format!("expiry-date=\"{}\", rule-id=\"{id}\"", date.to_http_date());
    Some((EXPIRATION, HeaderValue::from_str(&value).expect("dates and percent-encoded ids are ASCII")))
}

/// `x-amz-abort-date` and `x-amz-abort-rule-id` of an upload, if a rule of the bucket applies to it.
pub(crate) fn abortion_headers(bucket: &Bucket, key: &str, initiated: Timestamp) -> Vec<(HeaderName, HeaderValue)> {
    let settings = bucket.settings.read();
    let abortion = settings.configurations.lifecycle.as_ref().and_then(|lifecycle| lifecycle.abortion(key, initiated));
    let Some((date, id)) = abortion else { return Vec::new() };
    let id = utf8_percent_encode(id, UNRESERVED).to_string();
    let value = |text: &str| HeaderValue::from_str(text).expect("dates and percent-encoded ids are ASCII");
    vec![(ABORT_DATE, value(&date.to_http_date())), (ABORT_RULE_ID, value(&id))]
}

fn expires(expiration: &LifecycleExpiration, last_modified: Timestamp) -> Option<Timestamp> {
    match &expiration.date {
        Some(date) => Some(Timestamp::from_date_time(date_time(date))),
        None => days_after(last_modified, expiration.days?),
    }
}

/// Days end with the day, in UTC.
fn days_after(start: Timestamp, days: i32) -> Option<Timestamp> {
    let end = start.plus(DAY.saturating_mul(u32::try_from(days).ok()?));
    let midnight = midnight_before(end);
    Some(if midnight == end { midnight } else { midnight.plus(DAY) })
}

/// The midnight, in UTC, with which the day began.
fn midnight_before(time: Timestamp) -> Timestamp {
    Timestamp::from_date_time(time.to_date_time().replace_time(Time::MIDNIGHT))
}

/// What a rule looks at beside the key.
#[derive(Clone, Copy)]
struct Subject<'o> {
    /// `None` where nothing can have tags.
    tags: Option<&'o Tags>,
    /// `None` where it is not known.
    size: Option<u64>,
}

impl<'o> Subject<'o> {
    const MARKER: Self = Self { tags: None, size: Some(0) };
    const UPLOAD: Self = Self { tags: None, size: None };

    fn of(object: &'o Object) -> Self {
        Self { tags: Some(&object.tags), size: Some(object.size) }
    }

    fn has_tag(self, tag: &Tag) -> bool {
        self.tags.is_some_and(|tags| has_tag(tags, tag))
    }

    fn is_of_size(self, greater_than: Option<i64>, less_than: Option<i64>) -> bool {
        self.size.is_none_or(|size| is_of_size(size, greater_than, less_than))
    }
}

fn applies(rule: &LifecycleRule, key: &str, subject: Subject<'_>) -> bool {
    let is_enabled = rule.status.as_str() == ExpirationStatus::ENABLED;
    let has_prefix = |prefix: Option<&String>| prefix.is_none_or(|prefix| key.starts_with(prefix.as_str()));
    is_enabled
        && has_prefix(rule.prefix.as_ref())
        && rule.filter.as_ref().is_none_or(|filter| {
            has_prefix(filter.prefix.as_ref())
                && filter.tag.as_ref().is_none_or(|tag| subject.has_tag(tag))
                && subject.is_of_size(filter.object_size_greater_than, filter.object_size_less_than)
                && filter.and.as_ref().is_none_or(|and| all_apply(and, key, subject))
        })
}

fn all_apply(and: &LifecycleRuleAndOperator, key: &str, subject: Subject<'_>) -> bool {
    and.prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix.as_str()))
        && and.tags.iter().flatten().all(|tag| subject.has_tag(tag))
        && subject.is_of_size(and.object_size_greater_than, and.object_size_less_than)
}

fn has_tag(tags: &Tags, tag: &Tag) -> bool {
    let (key, value) = (tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default());
    tags.iter().any(|(found, its_value)| *found == key && *its_value == value)
}

fn is_of_size(size: u64, greater_than: Option<i64>, less_than: Option<i64>) -> bool {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    greater_than.is_none_or(|least| size > least) && less_than.is_none_or(|most| size < most)
}

fn date_time(date: &s3s::dto::Timestamp) -> OffsetDateTime {
    OffsetDateTime::from(date.clone()).to_offset(time::UtcOffset::UTC)
}

#[cfg(test)]
mod tests {
    use s3s::dto::{AbortIncompleteMultipartUpload, TransitionStorageClass};

    use super::*;

    fn rule(id: &str) -> LifecycleRule {
        LifecycleRule {
            abort_incomplete_multipart_upload: None,
            expiration: Some(LifecycleExpiration { days: Some(1), ..LifecycleExpiration::default() }),
            filter: Some(LifecycleRuleFilter::default()),
            id: Some(id.to_owned()),
            noncurrent_version_expiration: None,
            noncurrent_version_transitions: None,
            prefix: None,
            status: ExpirationStatus::from_static(ExpirationStatus::ENABLED),
            transitions: None,
        }
    }

    fn transition(days: i32, class: &'static str) -> LifecycleRule {
        let storage_class = Some(TransitionStorageClass::from_static(class));
        let transition = Transition { date: None, days: Some(days), storage_class };
        LifecycleRule { transitions: Some(vec![transition]), ..rule("transition") }
    }

    #[test]
    fn days_end_with_the_day() {
        let one_day = LifecycleExpiration { days: Some(1), ..LifecycleExpiration::default() };
        for (modified, expected) in [
            ("2026-02-21T00:00:00Z", "Sun, 22 Feb 2026 00:00:00 GMT"),
            ("2026-02-21T00:00:01Z", "Mon, 23 Feb 2026 00:00:00 GMT"),
            ("2026-02-21T23:59:59Z", "Mon, 23 Feb 2026 00:00:00 GMT"),
        ] {
            let modified = OffsetDateTime::parse(modified, &time::format_description::well_known::Rfc3339).unwrap();
            let expires = expires(&one_day, Timestamp::from_date_time(modified)).unwrap();
            assert_eq!(expires.to_http_date(), expected);
        }
    }

    /// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
    #[test]
    fn infrequent_access_begins_after_a_month() {
        assert_eq!(validate(&[transition(30, "STANDARD_IA")]), Ok(()));
        assert_eq!(validate(&[transition(0, "GLACIER")]), Ok(()));
        let early = S3Error::LifecycleTransitionTooEarly { storage_class: "STANDARD_IA".to_owned() };
        assert_eq!(validate(&[transition(29, "STANDARD_IA")]), Err(early));
        assert_eq!(validate(&[transition(30, "STANDARD")]), Err(S3Error::MalformedXML {}));
        assert_eq!(validate(&[transition(30, "WRONG")]), Err(S3Error::MalformedXML {}));
    }

    #[test]
    fn wrong_rules_are_refused() {
        let tagged = LifecycleRuleFilter { tag: Some(Tag::default()), ..LifecycleRuleFilter::default() };
        let abort = AbortIncompleteMultipartUpload { days_after_initiation: Some(1) };
        let no_days = LifecycleExpiration { days: Some(0), ..LifecycleExpiration::default() };
        let aborts = LifecycleRule { abort_incomplete_multipart_upload: Some(abort), ..rule("aborts") };
        for (rules, error) in [
            (vec![], S3Error::MalformedXML {}),
            (vec![rule("one"), rule("one")], S3Error::LifecycleIdRepeated {}),
            (vec![rule(&"x".repeat(256))], S3Error::LifecycleIdTooLong { limit: 255 }),
            (vec![LifecycleRule { expiration: None, ..rule("none") }], S3Error::LifecycleNoAction {}),
            (vec![LifecycleRule { prefix: Some(String::new()), ..rule("both") }], S3Error::MalformedXML {}),
            (
                vec![LifecycleRule { expiration: Some(no_days), ..rule("zero") }],
                S3Error::LifecycleDaysNotPositive { member: "Days", action: "Expiration" },
            ),
            (
                vec![LifecycleRule { filter: Some(tagged), ..aborts.clone() }],
                S3Error::LifecycleActionWithTags { action: "AbortIncompleteMultipartUpload" },
            ),
        ] {
            assert_eq!(validate(&rules), Err(error));
        }
        assert_eq!(validate(&[aborts, rule("")]), Ok(()));
    }
}
