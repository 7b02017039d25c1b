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
    let run = |entry: DeleteMessageBatchRequestEntry| {
        delete(&call, &queue, &entry.receipt_handle)?;
        Ok(DeleteMessageBatchResultEntry { id: entry.id })
    };
    let (successful, failed) = batch::each(entries, |entry| entry.id.clone(), run);
    Ok(DeleteMessageBatchOutput { successful, failed })
}
