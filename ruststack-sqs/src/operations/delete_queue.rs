//! `DeleteQueue`, with all that is in it.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{DeleteQueueInput, DeleteQueueOutput},
    error::SqsError,
    service::{no_queue, queue_of},
};

pub(super) async fn delete_queue(call: Call<Sqs>, input: DeleteQueueInput) -> Result<DeleteQueueOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let (sqs, changes) = (call.service(), call.ctx().changes());
    let _section = changes.begin()?;
    let is_deleted = sqs.queues(&queue.scope).delete(&queue, call.now(), sqs.config.delays_recreation, changes);
    if !is_deleted {
        return Err(no_queue(call.ctx()));
    }
    Ok(DeleteQueueOutput {})
}
