//! Tasks that move messages out of a dead-letter queue, in the background and at most so many a second.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use parking_lot::Mutex;
use ruststack_core::{arn::Arn, clock::Timestamp, context::Context};
use serde::{Deserialize, Serialize};

use crate::{Sqs, error::SqsError, live_queue::LiveQueue, message::Message};

/// How many tasks of an account and region are remembered.
const MAX_REMEMBERED: usize = 1000;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Status {
    Running,
    Completed,
    Cancelling,
    Cancelled,
    Failed,
}

impl Status {
    /// In AWS's capitals.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }

    fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Cancelling)
    }
}

/// A task and how far it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct MoveTask {
    pub(crate) id: String,
    pub(crate) source: Arn,
    /// `None` moves each message back to where it came from.
    pub(crate) destination: Option<Arn>,
    pub(crate) max_per_second: Option<i32>,
    pub(crate) status: Status,
    pub(crate) moved: i64,
    pub(crate) to_move: i64,
    pub(crate) failure: Option<String>,
    /// In milliseconds.
    pub(crate) started_at: i64,
}

/// What a task is known by to clients.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskHandle {
    pub(crate) task_id: String,
    pub(crate) source_arn: String,
}

impl TaskHandle {
    pub(crate) fn of(task: &MoveTask) -> String {
        let handle = Self { task_id: task.id.clone(), source_arn: task.source.to_string() };
        STANDARD.encode(serde_json::to_vec(&handle).unwrap_or_default())
    }

    pub(crate) fn decode(text: &str) -> Result<Self, SqsError> {
        let document = STANDARD.decode(text).ok();
        let handle = document.and_then(|document| serde_json::from_slice(&document).ok());
        let message = || "Value for parameter TaskHandle is invalid.".to_owned();
        handle.ok_or_else(|| SqsError::InvalidParameterValue { message: message() })
    }
}

/// All tasks, the newest first.
#[derive(Default)]
pub(crate) struct MoveTasks(Mutex<Vec<MoveTask>>);

impl MoveTasks {
    /// Adds a task, unless one of the same source is under way.
    pub(crate) fn start(&self, task: MoveTask) -> Result<(), SqsError> {
        let mut tasks = self.0.lock();
        if tasks.iter().any(|other| other.source == task.source && other.status.is_active()) {
            let message = "There is already a task running. Only one active task is allowed for a source queue arn at a \
                           given time.";
            return Err(SqsError::InvalidParameterValue { message: message.to_owned() });
        }
        tasks.insert(0, task);
        tasks.truncate(MAX_REMEMBERED);
        Ok(())
    }

    pub(crate) fn of(&self, source: &Arn, max: usize) -> Vec<MoveTask> {
        self.0.lock().iter().filter(|task| task.source == *source).take(max).cloned().collect()
    }

    /// Changes the task of that id.
    pub(crate) fn with<T>(&self, id: &str, change: impl FnOnce(&mut MoveTask) -> T) -> Option<T> {
        self.0.lock().iter_mut().find(|task| task.id == id).map(change)
    }
}

/// What came of one step.
enum Step {
    Moved,
    Nothing,
    Failed(&'static str),
}

/// Moves messages until there are none, until it is cancelled, or until they cannot be moved.
pub(crate) async fn run(sqs: Arc<Sqs>, ctx: Context, source: Arc<LiveQueue>, task: MoveTask) {
    let queues = sqs.queues(&source.scope);
    let tasks = &queues.move_tasks;
    let pause =
        task.max_per_second.and_then(|max| u32::try_from(max).ok()).map(|max| Duration::from_secs(1) / max.max(1));
    let end = |status, failure: Option<&str>| {
        tasks.with(&task.id, |task| {
            task.status = status;
            task.failure = failure.map(str::to_owned);
        });
    };
    loop {
        let progress = tasks.with(&task.id, |task| (task.status, task.moved < task.to_move));
        let Some((Status::Running, is_to_move)) = progress else { return end(Status::Cancelled, None) };
        match step(&sqs, &ctx, &source, task.destination.as_ref(), is_to_move) {
            Step::Moved => drop(tasks.with(&task.id, |task| task.moved += 1)),
            Step::Nothing => return end(Status::Completed, None),
            Step::Failed(reason) => return end(Status::Failed, Some(reason)),
        }
        match pause {
            Some(pause) => ctx.clock().sleep(pause).await,
            None => tokio::task::yield_now().await,
        }
    }
}

fn step(sqs: &Sqs, ctx: &Context, source: &LiveQueue, destination: Option<&Arn>, is_to_move: bool) -> Step {
    let now = ctx.now();
    let Some(message) = sqs.with(source, now, |state| is_to_move.then(|| state.messages.pop(now)).flatten()) else {
        return Step::Nothing;
    };
    let origin = message.source_arn.as_ref().and_then(|arn| arn.parse().ok());
    let Some(target) = destination.cloned().or(origin) else {
        return put_back(source, message, now, "CouldNotDetermineMessageSource");
    };
    match sqs.by_arn(&target) {
        Some(target) => {
            // A message that is moved back begins anew.
            let message = Message::new(ctx.ids().uuid(), message.draft, now);
            sqs.with(&target, now, |state| state.messages.send(message, Duration::ZERO, now));
            Step::Moved
        }
        None => put_back(source, message, now, "AWS.SimpleQueueService.NonExistentQueue"),
    }
}

fn put_back(source: &LiveQueue, message: Message, now: Timestamp, reason: &'static str) -> Step {
    source.with(|state| state.messages.put(message, Duration::ZERO, now));
    Step::Failed(reason)
}

/// An ARN that a parameter names.
pub(crate) fn arn(parameter: &str, text: &str) -> Result<Arn, SqsError> {
    let message = || {
        format!(
            "You must use this format to specify the {parameter}: \
             arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
        )
    };
    text.parse().map_err(|_| SqsError::InvalidParameterValue { message: message() })
}

/// There is no such queue.
pub(crate) fn no_resource(parameter: &str) -> SqsError {
    let message = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
    SqsError::ResourceNotFoundException { message }
}
