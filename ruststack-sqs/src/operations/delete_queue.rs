//! `DeleteQueue`, with all that is in it.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{DeleteQueueInput, DeleteQueueOutput},
    error::SqsError,
    service::queue_of,
};

pub(super) async fn delete_queue(call: Call<Sqs>, input: DeleteQueueInput) -> Result<DeleteQueueOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    call.service().queues(&queue.scope).delete(&queue, call.now());
    Ok(DeleteQueueOutput {})
}
