//! What a lifecycle's rules do to the versions of one key at a time, and to an upload: pure decisions, without locks.

use std::sync::Arc;

use ruststack_core::clock::Timestamp;
use s3s::dto::{LifecycleRule, NoncurrentVersionExpiration};

use super::{Lifecycle, MinimumSize, Subject, applies, date_time, days_after, expires};
use crate::object::{Object, StorageClass, Version, VersionId};

/// Objects that are smaller do not pay in most classes. Bytes.
const MINIMUM_SIZE: u64 = 128 * 1024;

/// What becomes of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// The current version is deleted, or hidden behind a marker where versions are kept.
    Expire,
    /// A noncurrent version is deleted, or a marker that hides nothing.
    Remove(VersionId),
    Transition(VersionId, StorageClass),
}

impl Lifecycle {
    /// What is due to the versions of a key, which are given oldest first.
    pub(crate) fn due(&self, key: &str, versions: &[Arc<Version>], now: Timestamp) -> Vec<Action> {
        let Some((current, noncurrent)) = versions.split_last() else { return Vec::new() };
        let newer = |position: usize| noncurrent.len() - position - 1;
        let became = |position: usize| versions[position + 1].last_modified;
        let old = noncurrent.iter().enumerate().filter_map(|(position, version)| {
            let age = Age { since: became(position), newer: newer(position), now };
            self.due_to_noncurrent(key, version, age)
        });
        let is_alone = noncurrent.is_empty();
        self.due_to_current(key, current, is_alone, now).into_iter().chain(old).collect()
    }

    fn due_to_current(&self, key: &str, version: &Version, is_alone: bool, now: Timestamp) -> Option<Action> {
        let Some(object) = version.object() else {
            let is_due =
                is_alone && self.rules_for(key, Subject::MARKER).any(|rule| expires_marker(rule, version, now));
            return is_due.then_some(Action::Remove(version.id));
        };
        if self.expiration(key, version, object).is_some_and(|(date, _)| date <= now) {
            return Some(Action::Expire);
        }
        let rules = self.rules_for(key, Subject::of(object));
        let transitions = rules.flat_map(|rule| rule.transitions.iter().flatten().map(move |to| (rule, to)));
        let classes = transitions.filter_map(|(rule, to)| {
            let class = StorageClass::parse(to.storage_class.as_ref()?.as_str()).ok()?;
            let date = match &to.date {
                Some(date) => Timestamp::from_date_time(date_time(date)),
                None => days_after(version.last_modified, to.days?)?,
            };
            (date <= now && self.is_large_enough(rule, object, class)).then_some(class)
        });
        transition(version, object, classes)
    }

    fn due_to_noncurrent(&self, key: &str, version: &Version, age: Age) -> Option<Action> {
        let subject = version.object().map_or(Subject::MARKER, Subject::of);
        let expires = |rule: &LifecycleRule| rule.noncurrent_version_expiration.as_ref().is_some_and(|it| age.ends(it));
        if self.rules_for(key, subject).any(expires) {
            return Some(Action::Remove(version.id));
        }
        let object = version.object()?;
        let rules = self.rules_for(key, subject);
        let transitions =
            rules.flat_map(|rule| rule.noncurrent_version_transitions.iter().flatten().map(move |to| (rule, to)));
        let classes = transitions.filter_map(|(rule, to)| {
            let class = StorageClass::parse(to.storage_class.as_ref()?.as_str()).ok()?;
            let is_due = age.reaches(to.noncurrent_days, to.newer_noncurrent_versions);
            (is_due && self.is_large_enough(rule, object, class)).then_some(class)
        });
        transition(version, object, classes)
    }

    /// When an upload that began at `initiated` is aborted, and the rule that says so.
    pub(crate) fn abortion(&self, key: &str, initiated: Timestamp) -> Option<(Timestamp, &str)> {
        // Uploads have no size and no tags yet.
        let dates = self.rules_for(key, Subject::UPLOAD).filter_map(|rule| {
            let days = rule.abort_incomplete_multipart_upload.as_ref()?.days_after_initiation?;
            Some((days_after(initiated, days)?, rule.id.as_deref().unwrap_or_default()))
        });
        dates.min_by_key(|(date, _)| *date)
    }

    fn rules_for<'l, 'k>(
        &'l self,
        key: &'k str,
        subject: Subject<'k>,
    ) -> impl Iterator<Item = &'l LifecycleRule> + use<'l, 'k> {
        self.rules.iter().filter(move |rule| applies(rule, key, subject))
    }

    /// A rule that speaks of sizes itself is believed.
    fn is_large_enough(&self, rule: &LifecycleRule, object: &Object, class: StorageClass) -> bool {
        let takes_all = self.minimum_size == MinimumSize::VariesByStorageClass && class.is_archive();
        takes_all || says_size(rule) || object.size >= MINIMUM_SIZE
    }
}

/// How long a version is noncurrent, and how many versions of its kind are newer.
#[derive(Clone, Copy)]
struct Age {
    since: Timestamp,
    newer: usize,
    now: Timestamp,
}

impl Age {
    fn ends(self, expiration: &NoncurrentVersionExpiration) -> bool {
        self.reaches(expiration.noncurrent_days, expiration.newer_noncurrent_versions)
    }

    fn reaches(self, days: Option<i32>, kept: Option<i32>) -> bool {
        let kept = kept.and_then(|kept| usize::try_from(kept).ok()).unwrap_or(0);
        self.newer >= kept && days_after(self.since, days.unwrap_or(0)).is_some_and(|date| date <= self.now)
    }
}

/// A marker that hides nothing goes at once where that is asked for, and else when an object of its age would.
fn expires_marker(rule: &LifecycleRule, marker: &Version, now: Timestamp) -> bool {
    rule.expiration.as_ref().is_some_and(|expiration| match expiration.expired_object_delete_marker {
        Some(is_asked) => is_asked,
        None => expires(expiration, marker.last_modified).is_some_and(|date| date <= now),
    })
}

fn says_size(rule: &LifecycleRule) -> bool {
    let Some(filter) = &rule.filter else { return false };
    let and = filter.and.as_ref();
    filter.object_size_greater_than.is_some()
        || filter.object_size_less_than.is_some()
        || and.is_some_and(|and| and.object_size_greater_than.is_some() || and.object_size_less_than.is_some())
}

/// To the cheapest class of several; objects never go back to a dearer one.
fn transition(version: &Version, object: &Object, classes: impl Iterator<Item = StorageClass>) -> Option<Action> {
    let to = classes.max_by_key(|class| depth(*class))?;
    (depth(to) > depth(object.storage_class)).then_some(Action::Transition(version.id, to))
}

/// How far down the waterfall of classes one is.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>
fn depth(class: StorageClass) -> u8 {
    match class {
        StorageClass::Standard | StorageClass::ReducedRedundancy => 0,
        StorageClass::StandardIa => 1,
        StorageClass::IntelligentTiering => 2,
        StorageClass::OnezoneIa => 3,
        StorageClass::GlacierIr => 4,
        StorageClass::Glacier => 5,
        StorageClass::DeepArchive => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{caller::version_id, object::Content, tags};

    const DAY: i64 = 24 * 60 * 60;

    /// Of the document that clients send.
    fn lifecycle(rules: &str) -> Lifecycle {
        let document = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
        let mut reader = s3s::xml::Deserializer::new(document.as_bytes());
        let read = reader.named_element("LifecycleConfiguration", s3s::xml::DeserializeContent::deserialize_content);
        let read: s3s::dto::BucketLifecycleConfiguration = read.unwrap();
        Lifecycle { rules: read.rules, minimum_size: MinimumSize::default() }
    }

    fn rule(filter: &str, actions: &str) -> Lifecycle {
        lifecycle(&format!("<Rule><Filter>{filter}</Filter><Status>Enabled</Status>{actions}</Rule>"))
    }

    /// The `number`th version, written at the beginning of that day.
    fn version(number: u32, content: Content) -> Arc<Version> {
        let last_modified = Timestamp::from_seconds(i64::from(number) * DAY);
        Arc::new(Version { id: version_id(number.into()), sequence: number.into(), last_modified, content })
    }

    fn object(number: u32, size: u64) -> Arc<Version> {
        version(number, Content::Object(Object { size, ..Object::default() }))
    }

    fn marker(number: u32) -> Arc<Version> {
        version(number, Content::DeleteMarker)
    }

    fn due(lifecycle: &Lifecycle, versions: &[Arc<Version>], day: i64) -> Vec<Action> {
        lifecycle.due("key", versions, Timestamp::from_seconds(day * DAY))
    }

    fn remove(number: u32) -> Action {
        Action::Remove(version_id(number.into()))
    }

    #[test]
    fn an_object_expires_when_its_days_are_over() {
        let rules = rule("", "<Expiration><Days>3</Days></Expiration>");
        assert_eq!(due(&rules, &[object(1, 1)], 3), []);
        assert_eq!(due(&rules, &[object(1, 1)], 4), [Action::Expire]);
        assert_eq!(due(&rules, &[object(1, 1), marker(2)], 9), []);
        let rules = rule("", "<Expiration><Date>1970-01-06T00:00:00Z</Date></Expiration>");
        assert_eq!(due(&rules, &[object(1, 1)], 4), []);
        assert_eq!(due(&rules, &[object(1, 1)], 5), [Action::Expire]);
    }

    #[test]
    fn filters_say_which_objects_expire() {
        let expiration = "<Expiration><Days>1</Days></Expiration>";
        let tag = "<Tag><Key>a</Key><Value>b</Value></Tag>";
        let size = "<ObjectSizeGreaterThan>5</ObjectSizeGreaterThan>";
        let tagged = Object { size: 9, tags: tags::from_header("a=b").unwrap(), ..Object::default() };
        let tagged = version(1, Content::Object(tagged));
        for (filter, plain, with_tag) in [
            ("<Prefix>k</Prefix>".to_owned(), true, true),
            ("<Prefix>x</Prefix>".to_owned(), false, false),
            (tag.to_owned(), false, true),
            (size.to_owned(), false, true),
            ("<ObjectSizeLessThan>9</ObjectSizeLessThan>".to_owned(), true, false),
            (format!("<And><Prefix>k</Prefix>{tag}{size}</And>"), false, true),
            (format!("<And><Prefix>x</Prefix>{tag}</And>"), false, false),
        ] {
            let rules = rule(&filter, expiration);
            assert_eq!(!due(&rules, &[object(1, 5)], 9).is_empty(), plain, "{filter}");
            assert_eq!(!due(&rules, std::slice::from_ref(&tagged), 9).is_empty(), with_tag, "{filter}");
        }
    }

    #[test]
    fn a_noncurrent_version_is_as_old_as_what_replaced_it() {
        let rules =
            rule("", "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>");
        let versions = [object(1, 1), marker(2), object(5, 1)];
        assert_eq!(due(&rules, &versions, 3), []);
        assert_eq!(due(&rules, &versions, 4), [remove(1)]);
        assert_eq!(due(&rules, &versions, 7), [remove(1), remove(2)]);
    }

    #[test]
    fn some_noncurrent_versions_are_kept_whatever_their_age() {
        let days = "<NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions>";
        let rules = rule("", &format!("<NoncurrentVersionExpiration>{days}</NoncurrentVersionExpiration>"));
        let versions = [object(1, 1), object(2, 1), object(3, 1), object(4, 1)];
        assert_eq!(due(&rules, &versions, 99), [remove(1)]);
    }

    #[test]
    fn a_marker_that_hides_nothing_goes() {
        let at_once = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
        assert_eq!(due(&rule("", at_once), &[marker(1)], 1), [remove(1)]);
        assert_eq!(due(&rule("", at_once), &[object(1, 1), marker(2)], 9), []);
        let aged = rule("", "<Expiration><Days>3</Days></Expiration>");
        assert_eq!(due(&aged, &[marker(1)], 3), []);
        assert_eq!(due(&aged, &[marker(1)], 4), [remove(1)]);
    }

    #[test]
    fn objects_go_down_the_waterfall_of_classes() {
        let to = |days: u8, class: &str| {
            format!("<Transition><Days>{days}</Days><StorageClass>{class}</StorageClass></Transition>")
        };
        let rules = rule("", &format!("{}{}", to(90, "GLACIER"), to(30, "STANDARD_IA")));
        let large = [object(1, 128 * 1024)];
        let transition = |class| vec![Action::Transition(version_id(1), class)];
        assert_eq!(due(&rules, &large, 30), []);
        assert_eq!(due(&rules, &large, 31), transition(StorageClass::StandardIa));
        assert_eq!(due(&rules, &large, 91), transition(StorageClass::Glacier));
        assert_eq!(due(&rules, &[object(1, 1)], 91), []);
        let by_class = Lifecycle { minimum_size: MinimumSize::VariesByStorageClass, ..rules };
        assert_eq!(due(&by_class, &[object(1, 1)], 31), []);
        assert_eq!(due(&by_class, &[object(1, 1)], 91), transition(StorageClass::Glacier));
        let any_size = rule("<ObjectSizeGreaterThan>0</ObjectSizeGreaterThan>", &to(0, "GLACIER_IR"));
        assert_eq!(due(&any_size, &[object(1, 1)], 1), transition(StorageClass::GlacierIr));
        let deep = Object { size: 1, storage_class: StorageClass::DeepArchive, ..Object::default() };
        assert_eq!(due(&any_size, &[version(1, Content::Object(deep))], 9), []);
    }

    #[test]
    fn uploads_are_aborted_by_prefix_and_age() {
        let abort = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
        let rules = rule("<Prefix>k</Prefix>", abort);
        let begun = Timestamp::from_seconds(DAY + 1);
        assert_eq!(rules.abortion("key", begun), Some((Timestamp::from_seconds(4 * DAY), "")));
        assert_eq!(rules.abortion("other", begun), None);
    }
}
