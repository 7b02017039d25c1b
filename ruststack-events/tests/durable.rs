//! What outlives the process.

use std::time::Duration;

use ruststack_testkit::NOW;

use super::*;

const ARN: &str = "arn:aws:events:us-east-1:000000000000";

async fn told(emulator: &Emulator) -> Vec<Value> {
    let mut told = Vec::new();
    for (operation, input) in [
        ("DescribeEventBus", json!({"Name": "own"})),
        ("DescribeRule", json!({"Name": "rule"})),
        ("ListTargetsByRule", json!({"Rule": "rule"})),
        ("ListTagsForResource", json!({"ResourceARN": format!("{ARN}:event-bus/default")})),
        ("DescribeArchive", json!({"ArchiveName": "archive"})),
        ("DescribeConnection", json!({"Name": "connection"})),
        ("ListReplays", json!({})),
    ] {
        told.push(ok(emulator, operation, input).await);
    }
    told
}

async fn fill(emulator: &Emulator) {
    make_queue(emulator, "queue").await;
    let bus = format!("{ARN}:event-bus/default");
    let key = json!({"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "secret"}});
    for (operation, input) in [
        ("CreateEventBus", json!({"Name": "own", "Description": "d"})),
        ("PutRule", json!({"Name": "rule", "EventPattern": r#"{"source":["shop"]}"#})),
        ("PutTargets", json!({"Rule": "rule", "Targets": [{"Id": "1", "Arn": QUEUE}]})),
        ("TagResource", json!({"ResourceARN": bus, "Tags": [{"Key": "a", "Value": "b"}]})),
        ("CreateArchive", json!({"ArchiveName": "archive", "EventSourceArn": bus})),
        ("CreateConnection", json!({"Name": "connection", "AuthorizationType": "API_KEY", "AuthParameters": key})),
    ] {
        ok(emulator, operation, input).await;
    }
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path(), NOW).await;
    fill(&emulator).await;
    put(&emulator, &json!({"n": 1})).await;
    let before = told(&emulator).await;
    drop(emulator);
    let emulator = kept_in(folder.path(), NOW.plus(Duration::from_secs(60))).await;
    assert_eq!(told(&emulator).await, before);
    assert_eq!(events(&emulator).await.len(), 1);
    put(&emulator, &json!({"n": 2})).await;
    assert_eq!(events(&emulator).await[0]["detail"], json!({"n": 2}));
}

/// The process ends between the answer to PutEvents and the delivery.
#[tokio::test]
async fn an_acknowledged_event_is_delivered_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::kept_in(folder.path(), |_| services(None));
    fill(&emulator).await;
    put(&emulator, &json!({"n": 1})).await;
    drop(emulator);
    let emulator = kept_in(folder.path(), NOW).await;
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_eq!(event["detail"], json!({"n": 1}));
    drop(emulator);
    assert!(events(&kept_in(folder.path(), NOW).await).await.is_empty());
}

#[tokio::test]
async fn what_is_deleted_stays_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path(), NOW).await;
    fill(&emulator).await;
    put(&emulator, &json!({})).await;
    for (operation, input) in [
        ("RemoveTargets", json!({"Rule": "rule", "Ids": ["1"]})),
        ("DeleteRule", json!({"Name": "rule"})),
        ("DeleteEventBus", json!({"Name": "own"})),
        ("DeleteArchive", json!({"ArchiveName": "archive"})),
        ("DeleteConnection", json!({"Name": "connection"})),
    ] {
        ok(&emulator, operation, input).await;
    }
    drop(emulator);
    let emulator = kept_in(folder.path(), NOW).await;
    for (operation, list, count) in [
        ("ListEventBuses", "EventBuses", 1),
        ("ListRules", "Rules", 0),
        ("ListArchives", "Archives", 0),
        ("ListConnections", "Connections", 0),
    ] {
        assert_eq!(ok(&emulator, operation, json!({})).await[list].as_array().unwrap().len(), count, "{operation}");
    }
}

/// A schedule does not make up for the time when nothing ran.
#[tokio::test]
async fn schedules_go_on_from_now() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path(), NOW).await;
    make_queue(&emulator, "queue").await;
    ok(&emulator, "PutRule", json!({"Name": "rule", "ScheduleExpression": "rate(1 hour)"})).await;
    put_target(&emulator, json!({"Id": "1", "Arn": QUEUE})).await;
    drop(emulator);
    let emulator = kept_in(folder.path(), NOW.plus(Duration::from_secs(10 * 3600 + 60))).await;
    assert!(events(&emulator).await.is_empty());
    emulator.clock().advance(Duration::from_secs(59 * 60));
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_eq!(event["time"], "2026-10-21T18:28:00Z");
}
