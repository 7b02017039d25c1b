//! What CloudWatch Logs is told of deliveries, where a topic asks for it.

use std::sync::Arc;

use ruststack_core::service::Service;
use ruststack_logs::Logs;
use ruststack_testkit::{ACCOUNT, Emulator};
use serde_json::{Value, json};

use crate::{QUEUE, TOPIC, create_queue, entries, messages, ok, publish, services, subscribe};

const GROUP: &str = "sns/us-east-1/000000000000/topic";
const ROLE: &str = "arn:aws:iam::000000000000:role/feedback";

async fn emulator(attributes: &[(&str, &str)]) -> Emulator {
    let services = || {
        let logs: Arc<dyn Service> = Logs::new(None);
        services().into_iter().chain([logs]).collect()
    };
    let emulator = Emulator::of(|_| services()).started().await;
    let entries = entries(attributes);
    let mut parameters = vec![("Name", "topic")];
    parameters.extend(entries.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    ok(&emulator, "CreateTopic", &parameters).await;
    create_queue(&emulator, "queue").await;
    emulator
}

async fn logs(emulator: &Emulator, operation: &str, input: Value) -> Value {
    let request = emulator.post("/").service("logs").account(ACCOUNT);
    let request = request.header("content-type", "application/x-amz-json-1.1");
    let request = request.header("x-amz-target", format!("Logs_20140328.{operation}").as_str());
    serde_json::from_str(&request.send(input.to_string()).await.body).unwrap()
}

/// What was told, once all is delivered.
async fn told(emulator: &Emulator, group: &str) -> Vec<Value> {
    emulator.settle().await;
    let found = logs(emulator, "FilterLogEvents", json!({"logGroupName": group})).await;
    let events = found["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|event| serde_json::from_str(event["message"].as_str().unwrap()).unwrap()).collect()
}

fn response(line: &Value) -> Value {
    serde_json::from_str(line["delivery"]["providerResponse"].as_str().unwrap()).unwrap()
}

/// Members as AWS's lines have them that people show.
#[tokio::test]
async fn what_a_queue_takes_is_told() {
    let wish = [("SQSSuccessFeedbackRoleArn", ROLE), ("SQSSuccessFeedbackSampleRate", "100")];
    let emulator = emulator(&wish).await;
    subscribe(&emulator, "sqs", QUEUE, &[]).await;
    publish(&emulator, "Should be received").await;
    let lines = told(&emulator, GROUP).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    let (line, message) = (&lines[0], &messages(&emulator, "queue").await[0]);
    let body: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
    let delivery = &line["delivery"];
    assert_eq!(
        *line,
        json!({
            "notification": {
                "messageMD5Sum": "c1c7ff780647014d463e6801bf83c59d", "messageId": body["MessageId"],
                "topicArn": TOPIC, "timestamp": "2026-10-21 07:28:00.000",
            },
            "delivery": {
                "deliveryId": delivery["deliveryId"], "destination": QUEUE,
                "providerResponse": delivery["providerResponse"], "dwellTimeMs": 0, "attempts": 1, "statusCode": 200,
            },
            "status": "SUCCESS",
        })
    );
    assert_eq!(response(line)["sqsMessageId"], message["MessageId"]);
    assert!(told(&emulator, &format!("{GROUP}/Failure")).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_delivered_is_told_among_the_failures() {
    let wish = [("SQSFailureFeedbackRoleArn", ROLE), ("LambdaFailureFeedbackRoleArn", ROLE)];
    let emulator = emulator(&wish).await;
    subscribe(&emulator, "sqs", QUEUE, &[]).await;
    subscribe(&emulator, "sqs", "arn:aws:sqs:us-east-1:000000000000:gone", &[]).await;
    subscribe(&emulator, "lambda", "arn:aws:lambda:us-east-1:000000000000:function:gone", &[]).await;
    publish(&emulator, "text").await;
    let mut lines = told(&emulator, &format!("{GROUP}/Failure")).await;
    lines.sort_by_key(|line| line["delivery"]["destination"].to_string());
    let [function, queue] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((&queue["status"], &queue["delivery"]["statusCode"]), (&json!("FAILURE"), &json!(400)));
    assert_eq!(
        response(queue),
        json!({
            "ErrorCode": "AWS.SimpleQueueService.NonExistentQueue",
            "ErrorMessage": "The specified queue does not exist or you do not have access to it.",
            "sqsRequestId": "Unrecoverable",
        })
    );
    assert_eq!(response(function)["lambdaRequestId"], "Unrecoverable");
    assert!(told(&emulator, GROUP).await.is_empty(), "what arrives is not asked for");
}

/// Where there is a role and no rate, none are sampled.
#[tokio::test]
async fn nothing_is_told_that_is_not_asked_for() {
    let emulator = emulator(&[("SQSSuccessFeedbackRoleArn", ROLE)]).await;
    subscribe(&emulator, "sqs", QUEUE, &[]).await;
    publish(&emulator, "text").await;
    assert_eq!(messages(&emulator, "queue").await.len(), 1);
    assert!(logs(&emulator, "DescribeLogGroups", json!({})).await["logGroups"].as_array().unwrap().is_empty());
}

/// A topic that asks for it where there is no CloudWatch Logs delivers all the same.
#[tokio::test]
async fn deliveries_do_not_fail_where_nothing_can_be_told() {
    let emulator = crate::with_queue(&[]).await;
    for (name, value) in [("SQSSuccessFeedbackRoleArn", ROLE), ("SQSSuccessFeedbackSampleRate", "100")] {
        let parameters = [("TopicArn", TOPIC), ("AttributeName", name), ("AttributeValue", value)];
        ok(&emulator, "SetTopicAttributes", &parameters).await;
    }
    publish(&emulator, "text").await;
    assert_eq!(messages(&emulator, "queue").await.len(), 1);
}
