//! Bytes of answers. Source: recorded answers of DynamoDB.

use serde_json::json;

use crate::{ask, at_table, emulator, refused, with_table};

#[tokio::test]
async fn answers_say_their_crc() {
    let answer = ask(&emulator(), "ListTables", json!({})).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"TableNames":[]}"#));
    assert_eq!(answer.header("x-amz-crc32"), Some("1315925753"), "of the body");
    assert_eq!(answer.header("content-type"), Some("application/x-amz-json-1.0"));
}

#[tokio::test]
async fn errors_of_awss_frameworks_have_namespaces_of_their_own() {
    let emulator = with_table().await;
    for (operation, input, kind) in [
        ("DescribeTable", json!({"TableName": "none"}), "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"),
        ("GetItem", at_table(json!({"Key": {}})), "com.amazon.coral.validate#ValidationException"),
        ("GetItem", json!({"TableName": 1}), "com.amazon.coral.service#SerializationException"),
        ("Nothing", json!({}), "com.amazon.coral.service#UnknownOperationException"),
    ] {
        let answer = ask(&emulator, operation, input).await;
        assert!(answer.body.contains(kind), "{operation}: {}", answer.body);
    }
}

#[tokio::test]
async fn broken_constraints_are_told_together() {
    let input = json!({"TableName": "a b", "Item": {"pk": {"S": "a"}}, "ReturnConsumedCapacity": "ALL"});
    let (code, message) = refused(&with_table().await, "PutItem", input).await;
    assert_eq!(code, "ValidationException");
    assert_eq!(
        message,
        "2 validation errors detected: Value 'a b' at 'tableName' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [a-zA-Z0-9_.-]+; Value 'ALL' at 'returnConsumedCapacity' failed to satisfy \
         constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
    );
}

#[tokio::test]
async fn what_does_not_work_yet_says_so() {
    let answer = ask(&emulator(), "SearchVectors", json!({"TableName": "table", "IndexName": "index"})).await;
    assert_eq!(answer.status, 501, "{}", answer.body);
}
