//! Secondary indexes. Source of the texts: recorded answers of DynamoDB, and what dynoxide tells of such.

use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{at_table, create, emulator, item, key, ok, put, refused, sort_keys, with_table};

fn definitions() -> Value {
    json!([
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "N"},
        {"AttributeName": "g", "AttributeType": "S"},
    ])
}

async fn with_indexes() -> Emulator {
    let emulator = emulator();
    create(
        &emulator,
        json!({
            "AttributeDefinitions": definitions(),
            "GlobalSecondaryIndexes": [{
                "IndexName": "global",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]},
            }],
            "LocalSecondaryIndexes": [{
                "IndexName": "local",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "g", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }],
        }),
    )
    .await;
    emulator
}

fn by_g(g: &str, more: Value) -> Value {
    let mut input = json!({
        "IndexName": "global",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": g}},
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    at_table(input)
}

#[tokio::test]
async fn a_global_index_follows_its_items() {
    let emulator = with_indexes().await;
    put(&emulator, item("a", 1, json!({"g": {"S": "x"}, "v": {"N": "1"}, "w": {"N": "2"}}))).await;
    put(&emulator, item("a", 2, json!({"v": {"N": "1"}}))).await;
    let found = ok(&emulator, "Query", by_g("x", json!({}))).await;
    assert_eq!(found["Items"], json!([item("a", 1, json!({"g": {"S": "x"}, "v": {"N": "1"}}))]));
    let update = json!({
        "Key": key("a", 1),
        "UpdateExpression": "SET g = :g",
        "ExpressionAttributeValues": {":g": {"S": "y"}},
        "ReturnConsumedCapacity": "INDEXES",
    });
    let capacity = ok(&emulator, "UpdateItem", at_table(update)).await["ConsumedCapacity"].clone();
    let expected = json!({
        "TableName": "table",
        "CapacityUnits": 5.0,
        "Table": {"CapacityUnits": 1.0},
        "GlobalSecondaryIndexes": {"global": {"CapacityUnits": 2.0}},
        "LocalSecondaryIndexes": {"local": {"CapacityUnits": 2.0}},
    });
    assert_eq!(capacity, expected);
    assert_eq!(ok(&emulator, "Query", by_g("x", json!({}))).await["Count"], 0);
    assert_eq!(sort_keys(&ok(&emulator, "Query", by_g("y", json!({}))).await), [1]);
    ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 1)}))).await;
    assert_eq!(ok(&emulator, "Scan", at_table(json!({"IndexName": "global"}))).await["Count"], 0);
}

#[tokio::test]
async fn pages_of_an_index_go_on_between_equal_keys() {
    let emulator = with_indexes().await;
    for sort in 0..5 {
        put(&emulator, item("a", sort, json!({"g": {"S": "x"}}))).await;
    }
    let first = ok(&emulator, "Query", by_g("x", json!({"Limit": 2}))).await;
    assert_eq!(first["LastEvaluatedKey"], item("a", 1, json!({"g": {"S": "x"}})));
    let rest = by_g("x", json!({"ExclusiveStartKey": first["LastEvaluatedKey"]}));
    assert_eq!(sort_keys(&ok(&emulator, "Query", rest).await), [2, 3, 4]);
}

#[tokio::test]
async fn a_local_index_takes_what_it_lacks_from_its_table() {
    let emulator = with_indexes().await;
    let stored = item("a", 1, json!({"g": {"S": "x"}, "w": {"N": "2"}}));
    put(&emulator, stored.clone()).await;
    let local = |more: Value| {
        let mut input = json!({
            "IndexName": "local",
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "a"}},
        });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        at_table(input)
    };
    let keys = ok(&emulator, "Query", local(json!({}))).await;
    assert_eq!(keys["Items"], json!([item("a", 1, json!({"g": {"S": "x"}}))]));
    let all = ok(&emulator, "Query", local(json!({"Select": "ALL_ATTRIBUTES"}))).await;
    assert_eq!(all["Items"], json!([stored]));
    let part = ok(&emulator, "Query", local(json!({"ProjectionExpression": "w"}))).await;
    assert_eq!(part["Items"], json!([{"w": {"N": "2"}}]));
    let metrics = json!({"Key": key("a", 1), "ReturnItemCollectionMetrics": "SIZE"});
    let expected = json!({"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]});
    assert_eq!(ok(&emulator, "DeleteItem", at_table(metrics)).await["ItemCollectionMetrics"], expected);
}

#[tokio::test]
async fn what_a_global_index_lacks_is_refused() {
    let emulator = with_indexes().await;
    let parameter = |text: &str| format!("One or more parameter values were invalid: {text}");
    for (operation, input, message) in [
        (
            "Query",
            by_g("x", json!({"Select": "ALL_ATTRIBUTES"})),
            parameter(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index global because its projection \
                 type is not ALL",
            ),
        ),
        (
            "Query",
            by_g("x", json!({"ProjectionExpression": "w"})),
            parameter("Global secondary index global does not project [w]"),
        ),
        (
            "Query",
            by_g("x", json!({"ConsistentRead": true})),
            "Consistent reads are not supported on global secondary indexes".to_owned(),
        ),
        (
            "PutItem",
            at_table(json!({"Item": item("a", 1, json!({"g": {"N": "1"}}))})),
            parameter("Type mismatch for Index Key g Expected: S Actual: N IndexName: global"),
        ),
    ] {
        let refusal = refused(&emulator, operation, input).await;
        assert_eq!(refusal, ("ValidationException".to_owned(), message));
    }
}

#[tokio::test]
async fn an_index_that_is_added_has_the_items_that_are_there() {
    let emulator = with_table().await;
    put(&emulator, item("a", 1, json!({"g": {"S": "x"}}))).await;
    put(&emulator, item("a", 2, json!({"g": {"N": "1"}}))).await;
    let create = json!({
        "AttributeDefinitions": definitions(),
        "GlobalSecondaryIndexUpdates": [{"Create": {
            "IndexName": "global",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }}],
    });
    ok(&emulator, "UpdateTable", at_table(create)).await;
    assert_eq!(sort_keys(&ok(&emulator, "Query", by_g("x", json!({}))).await), [1]);
    let delete = json!({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "global"}}]});
    ok(&emulator, "UpdateTable", at_table(delete)).await;
    let (_, message) = refused(&emulator, "Query", by_g("x", json!({}))).await;
    assert_eq!(message, "The table does not have the specified index: global");
    let table = ok(&emulator, "DescribeTable", at_table(json!({}))).await["Table"].clone();
    assert_eq!(table.get("GlobalSecondaryIndexes"), None);
    assert_eq!(table["AttributeDefinitions"].as_array().unwrap().len(), 2);
}

/// Source: dynalite's tests against DynamoDB, and DynamoDB Local.
#[tokio::test]
async fn no_expression_leads_into_a_key_of_an_index() {
    let emulator = with_indexes().await;
    let texts =
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: g";
    let value = json!({":x": {"S": "x"}});
    for (operation, input) in [
        ("GetItem", json!({"Key": key("a", 1), "ProjectionExpression": "v, g.h"})),
        ("Scan", json!({"ProjectionExpression": "g[0]"})),
        ("PutItem", json!({"Item": item("a", 1, json!({})), "ConditionExpression": "attribute_not_exists(g.h)"})),
        ("DeleteItem", json!({"Key": key("a", 1), "ConditionExpression": "attribute_not_exists(g.h)"})),
        (
            "UpdateItem",
            json!({"Key": key("a", 1), "UpdateExpression": "SET g.h = :x", "ExpressionAttributeValues": value}),
        ),
        (
            "UpdateItem",
            json!({
                "Key": key("a", 1),
                "UpdateExpression": "SET v = if_not_exists(g.h, :x)",
                "ExpressionAttributeValues": value,
            }),
        ),
        (
            "Query",
            json!({
                "KeyConditionExpression": "pk = :x", "FilterExpression": "attribute_exists(g.h)",
                "ExpressionAttributeValues": value,
            }),
        ),
    ] {
        let refusal = refused(&emulator, operation, at_table(input)).await;
        assert_eq!(refusal, ("ValidationException".to_owned(), texts.to_owned()), "{operation}");
    }
}

/// Source: what users of DynamoDB report, and DynamoDB Local. That scans go on is of dynoxide's captures.
#[tokio::test]
async fn a_filter_reads_what_its_index_holds() {
    let emulator = with_indexes().await;
    put(&emulator, item("a", 1, json!({"g": {"S": "x"}, "w": {"N": "2"}}))).await;
    let (_, message) = refused(&emulator, "Query", by_g("x", json!({"FilterExpression": "attribute_exists(w)"}))).await;
    assert_eq!(
        message,
        "One or more parameter values were invalid: Secondary index global does not project one or more filter \
         attributes: [w]"
    );
    let local = at_table(json!({
        "IndexName": "local", "KeyConditionExpression": "pk = :a", "FilterExpression": "attribute_exists(w)",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
    }));
    let (_, message) = refused(&emulator, "Query", local).await;
    assert!(message.ends_with("does not project one or more filter attributes: [w]"), "{message}");
    for index in ["global", "local"] {
        let scan = at_table(json!({"IndexName": index, "FilterExpression": "attribute_exists(w)"}));
        let found = ok(&emulator, "Scan", scan).await;
        assert_eq!((&found["Count"], &found["ScannedCount"]), (&json!(0), &json!(1)), "{index}");
    }
}

/// Source: what users of DynamoDB were told.
#[tokio::test]
async fn a_key_of_an_index_is_no_larger_than_one_of_a_table() {
    let emulator = with_indexes().await;
    put(&emulator, item("a", 1, json!({"g": {"S": "x".repeat(1024)}}))).await;
    let larger = item("a", 1, json!({"g": {"S": "x".repeat(1025)}}));
    let (_, message) = refused(&emulator, "PutItem", at_table(json!({"Item": larger}))).await;
    assert_eq!(
        message,
        "One or more parameter values were invalid: Size limit exceeded for Index Key g Actual Size: 1025 bytes Max Size: \
         1024 bytes IndexName: local"
    );
}

/// Recorded: ScyllaDB's tests of DynamoDB.
#[tokio::test]
async fn items_that_an_index_would_refuse_are_left_out_when_it_is_made() {
    let emulator = with_table().await;
    for (sort, g) in
        [(1, json!({"S": "x"})), (2, json!({"S": ""})), (3, json!({"S": "x".repeat(2049)})), (4, json!({"N": "1"}))]
    {
        put(&emulator, item("a", sort, json!({"g": g}))).await;
    }
    let create = json!({
        "IndexName": "global",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    });
    let (_, message) =
        refused(&emulator, "UpdateTable", at_table(json!({"GlobalSecondaryIndexUpdates": [{"Create": create}]}))).await;
    assert_eq!(
        message,
        "One or more parameter values were invalid: AttributeDefinitions is not specified for index: global"
    );
    let update = json!({
        "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": create}],
    });
    ok(&emulator, "UpdateTable", at_table(update)).await;
    assert_eq!(sort_keys(&ok(&emulator, "Scan", at_table(json!({"IndexName": "global"}))).await), [1]);
    ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 3)}))).await;
    assert_eq!(ok(&emulator, "Scan", at_table(json!({"IndexName": "global"}))).await["Count"], 1);
}

/// Source: what controllers of DynamoDB tables were told in October 2026.
#[tokio::test]
async fn an_update_of_indexes_does_one_thing_to_each() {
    let emulator = with_indexes().await;
    let (create, delete) = (
        json!({
            "IndexName": "other",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }),
        json!({"IndexName": "global"}),
    );
    for (updates, said) in [
        (
            json!([{}]),
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
             GlobalSecondaryIndexUpdate.Delete must not be null",
        ),
        (
            json!([{"Create": create, "Delete": delete}]),
            "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
        ),
        (
            json!([{"Delete": delete}, {"Delete": delete}]),
            "Only one global secondary index update per index is allowed simultaneously. Index: global",
        ),
    ] {
        let input = json!({"AttributeDefinitions": definitions(), "GlobalSecondaryIndexUpdates": updates});
        let (_, message) = refused(&emulator, "UpdateTable", at_table(input)).await;
        assert_eq!(message, format!("One or more parameter values were invalid: {said}"));
    }
}
