//! `DeleteMessage`: ends a message that was received. What is gone already is deleted, too.

use std::time::Duration;

use ruststack_core::{clock::Timestamp, operation::Call};

use crate::{
    Sqs,
    api::{DeleteMessageInput, DeleteMessageOutput},
    error::SqsError,
    live_queue::{LiveQueue, QueueState},
    receipt_handle::ReceiptHandle,
    receiving::told,
    service::queue_of,
};

pub(super) async fn delete_message(
    call: Call<Sqs>,
    input: DeleteMessageInput,
) -> Result<DeleteMessageOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    call.service().change(call.ctx(), &queue, |state| delete(&queue, state, &input.receipt_handle, call.now()))?;
    Ok(DeleteMessageOutput {})
}

pub(super) fn delete(queue: &LiveQueue, state: &mut QueueState, handle: &str, now: Timestamp) -> Result<(), SqsError> {
    let ReceiptHandle { receipt, message_id, .. } = ReceiptHandle::decode(handle, queue.arn.as_str())?;
    let deleted = state.messages.delete(&message_id, &receipt, now);
    deleted.map_err(|refusal| told(refusal, handle, Duration::ZERO))
}
