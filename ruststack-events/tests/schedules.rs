//! Rules that the clock sets going.

use std::time::Duration;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

async fn with_schedule(expression: &str) -> Emulator {
    let emulator = emulator().await;
    make_queue(&emulator, "queue").await;
    ok(&emulator, "PutRule", json!({"Name": "rule", "ScheduleExpression": expression})).await;
    put_target(&emulator, json!({"Id": "1", "Arn": QUEUE})).await;
    emulator
}

/// Recorded: tests_schedule_rate_target_sqs, 2024.
#[tokio::test]
async fn a_rate_sends_an_event_each_time() {
    let emulator = with_schedule("rate(1 minute)").await;
    assert!(events(&emulator).await.is_empty());
    emulator.clock().advance(MINUTE);
    let [event] = &mut events(&emulator).await[..] else { panic!() };
    event["id"] = json!("");
    let expected = json!({
        "version": "0", "id": "", "detail-type": "Scheduled Event", "source": "aws.events", "account": "000000000000",
        "time": "2026-10-21T07:29:00Z", "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/rule"], "detail": {},
    });
    assert_eq!(*event, expected);
    emulator.clock().advance(3 * MINUTE);
    let times: Vec<Value> = events(&emulator).await.iter().map(|event| event["time"].clone()).collect();
    assert_eq!(times, ["2026-10-21T07:30:00Z", "2026-10-21T07:31:00Z", "2026-10-21T07:32:00Z"]);
}

#[tokio::test]
async fn cron_sends_an_event_at_its_times() {
    let emulator = with_schedule("cron(0 12 * * ? *)").await;
    emulator.clock().advance(4 * 60 * MINUTE);
    assert!(events(&emulator).await.is_empty());
    emulator.clock().advance(60 * MINUTE);
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_eq!(event["time"], "2026-10-21T12:00:00Z");
}

#[tokio::test]
async fn a_rule_counts_from_when_it_was_enabled() {
    let emulator = with_schedule("rate(1 hour)").await;
    ok(&emulator, "DisableRule", json!({"Name": "rule"})).await;
    emulator.clock().advance(90 * MINUTE);
    ok(&emulator, "EnableRule", json!({"Name": "rule"})).await;
    emulator.clock().advance(59 * MINUTE);
    assert!(events(&emulator).await.is_empty());
    emulator.clock().advance(MINUTE);
    assert_eq!(events(&emulator).await.len(), 1);
}

#[tokio::test]
async fn a_leap_of_years_sends_the_first_hundred_events() {
    let emulator = with_schedule("rate(1 minute)").await;
    emulator.clock().advance(Duration::from_secs(5 * 365 * 86_400));
    assert_eq!(events(&emulator).await.len(), 100);
    emulator.clock().advance(MINUTE);
    assert_eq!(events(&emulator).await.len(), 1);
}

#[tokio::test]
async fn a_rule_can_be_triggered_by_hand() {
    let emulator = with_schedule("rate(1 day)").await;
    let path = "/_aws/events/rules/arn:aws:events:us-east-1:000000000000:rule/rule/trigger";
    assert_eq!(emulator.get(path).unsigned().send("").await.status, 200);
    assert_eq!(events(&emulator).await.len(), 1);
    let unknown = path.replace("rule/trigger", "other/trigger");
    assert_eq!(emulator.get(&unknown).unsigned().send("").await.status, 400);
    assert_eq!(emulator.get("/_aws/events/x").unsigned().send("").await.status, 404);
}

/// Recorded: tests_put_rule_with_schedule_custom_event_bus, 2024.
#[tokio::test]
async fn schedules_are_of_the_default_bus() {
    let emulator = emulator().await;
    ok(&emulator, "CreateEventBus", json!({"Name": "own"})).await;
    let rule = json!({"Name": "rule", "EventBusName": "own", "ScheduleExpression": "rate(1 minute)"});
    let (_, message) = refused(&emulator, "PutRule", rule).await;
    assert_eq!(message, "ScheduleExpression is supported only on the default event bus.");
}
