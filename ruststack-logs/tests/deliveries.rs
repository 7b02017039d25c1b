//! What other services hand over: EventBridge's events for a group. Recorded: events_targets.json, 2024-11-07.

use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Payload, Sender},
};

use super::*;

#[tokio::test]
async fn an_event_for_a_group_gets_a_stream_of_its_own() {
    let emulator = with_streams(&[]).await;
    let ctx = emulator.context();
    let rule: Arn = "arn:aws:events:us-east-1:000000000000:rule/r".parse().unwrap();
    let sender = Sender::of("events", &rule);
    for suffix in ["", ":*"] {
        let target: Arn = format!("{ARN}:log-group:group{suffix}").parse().unwrap();
        ctx.bus().probe(&ctx, &sender, &target).await.unwrap();
        ctx.bus().deliver(&ctx, &sender, &target, Payload::of("{\"id\":1}")).await.unwrap();
    }
    let told = ok(&emulator, "FilterLogEvents", json!({"logGroupName": "group"})).await;
    assert_eq!(messages(&told), ["{\"id\":1}", "{\"id\":1}"]);
    assert_ne!(told["events"][0]["logStreamName"], told["events"][1]["logStreamName"]);
    let none: Arn = format!("{ARN}:log-group:none").parse().unwrap();
    let missing = ctx.bus().probe(&ctx, &sender, &none).await;
    assert!(matches!(missing, Err(DeliveryError::NoSuchResource(_))), "{missing:?}");
}
