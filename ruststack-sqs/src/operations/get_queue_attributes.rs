//! `GetQueueAttributes`: what was set, and how many messages there are.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{GetQueueAttributesInput, GetQueueAttributesOutput},
    attributes::{is_known, unknown},
    error::SqsError,
    service::queue_of,
};

pub(super) async fn get_queue_attributes(
    call: Call<Sqs>,
    input: GetQueueAttributesInput,
) -> Result<GetQueueAttributesOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let names = input.attribute_names.unwrap_or_default();
    let is_all = |name: &String| name == "All";
    if let Some(name) = names.iter().find(|name| !is_all(name) && !is_known(name)) {
        return Err(unknown(name));
    }
    let mut attributes = call.service().look_at(call.now(), &queue, |state| state.described(&queue.arn));
    if !names.iter().any(is_all) {
        attributes.retain(|name, _| names.contains(name));
    }
    Ok(GetQueueAttributesOutput { attributes: Some(attributes).filter(|attributes| !attributes.is_empty()) })
}
