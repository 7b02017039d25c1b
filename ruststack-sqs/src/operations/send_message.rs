//! `SendMessage`.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{SendMessageInput, SendMessageOutput},
    error::SqsError,
    sending::{self, Letter},
    service::queue_of,
};

pub(super) async fn send_message(call: Call<Sqs>, input: SendMessageInput) -> Result<SendMessageOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let sent = sending::send(call.ctx(), call.service(), &queue, Letter::from(input))?;
    Ok(SendMessageOutput {
        md5_of_message_body: Some(sent.md5_of_body),
        md5_of_message_attributes: sent.md5_of_attributes,
        md5_of_message_system_attributes: sent.md5_of_system_attributes,
        message_id: Some(sent.message_id),
        sequence_number: sent.sequence_number,
    })
}
