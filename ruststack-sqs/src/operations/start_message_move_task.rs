//! `StartMessageMoveTask`: moves the messages of a dead-letter queue back, or elsewhere.

use std::sync::Arc;

use ruststack_core::{arn::Arn, operation::Call};

use crate::{
    Sqs, access,
    api::{StartMessageMoveTaskInput, StartMessageMoveTaskOutput},
    error::{SqsError, invalid_parameter},
    limits::MAX_MOVED_PER_SECOND,
    live_queue::LiveQueue,
    move_task::{self, MoveTask, Status, TaskHandle, arn, no_resource},
};

pub(super) async fn start_message_move_task(
    call: Call<Sqs>,
    input: StartMessageMoveTaskInput,
) -> Result<StartMessageMoveTaskOutput, SqsError> {
    let sqs = call.service();
    let source = arn("SourceArn", &input.source_arn)?;
    let queue = sqs.by_arn(&source).ok_or_else(|| no_resource("SourceArn"))?;
    check_access(&call, &queue)?;
    let destination = input.destination_arn.map(|text| arn("DestinationArn", &text)).transpose()?;
    if let Some(destination) = &destination {
        let target = sqs.by_arn(destination).ok_or_else(|| no_resource("DestinationArn"))?;
        access::check_operation(&call, "SendMessage", &target)?;
    }
    if !is_dead_letter_queue(sqs, &queue) {
        let message = "Source queue must be configured as a Dead Letter Queue.".to_owned();
        return Err(SqsError::InvalidParameterValue { message });
    }
    let max_per_second = input.max_number_of_messages_per_second;
    if let Some(max) = max_per_second.filter(|max| !(1..=MAX_MOVED_PER_SECOND).contains(max)) {
        let reason = "Must be between 1 and 500, if provided.";
        return Err(invalid_parameter("MaxNumberOfMessagesPerSecond", max, reason));
    }
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    let task = new_task(&call, &queue, source, destination, max_per_second);
    let task = sqs.queues(&queue.scope).move_tasks.start(&queue.scope, task, changes)?;
    let handle = TaskHandle::of(&task);
    move_task::spawn(sqs, call.ctx().runtime(), &queue.scope, task);
    Ok(StartMessageMoveTaskOutput { task_handle: Some(handle) })
}

/// Who starts a task does by it what it does.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>
fn check_access(call: &Call<Sqs>, source: &LiveQueue) -> Result<(), SqsError> {
    access::check(call, source)?;
    let steps = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
    steps.iter().try_for_each(|step| access::check_operation(call, step, source))
}

fn new_task(
    call: &Call<Sqs>,
    queue: &LiveQueue,
    source: Arn,
    destination: Option<Arn>,
    max_per_second: Option<i32>,
) -> MoveTask {
    let now = call.now();
    let waiting = call.service().look_at(now, queue, |state| state.messages.counts().ready);
    MoveTask {
        number: 0,
        id: call.ids().uuid(),
        source,
        destination,
        max_per_second,
        status: Status::Running,
        moved: 0,
        to_move: i64::try_from(waiting).unwrap_or(i64::MAX),
        failure: None,
        started_at: now.millis(),
    }
}

/// Whether some queue of the account gives its messages up to this one.
fn is_dead_letter_queue(sqs: &Sqs, queue: &LiveQueue) -> bool {
    let targets = |other: Arc<LiveQueue>| {
        other
            .look(|state| state.settings.attributes.redrive_policy().cloned())
            .is_some_and(|policy| policy.dead_letter_target_arn == queue.arn)
    };
    sqs.queues(&queue.scope).all().into_iter().any(targets)
}
