//! `ChangeMessageVisibility`: hides a received message for longer, or shows it again.

use std::time::Duration;

use ruststack_core::{clock::Timestamp, operation::Call};

use crate::{
    Sqs,
    api::{ChangeMessageVisibilityInput, ChangeMessageVisibilityOutput},
    error::{SqsError, invalid_parameter},
    limits::VISIBILITY_SECONDS,
    live_queue::{LiveQueue, QueueState},
    receipt_handle::ReceiptHandle,
    receiving::told,
    service::queue_of,
};

pub(super) async fn change_message_visibility(
    call: Call<Sqs>,
    input: ChangeMessageVisibilityInput,
) -> Result<ChangeMessageVisibilityOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    call.service().change(call.ctx(), &queue, |state| {
        change(&queue, state, &input.receipt_handle, input.visibility_timeout, call.now())
    })?;
    Ok(ChangeMessageVisibilityOutput {})
}

pub(super) fn change(
    queue: &LiveQueue,
    state: &mut QueueState,
    handle: &str,
    seconds: i32,
    now: Timestamp,
) -> Result<(), SqsError> {
    let timeout = timeout(seconds)?;
    let ReceiptHandle { receipt, message_id, .. } = ReceiptHandle::decode(handle, queue.arn.as_str())?;
    let changed = state.messages.change_visibility(&message_id, &receipt, timeout, now);
    changed.map_err(|refusal| told(refusal, handle, timeout))
}

/// A visibility timeout that may be asked for.
pub(super) fn timeout(seconds: i32) -> Result<Duration, SqsError> {
    let timeout = u64::try_from(seconds).ok().filter(|_| VISIBILITY_SECONDS.contains(&i64::from(seconds)));
    let reason = "VisibilityTimeout must be an integer between 0 and 43200";
    timeout.map(Duration::from_secs).ok_or_else(|| invalid_parameter("VisibilityTimeout", seconds, reason))
}
