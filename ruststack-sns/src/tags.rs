//! Tags of topics, refused in SNS's words.

use ruststack_core::tags::{self, Problem, Tags};

use crate::{
    api::Tag,
    error::{SnsError, invalid},
    limits::MAX_TAGS,
};

/// Those that a client sent.
pub(crate) fn read(sent: Vec<Tag>) -> Result<Tags, SnsError> {
    let tags: Tags = sent.into_iter().map(|tag| (tag.key, tag.value)).collect();
    check(&tags)?;
    Ok(tags)
}

/// All that a topic is to have.
pub(crate) fn check(tags: &Tags) -> Result<(), SnsError> {
    tags::check(tags, MAX_TAGS).map_err(|problem| match problem {
        Problem::TooMany => SnsError::TagLimitExceeded {},
        Problem::RepeatedKey { .. } => invalid("Duplicated keys are not allowed."),
        Problem::ReservedKey { .. } => invalid("Tags Reason: Tag keys that start with aws: are reserved"),
        Problem::InvalidKey { key } => invalid(format!("Tags Reason: Tag key {key} is invalid")),
        Problem::InvalidValue { key, .. } => invalid(format!("Tags Reason: Value of tag {key} is invalid")),
    })
}

/// With those of `others`, whose values win.
pub(crate) fn merged(tags: &Tags, others: Tags) -> Result<Tags, SnsError> {
    let is_kept = |key: &str| !others.iter().any(|(other, _)| other == key);
    let mut all: Tags = tags.iter().filter(|(key, _)| is_kept(key)).cloned().collect();
    all.extend(others);
    check(&all)?;
    Ok(all)
}

/// Whether all that are given are there; there may be more.
pub(crate) fn holds_all(tags: &Tags, given: &Tags) -> bool {
    given.iter().all(|tag| tags.contains(tag))
}

pub(crate) fn shown(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}
