//! `/_aws/sqs/messages`: messages seen without effect.

use serde_json::{Value, json};

use crate::{URL, receive, send, with_queue};

#[tokio::test]
async fn messages_are_seen_without_any_effect() {
    let emulator = with_queue(json!({})).await;
    for (body, delay) in [("hidden", 0), ("ready", 0), ("delayed", 60)] {
        send(&emulator, json!({"MessageBody": body, "DelaySeconds": delay})).await;
    }
    receive(&emulator, json!({})).await;
    let messages = |parameters: &str| {
        let uri = format!("/_aws/sqs/messages?QueueUrl={URL}{parameters}");
        let request = emulator.get(&uri).unsigned().header("accept", "application/json");
        async move {
            let answer: Value = serde_json::from_str(&request.send("").await.body).unwrap();
            answer["ReceiveMessageResponse"]["ReceiveMessageResult"]["Message"].clone()
        }
    };
    let ready = messages("").await;
    assert_eq!((&ready["Body"], &ready["ReceiptHandle"]), (&json!("ready"), &json!("SQS/BACKDOOR/ACCESS")));
    assert_eq!(messages("&ShowInvisible=True").await[0]["Body"], "hidden");
    assert_eq!(messages("&ShowDelayed=1").await[1]["Body"], "delayed");
    let flags = messages("&ShowInvisible=1&ShowDelayed=1").await[0]["Attribute"].clone();
    let flag =
        |name: &str| flags.as_array().unwrap().iter().find(|flag| flag["Name"] == name).map(|flag| &flag["Value"]);
    assert_eq!((flag("IsVisible"), flag("IsDelayed")), (Some(&json!("false")), Some(&json!("false"))));
    assert_eq!(flag("ApproximateReceiveCount"), Some(&json!("1")));
}

#[tokio::test]
async fn each_protocol_gets_its_own_form() {
    let emulator = with_queue(json!({})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    let xml = emulator.get("/_aws/sqs/messages/us-east-1/000000000000/queue").unsigned().send("").await;
    assert_eq!(xml.element("Body"), Some("a"));
    let post = |operation: &str| {
        let request = emulator
            .post("/_aws/sqs/messages")
            .service("sqs")
            .header("x-amz-target", &format!("AmazonSQS.{operation}"));
        request.header("content-type", "application/x-amz-json-1.0").send(json!({"QueueUrl": URL}).to_string())
    };
    let json: Value = serde_json::from_str(&post("ReceiveMessage").await.body).unwrap();
    assert_eq!(json["Messages"][0]["Body"], "a");
    assert!(post("SendMessage").await.body.contains("This endpoint only accepts ReceiveMessage calls"));
}

#[tokio::test]
async fn queues_that_are_not_there_are_refused() {
    let emulator = with_queue(json!({})).await;
    for (uri, status, code) in [
        ("/_aws/sqs/messages", 400, "AWS.SimpleQueueService.NonExistentQueue"),
        (
            "/_aws/sqs/messages?QueueUrl=http://localhost/000000000000/other",
            400,
            "AWS.SimpleQueueService.NonExistentQueue",
        ),
        ("/_aws/sqs/messages?QueueUrl=nothing", 404, "InvalidAddress"),
    ] {
        let answer = emulator.get(uri).unsigned().send("").await;
        let (found, error, _) = answer.error();
        assert_eq!((found, error), (status, code), "{uri}");
    }
}
