//! Single items. Source of the texts: recorded answers of DynamoDB, and what dynoxide tells of such.

use serde_json::json;

use crate::{at_table, get, item, key, ok, put, refused, with_table};

#[tokio::test]
async fn an_item_is_put_shown_changed_and_deleted() {
    let emulator = with_table().await;
    put(&emulator, item("a", 1, json!({"n": {"N": "01.50"}, "set": {"SS": ["b", "a"]}}))).await;
    let shown = item("a", 1, json!({"n": {"N": "1.5"}, "set": {"SS": ["a", "b"]}}));
    assert_eq!(get(&emulator, "a", 1).await, Some(shown.clone()));
    let update = json!({
        "Key": key("a", 1),
        "UpdateExpression": "SET n = n + :one REMOVE #set",
        "ExpressionAttributeNames": {"#set": "set"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
        "ReturnValues": "UPDATED_NEW",
    });
    let updated = ok(&emulator, "UpdateItem", at_table(update)).await;
    assert_eq!(updated, json!({"Attributes": {"n": {"N": "2.5"}}}));
    let deleted = ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 1), "ReturnValues": "ALL_OLD"}))).await;
    assert_eq!(deleted, json!({"Attributes": item("a", 1, json!({"n": {"N": "2.5"}}))}));
    assert_eq!(get(&emulator, "a", 1).await, None);
}

#[tokio::test]
async fn an_update_makes_an_item_where_there_is_none() {
    let emulator = with_table().await;
    ok(&emulator, "UpdateItem", at_table(json!({"Key": key("a", 1)}))).await;
    assert_eq!(get(&emulator, "a", 1).await, Some(key("a", 1)));
}

#[tokio::test]
async fn a_condition_that_fails_tells_the_item_if_asked_to() {
    let emulator = with_table().await;
    put(&emulator, item("a", 1, json!({"v": {"S": "old"}}))).await;
    let input = json!({
        "Item": key("a", 1),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    let answer = crate::ask(&emulator, "PutItem", at_table(input)).await;
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&body["Message"], body.get("message")), (&json!("The conditional request failed"), None));
    assert_eq!(body["Item"], item("a", 1, json!({"v": {"S": "old"}})));
    assert!(get(&emulator, "a", 1).await.unwrap().get("v").is_some());
}

#[tokio::test]
async fn parameters_from_before_expressions_still_work() {
    let emulator = with_table().await;
    let update = json!({
        "Key": key("a", 1),
        "AttributeUpdates": {"n": {"Action": "ADD", "Value": {"N": "2"}}},
        "Expected": {"n": {"Exists": false}},
    });
    ok(&emulator, "UpdateItem", at_table(update.clone())).await;
    assert_eq!(get(&emulator, "a", 1).await.unwrap()["n"], json!({"N": "2"}));
    let (code, _) = refused(&emulator, "UpdateItem", at_table(update)).await;
    assert_eq!(code, "ConditionalCheckFailedException");
    let shown = ok(&emulator, "GetItem", at_table(json!({"Key": key("a", 1), "AttributesToGet": ["n"]}))).await;
    assert_eq!(shown["Item"], json!({"n": {"N": "2"}}));
}

#[tokio::test]
async fn capacity_is_told_by_size() {
    let emulator = with_table().await;
    let large = item("a", 1, json!({"v": {"S": "x".repeat(2000)}}));
    let put = at_table(json!({"Item": large, "ReturnConsumedCapacity": "TOTAL"}));
    let told = |units: f64| json!({"ConsumedCapacity": {"TableName": "table", "CapacityUnits": units}});
    assert_eq!(ok(&emulator, "PutItem", put).await, told(2.0));
    let get = |sk, consistent| {
        at_table(json!({"Key": key("a", sk), "ReturnConsumedCapacity": "TOTAL", "ConsistentRead": consistent}))
    };
    assert_eq!(ok(&emulator, "GetItem", get(2, false)).await, told(0.5));
    assert_eq!(ok(&emulator, "GetItem", get(1, true)).await["ConsumedCapacity"], told(1.0)["ConsumedCapacity"]);
    let indexes = at_table(json!({"Key": key("a", 1), "ReturnConsumedCapacity": "INDEXES"}));
    let expected = json!({"TableName": "table", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}});
    assert_eq!(ok(&emulator, "GetItem", indexes).await["ConsumedCapacity"], expected);
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let emulator = with_table().await;
    let parameter = |text: &str| format!("One or more parameter values were invalid: {text}");
    for (operation, input, message) in [
        ("PutItem", json!({"Item": {"pk": {"S": "a"}}}), parameter("Missing the key sk in the item")),
        (
            "PutItem",
            json!({"Item": {"pk": {"S": "a"}, "sk": {"S": "1"}}}),
            parameter("Type mismatch for key sk expected: N actual: S"),
        ),
        (
            "GetItem",
            json!({"Key": {"pk": {"S": "a"}}}),
            "The provided key element does not match the schema".to_owned(),
        ),
        (
            "PutItem",
            json!({"Item": key("a", 1), "ReturnValues": "ALL_NEW"}),
            "ReturnValues can only be ALL_OLD or NONE".to_owned(),
        ),
        (
            "PutItem",
            json!({"Item": item("a", 1, json!({"v": {"S": "x".repeat(410_000)}}))}),
            "Item size has exceeded the maximum allowed size".to_owned(),
        ),
        (
            "UpdateItem",
            json!({
                "Key": key("a", 1),
                "UpdateExpression": "SET sk = :v",
                "ExpressionAttributeValues": {":v": {"N": "2"}},
            }),
            parameter("Cannot update attribute sk. This attribute is part of the key"),
        ),
        (
            "GetItem",
            json!({"Key": key("a", 1), "ExpressionAttributeNames": {"#a": "a"}}),
            "ExpressionAttributeNames can only be specified when using expressions".to_owned(),
        ),
        (
            "PutItem",
            json!({"Item": item("a", 1, json!({"s": {"SS": []}}))}),
            parameter("An string set  may not be empty"),
        ),
    ] {
        let (code, told) = refused(&emulator, operation, at_table(input)).await;
        assert_eq!((code.as_str(), told), ("ValidationException", message), "{operation}");
    }
    let (code, message) = refused(&emulator, "GetItem", json!({"TableName": "none", "Key": key("a", 1)})).await;
    assert_eq!((code.as_str(), message.as_str()), ("ResourceNotFoundException", "Requested resource not found"));
}

/// Recorded: ScyllaDB's tests of DynamoDB.
#[tokio::test]
async fn an_update_that_only_takes_away_makes_no_item() {
    let emulator = with_table().await;
    for update in [
        json!({"UpdateExpression": "REMOVE a"}),
        json!({"UpdateExpression": "REMOVE a.b, c[1]"}),
        json!({"UpdateExpression": "DELETE a :a", "ExpressionAttributeValues": {":a": {"SS": ["x"]}}}),
        json!({"AttributeUpdates": {"a": {"Action": "DELETE"}}}),
        json!({"AttributeUpdates": {"a": {"Action": "DELETE", "Value": {"NS": ["4"]}}}}),
    ] {
        let mut input = at_table(update);
        input["Key"] = key("a", 1);
        input["ReturnValues"] = json!("ALL_NEW");
        assert_eq!(ok(&emulator, "UpdateItem", input).await, json!({}));
        assert_eq!(get(&emulator, "a", 1).await, None);
    }
}

/// Recorded: ScyllaDB's tests of DynamoDB.
#[tokio::test]
async fn an_attribute_has_a_name_shorter_than_64_kib() {
    let emulator = with_table().await;
    let long = at_table(json!({"Item": item("a", 1, json!({"n".repeat(65536): {"S": "x"}}))}));
    let said = "Attribute name is too large, must be less than 65536 bytes";
    assert_eq!(refused(&emulator, "PutItem", long).await.1, said);
    put(&emulator, item("a", 1, json!({"n".repeat(65535): {"S": "x"}}))).await;
    for (operation, input) in [
        ("PutItem", json!({"Item": item("a", 1, json!({"": {"S": "x"}}))})),
        ("GetItem", json!({"Key": key("a", 1), "AttributesToGet": [""]})),
        ("PutItem", json!({"Item": key("a", 1), "Expected": {"": {"Exists": false}}})),
        ("UpdateItem", json!({"Key": key("a", 1), "AttributeUpdates": {"": {"Value": {"S": "x"}}}})),
    ] {
        assert_eq!(refused(&emulator, operation, at_table(input)).await.1, "Empty attribute name");
    }
}
