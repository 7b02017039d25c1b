//! Long polling: who waits is told at once, and time is the emulator's.

use std::{pin::pin, time::Duration};

use futures_util::{future::join, poll};
use serde_json::json;

use crate::{at_queue, bodies, ok, receive, refused, send, with_queue};

/// LocalStack's own header.
#[tokio::test]
async fn a_header_lets_one_receive_more_than_ten() {
    let emulator = with_queue(json!({})).await;
    for _ in 0..12 {
        send(&emulator, json!({"MessageBody": "a"})).await;
    }
    let request = emulator.post("/").service("sqs").header("x-amz-target", "AmazonSQS.ReceiveMessage");
    let request = request.header("content-type", "application/x-amz-json-1.0");
    let request = request.header("x-localstack-sqs-override-message-count", "12");
    let answer = request.send(at_queue(json!({"MaxNumberOfMessages": 10})).to_string()).await;
    assert_eq!(answer.body.matches("ReceiptHandle").count(), 12, "{}", answer.body);
}

#[tokio::test]
async fn who_waits_gets_a_message_when_it_is_sent() {
    let emulator = with_queue(json!({})).await;
    let waiting = receive(&emulator, json!({"WaitTimeSeconds": 20}));
    let (received, _) = join(waiting, send(&emulator, json!({"MessageBody": "a"}))).await;
    assert_eq!(bodies(&received), ["a"]);
}

#[tokio::test]
async fn who_waits_goes_away_empty_when_the_clock_says_so() {
    let emulator = with_queue(json!({"ReceiveMessageWaitTimeSeconds": "10"})).await;
    let mut waiting = pin!(receive(&emulator, json!({})));
    assert!(poll!(&mut waiting).is_pending());
    emulator.clock().advance(Duration::from_secs(9));
    assert!(poll!(&mut waiting).is_pending());
    emulator.clock().advance(Duration::from_secs(1));
    assert!(waiting.await.is_empty());
    assert!(receive(&emulator, json!({"WaitTimeSeconds": 0})).await.is_empty());
}

#[tokio::test]
async fn who_waits_gets_what_becomes_visible_or_ends_its_delay() {
    let emulator = with_queue(json!({"VisibilityTimeout": "5"})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    send(&emulator, json!({"MessageBody": "b", "DelaySeconds": 8})).await;
    receive(&emulator, json!({})).await;
    for (seconds, expected) in [(5, "a"), (3, "b")] {
        let mut waiting = pin!(receive(&emulator, json!({"WaitTimeSeconds": 20})));
        assert!(poll!(&mut waiting).is_pending());
        emulator.clock().advance(Duration::from_secs(seconds));
        assert_eq!(bodies(&waiting.await), [expected]);
    }
}

#[tokio::test]
async fn several_who_wait_get_one_message_each() {
    let emulator = with_queue(json!({})).await;
    let wait = || receive(&emulator, json!({"WaitTimeSeconds": 20}));
    let send = async {
        for body in ["a", "b"] {
            send(&emulator, json!({"MessageBody": body})).await;
        }
    };
    let ((one, other), ()) = join(join(wait(), wait()), send).await;
    let mut all = [bodies(&one), bodies(&other)].concat();
    all.sort_unstable();
    assert_eq!(all, ["a", "b"]);
}

#[tokio::test]
async fn one_change_that_frees_several_messages_wakes_several() {
    let emulator = with_queue(json!({})).await;
    let wait = || receive(&emulator, json!({"WaitTimeSeconds": 20}));
    let entries = json!([{"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": "b"}]);
    let send = ok(&emulator, "SendMessageBatch", at_queue(json!({"Entries": entries})));
    let ((one, other), _) = join(join(wait(), wait()), send).await;
    assert_eq!((one.len(), other.len()), (1, 1));
}

#[tokio::test]
async fn who_went_away_took_nothing() {
    let emulator = with_queue(json!({})).await;
    {
        let mut gone = pin!(receive(&emulator, json!({"WaitTimeSeconds": 20})));
        assert!(poll!(&mut gone).is_pending());
        send(&emulator, json!({"MessageBody": "a"})).await;
    }
    assert_eq!(bodies(&receive(&emulator, json!({"WaitTimeSeconds": 20})).await), ["a"]);
}

#[tokio::test]
async fn who_waits_at_a_queue_that_is_deleted_is_told() {
    let emulator = with_queue(json!({})).await;
    let waiting = refused(&emulator, "ReceiveMessage", at_queue(json!({"WaitTimeSeconds": 20})));
    let (refusal, _) = join(waiting, ok(&emulator, "DeleteQueue", at_queue(json!({})))).await;
    assert_eq!(refusal.1, "AWS.SimpleQueueService.NonExistentQueue");
}
