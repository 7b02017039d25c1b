//! `ChangeMessageVisibilityBatch`.

use ruststack_core::operation::Call;

use super::change_message_visibility::change;
use crate::{
    Sqs,
    api::{
        ChangeMessageVisibilityBatchInput, ChangeMessageVisibilityBatchOutput,
        ChangeMessageVisibilityBatchRequestEntry, ChangeMessageVisibilityBatchResultEntry,
    },
    batch,
    error::SqsError,
    live_queue::QueueState,
    service::queue_of,
};

const ENTRY: &str = "ChangeMessageVisibilityBatchRequestEntry";

pub(super) async fn change_message_visibility_batch(
    call: Call<Sqs>,
    input: ChangeMessageVisibilityBatchInput,
) -> Result<ChangeMessageVisibilityBatchOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let entries = input.entries.unwrap_or_default();
    batch::check(ENTRY, entries.iter().map(|entry| entry.id.as_str()))?;
    let run = |state: &mut QueueState, entry: ChangeMessageVisibilityBatchRequestEntry| {
        let timeout = entry.visibility_timeout;
        let timeout = timeout.ok_or_else(|| SqsError::MissingParameter { name: "VisibilityTimeout".to_owned() })?;
        change(&queue, state, &entry.receipt_handle, timeout, call.now())?;
        Ok(ChangeMessageVisibilityBatchResultEntry { id: entry.id })
    };
    let (successful, failed) = call.service().change(call.ctx(), &queue, |state| {
        Ok(batch::each(entries, |entry| entry.id.clone(), |entry| run(state, entry)))
    })?;
    Ok(ChangeMessageVisibilityBatchOutput { successful, failed })
}
