//! Items that expire.

use std::time::Duration;

use ruststack_testkit::{Emulator, NOW};
use serde_json::{Value, json};

use crate::{at_table, create, emulator, get, item, kept_in, key, ok, put, refused};

fn settings(attribute: &str, is_enabled: bool) -> Value {
    at_table(json!({"TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": is_enabled}}))
}

async fn put_expiring(emulator: &Emulator, pk: &str, seconds: i64) {
    put(emulator, item(pk, 1, json!({"ttl": {"N": (NOW.seconds() + seconds).to_string()}}))).await;
}

async fn with_time_to_live() -> Emulator {
    let emulator = emulator().started().await;
    create(&emulator, json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}})).await;
    ok(&emulator, "UpdateTimeToLive", settings("ttl", true)).await;
    emulator
}

async fn there(emulator: &Emulator) -> Vec<String> {
    let found = ok(emulator, "Scan", at_table(json!({}))).await;
    let pk = |item: &Value| item["pk"]["S"].as_str().unwrap().to_owned();
    let mut there: Vec<String> = found["Items"].as_array().unwrap().iter().map(pk).collect();
    there.sort();
    there
}

#[tokio::test]
async fn an_item_is_removed_once_its_time_has_come() {
    let emulator = with_time_to_live().await;
    put_expiring(&emulator, "soon", 60).await;
    put_expiring(&emulator, "later", 600).await;
    put(&emulator, item("text", 1, json!({"ttl": {"S": "1"}}))).await;
    put(&emulator, item("fraction", 1, json!({"ttl": {"N": "1.5"}}))).await;
    put_expiring(&emulator, "mistaken", -5 * 366 * 24 * 3600).await;
    emulator.settle().await;
    assert_eq!(there(&emulator).await, ["fraction", "later", "mistaken", "soon", "text"]);
    emulator.clock().advance(Duration::from_secs(60));
    emulator.settle().await;
    assert_eq!(there(&emulator).await, ["fraction", "later", "mistaken", "text"]);
}

#[tokio::test]
async fn an_item_whose_time_was_put_off_stays() {
    let emulator = with_time_to_live().await;
    put_expiring(&emulator, "a", 60).await;
    put_expiring(&emulator, "a", 600).await;
    put_expiring(&emulator, "b", 60).await;
    put(&emulator, key("b", 1)).await;
    emulator.clock().advance(Duration::from_secs(60));
    emulator.settle().await;
    assert_eq!(there(&emulator).await, ["a", "b"]);
}

#[tokio::test]
async fn the_stream_says_that_dynamodb_removed_it() {
    let emulator = with_time_to_live().await;
    put_expiring(&emulator, "a", 60).await;
    ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 1)}))).await;
    put_expiring(&emulator, "b", 60).await;
    emulator.clock().advance(Duration::from_secs(60));
    emulator.settle().await;
    let table = ok(&emulator, "DescribeTable", at_table(json!({}))).await;
    let arn = table["Table"]["LatestStreamArn"].clone();
    let stream = ok(&emulator, "DescribeStream", json!({"StreamArn": arn})).await;
    let shard = &stream["StreamDescription"]["Shards"][0]["ShardId"];
    let iterator = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = ok(&emulator, "GetShardIterator", iterator).await["ShardIterator"].clone();
    let records = ok(&emulator, "GetRecords", json!({"ShardIterator": iterator})).await["Records"].clone();
    assert_eq!((&records[1]["eventName"], records[1].get("userIdentity")), (&json!("REMOVE"), None));
    assert_eq!(records[3]["eventName"], "REMOVE");
    let identity = json!({"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"});
    assert_eq!(records[3]["userIdentity"], identity);
}

#[tokio::test]
async fn items_that_are_there_expire_when_it_is_enabled_and_not_when_it_is_disabled() {
    let emulator = emulator().started().await;
    create(&emulator, json!({})).await;
    put_expiring(&emulator, "a", -60).await;
    put_expiring(&emulator, "b", 60).await;
    ok(&emulator, "UpdateTimeToLive", settings("ttl", true)).await;
    emulator.settle().await;
    assert_eq!(there(&emulator).await, ["b"]);
    ok(&emulator, "UpdateTimeToLive", settings("ttl", false)).await;
    emulator.clock().advance(Duration::from_secs(60));
    emulator.settle().await;
    assert_eq!(there(&emulator).await, ["b"]);
}

#[tokio::test]
async fn expired_items_are_removed_on_demand() {
    let emulator = emulator();
    create(&emulator, json!({})).await;
    ok(&emulator, "UpdateTimeToLive", settings("ttl", true)).await;
    put_expiring(&emulator, "a", -10).await;
    put_expiring(&emulator, "b", 110).await;
    for count in [1, 0] {
        let answer = emulator.delete("/_aws/dynamodb/expired").unsigned().send("").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, format!("{{\"ExpiredItems\":{count}}}").as_str()));
    }
    assert_eq!(there(&emulator).await, ["b"]);
    assert_eq!(emulator.get("/_aws/dynamodb/expired").unsigned().send("").await.status, 405);
    assert_eq!(emulator.get("/_aws/dynamodb/nothing").unsigned().send("").await.status, 404);
}

#[tokio::test]
async fn many_items_expire_at_once() {
    let emulator = with_time_to_live().await;
    for sk in 0..250 {
        put(&emulator, item("a", sk, json!({"ttl": {"N": NOW.seconds().to_string()}}))).await;
    }
    emulator.settle().await;
    assert_eq!(there(&emulator).await, Vec::<String>::new());
}

#[tokio::test]
async fn settings_are_checked_and_described() {
    let emulator = emulator();
    create(&emulator, json!({})).await;
    let described =
        || async { ok(&emulator, "DescribeTimeToLive", at_table(json!({}))).await["TimeToLiveDescription"].clone() };
    assert_eq!(described().await, json!({"TimeToLiveStatus": "DISABLED"}));
    let (_, text) = refused(&emulator, "UpdateTimeToLive", settings("ttl", false)).await;
    assert_eq!(text, "TimeToLive is already disabled");
    ok(&emulator, "UpdateTimeToLive", settings("ttl", true)).await;
    assert_eq!(described().await, json!({"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}));
    let (_, text) = refused(&emulator, "UpdateTimeToLive", settings("ttl", true)).await;
    assert_eq!(text, "TimeToLive is already enabled");
    let (_, text) = refused(&emulator, "UpdateTimeToLive", settings("other", true)).await;
    assert_eq!(text, "TimeToLive is active on a different AttributeName: current AttributeName is ttl");
    let (code, _) = refused(&emulator, "UpdateTimeToLive", settings("", true)).await;
    assert_eq!(code, "ValidationException");
}

#[tokio::test]
async fn what_is_kept_expires_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        ok(&emulator, "UpdateTimeToLive", settings("ttl", true)).await;
        put_expiring(&emulator, "a", 60).await;
    }
    let emulator = kept_in(folder.path()).started().await;
    emulator.clock().advance(Duration::from_secs(60));
    emulator.settle().await;
    assert_eq!(get(&emulator, "a", 1).await, None);
}
