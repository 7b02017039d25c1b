//! What functions write, on its way to CloudWatch Logs; silent where that is not here.

use std::sync::Arc;

use ruststack_core::{context::Context, tasks::Tasks};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How many batches of an environment may wait; more are dropped.
const MAX_WAITING: usize = 1024;
/// How many events are put at once: AWS's limit.
const MAX_EVENTS: usize = 10_000;

/// A line and when it was written, in milliseconds since 1970.
pub(crate) type Event = (i64, String);

/// The log stream of one environment.
pub(crate) struct LogStream {
    pub(crate) name: String,
    batches: mpsc::Sender<Vec<Event>>,
}

impl LogStream {
    /// A stream of a group; both are created with the first line.
    pub(crate) fn open(ctx: &Context, tasks: &Tasks, group: &str, name: &str) -> Arc<Self> {
        let (batches, waiting) = mpsc::channel(MAX_WAITING);
        tasks.spawn(ship(ctx.clone(), group.to_owned(), name.to_owned(), waiting));
        Arc::new(Self { name: name.to_owned(), batches })
    }

    pub(crate) fn write(&self, events: Vec<Event>) {
        if !events.is_empty() && self.batches.try_send(events).is_err() {
            tracing::debug!(stream = self.name, "lines of a function were dropped");
        }
    }
}

async fn ship(ctx: Context, group: String, stream: String, mut batches: mpsc::Receiver<Vec<Event>>) {
    let mut is_created = false;
    while let Some(events) = batches.recv().await {
        if !is_created {
            if !create(&ctx, &group, &stream).await {
                return;
            }
            is_created = true;
        }
        for part in events.chunks(MAX_EVENTS) {
            let events: Vec<Value> =
                part.iter().map(|(at, text)| json!({ "timestamp": at, "message": text })).collect();
            let input = json!({ "logGroupName": group, "logStreamName": stream, "logEvents": events });
            if let Err(error) = ctx.bus().request(&ctx, "logs", "PutLogEvents", input).await {
                tracing::debug!(group, %error, "lines of a function were not taken");
            }
        }
    }
}

/// False where there is no CloudWatch Logs.
async fn create(ctx: &Context, group: &str, stream: &str) -> bool {
    let group_input = json!({ "logGroupName": group });
    let stream_input = json!({ "logGroupName": group, "logStreamName": stream });
    for (operation, input) in [("CreateLogGroup", group_input), ("CreateLogStream", stream_input)] {
        if let Err(error) = ctx.bus().request(ctx, "logs", operation, input).await
            && error.code() != "ResourceAlreadyExistsException"
        {
            return false;
        }
    }
    true
}
