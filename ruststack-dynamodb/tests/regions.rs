//! Replicas in other regions, and global tables of 2017.

use ruststack_testkit::{ACCOUNT, Answer, Emulator};
use serde_json::{Value, json};

use crate::{at_table, create, emulator, kept_in, key, ok, put, refused};

async fn ask_in(emulator: &Emulator, region: &str, operation: &str, input: Value) -> Answer {
    let target = format!("DynamoDB_20120810.{operation}");
    let credential = format!("{ACCOUNT}/20261021/{region}/dynamodb/aws4_request");
    let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
    let request = emulator.post("/").unsigned().header("authorization", &authorization);
    let request = request.header("x-amz-target", &target).header("content-type", "application/x-amz-json-1.0");
    request.send(input.to_string()).await
}

async fn ok_in(emulator: &Emulator, region: &str, operation: &str, input: Value) -> Value {
    let answer = ask_in(emulator, region, operation, input).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn updates(update: Value) -> Value {
    at_table(json!({"ReplicaUpdates": [update]}))
}

fn regions(table: &Value) -> Vec<String> {
    let replicas = table["Table"]["Replicas"].as_array().cloned().unwrap_or_default();
    replicas.iter().map(|replica| replica["RegionName"].as_str().unwrap().to_owned()).collect()
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables.tutorial.html>
#[tokio::test]
async fn a_replica_has_the_items_of_its_table() {
    let folder = tempfile::tempdir().unwrap();
    {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        put(&emulator, key("a", 1)).await;
        for region in ["eu-west-1", "ap-south-1"] {
            ok(&emulator, "UpdateTable", updates(json!({"Create": {"RegionName": region}}))).await;
        }
        assert_eq!(ok_in(&emulator, "eu-west-1", "Scan", at_table(json!({}))).await["Count"], 1);
        ok_in(&emulator, "eu-west-1", "PutItem", at_table(json!({"Item": key("a", 2)}))).await;
    }
    let emulator = kept_in(folder.path());
    assert_eq!(ok(&emulator, "Scan", at_table(json!({}))).await["Count"], 2);
    let told = ok_in(&emulator, "eu-west-1", "DescribeTable", at_table(json!({}))).await;
    assert_eq!(regions(&told), ["us-east-1", "ap-south-1"]);
    assert!(told["Table"]["TableArn"].as_str().unwrap().contains(":eu-west-1:"), "{told}");
    assert_eq!(told["Table"]["GlobalTableVersion"], "2019.11.21");
    assert_eq!(ok_in(&emulator, "eu-west-1", "ListTables", json!({})).await["TableNames"], json!(["table"]));
    assert_eq!(ok_in(&emulator, "sa-east-1", "ListTables", json!({})).await["TableNames"], json!([]));

    ok(&emulator, "UpdateTable", updates(json!({"Delete": {"RegionName": "ap-south-1"}}))).await;
    assert_eq!(ask_in(&emulator, "ap-south-1", "Scan", at_table(json!({}))).await.status, 400);
    ok_in(&emulator, "eu-west-1", "DeleteTable", at_table(json!({}))).await;
    let told = ok(&emulator, "DescribeTable", at_table(json!({}))).await;
    assert!(regions(&told).is_empty() && told["Table"].get("GlobalTableVersion").is_none(), "{told}");
    assert_eq!(ok(&emulator, "Scan", at_table(json!({}))).await["Count"], 2);
}

/// assumed of the sentences
#[tokio::test]
async fn wrong_replicas_are_refused() {
    let emulator = emulator();
    create(&emulator, json!({})).await;
    for (update, part) in [
        (json!({"Create": {"RegionName": "us-east-1"}}), "the local region"),
        (json!({"Create": {"RegionName": "mars-1"}}), "mars-1"),
        (json!({"Delete": {"RegionName": "eu-west-1"}}), "one or more replicas were not part of the global table"),
        (json!({}), "must not be null"),
    ] {
        let (code, message) = refused(&emulator, "UpdateTable", updates(update)).await;
        assert!(code == "ValidationException" && message.contains(part), "{message}");
    }
    ok(&emulator, "UpdateTable", updates(json!({"Create": {"RegionName": "eu-west-1"}}))).await;
    let again = updates(json!({"Create": {"RegionName": "eu-west-1"}}));
    assert!(refused(&emulator, "UpdateTable", again).await.1.contains("already existed as tables"));
    // With the table go its replicas.
    ok(&emulator, "DeleteTable", at_table(json!({}))).await;
    assert_eq!(ok_in(&emulator, "eu-west-1", "ListTables", json!({})).await["TableNames"], json!([]));
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTable.html>
#[tokio::test]
async fn a_global_table_of_2017_is_kept_with_its_regions_and_settings() {
    let folder = tempfile::tempdir().unwrap();
    let name = json!({"GlobalTableName": "world"});
    let group = json!({"GlobalTableName": "world", "ReplicationGroup": [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]});
    {
        let emulator = kept_in(folder.path());
        ok(&emulator, "CreateGlobalTable", group.clone()).await;
        assert_eq!(refused(&emulator, "CreateGlobalTable", group).await.0, "GlobalTableAlreadyExistsException");
        let change = json!([{"Delete": {"RegionName": "eu-west-1"}}, {"Create": {"RegionName": "sa-east-1"}}]);
        ok(&emulator, "UpdateGlobalTable", json!({"GlobalTableName": "world", "ReplicaUpdates": change})).await;
        let settings = json!([{"RegionName": "sa-east-1", "ReplicaProvisionedReadCapacityUnits": 7}]);
        ok(
            &emulator,
            "UpdateGlobalTableSettings",
            json!({"GlobalTableName": "world", "ReplicaSettingsUpdate": settings}),
        )
        .await;
    }
    let emulator = kept_in(folder.path());
    let told = ok(&emulator, "DescribeGlobalTable", name.clone()).await;
    let told = &told["GlobalTableDescription"]["ReplicationGroup"];
    assert_eq!((&told[0]["RegionName"], &told[1]["RegionName"]), (&json!("us-east-1"), &json!("sa-east-1")));
    let settings = ok_in(&emulator, "eu-west-1", "DescribeGlobalTableSettings", name).await;
    assert_eq!(settings["ReplicaSettings"][1]["ReplicaProvisionedReadCapacityUnits"], 7);
    let listed = ok(&emulator, "ListGlobalTables", json!({"RegionName": "sa-east-1"})).await;
    assert_eq!(listed["GlobalTables"][0]["GlobalTableName"], "world");
    for (operation, more, code) in [
        ("DescribeGlobalTable", json!({"GlobalTableName": "nobody"}), "GlobalTableNotFoundException"),
        (
            "UpdateGlobalTable",
            json!({"GlobalTableName": "world", "ReplicaUpdates": [{"Delete": {"RegionName": "eu-west-1"}}]}),
            "ReplicaNotFoundException",
        ),
        (
            "UpdateGlobalTable",
            json!({"GlobalTableName": "world", "ReplicaUpdates": [{"Create": {"RegionName": "us-east-1"}}]}),
            "ReplicaAlreadyExistsException",
        ),
    ] {
        assert_eq!(refused(&emulator, operation, more).await.0, code);
    }
}
