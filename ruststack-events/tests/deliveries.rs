//! From PutEvents to targets.

use std::time::Duration;

use ruststack_testkit::NOW;

use super::*;

/// Recorded: test_put_events_with_target_sqs, 2025-01-08.
#[tokio::test]
async fn an_event_comes_in_its_envelope() {
    let emulator = with_rule().await;
    let answer = ok(&emulator, "PutEvents", json!({"Entries": [entry(&json!({"b": 1, "a": [2.0, null]}))]})).await;
    let id = answer["Entries"][0]["EventId"].as_str().unwrap();
    let body = format!(
        r#"{{"version":"0","id":"{id}","detail-type":"sale","source":"shop","account":"000000000000","time":"2026-10-21T07:28:00Z","region":"us-east-1","resources":[],"detail":{{"b":1,"a":[2.0,null]}}}}"#
    );
    assert_eq!(bodies(&emulator).await, [body]);
}

#[tokio::test]
async fn time_and_resources_are_the_senders() {
    let emulator = with_rule().await;
    let mut entry = entry(&json!({}));
    entry["Time"] = json!(0);
    entry["Resources"] = json!(["arn:a", "b"]);
    ok(&emulator, "PutEvents", json!({"Entries": [entry]})).await;
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_eq!(event["time"], "1970-01-01T00:00:00Z");
    assert_eq!(event["resources"], json!(["arn:a", "b"]));
}

#[tokio::test]
async fn events_come_in_order() {
    let emulator = with_rule().await;
    for batch in 0..5 {
        let entries: Vec<Value> = (0..10).map(|number| entry(&json!({"n": batch * 10 + number}))).collect();
        ok(&emulator, "PutEvents", json!({"Entries": entries})).await;
    }
    let numbers: Vec<i64> =
        events(&emulator).await.iter().map(|event| event["detail"]["n"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (0..50).collect::<Vec<_>>());
}

/// Recorded: test_put_events_without_source and its neighbours, 2024.
#[tokio::test]
async fn entries_fail_alone() {
    let emulator = with_rule().await;
    let entries = json!([
        {"DetailType": "sale", "Detail": "{}"},
        {"Source": "shop", "Detail": "{}"},
        {"Source": "shop", "DetailType": "sale"},
        {"Source": "shop", "DetailType": "sale", "Detail": "[]"},
        {"Source": "shop", "DetailType": "sale", "Detail": "{"},
        entry(&json!({})),
    ]);
    let answer = ok(&emulator, "PutEvents", json!({"Entries": entries})).await;
    assert_eq!(answer["FailedEntryCount"], 5);
    let missing = |name: &str| {
        let message = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
        json!({"ErrorCode": "InvalidArgument", "ErrorMessage": message})
    };
    let malformed = json!({"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."});
    let failed = answer["Entries"].as_array().unwrap()[..5].to_vec();
    assert_eq!(failed, [missing("Source"), missing("DetailType"), missing("Detail"), malformed.clone(), malformed]);
    assert_eq!(events(&emulator).await.len(), 1);
}

/// Recorded: test_put_events_nonexistent_event_bus, 2025-01-08.
#[tokio::test]
async fn a_bus_that_is_not_there_swallows_events() {
    let emulator = with_rule().await;
    let mut lost = entry(&json!({}));
    lost["EventBusName"] = json!("nowhere");
    let answer = ok(&emulator, "PutEvents", json!({"Entries": [lost]})).await;
    assert_eq!(answer["FailedEntryCount"], 0);
    assert!(answer["Entries"][0]["EventId"].is_string());
    assert!(events(&emulator).await.is_empty());
}

#[tokio::test]
async fn disabled_rules_send_nothing() {
    let emulator = with_rule().await;
    ok(&emulator, "DisableRule", json!({"Name": "rule"})).await;
    put(&emulator, &json!({"n": 1})).await;
    ok(&emulator, "EnableRule", json!({"Name": "rule"})).await;
    put(&emulator, &json!({"n": 2})).await;
    let events = events(&emulator).await;
    assert_eq!(events.iter().map(|event| &event["detail"]["n"]).collect::<Vec<_>>(), [&json!(2)]);
}

#[tokio::test]
async fn fifo_queues_are_told_the_group() {
    let emulator = with_rule().await;
    make_queue(&emulator, "q.fifo").await;
    let arn = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
    put_target(&emulator, json!({"Id": "1", "Arn": arn, "SqsParameters": {"MessageGroupId": "group"}})).await;
    put(&emulator, &json!({})).await;
    let [message] = &messages(&emulator, "q.fifo").await[..] else { panic!() };
    assert_eq!(message["Attributes"]["MessageGroupId"], "group");
}

#[tokio::test]
async fn the_trace_goes_along() {
    let emulator = with_rule().await;
    let mut traced = entry(&json!({}));
    traced["TraceHeader"] = json!("Root=1-5759e988-bd862e3fe1be46a994272793");
    ok(&emulator, "PutEvents", json!({"Entries": [traced]})).await;
    let [message] = &messages(&emulator, "queue").await[..] else { panic!() };
    assert_eq!(message["Attributes"]["AWSTraceHeader"], "Root=1-5759e988-bd862e3fe1be46a994272793");
}

/// From bus to bus, across accounts and regions. In another region the event has another id.
/// Recorded: test_event_bus_to_event_bus_cross_account_region, 2024.
#[tokio::test]
async fn a_bus_sends_to_another() {
    let emulator = with_rule().await;
    ok(&emulator, "CreateEventBus", json!({"Name": "own"})).await;
    let other = "arn:aws:events:eu-west-1:000000000042:event-bus/other";
    let ask_other = |operation: &'static str, input: Value| {
        let emulator = &emulator;
        async move {
            let target = format!("AWSEvents.{operation}");
            let request = emulator.post("/").service("events").header("x-amz-target", &target);
            let credential = "AWS4-HMAC-SHA256 Credential=000000000042/20261021/eu-west-1/events/aws4_request, \
                              SignedHeaders=host, Signature=0";
            let request = request.unsigned().header("authorization", credential);
            let answer = request.header("content-type", "application/x-amz-json-1.1").send(input.to_string()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    };
    ask_other("CreateEventBus", json!({"Name": "other"})).await;
    let all = r#"{"source":[{"exists":true}]}"#;
    ask_other("PutRule", json!({"Name": "back", "EventBusName": "other", "EventPattern": all})).await;
    let back = json!([{"Id": "1", "Arn": QUEUE}]);
    ask_other("PutTargets", json!({"Rule": "back", "EventBusName": "other", "Targets": back})).await;
    ok(&emulator, "PutRule", json!({"Name": "rule", "EventBusName": "own", "EventPattern": all})).await;
    let there = json!([{"Id": "1", "Arn": other}]);
    ok(&emulator, "PutTargets", json!({"Rule": "rule", "EventBusName": "own", "Targets": there})).await;
    let mut entry = entry(&json!({}));
    entry["EventBusName"] = json!("own");
    let answer = ok(&emulator, "PutEvents", json!({"Entries": [entry]})).await;
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_ne!(event["id"], answer["Entries"][0]["EventId"]);
    assert_eq!((&event["account"], &event["region"]), (&json!("000000000000"), &json!("us-east-1")));
}

#[tokio::test]
async fn a_loop_of_buses_ends() {
    let emulator = with_rule().await;
    let own = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    put_target(&emulator, json!({"Id": "loop", "Arn": own})).await;
    put(&emulator, &json!({})).await;
    let count = events(&emulator).await.len();
    assert!((2..=20).contains(&count), "{count}");
}

#[tokio::test]
async fn what_cannot_be_delivered_goes_to_the_dead_letter_queue() {
    let emulator = with_rule().await;
    make_queue(&emulator, "dead").await;
    let (gone, dead) = (QUEUE.replace("queue", "gone"), QUEUE.replace("queue", "dead"));
    put_target(&emulator, json!({"Id": "1", "Arn": gone, "DeadLetterConfig": {"Arn": dead}})).await;
    put(&emulator, &json!({"n": 1})).await;
    let [message] = &messages(&emulator, "dead").await[..] else { panic!() };
    let event: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
    assert_eq!(event["detail"], json!({"n": 1}));
    let attribute = |name: &str| message["MessageAttributes"][name]["StringValue"].as_str().unwrap_or_default();
    assert_eq!(attribute("RULE_ARN"), "arn:aws:events:us-east-1:000000000000:rule/rule");
    assert_eq!(attribute("TARGET_ARN"), gone);
    assert_eq!(attribute("ERROR_CODE"), "NO_RESOURCE");
    assert!(attribute("ERROR_MESSAGE").contains("does not exist"));
}

/// S3 and others hand over what they know of an event.
#[tokio::test]
async fn other_services_send_to_a_bus() {
    let emulator = with_rule().await;
    let ctx = emulator.context();
    let bus = "arn:aws:events:us-east-1:000000000000:event-bus/default".parse().unwrap();
    let source = "arn:aws:s3:::bucket".parse().unwrap();
    let sender = ruststack_core::bus::Sender::of("s3", &source);
    let envelope = json!({"source": "shop", "detail-type": "sale", "resources": ["arn:aws:s3:::bucket"], "detail": {}});
    let payload = ruststack_core::bus::Payload::of(envelope.to_string());
    ctx.bus().probe(&ctx, &sender, &bus).await.unwrap();
    ctx.bus().deliver(&ctx, &sender, &bus, payload).await.unwrap();
    let [event] = &events(&emulator).await[..] else { panic!() };
    assert_eq!(event["time"], NOW.to_iso_8601());
    assert_eq!((event["id"].as_str().unwrap().len(), &event["version"]), (36, &json!("0")));
    let nowhere = "arn:aws:events:us-east-1:000000000000:event-bus/nowhere".parse().unwrap();
    ctx.bus().probe(&ctx, &sender, &nowhere).await.unwrap_err();
    let envelope = ruststack_core::bus::Payload::of("[]");
    ctx.bus().deliver(&ctx, &sender, &bus, envelope).await.unwrap_err();
    emulator.clock().advance(Duration::from_secs(1));
}
