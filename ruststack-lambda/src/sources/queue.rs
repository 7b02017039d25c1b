//! Queues of SQS: batches of messages, deleted when the function has taken them.

use std::{collections::HashSet, sync::Arc};

use bytes::Bytes;
use ruststack_core::clock::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{Active, Poller};
use crate::{Lambda, limits::MAX_EVENT};

/// How many batches of a mapping are worked on at once, where it says nothing else.
const CONCURRENCY: usize = 10;
/// How many messages SQS gives at once.
const MAX_RECEIVED: usize = 10;

/// What a poller gathers.
pub(super) struct State {
    messages: Vec<Value>,
    since: Option<Timestamp>,
    running: Arc<Semaphore>,
    concurrency: usize,
}

impl Default for State {
    fn default() -> Self {
        let running = Arc::new(Semaphore::new(CONCURRENCY));
        Self { messages: Vec::new(), since: None, running, concurrency: CONCURRENCY }
    }
}

impl State {
    /// Looks for messages once; true when there may be more.
    pub(super) async fn poll(&mut self, poller: &Poller, lambda: &Arc<Lambda>, active: &Active) -> bool {
        let configuration = &active.mapping.configuration;
        let size = configuration.batch_size.and_then(|size| usize::try_from(size).ok()).unwrap_or(MAX_RECEIVED).max(1);
        let wanted = configuration.scaling_config.as_ref().and_then(|scaling| scaling.maximum_concurrency);
        let wanted = wanted.and_then(|count| usize::try_from(count).ok()).unwrap_or(CONCURRENCY).max(1);
        if wanted != self.concurrency {
            (self.running, self.concurrency) = (Arc::new(Semaphore::new(wanted)), wanted);
        }
        // Messages that nobody can work on stay in the queue.
        let Ok(permit) = Arc::clone(&self.running).acquire_owned().await else { return false };
        let received = receive(poller, active, (size - self.messages.len()).min(MAX_RECEIVED)).await;
        let is_fruitful = !received.is_empty();
        if is_fruitful && self.since.is_none() {
            self.since = Some(poller.ctx.now());
        }
        self.take(poller, active, received).await;
        let window = configuration.maximum_batching_window_in_seconds.unwrap_or(0);
        let is_over =
            self.since.is_some_and(|since| poller.ctx.now().since(since).as_secs() >= u64::from(window.unsigned_abs()));
        if self.messages.is_empty() {
            self.since = None;
            return is_fruitful;
        }
        if self.messages.len() < size && !is_over && weight(&self.messages) < MAX_EVENT {
            return is_fruitful;
        }
        let batch = std::mem::take(&mut self.messages);
        self.since = None;
        let (lambda, work) = (Arc::clone(lambda), Batch::of(poller, active, batch));
        poller.ctx.runtime().tasks.spawn(async move {
            work.run(&lambda).await;
            drop(permit);
        });
        is_fruitful
    }

    /// Keeps the messages that the function is to see; the others are done with.
    async fn take(&mut self, poller: &Poller, active: &Active, received: Vec<Value>) {
        let (seen, unseen): (Vec<_>, Vec<_>) = received
            .into_iter()
            .partition(|message| active.filters.is_empty() || active.filters.lets_through(&record(active, message)));
        self.messages.extend(seen);
        if !unseen.is_empty() {
            delete(poller.ctx.clone(), active.source.as_str(), &unseen).await;
        }
    }
}

fn weight(messages: &[Value]) -> usize {
    messages.iter().filter_map(|message| message["Body"].as_str()).map(str::len).sum()
}

fn queue_url(arn: &str) -> String {
    let parts: Vec<&str> = arn.split(':').collect();
    match parts[..] {
        [_, _, _, region, account, name] => format!("http://sqs.{region}.localhost:4566/{account}/{name}"),
        _ => String::new(),
    }
}

async fn receive(poller: &Poller, active: &Active, count: usize) -> Vec<Value> {
    let input = json!({
        "QueueUrl": queue_url(active.source.as_str()),
        "MaxNumberOfMessages": count,
        "MessageAttributeNames": ["All"],
        "MessageSystemAttributeNames": ["All"],
    });
    let ctx = super::context(poller.ctx.runtime(), &poller.scope);
    match ctx.bus().request(&ctx, "sqs", "ReceiveMessage", input).await {
        Ok(mut answer) => match answer["Messages"].take() {
            Value::Array(messages) => messages,
            _ => Vec::new(),
        },
        Err(error) => {
            tracing::debug!(queue = %active.source, %error, "a queue could not be polled");
            Vec::new()
        }
    }
}

async fn delete(ctx: ruststack_core::context::Context, queue: &str, messages: &[Value]) {
    for part in messages.chunks(MAX_RECEIVED) {
        let entries = part.iter().enumerate();
        let entries: Vec<Value> = entries
            .map(|(id, message)| json!({ "Id": id.to_string(), "ReceiptHandle": message["ReceiptHandle"] }))
            .collect();
        let input = json!({ "QueueUrl": queue_url(queue), "Entries": entries });
        if let Err(error) = ctx.bus().request(&ctx, "sqs", "DeleteMessageBatch", input).await {
            tracing::debug!(queue, %error, "messages that a function took could not be deleted");
        }
    }
}

/// A message as functions see it.
fn record(active: &Active, message: &Value) -> Value {
    let mut attributes = serde_json::Map::new();
    for (name, attribute) in message["MessageAttributes"].as_object().into_iter().flatten() {
        let mut told = json!({ "stringListValues": [], "binaryListValues": [], "dataType": attribute["DataType"] });
        for (member, told_as) in [("StringValue", "stringValue"), ("BinaryValue", "binaryValue")] {
            if let Some(value) = attribute.get(member) {
                told[told_as] = value.clone();
            }
        }
        attributes.insert(name.clone(), told);
    }
    let mut record = json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": attributes,
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": active.source.as_str(),
        "awsRegion": active.source.region(),
    });
    record["md5OfMessageAttributes"] = message.get("MD5OfMessageAttributes").cloned().into();
    record
}

/// Messages for one invocation.
struct Batch {
    ctx: ruststack_core::context::Context,
    function: crate::names::FunctionName,
    queue: String,
    reports_failures: bool,
    messages: Vec<Value>,
    event: Bytes,
}

impl Batch {
    fn of(poller: &Poller, active: &Active, messages: Vec<Value>) -> Self {
        let records: Vec<Value> = messages.iter().map(|message| record(active, message)).collect();
        let types = active.mapping.configuration.function_response_types.as_ref();
        Self {
            ctx: super::context(poller.ctx.runtime(), &poller.scope),
            function: active.function.clone(),
            queue: active.source.to_string(),
            reports_failures: types.is_some_and(|types| types.iter().any(|one| one == "ReportBatchItemFailures")),
            event: Bytes::from(json!({ "Records": records }).to_string()),
            messages,
        }
    }

    /// What the function does not take becomes visible again by itself.
    async fn run(self, lambda: &Arc<Lambda>) {
        let order = match lambda.order(&self.ctx, &self.function, self.event.clone()) {
            Ok(order) => order,
            Err(error) => return tracing::debug!(function = self.function.name, %error, "a batch was not taken"),
        };
        let outcome = match lambda.run(&self.ctx, &self.function.scope, order).await {
            Ok(outcome) if !outcome.is_error => outcome,
            Ok(_) => return,
            Err(error) => return tracing::debug!(function = self.function.name, %error, "a batch was not taken"),
        };
        let failed = match self.reports_failures {
            true => failures(&outcome.json(), &self.messages),
            false => Some(HashSet::new()),
        };
        let Some(failed) = failed else { return };
        let is_done = |message: &Value| message["MessageId"].as_str().is_none_or(|id| !failed.contains(id));
        let done: Vec<Value> = self.messages.into_iter().filter(is_done).collect();
        if !done.is_empty() {
            delete(self.ctx, &self.queue, &done).await;
        }
    }
}

/// The ids of messages that the function could not take; `None` when it took none, or did not say it rightly.
fn failures(answer: &Value, messages: &[Value]) -> Option<HashSet<String>> {
    let list = match answer.get("batchItemFailures") {
        None | Some(Value::Null) => {
            return if answer.is_object() || answer.is_null() { Some(HashSet::new()) } else { None };
        }
        Some(list) => list.as_array()?,
    };
    let mut failed = HashSet::new();
    for item in list {
        let id = item.get("itemIdentifier")?.as_str().filter(|id| !id.is_empty())?;
        if !messages.iter().any(|message| message["MessageId"] == id) {
            return None;
        }
        failed.insert(id.to_owned());
    }
    Some(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As AWS reads them: <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>
    #[test]
    fn failures_of_a_batch_are_read_as_aws_reads_them() {
        let messages = [json!({"MessageId": "a"}), json!({"MessageId": "b"})];
        let ids = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect::<HashSet<String>>());
        for (answer, expected) in [
            (json!({}), ids(&[])),
            (json!(null), ids(&[])),
            (json!({"batchItemFailures": null}), ids(&[])),
            (json!({"batchItemFailures": []}), ids(&[])),
            (json!({"batchItemFailures": [{"itemIdentifier": "a"}]}), ids(&["a"])),
            (json!({"batchItemFailures": [{"itemIdentifier": ""}]}), None),
            (json!({"batchItemFailures": [{"itemIdentifier": null}]}), None),
            (json!({"batchItemFailures": [{"foo": "a"}]}), None),
            (json!({"batchItemFailures": [{"itemIdentifier": "other"}]}), None),
            (json!("text"), None),
        ] {
            assert_eq!(failures(&answer, &messages), expected, "{answer}");
        }
    }
}
