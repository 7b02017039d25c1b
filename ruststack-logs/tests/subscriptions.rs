//! Subscription filters. Recorded: logs_subscription_filters.json, 2026-02-06.

use std::io::Read as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::read::GzDecoder;

use super::{function::FUNCTION, *};

pub(super) fn filter(name: &str, pattern: &str) -> Value {
    json!({"logGroupName": "group", "filterName": name, "filterPattern": pattern, "destinationArn": FUNCTION})
}

/// What the function was invoked with, unpacked.
pub(super) fn data(function: &Function) -> Vec<Value> {
    let invoked = function.invoked.lock().unwrap();
    let unpacked = invoked.iter().map(|(_, body)| {
        let event: Value = serde_json::from_slice(body).unwrap();
        let packed = STANDARD.decode(event["awslogs"]["data"].as_str().unwrap()).unwrap();
        let mut text = String::new();
        GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    });
    unpacked.collect()
}

#[tokio::test]
async fn events_that_match_go_to_the_function() {
    let function = Arc::default();
    let emulator = with_function(&function).await;
    make_streams(&emulator, &["s"]).await;
    ok(&emulator, "PutSubscriptionFilter", filter("test", "ERROR")).await;
    put(&emulator, "s", &[(0, "ERROR one"), (1, "fine"), (2, "ERROR two")]).await;
    put(&emulator, "s", &[(3, "fine")]).await;
    emulator.settle().await;
    let data = data(&function);
    assert_eq!(data.len(), 1);
    let told = ["messageType", "owner", "logGroup", "logStream"].map(|member| data[0][member].as_str().unwrap());
    assert_eq!(told, ["DATA_MESSAGE", ACCOUNT, "group", "s"]);
    assert_eq!(data[0]["subscriptionFilters"], json!(["test"]));
    let events = data[0]["logEvents"].as_array().unwrap();
    assert_eq!((&events[1]["message"], &events[1]["timestamp"]), (&json!("ERROR two"), &json!(now() + 2)));
    assert_eq!(events[0]["id"].as_str().unwrap().len(), 56);
    assert_eq!(function.invoked.lock().unwrap()[0].0, format!("{ARN}:log-group:group:*"));
}

#[tokio::test]
async fn a_filter_is_described_replaced_and_deleted() {
    let emulator = with_streams(&[]).await;
    ok(&emulator, "PutSubscriptionFilter", filter("test", "")).await;
    ok(&emulator, "PutSubscriptionFilter", filter("test", "[]")).await;
    let described = json!({
        "applyOnTransformedLogs": false, "creationTime": now(), "destinationArn": FUNCTION, "distribution": "ByLogStream",
        "filterName": "test", "filterPattern": "[]", "logGroupName": "group",
    });
    let told = ok(&emulator, "DescribeSubscriptionFilters", json!({"logGroupName": "group"})).await;
    assert_eq!(told, json!({"subscriptionFilters": [described]}));
    ok(&emulator, "PutSubscriptionFilter", filter("second", "")).await;
    let (code, message) = refused(&emulator, "PutSubscriptionFilter", filter("third", "")).await;
    assert_eq!((code.as_str(), message.as_str()), ("LimitExceededException", "Resource limit exceeded."));
    let test = json!({"logGroupName": "group", "filterName": "test"});
    ok(&emulator, "DeleteSubscriptionFilter", test.clone()).await;
    let (_, message) = refused(&emulator, "DeleteSubscriptionFilter", test).await;
    assert_eq!(message, "The specified subscription filter does not exist.");
}

#[tokio::test]
async fn a_destination_must_be_there_and_ones_own() {
    let emulator = with_streams(&[]).await;
    let stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    for (arn, code, message) in [
        (
            "arn:aws:lambda:us-east-1:111111111111:function:f",
            "AccessDeniedException",
            "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross \
             account lambda triggers.",
        ),
        (stream, "InvalidParameterException", "destinationArn for vendor kinesis cannot be used without roleArn"),
        (
            "arn:aws:lambda:us-east-1:000000000000:function:none",
            "InvalidParameterException",
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your \
             function.",
        ),
        (
            "arn:aws:sqs:us-east-1:000000000000:queue",
            "InvalidParameterException",
            "PutSubscriptionFilter operation cannot work with destinationArn for vendor sqs",
        ),
    ] {
        let mut input = filter("f", "");
        input["destinationArn"] = json!(arn);
        let refused = refused(&emulator, "PutSubscriptionFilter", input).await;
        assert_eq!(refused, (code.to_owned(), message.to_owned()));
    }
    let mut input = filter("f", "");
    input["logGroupName"] = json!("none");
    let (_, message) = refused(&emulator, "PutSubscriptionFilter", input).await;
    assert_eq!(message, "The specified log group does not exist.");
}
