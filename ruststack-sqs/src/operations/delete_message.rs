//! `DeleteMessage`: ends a message that was received. What is gone already is deleted, too.

use std::time::Duration;

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{DeleteMessageInput, DeleteMessageOutput},
    error::SqsError,
    live_queue::LiveQueue,
    receipt_handle::ReceiptHandle,
    receiving::told,
    service::queue_of,
};

pub(super) async fn delete_message(
    call: Call<Sqs>,
    input: DeleteMessageInput,
) -> Result<DeleteMessageOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    delete(&call, &queue, &input.receipt_handle)?;
    Ok(DeleteMessageOutput {})
}

pub(super) fn delete(call: &Call<Sqs>, queue: &LiveQueue, handle: &str) -> Result<(), SqsError> {
    let ReceiptHandle { receipt, message_id, .. } = ReceiptHandle::decode(handle, queue.arn.as_str())?;
    let now = call.now();
    let deleted = call.service().with(queue, now, |state| state.messages.delete(&message_id, &receipt, now));
    deleted.map_err(|refusal| told(refusal, handle, Duration::ZERO))
}
