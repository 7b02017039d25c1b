//! SQS as clients see it: JSON and forms through the gateway, in process. Each answer names its source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod addresses;
mod batches;
mod dead_letters;
mod deliveries;
mod durable;
mod fifo;
mod inspection;
mod messages;
mod queues;
mod waiting;
mod wire;

use std::path::Path;

use ruststack_core::clock::Timestamp;
use ruststack_sqs::{Config, EndpointStrategy, Sqs};
use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

pub(crate) const URL: &str = "http://localhost:4566/000000000000/queue";

pub(crate) fn config() -> Config {
    Config {
        endpoint_strategy: EndpointStrategy::Host,
        domain: "localhost.localstack.cloud".to_owned(),
        delays_purges: true,
        delays_recreation: true,
        enforces_retention: true,
        limits_received: true,
    }
}

pub(crate) fn emulator() -> Emulator {
    Emulator::of(|_| vec![Sqs::new(config(), None)])
}

/// With all that an emulator that is no more kept in this folder; its clock goes on where that one's stood.
pub(crate) async fn kept_in(folder: &Path, now: Timestamp) -> Emulator {
    let emulator = Emulator::kept_in(folder, |_| vec![Sqs::new(config(), None)]);
    emulator.clock().set(now);
    emulator.gateway().registry().start(emulator.gateway().runtime()).await.unwrap();
    emulator
}

/// With a standard queue of the name `queue`.
pub(crate) async fn with_queue(attributes: Value) -> Emulator {
    let emulator = emulator();
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": attributes})).await;
    emulator
}

pub(crate) async fn ask(emulator: &Emulator, operation: &str, input: Value) -> Answer {
    let request =
        emulator.post("/").service("sqs").account(ACCOUNT).header("x-amz-target", &format!("AmazonSQS.{operation}"));
    request.header("content-type", "application/x-amz-json-1.0").send(input.to_string()).await
}

/// The output of a call that succeeds.
pub(crate) async fn ok(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let answer = ask(emulator, operation, input).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Lets the tasks in the background do what they can.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// Status, query code and message of a call that fails.
pub(crate) async fn refused(emulator: &Emulator, operation: &str, input: Value) -> (u16, String, String) {
    let answer = ask(emulator, operation, input).await;
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let code = answer.header("x-amzn-query-error").unwrap_or_default().split(';').next().unwrap().to_owned();
    (answer.status, code, body["message"].as_str().unwrap_or_default().to_owned())
}

/// With `QueueUrl`.
pub(crate) fn at_queue(mut input: Value) -> Value {
    input["QueueUrl"] = URL.into();
    input
}

pub(crate) async fn send(emulator: &Emulator, input: Value) -> Value {
    ok(emulator, "SendMessage", at_queue(input)).await
}

pub(crate) async fn receive(emulator: &Emulator, input: Value) -> Vec<Value> {
    let output = ok(emulator, "ReceiveMessage", at_queue(input)).await;
    output["Messages"].as_array().cloned().unwrap_or_default()
}

pub(crate) fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["Body"].as_str().unwrap()).collect()
}

pub(crate) async fn attribute(emulator: &Emulator, name: &str) -> Value {
    let output = ok(emulator, "GetQueueAttributes", at_queue(json!({"AttributeNames": [name]}))).await;
    output["Attributes"][name].clone()
}

/// Sends an action of the query protocol, whose parameters need no encoding.
pub(crate) async fn query(emulator: &Emulator, path: &str, parameters: &str) -> Answer {
    let request = emulator.post(path).service("sqs");
    request.header("content-type", "application/x-www-form-urlencoded").send(parameters.to_owned()).await
}
