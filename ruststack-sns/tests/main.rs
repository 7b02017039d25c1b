//! SNS as clients see it: forms through the gateway, in process, with SQS beside it. Each answer names its source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod constraints;
mod deliveries;
mod delivery_status;
mod durable;
mod fan_out;
mod fifo;
mod http_endpoints;
mod inspection;
mod signatures;
mod subscriptions;
mod topics;

use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::service::Service;
use ruststack_sns::{Config, Sns};
use ruststack_sqs::{EndpointStrategy, Sqs};
use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::Value;

pub(crate) const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:topic";
pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

pub(crate) fn sqs() -> Arc<dyn Service> {
    Sqs::new(
        ruststack_sqs::Config {
            endpoint_strategy: EndpointStrategy::Host,
            domain: "localhost.localstack.cloud".to_owned(),
            delays_purges: false,
            delays_recreation: false,
            enforces_retention: true,
            limits_received: true,
        },
        None,
    )
}

pub(crate) fn services() -> Vec<Arc<dyn Service>> {
    vec![Sns::new(Config { certificate_host: None }, None), sqs()]
}

pub(crate) async fn emulator() -> Emulator {
    Emulator::of(|_| services()).started().await
}

/// With a topic and a queue that subscribes to it.
pub(crate) async fn with_queue(attributes: &[(&str, &str)]) -> Emulator {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    create_queue(&emulator, "queue").await;
    subscribe(&emulator, "sqs", QUEUE, attributes).await;
    emulator
}

pub(crate) async fn create_queue(emulator: &Emulator, name: &str) {
    let fifo = if name.ends_with(".fifo") { "&Attribute.1.Name=FifoQueue&Attribute.1.Value=true" } else { "" };
    sqs_call(emulator, &format!("Action=CreateQueue&QueueName={name}{fifo}")).await;
}

/// Subscribes to `topic`; gives the subscription's ARN.
pub(crate) async fn subscribe(
    emulator: &Emulator,
    protocol: &str,
    endpoint: &str,
    attributes: &[(&str, &str)],
) -> String {
    subscribe_to(emulator, TOPIC, protocol, endpoint, attributes).await
}

pub(crate) async fn subscribe_to(
    emulator: &Emulator,
    topic: &str,
    protocol: &str,
    endpoint: &str,
    attributes: &[(&str, &str)],
) -> String {
    let entries = entries(attributes);
    let mut parameters =
        vec![("TopicArn", topic), ("Protocol", protocol), ("Endpoint", endpoint), ("ReturnSubscriptionArn", "true")];
    parameters.extend(entries.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    element(&ok(emulator, "Subscribe", &parameters).await, "SubscriptionArn")
}

/// `Attributes` as the query protocol has maps.
pub(crate) fn entries(attributes: &[(&str, &str)]) -> Vec<(String, String)> {
    let one = |(index, (name, value)): (usize, &(&str, &str))| {
        let entry = format!("Attributes.entry.{}", index + 1);
        [(format!("{entry}.key"), (*name).to_owned()), (format!("{entry}.value"), (*value).to_owned())]
    };
    attributes.iter().enumerate().flat_map(one).collect()
}

pub(crate) fn form(action: &str, parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = parameters.iter().map(|(name, value)| format!("&{name}={}", encode(value)));
    format!("Action={action}&Version=2010-03-31{}", pairs.collect::<String>())
}

pub(crate) async fn ask(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> Answer {
    ask_as(emulator, ACCOUNT, action, parameters).await
}

pub(crate) async fn ask_as(emulator: &Emulator, access_key: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let request = emulator.post("/").service("sns").account(access_key);
    request.header("content-type", "application/x-www-form-urlencoded").send(form(action, parameters)).await
}

/// The answer of a call that succeeds.
pub(crate) async fn ok(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let answer = ask(emulator, action, parameters).await;
    assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    answer
}

/// Status, code and message of a call that fails.
pub(crate) async fn refused(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> (u16, String, String) {
    let answer = ask(emulator, action, parameters).await;
    let (status, code, message) = answer.error();
    (status, code.to_owned(), unescaped(message))
}

pub(crate) fn element(answer: &Answer, name: &str) -> String {
    unescaped(answer.element(name).unwrap_or_else(|| panic!("no {name} in {}", answer.body)))
}

pub(crate) fn unescaped(text: &str) -> String {
    [("&quot;", "\""), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&#xD;", "\r"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// An attribute as GetTopicAttributes and the like tell it.
pub(crate) fn attribute(answer: &Answer, name: &str) -> Option<String> {
    let (_, rest) = answer.body.split_once(&format!("<key>{name}</key><value>"))?;
    rest.split_once("</value>").map(|(value, _)| unescaped(value))
}

pub(crate) async fn sqs_call(emulator: &Emulator, form: &str) -> Answer {
    let request = emulator.post("/").service("sqs").account(ACCOUNT);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.send(format!("{form}&Version=2012-11-05")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The messages of a queue, once all is delivered, as SQS's JSON has them.
pub(crate) async fn messages(emulator: &Emulator, queue: &str) -> Vec<Value> {
    emulator.settle().await;
    let request = emulator.post("/").service("sqs").account(ACCOUNT);
    let request = request.header("content-type", "application/x-amz-json-1.0");
    let request = request.header("x-amz-target", "AmazonSQS.ReceiveMessage");
    let input = serde_json::json!({
        "QueueUrl": format!("http://localhost:4566/000000000000/{queue}"),
        "MaxNumberOfMessages": 10, "VisibilityTimeout": 0,
        "AttributeNames": ["All"], "MessageAttributeNames": ["All"],
    });
    let answer: Value = serde_json::from_str(&request.send(input.to_string()).await.body).unwrap();
    answer["Messages"].as_array().cloned().unwrap_or_default()
}

/// The notifications in a queue.
pub(crate) async fn notifications(emulator: &Emulator, queue: &str) -> Vec<Value> {
    let messages = messages(emulator, queue).await;
    messages.iter().map(|message| serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()).collect()
}

pub(crate) async fn publish(emulator: &Emulator, message: &str) -> Answer {
    ok(emulator, "Publish", &[("TopicArn", TOPIC), ("Message", message)]).await
}
