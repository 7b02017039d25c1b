//! `CancelMessageMoveTask`: what is moved stays moved.

use ruststack_core::operation::Call;

use crate::{
    Sqs, access,
    api::{CancelMessageMoveTaskInput, CancelMessageMoveTaskOutput},
    error::SqsError,
    move_task::{Status, TaskHandle, arn, no_resource},
};

pub(super) async fn cancel_message_move_task(
    call: Call<Sqs>,
    input: CancelMessageMoveTaskInput,
) -> Result<CancelMessageMoveTaskOutput, SqsError> {
    let handle = TaskHandle::decode(&input.task_handle)?;
    let source = arn("SourceArn", &handle.source_arn).ok().and_then(|arn| call.service().by_arn(&arn));
    let source = source.ok_or_else(|| no_resource("SourceArn"))?;
    access::check(&call, &source)?;
    let (changes, tasks) = (call.ctx().changes(), &call.service().queues(&source.scope).move_tasks);
    let _section = changes.begin()?;
    let cancelled = tasks.change(&source.scope, &handle.task_id, changes, |task| {
        let is_running = task.status == Status::Running;
        if is_running {
            task.status = Status::Cancelling;
        }
        is_running.then_some(task.moved)
    });
    match cancelled {
        None => Err(SqsError::ResourceNotFoundException { message: "Task does not exist.".to_owned() }),
        Some(None) => {
            let message = "Only active tasks can be cancelled.".to_owned();
            Err(SqsError::UnsupportedOperation { message })
        }
        Some(moved) => Ok(CancelMessageMoveTaskOutput { approximate_number_of_messages_moved: moved }),
    }
}
