//! Batches. Source of the texts: recorded answers of DynamoDB, and what dynoxide tells of such.

use serde_json::{Value, json};

use crate::{item, key, ok, put, refused, with_table};

fn puts(count: u32) -> Vec<Value> {
    (0..count).map(|sort| json!({"PutRequest": {"Item": key("a", sort)}})).collect()
}

#[tokio::test]
async fn a_batch_writes_and_reads_items() {
    let emulator = with_table().await;
    put(&emulator, key("b", 1)).await;
    let mut requests = puts(3);
    requests.push(json!({"DeleteRequest": {"Key": key("b", 1)}}));
    let input = json!({"RequestItems": {"table": requests}, "ReturnConsumedCapacity": "TOTAL"});
    let expected = json!({
        "UnprocessedItems": {},
        "ConsumedCapacity": [{"TableName": "table", "CapacityUnits": 4.0}],
    });
    assert_eq!(ok(&emulator, "BatchWriteItem", input).await, expected);
    let input = json!({"RequestItems": {"table": {"Keys": [key("a", 0), key("b", 1), key("a", 2)]}}});
    let expected = json!({"Responses": {"table": [key("a", 0), key("a", 2)]}, "UnprocessedKeys": {}});
    assert_eq!(ok(&emulator, "BatchGetItem", input).await, expected);
}

#[tokio::test]
async fn what_one_answer_cannot_hold_is_left_for_the_next() {
    let emulator = with_table().await;
    for sort in 0..50 {
        put(&emulator, item("a", sort, json!({"v": {"S": "x".repeat(390_000)}}))).await;
    }
    let keys: Vec<Value> = (0..50).map(|sort| key("a", sort)).collect();
    let input = json!({"RequestItems": {"table": {"Keys": keys, "ConsistentRead": true}}});
    let answer = ok(&emulator, "BatchGetItem", input).await;
    let found = answer["Responses"]["table"].as_array().unwrap().len();
    let left = answer["UnprocessedKeys"]["table"]["Keys"].as_array().unwrap().len();
    assert_eq!((found, found + left), (44, 50));
    assert_eq!(answer["UnprocessedKeys"]["table"]["ConsistentRead"], true);
}

#[tokio::test]
async fn batches_that_are_none_are_refused() {
    let emulator = with_table().await;
    let twice = json!([{"PutRequest": {"Item": key("a", 1)}}, {"DeleteRequest": {"Key": key("a", 1)}}]);
    for (operation, input, message) in [
        ("BatchWriteItem", json!({"RequestItems": {}}), "The requestItems parameter is required for BatchWriteItem"),
        ("BatchGetItem", json!({"RequestItems": {}}), "The requestItems parameter is required for BatchGetItem"),
        ("BatchWriteItem", json!({"RequestItems": {"table": twice}}), "Provided list of item keys contains duplicates"),
        (
            "BatchWriteItem",
            json!({"RequestItems": {"table": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}}),
            "The provided key element does not match the schema",
        ),
        (
            "BatchGetItem",
            json!({"RequestItems": {"table": {"Keys": []}}}),
            "1 validation error detected: Value at 'RequestItems.table.member.Keys' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        ),
    ] {
        let (code, told) = refused(&emulator, operation, input).await;
        assert_eq!((code.as_str(), told.as_str()), ("ValidationException", message));
    }
    let (_, message) = refused(&emulator, "BatchWriteItem", json!({"RequestItems": {"table": puts(26)}})).await;
    assert!(message.contains("Member must have length less than or equal to 25"), "{message}");
    let (code, _) = refused(&emulator, "BatchWriteItem", json!({"RequestItems": {"none": puts(1)}})).await;
    assert_eq!(code, "ResourceNotFoundException");
}
