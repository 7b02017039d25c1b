//! `SetQueueAttributes`.

use std::collections::BTreeMap;

use ruststack_core::{arn::Arn, operation::Call};

use crate::{
    Sqs,
    api::{SetQueueAttributesInput, SetQueueAttributesOutput},
    attributes,
    error::{SqsError, invalid_parameter},
    redrive::RedrivePolicy,
    service::queue_of,
};

pub(super) async fn set_queue_attributes(
    call: Call<Sqs>,
    input: SetQueueAttributesInput,
) -> Result<SetQueueAttributesOutput, SqsError> {
    let (queue, now) = (queue_of(&call, &input.queue_url)?, call.now());
    let given = attributes::normalised(input.attributes);
    let is_fifo = queue.look(|state| state.settings.attributes.is_fifo());
    attributes::check(&given, is_fifo)?;
    check_redrive(call.service(), &queue.arn, is_fifo, &given)?;
    call.service().change(call.ctx(), &queue, |state| {
        let delays_anew = is_fifo && given.contains_key("DelaySeconds");
        state.settings.attributes.set(given);
        state.settings.modified_at = now;
        if delays_anew {
            state.messages.delay_anew(state.settings.attributes.delay(), now);
        }
        Ok(SetQueueAttributesOutput {})
    })
}

/// The queue that takes what is given up must be there, of the same kind, and willing. The texts are assumed.
pub(super) fn check_redrive(
    sqs: &Sqs,
    source: &Arn,
    is_fifo: bool,
    given: &BTreeMap<String, String>,
) -> Result<(), SqsError> {
    let Some(text) = given.get("RedrivePolicy").filter(|text| !text.is_empty()) else { return Ok(()) };
    let refused = |reason: &str| Err(invalid_parameter("RedrivePolicy", text, reason));
    let policy = RedrivePolicy::parse(text)?;
    let Some(target) = sqs.by_arn(&policy.dead_letter_target_arn) else {
        return refused("Dead letter target does not exist.");
    };
    let (is_same_kind, is_willing) = target
        .look(|state| (state.settings.attributes.is_fifo() == is_fifo, state.settings.attributes.takes_from(source)));
    if !is_same_kind {
        return refused("Dead-letter queue must be same type of queue as the source.");
    }
    if is_willing { Ok(()) } else { refused("Dead-letter target does not allow this queue as its source.") }
}
