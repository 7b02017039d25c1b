//! `ListQueueTags`.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{ListQueueTagsInput, ListQueueTagsOutput},
    error::SqsError,
    service::queue_of,
};

pub(super) async fn list_queue_tags(
    call: Call<Sqs>,
    input: ListQueueTagsInput,
) -> Result<ListQueueTagsOutput, SqsError> {
    let tags = queue_of(&call, &input.queue_url)?.look(|state| state.settings.tags.clone());
    Ok(ListQueueTagsOutput { tags: Some(tags).filter(|tags| !tags.is_empty()) })
}
