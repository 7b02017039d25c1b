//! `SendMessageBatch`: up to ten messages, each of which may fail alone.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{SendMessageBatchInput, SendMessageBatchOutput, SendMessageBatchResultEntry},
    batch,
    error::SqsError,
    limits::MAX_MESSAGE_SIZE,
    sending::{self, Letter, Sent},
    service::queue_of,
};

const ENTRY: &str = "SendMessageBatchRequestEntry";

pub(super) async fn send_message_batch(
    call: Call<Sqs>,
    input: SendMessageBatchInput,
) -> Result<SendMessageBatchOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let entries = input.entries.unwrap_or_default();
    batch::check(ENTRY, entries.iter().map(|entry| entry.id.as_str()))?;
    let letters: Vec<(String, Letter)> = entries.into_iter().map(|entry| (entry.id.clone(), entry.into())).collect();
    queue.look(|state| {
        let attributes = &state.settings.attributes;
        let mut letters = letters.iter().filter(|_| attributes.is_fifo());
        letters.try_for_each(|(_, letter)| sending::check_batch_of_fifo(letter, attributes))
    })?;
    let bytes = letters.iter().map(|(_, letter)| sending::size(letter)).sum();
    if bytes > MAX_MESSAGE_SIZE {
        return Err(SqsError::BatchRequestTooLong { max: MAX_MESSAGE_SIZE, bytes });
    }
    let (successful, failed) = call.service().change(call.ctx(), &queue, |state| {
        let run = |(id, letter)| Ok(entry(id, sending::send_to(call.ctx(), state, letter)?));
        Ok(batch::each(letters, |(id, _)| id.clone(), run))
    })?;
    Ok(SendMessageBatchOutput { successful, failed })
}

fn entry(id: String, sent: Sent) -> SendMessageBatchResultEntry {
    SendMessageBatchResultEntry {
        id,
        message_id: sent.message_id,
        md5_of_message_body: sent.md5_of_body,
        md5_of_message_attributes: sent.md5_of_attributes,
        md5_of_message_system_attributes: sent.md5_of_system_attributes,
        sequence_number: sent.sequence_number,
    }
}
