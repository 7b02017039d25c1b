//! Tables. Source: recorded answers of DynamoDB.

use serde_json::{Value, json};

use crate::{at_table, create, emulator, key, ok, put, refused, with_table};

/// With the parts that differ each time taken out.
fn stable(mut description: Value) -> Value {
    let members = description.as_object_mut().unwrap();
    assert!(members.remove("TableId").is_some_and(|id| id.as_str().unwrap().len() == 36));
    assert!(members.remove("CreationDateTime").is_some());
    description
}

#[tokio::test]
async fn a_table_is_described_as_aws_does() {
    let emulator = emulator();
    let input = json!({
        "TableName": "table",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    });
    let created = ok(&emulator, "CreateTable", input).await["TableDescription"].clone();
    let mut expected = json!({
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "DeletionProtectionEnabled": false,
        "ItemCount": 0,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        "TableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/table",
        "TableName": "table",
        "TableSizeBytes": 0,
        "TableStatus": "CREATING",
    });
    assert_eq!(stable(created), expected);
    expected["TableStatus"] = "ACTIVE".into();
    expected["WarmThroughput"] = json!({"ReadUnitsPerSecond": 5, "Status": "ACTIVE", "WriteUnitsPerSecond": 5});
    assert_eq!(stable(ok(&emulator, "DescribeTable", at_table(json!({}))).await["Table"].clone()), expected);
    let by_arn = json!({"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/table"});
    assert_eq!(stable(ok(&emulator, "DescribeTable", by_arn).await["Table"].clone()), expected);
    let deleted = ok(&emulator, "DeleteTable", at_table(json!({}))).await["TableDescription"].clone();
    assert_eq!((&deleted["TableStatus"], deleted.get("KeySchema")), (&json!("DELETING"), None));
}

#[tokio::test]
async fn tables_are_listed_in_pages() {
    let emulator = emulator();
    for name in ["ccc", "aaa", "bbb"] {
        create(&emulator, json!({"TableName": name})).await;
    }
    let first = ok(&emulator, "ListTables", json!({"Limit": 2})).await;
    assert_eq!(first, json!({"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"}));
    let last = ok(&emulator, "ListTables", json!({"Limit": 2, "ExclusiveStartTableName": "bbb"})).await;
    assert_eq!(last, json!({"TableNames": ["ccc"]}));
}

#[tokio::test]
async fn tables_that_cannot_be_are_refused() {
    let emulator = with_table().await;
    let parameter = |text: &str| format!("One or more parameter values were invalid: {text}");
    let schema = json!([{"AttributeName": "a", "KeyType": "HASH"}]);
    let definitions = json!([{"AttributeName": "a", "AttributeType": "S"}]);
    let on_demand = |name: &str, schema: &Value, definitions: &Value| {
        json!({
            "TableName": name,
            "KeySchema": schema,
            "AttributeDefinitions": definitions,
            "BillingMode": "PAY_PER_REQUEST",
        })
    };
    let mut both = on_demand("other", &schema, &definitions);
    both["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    let mut local = on_demand("other", &schema, &definitions);
    local["LocalSecondaryIndexes"] =
        json!([{"IndexName": "index", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}]);
    let mut repeating = on_demand("other", &schema, &definitions);
    repeating["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "index",
        "KeySchema": schema,
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "c", "b"]},
    }]);
    for (input, message) in [
        (json!({}), "The parameter 'TableName' is required but was not present in the request".to_owned()),
        (
            both,
            parameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
            ),
        ),
        (
            on_demand("other", &schema, &json!([])),
            "Invalid KeySchema: Some index key attribute have no definition".to_owned(),
        ),
        (
            on_demand(
                "other",
                &schema,
                &json!([{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}]),
            ),
            parameter(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in \
                 AttributeDefinitions",
            ),
        ),
        (
            on_demand(
                "other",
                &schema,
                &json!([{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "a", "AttributeType": "N"}]),
            ),
            "Attribute Name is duplicated: a".to_owned(),
        ),
        (repeating, parameter("Duplicate element in NonKeyAttributes: b")),
        (
            local,
            parameter(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
            ),
        ),
    ] {
        assert_eq!(refused(&emulator, "CreateTable", input).await, ("ValidationException".to_owned(), message));
    }
    let twice = refused(&emulator, "CreateTable", on_demand("table", &schema, &definitions)).await;
    assert_eq!(twice, ("ResourceInUseException".to_owned(), "Table already exists: table".to_owned()));
    let none = refused(&emulator, "DeleteTable", json!({"TableName": "none"})).await;
    assert_eq!(none.1, "Requested resource not found: Table: none not found");
}

#[tokio::test]
async fn a_protected_table_is_not_deleted() {
    let emulator = emulator();
    create(&emulator, json!({"DeletionProtectionEnabled": true})).await;
    let (code, _) = refused(&emulator, "DeleteTable", at_table(json!({}))).await;
    assert_eq!(code, "ValidationException");
    ok(&emulator, "UpdateTable", at_table(json!({"DeletionProtectionEnabled": false}))).await;
    ok(&emulator, "DeleteTable", at_table(json!({}))).await;
}

#[tokio::test]
async fn a_table_counts_its_items() {
    let emulator = with_table().await;
    put(&emulator, key("a", 1)).await;
    put(&emulator, key("a", 1)).await;
    put(&emulator, key("b", 1)).await;
    let table = ok(&emulator, "DescribeTable", at_table(json!({}))).await["Table"].clone();
    assert_eq!((&table["ItemCount"], &table["TableSizeBytes"]), (&json!(2), &json!(14)));
}

#[tokio::test]
async fn tags_and_time_to_live_are_kept() {
    let emulator = emulator();
    create(&emulator, json!({"Tags": [{"Key": "a", "Value": "1"}]})).await;
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table";
    ok(&emulator, "TagResource", json!({"ResourceArn": arn, "Tags": [{"Key": "b", "Value": "2"}]})).await;
    ok(&emulator, "UntagResource", json!({"ResourceArn": arn, "TagKeys": ["a"]})).await;
    let tags = ok(&emulator, "ListTagsOfResource", json!({"ResourceArn": arn})).await;
    assert_eq!(tags, json!({"Tags": [{"Key": "b", "Value": "2"}]}));
    // Source: what controllers of DynamoDB tables were told in October 2026.
    for (arn, said) in [
        ("table".to_owned(), "ARNs must start with 'arn:': table".to_owned()),
        (
            format!("{arn}/index/global"),
            format!(
                "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: \
                 {arn}/index/global"
            ),
        ),
    ] {
        let (_, message) = refused(&emulator, "ListTagsOfResource", json!({"ResourceArn": arn})).await;
        assert_eq!(message, format!("One or more parameter values were invalid: {said}"));
    }
    let specification = json!({"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}});
    assert_eq!(ok(&emulator, "UpdateTimeToLive", at_table(specification.clone())).await, specification);
    let described = ok(&emulator, "DescribeTimeToLive", at_table(json!({}))).await;
    let expected = json!({"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}});
    assert_eq!(described, expected);
    let (_, message) = refused(&emulator, "UpdateTimeToLive", at_table(specification)).await;
    assert_eq!(message, "TimeToLive is already enabled");
}

#[tokio::test]
async fn throughput_is_changed_and_billing_with_it() {
    let emulator = with_table().await;
    let provisioned = json!({
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
    });
    ok(&emulator, "UpdateTable", at_table(provisioned.clone())).await;
    let table = ok(&emulator, "DescribeTable", at_table(json!({}))).await["Table"].clone();
    assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 3);
    assert_eq!(table["BillingModeSummary"]["BillingMode"], "PROVISIONED");
    let (_, message) = refused(&emulator, "UpdateTable", at_table(provisioned)).await;
    assert!(message.starts_with("The provisioned throughput for the table will not change."), "{message}");
    let (_, message) = refused(&emulator, "UpdateTable", at_table(json!({}))).await;
    assert!(message.starts_with("At least one of ProvisionedThroughput"), "{message}");
}
