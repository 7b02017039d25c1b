//! `ReceiveMessage`: up to ten messages, at once or when they come.

use std::time::Duration;

use ruststack_core::operation::Call;

use super::change_message_visibility::timeout;
use crate::{
    Sqs,
    api::{ReceiveMessageInput, ReceiveMessageOutput},
    error::{SqsError, invalid_parameter},
    limits::{RECEIVED_MESSAGES, WAIT_SECONDS},
    overrides::Overrides,
    receiving::{self, Wanted},
    service::queue_of,
};

pub(super) async fn receive_message(
    call: Call<Sqs>,
    input: ReceiveMessageInput,
) -> Result<ReceiveMessageOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let wanted =
        Wanted::of(input.attribute_names, input.message_system_attribute_names, input.message_attribute_names)?;
    let overrides = call.extensions().get::<Overrides>().copied().unwrap_or_default();
    let max = match overrides.max_messages {
        Some(max) => max.max(1),
        None => max_messages(&call, input.max_number_of_messages)?,
    };
    let visibility = input.visibility_timeout.map(timeout).transpose()?;
    let patience = match (overrides.wait_seconds, input.wait_time_seconds) {
        (Some(seconds), _) => Duration::from_secs(seconds),
        (None, Some(seconds)) => patience(seconds)?,
        (None, None) => queue.look(|state| state.settings.attributes.wait_time()),
    };
    let received = receiving::receive(call.ctx(), call.service(), &queue, max, visibility, patience).await?;
    let messages: Vec<_> = received.into_iter().map(|(entry, handle)| wanted.tell(&entry, handle)).collect();
    Ok(ReceiveMessageOutput { messages: Some(messages).filter(|messages| !messages.is_empty()) })
}

fn max_messages(call: &Call<Sqs>, asked: Option<i32>) -> Result<usize, SqsError> {
    let asked = asked.unwrap_or(1);
    let is_allowed = RECEIVED_MESSAGES.contains(&asked) || asked > 0 && !call.service().config.limits_received;
    let max = usize::try_from(asked).ok().filter(|_| is_allowed);
    max.ok_or_else(|| invalid_parameter("MaxNumberOfMessages", asked, "Must be between 1 and 10, if provided."))
}

fn patience(seconds: i32) -> Result<Duration, SqsError> {
    let patience = u64::try_from(seconds).ok().filter(|_| WAIT_SECONDS.contains(&i64::from(seconds)));
    let reason = "Must be >= 0 and <= 20, if provided.";
    patience.map(Duration::from_secs).ok_or_else(|| invalid_parameter("WaitTimeSeconds", seconds, reason))
}
