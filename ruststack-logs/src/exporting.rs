//! Export tasks at work: events of a group as compressed files in a bucket, one or more for each stream.

use std::{io::Write, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use http::{Method, Request, header::HOST};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::{arn::Arn, body::Body, clock::Timestamp, context::Context, scope::Scope};

use crate::{
    Logs,
    error::{LogsError, invalid},
    limits::MAX_EXPORTED_EVENTS,
    position::Position,
    reading::{Direction, Merge, Piece},
    rows,
    things::{ExportTask, Kept},
};

pub(crate) const PENDING: &str = "PENDING";
pub(crate) const RUNNING: &str = "RUNNING";
pub(crate) const CANCELLED: &str = "CANCELLED";
const COMPLETED: &str = "COMPLETED";
const FAILED: &str = "FAILED";
/// What stands for itself in the path of an object.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl ExportTask {
    pub(crate) fn has_status(&self, code: &str) -> bool {
        self.shown.status.as_ref().is_some_and(|status| status.code.as_deref() == Some(code))
    }

    pub(crate) fn set_status(&mut self, code: &str, message: Option<String>, now: Timestamp) {
        let status = self.shown.status.get_or_insert_default();
        (status.code, status.message) = (Some(code.to_owned()), message);
        if code != RUNNING {
            self.shown.execution_info.get_or_insert_default().completion_time = Some(now.millis());
        }
    }
}

/// Writes what AWS writes first, which shows whether it may.
pub(crate) async fn try_bucket(ctx: &Context, bucket: &str, prefix: &str) -> Result<(), LogsError> {
    let key = format!("{prefix}/aws-logs-write-test");
    match put(ctx, bucket, &key, b"Permission Check Successful".to_vec()).await {
        Ok(()) => Ok(()),
        Err(Some(404)) => Err(invalid("The given bucket does not exist. Please make sure the bucket is valid.")),
        Err(_) => Err(invalid(
            "PutObject call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to \
             perform this operation.",
        )),
    }
}

// Differs from AWS: exports write to their bucket in the name of who asked for them, not of CloudWatch Logs.
async fn put(ctx: &Context, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<(), Option<u16>> {
    let target: Arn = format!("arn:{}:s3:::{bucket}", ctx.scope().partition()).parse().map_err(|_| None)?;
    let uri = format!("/{bucket}/{}", utf8_percent_encode(key, PATH));
    let request = Request::builder().method(Method::PUT).uri(uri).header(HOST, &ctx.endpoint().host);
    let request = request.header("content-length", bytes.len()).body(Body::from(bytes)).map_err(|_| None)?;
    let answer = ctx.bus().exchange(ctx, &target, request).await.map_err(|error| Some(error.status().as_u16()))?;
    if answer.status().is_success() { Ok(()) } else { Err(Some(answer.status().as_u16())) }
}

/// What was at work when the process ended is not any more.
pub(crate) fn end_those_before(logs: &Logs) {
    for (_, home) in logs.homes() {
        for task in home.lock().export_tasks.values_mut() {
            if task.has_status(PENDING) || task.has_status(RUNNING) {
                let task = Arc::make_mut(task);
                let created = task.shown.execution_info.as_ref().and_then(|info| info.creation_time);
                let message = "RustStack was stopped before the export was complete.".to_owned();
                task.set_status(FAILED, Some(message), Timestamp::from_millis(created.unwrap_or_default()));
            }
        }
    }
}

/// Begins a task, which nobody waits for.
pub(crate) fn start(logs: &Arc<Logs>, ctx: &Context, scope: &Scope, id: &str) {
    let (logs, ctx, scope, id) = (Arc::clone(logs), ctx.clone(), scope.clone(), id.to_owned());
    let tasks = ctx.runtime().tasks.clone();
    tasks.spawn(async move {
        export(&logs, &ctx, &scope, &id).await;
        // Its end came without a request that waits for its row.
        ctx.changes().committed().await.ok();
    });
}

async fn export(logs: &Logs, ctx: &Context, scope: &Scope, id: &str) {
    let Some(task) = turn(logs, ctx, scope, id, RUNNING, None) else { return };
    let outcome = match plan(logs, scope, &task) {
        Some(files) => write_all(ctx, &task, files).await,
        None => Err("The log group is not there any more.".to_owned()),
    };
    match outcome {
        Ok(()) => turn(logs, ctx, scope, id, COMPLETED, Some("Completed successfully".to_owned())),
        Err(message) => turn(logs, ctx, scope, id, FAILED, Some(message)),
    };
}

/// Changes a task's state, unless it was cancelled.
fn turn(
    logs: &Logs,
    ctx: &Context,
    scope: &Scope,
    id: &str,
    code: &str,
    message: Option<String>,
) -> Option<ExportTask> {
    let turned = logs.change(ctx, scope, |things| {
        let known = things.kept::<ExportTask>(id).filter(|task| !task.has_status(CANCELLED)).cloned();
        let Some(mut task) = known.map(|task| ExportTask::clone(&task)) else { return Ok(None) };
        task.set_status(code, message, ctx.now());
        ctx.changes().record(|rows| rows::put(rows, scope, &task));
        ExportTask::all_mut(things).insert(id.to_owned(), Arc::new(task.clone()));
        Ok(Some(task))
    });
    // A disk that takes no changes has said so itself.
    turned.ok().flatten()
}

/// Streams by their names, and what of them is meant.
fn plan(logs: &Logs, scope: &Scope, task: &ExportTask) -> Option<Vec<(String, Vec<Piece>)>> {
    let home = logs.home(scope);
    let things = home.lock();
    let group = things.group(task.shown.log_group_name.as_deref()?).ok()?;
    let span = Position::of_time(task.shown.from?)..Position::after_time(task.shown.to?);
    let prefix = task.stream_prefix.as_deref().unwrap_or_default();
    let streams = group.streams.iter().filter(|(name, _)| name.starts_with(prefix));
    Some(streams.map(|(name, stream)| (name.clone(), stream.pieces(0, &span))).collect())
}

async fn write_all(ctx: &Context, task: &ExportTask, files: Vec<(String, Vec<Piece>)>) -> Result<(), String> {
    let bucket = task.shown.destination.as_deref().unwrap_or_default();
    let prefix = task.shown.destination_prefix.as_deref().unwrap_or_default();
    for (stream, pieces) in files {
        let mut events = Merge::of(pieces, Direction::Ascending).peekable();
        let mut number = 0;
        while events.peek().is_some() {
            let lines: String = events.by_ref().take(MAX_EXPORTED_EVENTS).map(|found| line(found.event())).collect();
            let bytes = compressed(&lines).map_err(|error| format!("A file could not be written: {error}"))?;
            let key = format!("{prefix}/{}/{}/{number:06}.gz", task.id, stream.replace('/', "-"));
            put(ctx, bucket, &key, bytes).await.map_err(|_| "The bucket does not take objects.".to_owned())?;
            number += 1;
        }
    }
    Ok(())
}

/// `2026-02-06T17:32:58.000Z message`.
fn line(event: &crate::batch::Event) -> String {
    let at = Timestamp::from_millis(event.timestamp()).to_iso_8601_millis();
    format!("{at} {}\n", event.message().trim_end_matches('\n'))
}

fn compressed(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}
