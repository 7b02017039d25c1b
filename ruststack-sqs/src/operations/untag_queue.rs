//! `UntagQueue`.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{UntagQueueInput, UntagQueueOutput},
    error::SqsError,
    service::queue_of,
};

pub(super) async fn untag_queue(call: Call<Sqs>, input: UntagQueueInput) -> Result<UntagQueueOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    call.service().change(call.ctx(), &queue, |state| {
        state.settings.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(UntagQueueOutput {})
    })
}
