//! `TagQueue`.

use std::collections::BTreeMap;

use ruststack_core::{
    operation::Call,
    tags::{self, Problem},
};

use crate::{
    Sqs,
    api::{TagQueueInput, TagQueueOutput},
    error::{SqsError, invalid_parameter},
    limits::MAX_TAGS,
    service::queue_of,
};

pub(super) async fn tag_queue(call: Call<Sqs>, input: TagQueueInput) -> Result<TagQueueOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    call.service().change(call.ctx(), &queue, |state| {
        let mut tags = state.settings.tags.clone();
        tags.extend(input.tags);
        check(&tags)?;
        state.settings.tags = tags;
        Ok(TagQueueOutput {})
    })
}

/// The texts are assumed.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), SqsError> {
    let tags: tags::Tags = tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    tags::check(&tags, MAX_TAGS).map_err(|problem| match problem {
        Problem::TooMany => SqsError::InvalidParameterValue { message: format!("Too many tags: at most {MAX_TAGS}.") },
        Problem::RepeatedKey { key } => invalid_parameter("Tag.Key", key, "Tag keys must be unique."),
        Problem::ReservedKey { key } => {
            invalid_parameter("Tag.Key", key, "Tag keys that begin with aws: are reserved for system use.")
        }
        Problem::InvalidKey { key } => invalid_parameter(
            "Tag.Key",
            key,
            "Tag keys must be between 1 and 128 characters in length, and consist of letters, digits, blanks and _.:/=+-@.",
        ),
        Problem::InvalidValue { value, .. } => invalid_parameter(
            "Tag.Value",
            value,
            "Tag values must be between 0 and 256 characters in length, and consist of letters, digits, blanks and _.:/=+-@.",
        ),
    })
}
