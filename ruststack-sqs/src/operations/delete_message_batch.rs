//! `DeleteMessageBatch`.

use ruststack_core::operation::Call;

use super::delete_message::delete;
use crate::{
    Sqs,
    api::{
        DeleteMessageBatchInput, DeleteMessageBatchOutput, DeleteMessageBatchRequestEntry,
        DeleteMessageBatchResultEntry,
    },
    batch,
    error::SqsError,
    live_queue::QueueState,
    service::queue_of,
};

const ENTRY: &str = "DeleteMessageBatchRequestEntry";

pub(super) async fn delete_message_batch(
    call: Call<Sqs>,
    input: DeleteMessageBatchInput,
) -> Result<DeleteMessageBatchOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let entries = input.entries.unwrap_or_default();
    batch::check(ENTRY, entries.iter().map(|entry| entry.id.as_str()))?;
    let run = |state: &mut QueueState, entry: DeleteMessageBatchRequestEntry| {
        delete(&queue, state, &entry.receipt_handle, call.now())?;
        Ok(DeleteMessageBatchResultEntry { id: entry.id })
    };
    let (successful, failed) = call.service().change(call.ctx(), &queue, |state| {
        Ok(batch::each(entries, |entry| entry.id.clone(), |entry| run(state, entry)))
    })?;
    Ok(DeleteMessageBatchOutput { successful, failed })
}
