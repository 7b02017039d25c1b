//! Tags of keys, and what KMS says of wrong ones.

use ruststack_core::tags::{self, Problem, Tags};

use crate::{
    api::Tag,
    error::{KmsError, invalid},
    limits::MAX_TAGS,
};

/// Recorded: test_create_key_with_too_many_tags_raises_error, 2025-01-21, and its neighbours.
pub(crate) fn of_request(sent: Vec<Tag>) -> Result<Tags, KmsError> {
    let tags: Tags = sent.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect();
    check(&tags)?;
    Ok(tags)
}

pub(crate) fn check(tags: &Tags) -> Result<(), KmsError> {
    tags::check(tags, MAX_TAGS).map_err(|problem| match problem {
        Problem::TooMany => KmsError::TagException { message: "Too many tags" },
        Problem::RepeatedKey { .. } => KmsError::TagException { message: "Duplicate tag keys" },
        Problem::ReservedKey { .. } => KmsError::TagException { message: "Tags beginning with aws: are reserved" },
        Problem::InvalidKey { key } => invalid(format!("Invalid tag key: {key}")),
        Problem::InvalidValue { value, .. } => invalid(format!("Invalid tag value: {value}")),
    })
}

pub(crate) fn describe(key: &str, value: &str) -> Tag {
    Tag { tag_key: key.to_owned(), tag_value: value.to_owned() }
}
