//! What a stream tells of a table's changes: the records of each item, in their order.
//!
//! In which shard a record stands, and how items follow each other, is not compared: AWS promises an order within each
//! item alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    schema::NAME,
    world::{Answer, ask_once},
};
use crate::crash::http::Connection;

/// Of one shard at most.
const PAGES: usize = 100;
const TARGET: &str = "DynamoDBStreams_20120810";

/// The records of all items, by their keys; the answer to the last request where one was refused.
pub(super) fn read(connection: &mut Connection, account: &str) -> anyhow::Result<Answer> {
    let listed = ask(connection, account, "ListStreams", &json!({"TableName": NAME}))?;
    let mut items = BTreeMap::<String, Vec<Value>>::new();
    for stream in listed.body["Streams"].as_array().into_iter().flatten() {
        let arn = &stream["StreamArn"];
        let described = ask(connection, account, "DescribeStream", &json!({"StreamArn": arn}))?;
        for shard in described.body["StreamDescription"]["Shards"].as_array().into_iter().flatten() {
            let records = shard_records(connection, account, arn, &shard["ShardId"])?;
            for record in records {
                let of_item = items.entry(key_of(&record)).or_default();
                of_item.push(record);
            }
        }
    }
    Ok(Answer { status: listed.status, body: json!({"Records": items}) })
}

fn shard_records(connection: &mut Connection, account: &str, arn: &Value, shard: &Value) -> anyhow::Result<Vec<Value>> {
    let input = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let mut iterator = ask(connection, account, "GetShardIterator", &input)?.body["ShardIterator"].take();
    let mut records = Vec::new();
    for _ in 0..PAGES {
        if iterator.is_null() {
            break;
        }
        let mut page = ask(connection, account, "GetRecords", &json!({"ShardIterator": iterator}))?;
        let found = page.body["Records"].as_array().cloned().unwrap_or_default();
        iterator = page.body["NextShardIterator"].take();
        if found.is_empty() {
            break;
        }
        records.extend(found.iter().map(told));
    }
    Ok(records)
}

/// What is compared of a record: what happened, and the images.
fn told(record: &Value) -> Value {
    let dynamodb = &record["dynamodb"];
    json!({
        "eventName": record["eventName"], "Keys": dynamodb["Keys"], "OldImage": without_empty(&dynamodb["OldImage"]),
        "NewImage": without_empty(&dynamodb["NewImage"]), "StreamViewType": dynamodb["StreamViewType"],
    })
}

/// DynamoDB Local's records do not say of an empty map or list which of them it is.
fn without_empty(value: &Value) -> Value {
    let is_empty = |value: &Value| ["M", "L"].iter().any(|name| *value == json!({*name: empty(name)}));
    match value {
        value if is_empty(value) => json!({}),
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), without_empty(value))).collect(),
        Value::Array(list) => list.iter().map(without_empty).collect(),
        other => other.clone(),
    }
}

fn empty(name: &str) -> Value {
    if name == "M" { json!({}) } else { json!([]) }
}

fn key_of(record: &Value) -> String {
    super::compare::canonical(&record["Keys"]).to_string()
}

fn ask(connection: &mut Connection, account: &str, operation: &str, input: &Value) -> anyhow::Result<Answer> {
    ask_once(connection, account, TARGET, operation, input)
}
