//! Backups, and tables as they were at a moment.

use std::time::Duration;

use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{at_table, create, get, item, kept_in, key, ok, put, refused, with_table};

async fn scan(emulator: &Emulator, table: &str) -> Vec<Value> {
    let mut items = ok(emulator, "Scan", json!({"TableName": table})).await["Items"].as_array().unwrap().clone();
    items.sort_by_key(ToString::to_string);
    items
}

async fn back_up(emulator: &Emulator) -> String {
    let made = ok(emulator, "CreateBackup", at_table(json!({"BackupName": "before"}))).await;
    assert_eq!(made["BackupDetails"]["BackupType"], "USER");
    made["BackupDetails"]["BackupArn"].as_str().unwrap().to_owned()
}

async fn recover(emulator: &Emulator, is_enabled: bool) -> Value {
    let wanted = json!({"PointInTimeRecoveryEnabled": is_enabled});
    let answer = ok(emulator, "UpdateContinuousBackups", at_table(json!({"PointInTimeRecoverySpecification": wanted})));
    answer.await["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"].clone()
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html>
#[tokio::test]
async fn a_backup_gives_back_what_the_table_was() {
    let emulator = with_table().await;
    put(&emulator, item("a", 1, json!({"n": {"N": "1"}}))).await;
    let arn = back_up(&emulator).await;
    put(&emulator, item("a", 1, json!({"n": {"N": "2"}}))).await;
    put(&emulator, key("a", 2)).await;

    let restored =
        ok(&emulator, "RestoreTableFromBackup", json!({"TargetTableName": "restored", "BackupArn": arn})).await;
    let summary = &restored["TableDescription"]["RestoreSummary"];
    assert_eq!((&summary["SourceBackupArn"], &summary["RestoreInProgress"]), (&json!(arn), &json!(true)));
    assert_eq!(restored["TableDescription"]["TableStatus"], "CREATING");
    assert_eq!(scan(&emulator, "restored").await, [item("a", 1, json!({"n": {"N": "1"}}))]);
    let described = ok(&emulator, "DescribeTable", json!({"TableName": "restored"})).await;
    assert_eq!(described["Table"]["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(scan(&emulator, "table").await.len(), 2);
}

/// documented: the indexes of the restored table are some of those there were
#[tokio::test]
async fn what_is_restored_can_have_other_settings() {
    let emulator = crate::emulator();
    let index = |name: &str| {
        json!({
            "IndexName": name,
            "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        })
    };
    create(&emulator, json!({"GlobalSecondaryIndexes": [index("one"), index("two")]})).await;
    put(&emulator, key("a", 1)).await;
    let arn = back_up(&emulator).await;
    let input = |indexes: Value| {
        json!({
            "TargetTableName": "restored",
            "BackupArn": arn,
            "BillingModeOverride": "PROVISIONED",
            "ProvisionedThroughputOverride": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
            "GlobalSecondaryIndexOverride": indexes,
        })
    };
    let (code, _) = refused(&emulator, "RestoreTableFromBackup", input(json!([index("three")]))).await;
    assert_eq!(code, "ValidationException");
    let restored = ok(&emulator, "RestoreTableFromBackup", input(json!([index("two")]))).await;
    let table = &restored["TableDescription"];
    assert_eq!(table["ProvisionedThroughput"]["WriteCapacityUnits"], 4);
    assert_eq!(table["GlobalSecondaryIndexes"].as_array().unwrap().len(), 1);
    let count = ok(&emulator, "Scan", json!({"TableName": "restored", "IndexName": "two", "Select": "COUNT"})).await;
    assert_eq!(count["Count"], 1);
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html>
#[tokio::test]
async fn backups_are_listed_until_they_are_deleted() {
    let emulator = with_table().await;
    let (first, second) = (back_up(&emulator).await, back_up(&emulator).await);
    let page = ok(&emulator, "ListBackups", json!({"TableName": "table", "Limit": 1})).await;
    let last = page["LastEvaluatedBackupArn"].as_str().unwrap();
    let rest = ok(&emulator, "ListBackups", json!({"ExclusiveStartBackupArn": last})).await;
    assert_eq!(rest["BackupSummaries"].as_array().unwrap().len(), 1);

    let deleted = ok(&emulator, "DeleteBackup", json!({"BackupArn": first})).await;
    assert_eq!(deleted["BackupDescription"]["BackupDetails"]["BackupStatus"], "DELETED");
    let (code, message) = refused(&emulator, "DescribeBackup", json!({"BackupArn": first})).await;
    assert_eq!((code.as_str(), message), ("BackupNotFoundException", format!("Backup not found: {first}")));
    // A backup outlives its table.
    ok(&emulator, "DeleteTable", at_table(json!({}))).await;
    let told = ok(&emulator, "DescribeBackup", json!({"BackupArn": second})).await;
    assert_eq!(told["BackupDescription"]["SourceTableDetails"]["TableName"], "table");
}

/// assumed of the sentences
#[tokio::test]
async fn what_cannot_be_backed_up_or_restored_is_refused() {
    let emulator = with_table().await;
    let arn = back_up(&emulator).await;
    for (operation, input, code) in [
        ("CreateBackup", json!({"TableName": "nobody", "BackupName": "name"}), "TableNotFoundException"),
        (
            "RestoreTableFromBackup",
            json!({"TargetTableName": "table", "BackupArn": arn}),
            "TableAlreadyExistsException",
        ),
        (
            "RestoreTableFromBackup",
            json!({"TargetTableName": "other", "BackupArn": format!("{arn}0")}),
            "BackupNotFoundException",
        ),
        (
            "RestoreTableToPointInTime",
            json!({"SourceTableName": "table", "TargetTableName": "other", "UseLatestRestorableTime": true}),
            "PointInTimeRecoveryUnavailableException",
        ),
        (
            "RestoreTableToPointInTime",
            json!({"SourceTableName": "nobody", "TargetTableName": "other", "UseLatestRestorableTime": true}),
            "TableNotFoundException",
        ),
        (
            "RestoreTableToPointInTime",
            json!({"SourceTableName": "table", "TargetTableName": "other"}),
            "ValidationException",
        ),
    ] {
        assert_eq!(refused(&emulator, operation, input.clone()).await.0, code, "{operation} {input}");
    }
}

/// recorded: test_continuous_backup_update, 2025-10-08
#[tokio::test]
async fn a_table_tells_from_when_on_it_can_be_restored() {
    let emulator = with_table().await;
    let told = recover(&emulator, true).await;
    assert_eq!((&told["PointInTimeRecoveryStatus"], &told["RecoveryPeriodInDays"]), (&json!("ENABLED"), &json!(35)));
    assert!(told["EarliestRestorableDateTime"].is_number() && told["LatestRestorableDateTime"].is_number());
    let told = recover(&emulator, false).await;
    assert_eq!(told, json!({"PointInTimeRecoveryStatus": "DISABLED"}));
    let (code, _) = refused(&emulator, "DescribeContinuousBackups", json!({"TableName": "nobody"})).await;
    assert_eq!(code, "TableNotFoundException");
}

async fn restore(emulator: &Emulator, target: &str, at: i64) {
    let input = json!({"SourceTableName": "table", "TargetTableName": target, "RestoreDateTime": at});
    ok(emulator, "RestoreTableToPointInTime", input).await;
}

/// documented: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html>
#[tokio::test]
async fn a_table_is_restored_to_any_second_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut moments = Vec::new();
    let pass = |emulator: &Emulator| {
        let now = emulator.clock().now().seconds();
        emulator.clock().advance(Duration::from_secs(10));
        now
    };
    {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        put(&emulator, key("kept", 1)).await;
        recover(&emulator, true).await;
        moments.push(pass(&emulator));
        put(&emulator, item("a", 1, json!({"n": {"N": "1"}}))).await;
        moments.push(pass(&emulator));
        put(&emulator, item("a", 1, json!({"n": {"N": "2"}}))).await;
        put(&emulator, key("kept", 2)).await;
        moments.push(pass(&emulator));
        ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 1)}))).await;
        let delete = json!({"Delete": at_table(json!({"Key": key("kept", 1)}))});
        ok(&emulator, "TransactWriteItems", json!({"TransactItems": [delete]})).await;
    }
    let emulator = kept_in(folder.path());
    // Its clock begins anew; the moments are to be past.
    emulator.clock().advance(Duration::from_secs(60));
    let one = item("a", 1, json!({"n": {"N": "1"}}));
    let two = item("a", 1, json!({"n": {"N": "2"}}));
    let expected = [vec![key("kept", 1)], vec![one, key("kept", 1)], vec![two, key("kept", 1), key("kept", 2)]];
    for (place, (at, mut items)) in moments.into_iter().zip(expected).enumerate() {
        let target = format!("restored-{place}");
        restore(&emulator, &target, at).await;
        items.sort_by_key(ToString::to_string);
        assert_eq!(scan(&emulator, &target).await, items, "{at}");
    }
    assert_eq!(get(&emulator, "kept", 2).await, Some(key("kept", 2)));
    let early = json!({"SourceTableName": "table", "TargetTableName": "early", "RestoreDateTime": 1_000_000_000});
    assert_eq!(refused(&emulator, "RestoreTableToPointInTime", early).await.0, "InvalidRestoreTimeException");
}

#[tokio::test]
async fn backups_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let arn = {
        let emulator = kept_in(folder.path());
        create(&emulator, json!({})).await;
        put(&emulator, key("a", 1)).await;
        back_up(&emulator).await
    };
    let emulator = kept_in(folder.path());
    ok(&emulator, "RestoreTableFromBackup", json!({"TargetTableName": "restored", "BackupArn": arn})).await;
    assert_eq!(scan(&emulator, "restored").await, [key("a", 1)]);
    ok(&emulator, "DeleteBackup", json!({"BackupArn": arn})).await;
}
