//! `TagResource`, `UntagResource` and `ListTagsForResource`.

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{
        ListTagsForResourceInput, ListTagsForResourceOutput, TagResourceInput, TagResourceOutput, UntagResourceInput,
        UntagResourceOutput,
    },
    error::SnsError,
    tags,
    topics_of_calls::{change_topic, place_of},
};

const PARAMETER: &str = "ResourceArn";

pub(super) async fn tag_resource(call: Call<Sns>, input: TagResourceInput) -> Result<TagResourceOutput, SnsError> {
    let given = tags::read(input.tags)?;
    let changed = change_topic(&call, "TagResource", (PARAMETER, &input.resource_arn), |settings| {
        settings.tags = tags::merged(&settings.tags, given)?;
        Ok(())
    });
    changed.map(|()| TagResourceOutput {}).map_err(of_resource)
}

pub(super) async fn untag_resource(
    call: Call<Sns>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, SnsError> {
    let changed = change_topic(&call, "UntagResource", (PARAMETER, &input.resource_arn), |settings| {
        settings.tags.retain(|(key, _)| !input.tag_keys.contains(key));
        Ok(())
    });
    changed.map(|()| UntagResourceOutput {}).map_err(of_resource)
}

pub(super) async fn list_tags_for_resource(
    call: Call<Sns>,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceOutput, SnsError> {
    let found = place_of(&call, "ListTagsForResource", (PARAMETER, &input.resource_arn));
    let (_, settings) = found.map_err(of_resource)?;
    Ok(ListTagsForResourceOutput { tags: Some(tags::shown(&settings.tags)) })
}

/// These operations know resources, not topics.
fn of_resource(error: SnsError) -> SnsError {
    match error {
        SnsError::NotFound { .. } => SnsError::ResourceNotFound {},
        other => other,
    }
}
