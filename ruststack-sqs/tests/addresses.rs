//! Queue URLs: every form reaches its queue, in both protocols.

use serde_json::{Value, json};

use crate::{at_queue, ok, query, refused, send, with_queue};

#[tokio::test]
async fn a_queue_is_found_by_every_form_of_its_url_and_by_its_name() {
    let emulator = with_queue(json!({})).await;
    for url in [
        "http://localhost:4566/000000000000/queue",
        "https://sqs.us-east-1.amazonaws.com/000000000000/queue",
        "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/queue",
        "http://queue.localhost.localstack.cloud:4566/000000000000/queue",
        "http://localhost.localstack.cloud:4566/queue/us-east-1/000000000000/queue",
        "queue",
    ] {
        ok(&emulator, "SendMessage", json!({"QueueUrl": url, "MessageBody": "a"})).await;
    }
    let elsewhere = "http://sqs.eu-west-1.localhost.localstack.cloud:4566/000000000000/queue";
    let missing = refused(&emulator, "SendMessage", json!({"QueueUrl": elsewhere, "MessageBody": "a"})).await;
    assert_eq!(missing.1, "AWS.SimpleQueueService.NonExistentQueue");
    let no_url = refused(&emulator, "SendMessage", json!({"QueueUrl": "http://localhost/x", "MessageBody": "a"})).await;
    assert_eq!((no_url.0, no_url.1.as_str()), (404, "InvalidAddress"));
}

#[tokio::test]
async fn a_query_at_the_queues_url_is_about_that_queue() {
    let emulator = with_queue(json!({})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    for path in ["/000000000000/queue", "/queue/us-east-1/000000000000/queue"] {
        let signed =
            emulator.get(&format!("{path}?Action=ReceiveMessage&VisibilityTimeout=0")).service("sqs").send("").await;
        assert_eq!(signed.element("Body"), Some("a"), "{}", signed.body);
        let unsigned =
            emulator.get(&format!("{path}?Action=ReceiveMessage&VisibilityTimeout=0")).unsigned().send("").await;
        assert_eq!(unsigned.element("Body"), Some("a"), "{}", unsigned.body);
        assert_eq!(
            query(&emulator, path, "Action=ReceiveMessage&VisibilityTimeout=0").await.element("Body"),
            Some("a")
        );
    }
    let nothing = query(&emulator, "/000000000000/queue", "").await;
    assert_eq!((nothing.status, nothing.body.trim()), (404, "<UnknownOperationException/>"));
    for action in ["CreateQueue", "ListQueues", "FooBar"] {
        let refusal = query(&emulator, "/000000000000/queue", &format!("Action={action}")).await;
        let message = format!("The action {action} is not valid for this endpoint.");
        assert_eq!(refusal.error(), (400, "InvalidAction", message.as_str()));
    }
}

#[tokio::test]
async fn a_queue_named_in_the_form_goes_before_the_urls() {
    let emulator = with_queue(json!({})).await;
    ok(&emulator, "CreateQueue", json!({"QueueName": "other"})).await;
    let form = "Action=GetQueueAttributes&AttributeName.1=QueueArn&QueueUrl=http%3A%2F%2Fx%2F000000000000%2Fother";
    let answer = query(&emulator, "/000000000000/queue", form).await;
    assert_eq!(answer.element("Value"), Some("arn:aws:sqs:us-east-1:000000000000:other"));
}

#[tokio::test]
async fn json_is_taken_at_the_queues_url_as_well() {
    let emulator = with_queue(json!({})).await;
    let request = emulator.post("/000000000000/queue").service("sqs").header("x-amz-target", "AmazonSQS.SendMessage");
    let input = at_queue(json!({"MessageBody": "a"})).to_string();
    let answer = request.header("content-type", "application/x-amz-json-1.0").send(input).await;
    let output: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(output["MD5OfMessageBody"], "0cc175b9c0f1b6a831c399e269772661");
}
