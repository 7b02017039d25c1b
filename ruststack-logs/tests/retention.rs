//! Retention, by the clock.

use std::time::Duration;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn seen(emulator: &Emulator) -> Vec<String> {
    let told = ok(emulator, "FilterLogEvents", json!({"logGroupName": "group"})).await;
    messages(&told).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn events_go_when_their_time_is_over() {
    let emulator = with_streams(&["s"]).await;
    put(&emulator, "s", &[(0, "old")]).await;
    emulator.clock().advance(DAY);
    let input = json!({"timestamp": now() + 86_400_000, "message": "young"});
    let input = json!({"logGroupName": "group", "logStreamName": "s", "logEvents": [input]});
    ok(&emulator, "PutLogEvents", input).await;
    emulator.clock().advance(DAY * 400);
    assert_eq!(seen(&emulator).await, ["old", "young"]);
    ok(&emulator, "PutRetentionPolicy", json!({"logGroupName": "group", "retentionInDays": 400})).await;
    assert_eq!(seen(&emulator).await, ["young"]);
    emulator.settle().await;
    let told = ok(&emulator, "DescribeLogGroups", json!({})).await;
    assert_eq!(told["logGroups"][0]["storedBytes"], 26 + 5);
    emulator.clock().advance(DAY * 2);
    emulator.settle().await;
    let told = ok(&emulator, "DescribeLogGroups", json!({})).await;
    assert_eq!(told["logGroups"][0]["storedBytes"], 0);
}

#[tokio::test]
async fn events_that_are_over_already_are_told() {
    let emulator = with_streams(&["s"]).await;
    ok(&emulator, "PutRetentionPolicy", json!({"logGroupName": "group", "retentionInDays": 1})).await;
    let told = put(&emulator, "s", &[(-2 * 86_400_000, "over")]).await;
    assert_eq!(told["rejectedLogEventsInfo"], json!({"expiredLogEventEndIndex": 1}));
    assert!(seen(&emulator).await.is_empty());
}
