//! What is answered outlives the process.

use ruststack_testkit::Emulator;
use serde_json::json;

use crate::{at_table, create, get, item, kept_in, key, ok, put, refused};

/// An index by `g`.
fn index() -> serde_json::Value {
    json!({
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "g", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "index",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
    })
}

async fn count_by_index(emulator: &Emulator) -> i64 {
    let query = json!({
        "IndexName": "index",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": "g"}},
    });
    ok(emulator, "Query", at_table(query)).await["Count"].as_i64().unwrap()
}

#[tokio::test]
async fn tables_items_and_indexes_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let before = {
        let emulator = kept_in(folder.path());
        create(&emulator, index()).await;
        put(&emulator, item("a", 1, json!({"g": {"S": "g"}, "b": {"B": "AAEC"}}))).await;
        put(&emulator, item("a", 2, json!({"g": {"S": "g"}}))).await;
        ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 2)}))).await;
        ok(&emulator, "DescribeTable", at_table(json!({}))).await
    };
    let emulator = kept_in(folder.path());
    assert_eq!(ok(&emulator, "DescribeTable", at_table(json!({}))).await, before);
    assert_eq!(get(&emulator, "a", 1).await.unwrap()["b"], json!({"B": "AAEC"}));
    assert_eq!(get(&emulator, "a", 2).await, None);
    assert_eq!(count_by_index(&emulator).await, 1);
}

#[tokio::test]
async fn a_deleted_table_stays_deleted_with_its_items() {
    let folder = tempfile::tempdir().unwrap();
    {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        put(&emulator, key("a", 1)).await;
        ok(&emulator, "DeleteTable", at_table(json!({}))).await;
    }
    let emulator = kept_in(folder.path());
    let (code, _) = refused(&emulator, "DescribeTable", at_table(json!({}))).await;
    assert_eq!(code, "ResourceNotFoundException");
    create(&emulator, json!({})).await;
    assert_eq!(get(&emulator, "a", 1).await, None);
}

#[tokio::test]
async fn a_transaction_is_known_by_its_token_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let transaction = |value: &str| {
        let update = json!({
            "TableName": "table",
            "Key": key("a", 1),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": value}},
        });
        json!({"TransactItems": [{"Update": update}], "ClientRequestToken": "token"})
    };
    {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        ok(&emulator, "TransactWriteItems", transaction("1")).await;
    }
    let emulator = kept_in(folder.path());
    ok(&emulator, "TransactWriteItems", transaction("1")).await;
    assert_eq!(get(&emulator, "a", 1).await.unwrap()["n"], json!({"N": "1"}));
    let (code, _) = refused(&emulator, "TransactWriteItems", transaction("2")).await;
    assert_eq!(code, "IdempotentParameterMismatchException");
}

#[tokio::test]
async fn a_reset_forgets_tables() {
    let folder = tempfile::tempdir().unwrap();
    {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        put(&emulator, key("a", 1)).await;
        let ctx = emulator.context();
        let registry = emulator.gateway().registry();
        let dynamodb = registry.by_name("dynamodb").unwrap();
        let section = ctx.changes().begin().unwrap();
        dynamodb.state().reset(&ruststack_core::service::Part::default(), ctx.changes());
        drop(section);
        ctx.changes().committed().await.unwrap();
        assert_eq!(ok(&emulator, "ListTables", json!({})).await, json!({"TableNames": []}));
    }
    assert_eq!(ok(&kept_in(folder.path()), "ListTables", json!({})).await, json!({"TableNames": []}));
}
