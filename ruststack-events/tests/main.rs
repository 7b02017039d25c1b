//! EventBridge as clients see it: JSON through the gateway, in process, with queues as targets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod archives;
mod bad_input;
mod buses;
mod connections;
mod deliveries;
mod destinations;
mod durable;
mod inputs;
mod rules;
mod schedules;
mod tags;

use std::{path::Path, sync::Arc};

use ruststack_auth::Authorizer;
use ruststack_core::{clock::Timestamp, service::Service};
use ruststack_events::Events;
use ruststack_sqs::{EndpointStrategy, Sqs};
use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue";
const QUEUE_URL: &str = "http://localhost:4566/000000000000/queue";

fn services(authorizer: Option<Authorizer>) -> Vec<Arc<dyn Service>> {
    let sqs = ruststack_sqs::Config {
        endpoint_strategy: EndpointStrategy::Host,
        domain: "localhost.localstack.cloud".to_owned(),
        delays_purges: true,
        delays_recreation: true,
        enforces_retention: true,
        limits_received: true,
    };
    vec![Events::new(authorizer), Sqs::new(sqs, None)]
}

pub(crate) async fn emulator() -> Emulator {
    Emulator::of(|_| services(None)).started().await
}

/// With all that an emulator that is no more kept in this folder; its clock goes on where that one's stood.
pub(crate) async fn kept_in(folder: &Path, now: Timestamp) -> Emulator {
    let emulator = Emulator::kept_in(folder, |_| services(None));
    emulator.clock().set(now);
    emulator.started().await
}

/// With a queue, and a rule of the default bus that sends to it what comes from `shop`.
pub(crate) async fn with_rule() -> Emulator {
    furnished(emulator().await).await
}

pub(crate) async fn furnished(emulator: Emulator) -> Emulator {
    make_queue(&emulator, "queue").await;
    ok(&emulator, "PutRule", json!({"Name": "rule", "EventPattern": r#"{"source":["shop"]}"#})).await;
    put_target(&emulator, json!({"Id": "1", "Arn": QUEUE})).await;
    emulator
}

pub(crate) async fn put_target(emulator: &Emulator, target: Value) {
    let answer = ok(emulator, "PutTargets", json!({"Rule": "rule", "Targets": [target]})).await;
    assert_eq!(answer, json!({"FailedEntryCount": 0, "FailedEntries": []}));
}

pub(crate) async fn make_queue(emulator: &Emulator, name: &str) {
    let attributes = match name.ends_with(".fifo") {
        true => json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"}),
        false => json!({}),
    };
    sqs(emulator, "CreateQueue", json!({"QueueName": name, "Attributes": attributes})).await;
}

pub(crate) async fn sqs(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let answer = send(emulator, ACCOUNT, "sqs", &format!("AmazonSQS.{operation}"), input).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap_or_default()
}

/// All messages that are in a queue, once all that is due was done.
pub(crate) async fn messages(emulator: &Emulator, name: &str) -> Vec<Value> {
    emulator.settle().await;
    let url = QUEUE_URL.replace("queue", name);
    let mut messages = Vec::new();
    loop {
        let asked = json!({
            "QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "AttributeNames": ["All"],
        });
        let received = sqs(emulator, "ReceiveMessage", asked).await;
        let Some(some) = received["Messages"].as_array().filter(|some| !some.is_empty()) else { return messages };
        for message in some {
            let deleted = json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]});
            sqs(emulator, "DeleteMessage", deleted).await;
            messages.push(message.clone());
        }
    }
}

/// The bodies of the messages in the queue.
pub(crate) async fn bodies(emulator: &Emulator) -> Vec<String> {
    let messages = messages(emulator, "queue").await;
    messages.iter().map(|message| message["Body"].as_str().unwrap().to_owned()).collect()
}

/// The events in the queue.
pub(crate) async fn events(emulator: &Emulator) -> Vec<Value> {
    bodies(emulator).await.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

pub(crate) fn entry(detail: &Value) -> Value {
    json!({"Source": "shop", "DetailType": "sale", "Detail": detail.to_string()})
}

/// Puts an event of the source `shop`.
pub(crate) async fn put(emulator: &Emulator, detail: &Value) {
    let answer = ok(emulator, "PutEvents", json!({"Entries": [entry(detail)]})).await;
    assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
}

pub(crate) async fn ask(emulator: &Emulator, operation: &str, input: Value) -> Answer {
    send(emulator, ACCOUNT, "events", &format!("AWSEvents.{operation}"), input).await
}

pub(crate) async fn send(
    emulator: &Emulator,
    account: &str,
    service: &'static str,
    target: &str,
    input: Value,
) -> Answer {
    let request = emulator.post("/").service(service).account(account).header("x-amz-target", target);
    let version = if service == "sqs" { "1.0" } else { "1.1" };
    request.header("content-type", &format!("application/x-amz-json-{version}")).send(input.to_string()).await
}

pub(crate) async fn ok(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let answer = ask(emulator, operation, input).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Code and message of the answer, which is an error.
pub(crate) async fn refused(emulator: &Emulator, operation: &str, input: Value) -> (String, String) {
    let answer = ask(emulator, operation, input).await;
    assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
    let error: Value = serde_json::from_str(&answer.body).unwrap();
    let code = error["__type"].as_str().unwrap().to_owned();
    (code, error["message"].as_str().unwrap_or_default().to_owned())
}
