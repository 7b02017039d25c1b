//! `TagResource`, `UntagResource`, `ListResourceTags`.

use ruststack_core::{operation::Call, tags::merged};

use crate::{
    Kms,
    api::{
        ListResourceTags, ListResourceTagsInput, ListResourceTagsOutput, TagResource, TagResourceInput,
        TagResourceOutput, UntagResource, UntagResourceInput, UntagResourceOutput,
    },
    error::KmsError,
    found::Found,
    limits::DEFAULT_SMALL_PAGE,
    paging::page,
    tagging,
};

pub(super) async fn tag_resource(call: Call<Kms>, input: TagResourceInput) -> Result<TagResourceOutput, KmsError> {
    let found = Found::of_key::<TagResource>(&call, &input.key_id)?;
    let new = tagging::of_request(input.tags)?;
    found.change(&call, |key| {
        key.check_not_pending_deletion()?;
        key.tags = merged(&key.tags, new);
        tagging::check(&key.tags)?;
        Ok(TagResourceOutput {})
    })
}

pub(super) async fn untag_resource(
    call: Call<Kms>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, KmsError> {
    Found::of_key::<UntagResource>(&call, &input.key_id)?.change(&call, |key| {
        key.check_not_pending_deletion()?;
        key.tags.retain(|(name, _)| !input.tag_keys.contains(name));
        Ok(UntagResourceOutput {})
    })
}

pub(super) async fn list_resource_tags(
    call: Call<Kms>,
    input: ListResourceTagsInput,
) -> Result<ListResourceTagsOutput, KmsError> {
    let found = Found::of_key::<ListResourceTags>(&call, &input.key_id)?;
    let mut tags = found.key.tags.clone();
    tags.sort_unstable();
    let all = tags.iter().map(|(name, value)| (name.clone(), tagging::describe(name, value)));
    let page = page(all, input.marker.as_deref(), input.limit, DEFAULT_SMALL_PAGE)?;
    let truncated = Some(page.is_truncated());
    Ok(ListResourceTagsOutput { tags: Some(page.entries), next_marker: page.next_marker, truncated })
}
