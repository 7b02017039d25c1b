//! `PurgeQueue`: all messages end.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{PurgeQueueInput, PurgeQueueOutput},
    error::SqsError,
    limits::PURGE_INTERVAL,
    service::queue_of,
};

// Differs from AWS: a queue may be purged again at once, and is empty at once, unless SQS_DELAY_PURGE_RETRY is set.
pub(super) async fn purge_queue(call: Call<Sqs>, input: PurgeQueueInput) -> Result<PurgeQueueOutput, SqsError> {
    let (queue, now) = (queue_of(&call, &input.queue_url)?, call.now());
    let delays = call.service().config.delays_purges;
    call.service().change(call.ctx(), &queue, |state| {
        if delays && state.settings.purged_at.is_some_and(|at| now.since(at) < PURGE_INTERVAL) {
            return Err(SqsError::PurgeQueueInProgress { queue: queue.name.clone() });
        }
        state.settings.purged_at = Some(now);
        state.messages.purge();
        Ok(PurgeQueueOutput {})
    })
}
