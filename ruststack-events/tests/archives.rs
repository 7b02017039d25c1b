//! Archives and replays.

use std::time::Duration;

use super::*;

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const ARCHIVE: &str = "arn:aws:events:us-east-1:000000000000:archive/archive";

async fn with_archive(input: Value) -> Emulator {
    let emulator = with_rule().await;
    let mut archive = json!({"ArchiveName": "archive", "EventSourceArn": BUS});
    archive.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    ok(&emulator, "CreateArchive", archive).await;
    emulator
}

fn replay(name: &str) -> Value {
    json!({
        "ReplayName": name, "EventSourceArn": ARCHIVE, "Destination": {"Arn": BUS},
        "EventStartTime": 1_792_567_000, "EventEndTime": 1_792_568_000,
    })
}

/// Recorded: test_create_list_describe_update_delete_archive, 2024.
#[tokio::test]
async fn an_archive_is_told_as_it_was_made() {
    let emulator = with_archive(json!({"Description": "d", "RetentionDays": 1})).await;
    let told = ok(&emulator, "DescribeArchive", json!({"ArchiveName": "archive"})).await;
    let expected = json!({
        "ArchiveArn": ARCHIVE, "ArchiveName": "archive", "EventSourceArn": BUS, "Description": "d", "State": "ENABLED",
        "RetentionDays": 1, "SizeBytes": 0, "EventCount": 0, "CreationTime": 1_792_567_680,
    });
    assert_eq!(told, expected);
    let update = json!({"ArchiveName": "archive", "EventPattern": r#"{"source":["till"]}"#});
    let updated = ok(&emulator, "UpdateArchive", update).await;
    assert_eq!(updated, json!({"ArchiveArn": ARCHIVE, "State": "ENABLED", "CreationTime": 1_792_567_680}));
    let listed = ok(&emulator, "ListArchives", json!({"EventSourceArn": BUS, "State": "ENABLED"})).await;
    assert_eq!(listed["Archives"][0]["ArchiveName"], "archive");
    let none = ok(&emulator, "ListArchives", json!({"State": "DISABLED"})).await;
    assert_eq!(none, json!({"Archives": []}));
    ok(&emulator, "DeleteArchive", json!({"ArchiveName": "archive"})).await;
    let (_, message) = refused(&emulator, "DescribeArchive", json!({"ArchiveName": "archive"})).await;
    assert_eq!(message, "Archive archive does not exist.");
}

#[tokio::test]
async fn archives_keep_what_matches_as_long_as_they_say() {
    let emulator = with_archive(json!({"RetentionDays": 1, "EventPattern": r#"{"detail":{"n":[1,2]}}"#})).await;
    let count = || async {
        let archive = ok(&emulator, "DescribeArchive", json!({"ArchiveName": "archive"})).await;
        (archive["EventCount"].as_i64().unwrap(), archive["SizeBytes"].as_i64().unwrap() > 0)
    };
    for number in [1, 3] {
        put(&emulator, &json!({"n": number})).await;
    }
    emulator.clock().advance(Duration::from_secs(3600));
    put(&emulator, &json!({"n": 2})).await;
    assert_eq!(count().await, (2, true));
    emulator.clock().advance(Duration::from_secs(23 * 3600));
    assert_eq!(count().await, (1, true));
    put(&emulator, &json!({"n": 2})).await;
    assert_eq!(count().await, (2, true));
}

/// Recorded: test_start_list_describe_canceled_replay, 2024.
#[tokio::test]
async fn a_replay_sends_events_again_under_its_name() {
    let emulator = with_archive(json!({})).await;
    for number in 0..3 {
        put(&emulator, &json!({"n": number})).await;
    }
    let before = events(&emulator).await;
    let started = ok(&emulator, "StartReplay", replay("again")).await;
    assert_eq!((&started["State"], &started["ReplayStartTime"]), (&json!("STARTING"), &json!(1_792_567_680)));
    let after = events(&emulator).await;
    let mut expected = before;
    expected.iter_mut().for_each(|event| event["replay-name"] = json!("again"));
    assert_eq!(after, expected);
    let told = ok(&emulator, "DescribeReplay", json!({"ReplayName": "again"})).await;
    assert_eq!((&told["State"], &told["Destination"]), (&json!("COMPLETED"), &json!({"Arn": BUS})));
    let archive = ok(&emulator, "DescribeArchive", json!({"ArchiveName": "archive"})).await;
    assert_eq!(archive["EventCount"], 3);
    let listed = ok(&emulator, "ListReplays", json!({"State": "COMPLETED", "EventSourceArn": ARCHIVE})).await;
    assert_eq!(listed["Replays"][0]["ReplayName"], "again");
}

#[tokio::test]
async fn a_replay_may_be_for_some_rules_and_times() {
    let emulator = with_archive(json!({})).await;
    put(&emulator, &json!({"n": 1})).await;
    emulator.clock().advance(Duration::from_secs(3600));
    put(&emulator, &json!({"n": 2})).await;
    assert_eq!(events(&emulator).await.len(), 2);
    let mut other = replay("other");
    other["Destination"]["FilterArns"] = json!(["arn:aws:events:us-east-1:000000000000:rule/other"]);
    ok(&emulator, "StartReplay", other).await;
    assert!(events(&emulator).await.is_empty());
    let mut this = replay("this");
    this["Destination"]["FilterArns"] = json!(["arn:aws:events:us-east-1:000000000000:rule/rule"]);
    ok(&emulator, "StartReplay", this).await;
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_eq!(event["detail"], json!({"n": 1}));
}

#[tokio::test]
async fn a_replay_that_has_not_begun_can_be_cancelled() {
    let emulator = with_archive(json!({})).await;
    put(&emulator, &json!({})).await;
    assert_eq!(events(&emulator).await.len(), 1);
    ok(&emulator, "StartReplay", replay("cancelled")).await;
    let cancelled = ok(&emulator, "CancelReplay", json!({"ReplayName": "cancelled"})).await;
    assert_eq!(cancelled["State"], "CANCELLING");
    let (code, _) = refused(&emulator, "CancelReplay", json!({"ReplayName": "cancelled"})).await;
    assert_eq!(code, "IllegalStatusException");
    assert!(events(&emulator).await.is_empty());
    let told = ok(&emulator, "DescribeReplay", json!({"ReplayName": "cancelled"})).await;
    assert_eq!(told["State"], "CANCELLED");
}

/// Recorded: tests_concurrency_error_too_many_active_replays, 2024.
#[tokio::test]
async fn ten_replays_may_run_at_once() {
    let emulator = with_archive(json!({})).await;
    for number in 0..10 {
        ok(&emulator, "StartReplay", replay(&format!("replay{number}"))).await;
    }
    let (code, _) = refused(&emulator, "StartReplay", replay("one-more")).await;
    assert_eq!(code, "LimitExceededException");
    emulator.settle().await;
    ok(&emulator, "StartReplay", replay("one-more")).await;
}
