//! Conditional requests: reads, copies, writes and deletes that depend on what is there.

use ruststack_core::{clock::Timestamp, error::AwsError};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use crate::{
    error::S3Error,
    object::{ETag, Object, Version},
};

/// The conditions of GET and HEAD, or of a copy's source.
pub(crate) struct ReadConditions<'h> {
    names: &'static Names,
    if_match: Option<&'h str>,
    if_none_match: Option<&'h str>,
    if_modified_since: Option<Timestamp>,
    if_unmodified_since: Option<Timestamp>,
}

/// The conditions' headers, and how AWS's errors spell them.
pub(crate) struct Names {
    if_match: [&'static str; 2],
    if_none_match: [&'static str; 2],
    if_modified_since: [&'static str; 2],
    if_unmodified_since: [&'static str; 2],
}

pub(crate) const READ: Names = Names {
    if_match: ["if-match", "If-Match"],
    if_none_match: ["if-none-match", "If-None-Match"],
    if_modified_since: ["if-modified-since", "If-Modified-Since"],
    if_unmodified_since: ["if-unmodified-since", "If-Unmodified-Since"],
};
pub(crate) const COPY_SOURCE: Names = Names {
    if_match: ["x-amz-copy-source-if-match", "x-amz-copy-source-If-Match"],
    if_none_match: ["x-amz-copy-source-if-none-match", "x-amz-copy-source-If-None-Match"],
    if_modified_since: ["x-amz-copy-source-if-modified-since", "x-amz-copy-source-If-Modified-Since"],
    if_unmodified_since: ["x-amz-copy-source-if-unmodified-since", "x-amz-copy-source-If-Unmodified-Since"],
};

/// Why a read does not happen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unmet {
    /// The client has it already.
    NotModified(&'static str),
    Failed(&'static str),
}

impl<'h> ReadConditions<'h> {
    pub(crate) fn of(names: &'static Names, header: impl Fn(&str) -> Option<&'h str>) -> Self {
        Self {
            names,
            if_match: header(names.if_match[0]),
            if_none_match: header(names.if_none_match[0]),
            if_modified_since: header(names.if_modified_since[0]).and_then(parse_date),
            if_unmodified_since: header(names.if_unmodified_since[0]).and_then(parse_date),
        }
    }

    /// RFC 9110's precedence: tags go before dates, and a date counts only where its tag says nothing.
    pub(crate) fn check(&self, etag: ETag, last_modified: Timestamp, now: Timestamp) -> Result<(), Unmet> {
        let last_modified = last_modified.truncated_to_seconds();
        match self.if_match {
            Some(tags) if !matches_any(tags, etag) => return Err(Unmet::Failed(self.names.if_match[1])),
            Some(_) => {}
            None if self.if_unmodified_since.is_some_and(|date| last_modified > date) => {
                return Err(Unmet::Failed(self.names.if_unmodified_since[1]));
            }
            None => {}
        }
        match self.if_none_match {
            Some(tags) if matches_any(tags, etag) => Err(Unmet::NotModified(self.names.if_none_match[1])),
            Some(_) => Ok(()),
            // A date in the future says nothing.
            None if self.if_modified_since.is_some_and(|date| last_modified <= date && date <= now) => {
                Err(Unmet::NotModified(self.names.if_modified_since[1]))
            }
            None => Ok(()),
        }
    }
}

impl Unmet {
    /// What GET and HEAD answer.
    pub(crate) fn into_read_error(self) -> AwsError {
        match self {
            Self::NotModified(_) => AwsError::new(304, "NotModified", "Not Modified").without_body(),
            Self::Failed(condition) => S3Error::PreconditionFailed { condition }.into(),
        }
    }

    /// What a copy answers.
    pub(crate) fn into_copy_error(self) -> S3Error {
        let (Self::NotModified(condition) | Self::Failed(condition)) = self;
        S3Error::PreconditionFailed { condition }
    }
}

fn matches_any(tags: &str, etag: ETag) -> bool {
    tags.trim() == "*" || tags.split(',').any(|tag| etag.is_named_by(tag.trim().trim_start_matches("W/")))
}

/// A date that cannot be read is as if it had not been sent.
fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim().replace("GMT", "+0000");
    OffsetDateTime::parse(&text, &Rfc2822).ok().map(Timestamp::from_date_time)
}

/// The condition of a write, decided under the index's lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum WriteCondition {
    None,
    /// `If-None-Match: *`.
    Absent,
    /// `If-Match: <etag>`.
    Matches(String),
}

impl WriteCondition {
    pub(crate) fn of<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Result<Self, S3Error> {
        let refuse = |header, message: &str| S3Error::NotImplementedCondition { header, message: message.to_owned() };
        match (header("if-match"), header("if-none-match")) {
            (None, None) => Ok(Self::None),
            (Some(_), Some(_)) => {
                Err(refuse("If-Match,If-None-Match", "Multiple conditional request headers present in the request"))
            }
            (None, Some("*")) => Ok(Self::Absent),
            (None, Some(_)) => {
                Err(refuse("If-None-Match", "We don't accept the provided value of If-None-Match header for this API"))
            }
            (Some("*"), None) => {
                Err(refuse("If-Match", "We don't accept the provided value of If-Match header for this API"))
            }
            (Some(etag), None) => Ok(Self::Matches(etag.to_owned())),
        }
    }

    /// `current` is the object that the key shows now, if any.
    pub(crate) fn check(&self, key: &str, current: Option<&Object>) -> Result<(), S3Error> {
        match (self, current) {
            (Self::Absent, Some(_)) => Err(S3Error::PreconditionFailed { condition: "If-None-Match" }),
            (Self::Matches(_), None) => Err(S3Error::NoSuchKey { key: key.to_owned() }),
            (Self::Matches(etag), Some(current)) if !current.etag.is_named_by(etag) => {
                Err(S3Error::PreconditionFailed { condition: "If-Match" })
            }
            _ => Ok(()),
        }
    }
}

/// Conditions of DELETE: AWS takes `If-Match` alone outside directory buckets.
pub(crate) fn check_delete<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Result<Option<&'h str>, S3Error> {
    for name in ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"] {
        if header(name).is_some() {
            return Err(S3Error::NotImplementedHeader { header: name });
        }
    }
    Ok(header("if-match"))
}

/// Whether what is to be deleted is what the client thinks it is.
pub(crate) fn check_delete_match(if_match: Option<&str>, current: Option<&Version>) -> Result<(), S3Error> {
    let Some(if_match) = if_match else { return Ok(()) };
    let object = current.and_then(Version::object);
    let is_match = object.is_some_and(|object| if_match == "*" || object.etag.is_named_by(if_match));
    if is_match { Ok(()) } else { Err(S3Error::PreconditionFailed { condition: "If-Match" }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"00000000000000000000000000000000\"";
    const OTHER: &str = "\"10000000000000000000000000000000\"";
    const BEFORE: &str = "Tue, 20 Oct 2026 07:28:00 GMT";
    const SAME: &str = "Wed, 21 Oct 2026 07:28:00 GMT";

    fn check(list: &[(&str, &'static str)]) -> Result<(), Unmet> {
        let header = |name: &str| list.iter().find(|(found, _)| *found == name).map(|(_, value)| *value);
        let modified = Timestamp::from_millis(1_792_567_680_123);
        let now = modified.plus(std::time::Duration::from_secs(3600));
        ReadConditions::of(&READ, header).check(ETag::default(), modified, now)
    }

    #[test]
    fn tags_go_before_dates() {
        let failed = |name| Err(Unmet::Failed(name));
        let not_modified = |name| Err(Unmet::NotModified(name));
        for (list, expected) in [
            (&[("if-match", TAG)][..], Ok(())),
            (&[("if-match", "*")], Ok(())),
            (&[("if-match", OTHER)], failed("If-Match")),
            (&[("if-match", TAG), ("if-unmodified-since", BEFORE)], Ok(())),
            (&[("if-unmodified-since", BEFORE)], failed("If-Unmodified-Since")),
            (&[("if-unmodified-since", SAME)], Ok(())),
            (&[("if-none-match", TAG)], not_modified("If-None-Match")),
            (&[("if-none-match", "\"x\", \"00000000000000000000000000000000\"")], not_modified("If-None-Match")),
            (&[("if-none-match", OTHER), ("if-modified-since", SAME)], Ok(())),
            (&[("if-modified-since", SAME)], not_modified("If-Modified-Since")),
            (&[("if-modified-since", BEFORE)], Ok(())),
            (&[("if-modified-since", "Wed, 21 Oct 2099 07:28:00 GMT")], Ok(())),
            (&[("if-modified-since", "yesterday")], Ok(())),
            (&[("if-match", TAG), ("if-none-match", TAG)], not_modified("If-None-Match")),
        ] {
            assert_eq!(check(list), expected, "{list:?}");
        }
    }

    /// Recorded: test_put_object_if_none_match_validation, test_put_object_if_match_validation.
    #[test]
    fn a_write_takes_one_condition() {
        let parse = |list: &[(&str, &'static str)]| {
            WriteCondition::of(|name| list.iter().find(|(found, _)| *found == name).map(|(_, value)| *value))
        };
        assert_eq!(parse(&[("if-none-match", "*")]), Ok(WriteCondition::Absent));
        for wrong in [&[("if-none-match", TAG)][..], &[("if-match", "*")], &[("if-match", TAG), ("if-none-match", "*")]]
        {
            assert!(matches!(parse(wrong), Err(S3Error::NotImplementedCondition { .. })));
        }
        let object = Object::default();
        assert!(WriteCondition::Absent.check("key", Some(&object)).is_err());
        assert!(WriteCondition::Matches(TAG.to_owned()).check("key", Some(&object)).is_ok());
        assert!(WriteCondition::Matches(TAG.to_owned()).check("key", None).is_err());
    }
}
