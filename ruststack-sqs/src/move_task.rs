//! Tasks that move messages out of a dead-letter queue, in the background and at most so many a second.

use std::{collections::HashSet, ptr, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use parking_lot::{Mutex, MutexGuard};
use ruststack_core::{
    arn::Arn,
    clock::Timestamp,
    journal::{Changes, Refused},
    scope::Scope,
    service::Runtime,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::{
    Sqs,
    error::SqsError,
    live_queue::{LiveQueue, QueueState, change_both},
    message::Message,
    queue::Entry,
    rows,
};

/// How many tasks of an account and region are remembered.
const MAX_REMEMBERED: usize = 1000;
/// How long a task waits for a disk that takes nothing.
const DISK_PAUSE: Duration = Duration::from_secs(1);

/// Of a task whose destination is gone.
const NO_TARGET: &str = "AWS.SimpleQueueService.NonExistentQueue";

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
    /// In the order of their starts.
    pub(crate) number: u64,
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

/// All tasks of an account and region, the newest first.
#[derive(Default)]
pub(crate) struct MoveTasks(Mutex<Vec<MoveTask>>);

impl MoveTasks {
    /// Adds a task and numbers it, unless one of the same source is under way.
    pub(crate) fn start(&self, scope: &Scope, mut task: MoveTask, changes: &Changes) -> Result<MoveTask, SqsError> {
        let mut tasks = self.0.lock();
        if tasks.iter().any(|other| other.source == task.source && other.status.is_active()) {
            let message = "There is already a task running. Only one active task is allowed for a source queue arn at a \
                           given time.";
            return Err(SqsError::InvalidParameterValue { message: message.to_owned() });
        }
        task.number = tasks.first().map_or(0, |newest| newest.number + 1);
        tasks.insert(0, task.clone());
        let remembered = tasks.len().min(MAX_REMEMBERED);
        let forgotten = tasks.split_off(remembered);
        changes.record(|rows| {
            rows::put_move_task(rows, scope, &task);
            forgotten.iter().for_each(|task| rows::remove_move_task(rows, scope, task));
        });
        Ok(task)
    }

    /// One that was kept; they come in the order of their numbers.
    pub(crate) fn restore(&self, task: MoveTask) {
        self.0.lock().insert(0, task);
    }

    pub(crate) fn of(&self, source: &Arn, max: usize) -> Vec<MoveTask> {
        self.0.lock().iter().filter(|task| task.source == *source).take(max).cloned().collect()
    }

    pub(crate) fn active(&self) -> Vec<MoveTask> {
        self.0.lock().iter().filter(|task| task.status.is_active()).cloned().collect()
    }

    /// Looks at the task of that id.
    pub(crate) fn look<T>(&self, id: &str, at: impl FnOnce(&MoveTask) -> T) -> Option<T> {
        self.0.lock().iter().find(|task| task.id == id).map(at)
    }

    /// Changes the task of that id.
    pub(crate) fn change<T>(
        &self,
        scope: &Scope,
        id: &str,
        changes: &Changes,
        change: impl FnOnce(&mut MoveTask) -> T,
    ) -> Option<T> {
        let mut tasks = self.0.lock();
        let task = tasks.iter_mut().find(|task| task.id == id)?;
        let changed = change(task);
        changes.record(|rows| rows::put_move_task(rows, scope, task));
        Some(changed)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Vec<MoveTask>> {
        self.0.lock()
    }
}

/// Who moves messages at the moment.
#[derive(Default)]
pub(crate) struct Movers {
    /// Of the tasks that are being worked on.
    ids: Mutex<HashSet<String>>,
    restored: Notify,
}

impl Movers {
    /// Tasks were put back, of which some may have to go on.
    pub(crate) fn tell_restored(&self) {
        self.restored.notify_one();
    }
}

/// Works on a task, unless somebody does.
pub(crate) fn spawn(sqs: &Arc<Sqs>, runtime: &Runtime, scope: &Scope, task: MoveTask) {
    if sqs.movers.ids.lock().insert(task.id.clone()) {
        runtime.tasks.spawn(run(Arc::clone(sqs), runtime.clone(), scope.clone(), task));
    }
}

/// Tasks go on that were begun by a process before this one, or before the snapshot that put them back.
pub(crate) async fn resume(sqs: Arc<Sqs>, runtime: Runtime) {
    loop {
        for (scope, queues) in sqs.all_queues() {
            queues.move_tasks.active().into_iter().for_each(|task| spawn(&sqs, &runtime, &scope, task));
        }
        sqs.movers.restored.notified().await;
    }
}

/// What came of one step.
enum Step {
    Moved,
    /// Somebody else was faster.
    Overtaken,
    Nothing,
    Failed(&'static str),
}

/// Moves messages until there are none, until it is cancelled, or until they cannot be moved.
async fn run(sqs: Arc<Sqs>, runtime: Runtime, scope: Scope, task: MoveTask) {
    let pause =
        task.max_per_second.and_then(|max| u32::try_from(max).ok()).map(|max| Duration::from_secs(1) / max.max(1));
    loop {
        // Each step is a change of its own: its rows are on the disk before the next begins.
        let changes = Changes::of(Arc::clone(&runtime.journal));
        let begin = runtime.clock.now();
        let went_on = go_on(&sqs, &runtime, &scope, &task, &changes);
        let is_durable = changes.committed().await;
        match (went_on, is_durable, pause) {
            (Ok(false), ..) => return,
            (Err(Refused), ..) | (_, Err(Refused), _) => runtime.clock.sleep(DISK_PAUSE).await,
            (Ok(true), Ok(()), Some(pause)) => runtime.clock.sleep_until(begin.plus(pause)).await,
            (Ok(true), Ok(()), None) => tokio::task::yield_now().await,
        }
    }
}

/// Does one step; false when it was the last.
fn go_on(sqs: &Sqs, runtime: &Runtime, scope: &Scope, task: &MoveTask, changes: &Changes) -> Result<bool, Refused> {
    let _section = changes.begin()?;
    let tasks = &sqs.queues(scope).move_tasks;
    let end = |status, failure: Option<&str>| {
        // In the section: whoever puts the task back later finds that nobody works on it.
        sqs.movers.ids.lock().remove(&task.id);
        tasks.change(scope, &task.id, changes, |task| {
            task.status = status;
            task.failure = failure.map(str::to_owned);
        });
        Ok(false)
    };
    let progress = tasks.look(&task.id, |task| (task.status, task.moved < task.to_move));
    let Some((Status::Running, is_to_move)) = progress else { return end(Status::Cancelled, None) };
    let source = sqs.by_arn(&task.source).filter(|_| is_to_move);
    let Some(source) = source else { return end(Status::Completed, None) };
    match step(sqs, runtime, &source, task.destination.as_ref(), changes) {
        Step::Moved => drop(tasks.change(scope, &task.id, changes, |task| task.moved += 1)),
        Step::Overtaken => {}
        Step::Nothing => return end(Status::Completed, None),
        Step::Failed(reason) => return end(Status::Failed, Some(reason)),
    }
    Ok(true)
}

/// Moves the message that has waited longest, where somebody takes it.
fn step(sqs: &Sqs, runtime: &Runtime, source: &LiveQueue, destination: Option<&Arn>, changes: &Changes) -> Step {
    let now = runtime.clock.now();
    let Some(origin) = sqs.look_at(now, source, |state| state.messages.next_source()) else { return Step::Nothing };
    let arn = destination.cloned().or_else(|| origin.as_ref()?.parse().ok());
    let Some(arn) = arn else { return Step::Failed("CouldNotDetermineMessageSource") };
    let Some(target) = sqs.by_arn(&arn) else { return Step::Failed(NO_TARGET) };
    let id = runtime.ids.uuid();
    if ptr::eq(&*target, source) {
        return source.change(changes, |state| match take(state, origin, now) {
            Some(entry) => send_anew(&entry, id, now, state),
            None => Step::Overtaken,
        });
    }
    change_both(changes, source, &target, |state, target| {
        if target.is_deleted {
            return Step::Failed(NO_TARGET);
        }
        take(state, origin, now).map_or(Step::Overtaken, |entry| send_anew(&entry, id, now, target))
    })
}

/// The next message, unless it is another one by now.
fn take(source: &mut QueueState, origin: Option<String>, now: Timestamp) -> Option<Entry> {
    let is_same = source.messages.next_source() == Some(origin);
    if is_same { source.messages.pop(now) } else { None }
}

/// A message that is moved begins anew.
fn send_anew(entry: &Entry, id: String, now: Timestamp, target: &mut QueueState) -> Step {
    let message = Message::new(id, entry.message.draft.clone(), now);
    target.messages.send(message, Duration::ZERO, now);
    Step::Moved
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
