//! CloudWatch Logs as clients see it: JSON through the gateway, in process, with a function that remembers what it gets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod deliveries;
mod durable;
mod events;
mod filters;
mod function;
mod groups;
mod policies;
mod queries;
mod retention;
mod streams;
mod subscriptions;

use std::{path::Path, sync::Arc};

use ruststack_core::{clock::Timestamp, service::Service};
use ruststack_logs::Logs;
use ruststack_testkit::{ACCOUNT, Emulator, NOW};
use serde_json::{Value, json};

use self::function::Function;

pub(crate) const ARN: &str = "arn:aws:logs:us-east-1:000000000000";

fn services(function: &Arc<Function>) -> Vec<Arc<dyn Service>> {
    let function = Arc::clone(function);
    vec![Logs::new(None), function]
}

pub(crate) async fn emulator() -> Emulator {
    with_function(&Arc::default()).await
}

pub(crate) async fn with_function(function: &Arc<Function>) -> Emulator {
    Emulator::of(|_| services(function)).started().await
}

/// With all that an emulator that is no more kept in this folder; its clock goes on where that one's stood.
pub(crate) async fn kept_in(folder: &Path, now: Timestamp, function: &Arc<Function>) -> Emulator {
    let emulator = Emulator::kept_in(folder, |_| services(function));
    emulator.clock().set(now);
    emulator.started().await
}

/// With a group `group` and streams of these names.
pub(crate) async fn with_streams(names: &[&str]) -> Emulator {
    let emulator = emulator().await;
    make_streams(&emulator, names).await;
    emulator
}

pub(crate) async fn make_streams(emulator: &Emulator, names: &[&str]) {
    ok(emulator, "CreateLogGroup", json!({"logGroupName": "group"})).await;
    for name in names {
        ok(emulator, "CreateLogStream", json!({"logGroupName": "group", "logStreamName": name})).await;
    }
}

/// Puts messages so many milliseconds after now.
pub(crate) async fn put(emulator: &Emulator, stream: &str, events: &[(i64, &str)]) -> Value {
    let events: Vec<Value> =
        events.iter().map(|(after, message)| json!({"timestamp": now() + after, "message": message})).collect();
    let input = json!({"logGroupName": "group", "logStreamName": stream, "logEvents": events});
    ok(emulator, "PutLogEvents", input).await
}

pub(crate) fn now() -> i64 {
    NOW.millis()
}

/// Messages of an answer.
pub(crate) fn messages(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().unwrap().iter().map(|event| event["message"].as_str().unwrap()).collect()
}

pub(crate) async fn ok(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let (status, body) = send(emulator, operation, input).await;
    assert_eq!(status, 200, "{operation}: {body}");
    body
}

/// Code and message of the answer, which is an error.
pub(crate) async fn refused(emulator: &Emulator, operation: &str, input: Value) -> (String, String) {
    let (status, error) = send(emulator, operation, input).await;
    assert_eq!(status, 400, "{operation}: {error}");
    (error["__type"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap_or_default().to_owned())
}

async fn send(emulator: &Emulator, operation: &str, input: Value) -> (u16, Value) {
    let target = format!("Logs_20140328.{operation}");
    let request = emulator.post("/").service("logs").account(ACCOUNT).header("x-amz-target", &target);
    let answer = request.header("content-type", "application/x-amz-json-1.1").send(input.to_string()).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}
