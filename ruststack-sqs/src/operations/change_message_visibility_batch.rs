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
    let run = |entry: ChangeMessageVisibilityBatchRequestEntry| {
        let timeout = entry.visibility_timeout;
        let timeout = timeout.ok_or_else(|| SqsError::MissingParameter { name: "VisibilityTimeout".to_owned() })?;
        change(&call, &queue, &entry.receipt_handle, timeout)?;
        Ok(ChangeMessageVisibilityBatchResultEntry { id: entry.id })
    };
    let (successful, failed) = batch::each(entries, |entry| entry.id.clone(), run);
    Ok(ChangeMessageVisibilityBatchOutput { successful, failed })
}
