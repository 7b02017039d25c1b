//! What is too large, too deep, too much or no text at all is refused, and the next request is answered.
//! Source of the texts: recorded answers of DynamoDB, and what dynoxide tells of such.

use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

use crate::{at_table, get, item, key, ok, put, refused, with_table};

/// Of an item. Bytes.
const ITEM: usize = 400 * 1024;

/// The keys `pk` and `sk`, of a letter and a digit, and the name of `t`: what else is in the items here.
const OVERHEAD: usize = 2 + 1 + 2 + 2 + 1;

async fn is_alive(emulator: &Emulator) {
    put(emulator, item("alive", 1, json!({}))).await;
    assert!(get(emulator, "alive", 1).await.is_some());
}

async fn raw(emulator: &Emulator, operation: &str, body: Vec<u8>) -> Answer {
    let target = format!("DynamoDB_20120810.{operation}");
    let request = emulator.post("/").service("dynamodb").account(ACCOUNT).header("x-amz-target", &target);
    request.header("content-type", "application/x-amz-json-1.0").send(body).await
}

/// A text in so many lists.
fn nested(levels: usize) -> Value {
    (0..levels).fold(json!({"S": "x"}), |inner, _| json!({"L": [inner]}))
}

#[tokio::test]
async fn a_value_may_be_in_31_lists_and_in_no_more() {
    let emulator = with_table().await;
    put(&emulator, item("a", 1, json!({"t": nested(31)}))).await;
    let input = at_table(json!({"Item": item("a", 1, json!({"t": nested(32)}))}));
    let (code, message) = refused(&emulator, "PutItem", input).await;
    assert_eq!(code, "ValidationException");
    assert!(message.starts_with("Nesting Levels have exceeded supported limits"), "{message}");
}

#[tokio::test]
async fn an_item_may_be_400_kb_and_no_more() {
    let emulator = with_table().await;
    let sized = |size: usize| item("a", 1, json!({"t": {"S": "x".repeat(size - OVERHEAD)}}));
    put(&emulator, sized(ITEM)).await;
    let (code, message) = refused(&emulator, "PutItem", at_table(json!({"Item": sized(ITEM + 1)}))).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ValidationException", "Item size has exceeded the maximum allowed size")
    );
    let update = json!({
        "Key": key("a", 1), "UpdateExpression": "SET u = :x", "ExpressionAttributeValues": {":x": {"S": "x"}},
    });
    let (_, message) = refused(&emulator, "UpdateItem", at_table(update)).await;
    assert_eq!(message, "Item size to update has exceeded the maximum allowed size");
}

#[tokio::test]
async fn an_expression_may_be_4_kb_and_have_300_operators() {
    let emulator = with_table().await;
    let check = |condition: String| {
        at_table(json!({
            "Item": item("a", 1, json!({})), "ConditionExpression": condition, "ExpressionAttributeValues": {":v": {"S": "x"}},
        }))
    };
    let long = format!("{} = :v", "a".repeat(4096 - 4));
    let (_, message) = refused(&emulator, "PutItem", check(long)).await;
    assert!(message.contains("Expression size has exceeded the maximum allowed size"), "{message}");
    let many = vec!["a=:v"; 151].join(" OR ");
    let (_, message) = refused(&emulator, "PutItem", check(many)).await;
    assert!(message.contains("The expression contains too many operators"), "{message}");
}

#[tokio::test]
async fn batches_and_transactions_have_as_many_items_as_aws_takes() {
    let emulator = with_table().await;
    let items = |count: u32| (0..count).map(|number| item("a", number, json!({})));
    let puts: Vec<Value> = items(26).map(|item| json!({"PutRequest": {"Item": item}})).collect();
    let keys: Vec<Value> = items(101).collect();
    let transaction: Vec<Value> = items(101).map(|item| json!({"Put": {"TableName": "table", "Item": item}})).collect();
    for (operation, input) in [
        ("BatchWriteItem", json!({"RequestItems": {"table": puts}})),
        ("BatchGetItem", json!({"RequestItems": {"table": {"Keys": keys}}})),
        ("TransactWriteItems", json!({"TransactItems": transaction})),
    ] {
        let (code, message) = refused(&emulator, operation, input).await;
        assert_eq!(code, "ValidationException", "{operation}: {message}");
    }
    is_alive(&emulator).await;
}

#[tokio::test]
async fn a_batch_answers_16_mb_and_names_what_it_left() {
    let emulator = with_table().await;
    for number in 0..50 {
        put(&emulator, item("a", number, json!({"t": {"S": "x".repeat(390 * 1024)}}))).await;
    }
    let keys: Vec<Value> = (0..50).map(|number| key("a", number)).collect();
    let answer = ok(&emulator, "BatchGetItem", json!({"RequestItems": {"table": {"Keys": keys}}})).await;
    let found = answer["Responses"]["table"].as_array().unwrap().len();
    let left = answer["UnprocessedKeys"]["table"]["Keys"].as_array().unwrap().len();
    assert_eq!(found + left, 50);
    assert!((40..=44).contains(&found), "{found}");
}

#[tokio::test]
async fn ten_thousand_parentheses_are_refused() {
    let emulator = with_table().await;
    for text in [
        format!("{}a = :v{}", "(".repeat(10_000), ")".repeat(10_000)),
        "(".repeat(4096),
        format!("{}a = :v", "NOT ".repeat(1000)),
        format!("a{} = :v", "[0]".repeat(1300)),
        format!("{}a{}", "size(".repeat(800), ")".repeat(10)),
    ] {
        let input = at_table(json!({
            "Item": item("a", 1, json!({})), "ConditionExpression": text, "ExpressionAttributeValues": {":v": {"S": "x"}},
        }));
        let (code, _) = refused(&emulator, "PutItem", input).await;
        assert_eq!(code, "ValidationException");
    }
    is_alive(&emulator).await;
}

#[tokio::test]
async fn json_that_is_deep_broken_or_no_text_is_refused() {
    let emulator = with_table().await;
    let deep = format!(r#"{{"TableName":"table","Item":{}"#, r#"{"L":["#.repeat(100_000));
    for body in [
        deep.into_bytes(),
        b"[".repeat(1_000_000),
        br#"{"TableName":"table","Item":{"pk":{"S":""#.iter().copied().chain([0xFF, 0xFE]).chain(*br#""}}}"#).collect(),
        b"\xC3\x28".to_vec(),
        b"{\"TableName\":\"table\"".to_vec(),
    ] {
        let answer = raw(&emulator, "PutItem", body).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.contains("SerializationException"), "{}", answer.body);
    }
    is_alive(&emulator).await;
}

#[tokio::test]
async fn a_body_of_more_than_16_mib_is_refused() {
    let emulator = with_table().await;
    let body = |length: usize| {
        let text = "x".repeat(length);
        format!(r#"{{"TableName":"table","Item":{{"pk":{{"S":"a"}},"sk":{{"N":"1"}},"t":{{"S":"{text}"}}}}}}"#)
            .into_bytes()
    };
    let answer = raw(&emulator, "PutItem", body(15 * 1024 * 1024)).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Item size has exceeded the maximum allowed size"), "{}", answer.body);
    let answer = raw(&emulator, "PutItem", body(17 * 1024 * 1024)).await;
    assert_eq!(answer.status, 413, "{}", answer.body);
    is_alive(&emulator).await;
}
