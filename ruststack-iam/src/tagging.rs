//! Tags of all that can have them, and what IAM says of wrong ones.

use ruststack_core::tags::{self, Problem, Tags};

use crate::{
    api::Tag,
    error::{IamError, invalid_input},
    limits::MAX_TAGS,
};

const TWICE: &str = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
const RESERVED: &str = "aws: prefixed tag key names are not allowed for external use.";

/// The tags of something new.
pub(crate) fn of_request(sent: Option<Vec<Tag>>) -> Result<Tags, IamError> {
    let tags: Tags = sent.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
    check(&tags)?;
    Ok(tags)
}

/// Those that are there with those that are sent.
pub(crate) fn add(old: &Tags, sent: Vec<Tag>) -> Result<Tags, IamError> {
    let merged = tags::merged(old, of_request(Some(sent))?);
    check(&merged)?;
    Ok(merged)
}

pub(crate) fn remove(tags: &mut Tags, keys: &[String]) {
    tags.retain(|(key, _)| !keys.contains(key));
}

pub(crate) fn described(tags: &Tags) -> Option<Vec<Tag>> {
    let tags = list(tags);
    (!tags.is_empty()).then_some(tags)
}

pub(crate) fn list(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

fn check(tags: &Tags) -> Result<(), IamError> {
    let folded: Tags = tags.iter().map(|(key, value)| (key.to_lowercase(), value.clone())).collect();
    tags::check(&folded, MAX_TAGS).map_err(|problem| match problem {
        Problem::TooMany => IamError::LimitExceeded {
            message: format!("The number of tags has reached the maximum limit: {MAX_TAGS}."),
        },
        Problem::RepeatedKey { .. } => invalid_input(TWICE),
        Problem::ReservedKey { .. } => invalid_input(RESERVED),
        Problem::InvalidKey { key } => invalid_input(format!("Invalid tag key: {key}")),
        Problem::InvalidValue { value, .. } => invalid_input(format!("Invalid tag value: {value}")),
    })
}
