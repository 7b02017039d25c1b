//! `ListMessageMoveTasks`: the tasks of a queue, the newest first.

use ruststack_core::operation::Call;

use crate::{
    Sqs, access,
    api::{ListMessageMoveTasksInput, ListMessageMoveTasksOutput, ListMessageMoveTasksResultEntry},
    error::{SqsError, invalid_parameter},
    limits::MAX_LISTED_MOVE_TASKS,
    move_task::{MoveTask, Status, TaskHandle, arn, no_resource},
};

pub(super) async fn list_message_move_tasks(
    call: Call<Sqs>,
    input: ListMessageMoveTasksInput,
) -> Result<ListMessageMoveTasksOutput, SqsError> {
    let source = arn("SourceArn", &input.source_arn)?;
    let queue = call.service().by_arn(&source).ok_or_else(|| no_resource("SourceArn"))?;
    access::check(&call, &queue)?;
    let max = input.max_results.unwrap_or(1);
    let max = usize::try_from(max)
        .ok()
        .filter(|max| (1..=MAX_LISTED_MOVE_TASKS).contains(max))
        .ok_or_else(|| invalid_parameter("MaxResults", max, "Must be an integer between 1 and 10, if provided."))?;
    let tasks = call.service().queues(&queue.scope).move_tasks.of(&source, max);
    let results: Vec<_> = tasks.into_iter().map(entry).collect();
    Ok(ListMessageMoveTasksOutput { results: Some(results).filter(|results| !results.is_empty()) })
}

/// Only what is running can be cancelled, and has a handle.
fn entry(task: MoveTask) -> ListMessageMoveTasksResultEntry {
    ListMessageMoveTasksResultEntry {
        task_handle: (task.status == Status::Running).then(|| TaskHandle::of(&task)),
        status: Some(task.status.as_str().to_owned()),
        source_arn: Some(task.source.to_string()),
        destination_arn: task.destination.map(|arn| arn.to_string()),
        max_number_of_messages_per_second: task.max_per_second,
        approximate_number_of_messages_moved: Some(task.moved),
        approximate_number_of_messages_to_move: Some(task.to_move),
        failure_reason: task.failure,
        started_timestamp: Some(task.started_at),
    }
}
