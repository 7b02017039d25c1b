//! DynamoDB as clients see it: JSON through the gateway, in process. Each answer names its source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_pass_by_value, reason = "JSON is written where it is passed on")]

mod backups;
mod batches;
mod durable;
mod indexes;
mod items;
mod kinesis_destinations;
mod limits;
mod reading;
mod regions;
mod settings;
mod statements;
mod streams;
mod tables;
mod time_to_live;
mod transactions;
mod trouble;
mod wire;

use std::{path::Path, sync::Arc, time::Duration};

use ruststack_core::service::Service;
use ruststack_dynamodb::{Backend, Config, DynamoDb, DynamoDbStreams, Trouble};
use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

/// DynamoDB and its streams.
fn services(trouble: Trouble) -> Vec<Arc<dyn Service>> {
    let (expiry_period, backend) = (Duration::from_secs(3600), Backend::Engine);
    let dynamodb = DynamoDb::new(Config { removes_expired: true, expiry_period, trouble, backend });
    let streams = DynamoDbStreams::of(&dynamodb);
    vec![dynamodb, streams]
}

pub(crate) fn emulator() -> Emulator {
    Emulator::of(|_| services(Trouble::default()))
}

/// With all that an emulator that is no more kept in this folder.
pub(crate) fn kept_in(folder: &Path) -> Emulator {
    Emulator::kept_in(folder, |_| services(Trouble::default()))
}

/// With the table `table`: texts `pk` and numbers `sk` are its keys.
pub(crate) async fn with_table() -> Emulator {
    let emulator = emulator();
    create(&emulator, json!({})).await;
    emulator
}

/// Creates `table`, with more than its keys.
pub(crate) async fn create(emulator: &Emulator, more: Value) {
    let mut input = json!({
        "TableName": "table",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    ok(emulator, "CreateTable", input).await;
}

pub(crate) async fn ask(emulator: &Emulator, operation: &str, input: Value) -> Answer {
    let is_of_streams = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].contains(&operation);
    let prefix = if is_of_streams { "DynamoDBStreams_20120810" } else { "DynamoDB_20120810" };
    let target = format!("{prefix}.{operation}");
    let request = emulator.post("/").service("dynamodb").account(ACCOUNT).header("x-amz-target", &target);
    request.header("content-type", "application/x-amz-json-1.0").send(input.to_string()).await
}

/// The output of a call that succeeds.
pub(crate) async fn ok(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let answer = ask(emulator, operation, input).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Code and message of a call that fails.
pub(crate) async fn refused(emulator: &Emulator, operation: &str, input: Value) -> (String, String) {
    let answer = ask(emulator, operation, input).await;
    assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let code = body["__type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    (code, body["message"].as_str().or(body["Message"].as_str()).unwrap_or_default().to_owned())
}

/// With `TableName`.
pub(crate) fn at_table(mut input: Value) -> Value {
    input["TableName"] = "table".into();
    input
}

pub(crate) fn key(pk: &str, sk: u32) -> Value {
    json!({"pk": {"S": pk}, "sk": {"N": sk.to_string()}})
}

/// An item of these keys and more attributes.
pub(crate) fn item(pk: &str, sk: u32, more: Value) -> Value {
    let mut item = key(pk, sk);
    for (name, value) in more.as_object().unwrap() {
        item[name] = value.clone();
    }
    item
}

pub(crate) async fn put(emulator: &Emulator, item: Value) {
    ok(emulator, "PutItem", at_table(json!({"Item": item}))).await;
}

pub(crate) async fn get(emulator: &Emulator, pk: &str, sk: u32) -> Option<Value> {
    ok(emulator, "GetItem", at_table(json!({"Key": key(pk, sk)}))).await.get("Item").cloned()
}

/// The numbers of the range keys of an answer's items.
pub(crate) fn sort_keys(answer: &Value) -> Vec<u32> {
    let items = answer["Items"].as_array().unwrap();
    items.iter().map(|item| item["sk"]["N"].as_str().unwrap().parse().unwrap()).collect()
}
