//! FIFO queues: order, groups, and ids that are taken once.

use std::time::Duration;

use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{bodies, emulator, ok, refused};

const FIFO: &str = "http://localhost:4566/000000000000/queue.fifo";

fn input(mut input: Value) -> Value {
    input["QueueUrl"] = FIFO.into();
    input
}

async fn with_fifo(mut attributes: Value) -> Emulator {
    let emulator = emulator();
    attributes["FifoQueue"] = "true".into();
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue.fifo", "Attributes": attributes})).await;
    emulator
}

async fn send(emulator: &Emulator, body: &str, group: &str, id: &str) -> Value {
    let message = json!({"MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": id});
    ok(emulator, "SendMessage", input(message)).await
}

async fn receive(emulator: &Emulator, asked: Value) -> Vec<Value> {
    let output = ok(emulator, "ReceiveMessage", input(asked)).await;
    output["Messages"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_group_waits_for_its_message_in_flight_and_others_do_not() {
    let emulator = with_fifo(json!({})).await;
    for (body, group) in [("a1", "a"), ("b1", "b"), ("a2", "a")] {
        send(&emulator, body, group, body).await;
    }
    let first = receive(&emulator, json!({})).await;
    assert_eq!(bodies(&first), ["a1"]);
    assert_eq!(bodies(&receive(&emulator, json!({"MaxNumberOfMessages": 10})).await), ["b1"]);
    ok(&emulator, "DeleteMessage", input(json!({"ReceiptHandle": first[0]["ReceiptHandle"]}))).await;
    assert_eq!(bodies(&receive(&emulator, json!({})).await), ["a2"]);
}

/// Recorded: test_fifo_delete_after_visibility_timeout, 2025-03-28, and …_extended, 2025-10-05.
#[tokio::test]
async fn a_handle_ends_with_its_timeout_which_may_be_extended() {
    let emulator = with_fifo(json!({"VisibilityTimeout": "5"})).await;
    send(&emulator, "foobar", "1", "1").await;
    let handle = receive(&emulator, json!({})).await[0]["ReceiptHandle"].clone();
    emulator.clock().advance(Duration::from_secs(5));
    let late = refused(&emulator, "DeleteMessage", input(json!({"ReceiptHandle": handle}))).await;
    let handle = handle.as_str().unwrap();
    let message =
        format!("Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
    assert_eq!(late, (400, "InvalidParameterValue".to_owned(), message));
    let handle = receive(&emulator, json!({})).await[0]["ReceiptHandle"].clone();
    let extend = input(json!({"ReceiptHandle": handle, "VisibilityTimeout": 30}));
    ok(&emulator, "ChangeMessageVisibility", extend).await;
    emulator.clock().advance(Duration::from_secs(10));
    ok(&emulator, "DeleteMessage", input(json!({"ReceiptHandle": handle}))).await;
}

/// Recorded: test_fifo_deduplication_arrives_once_after_delete, test_sqs_fifo_same_dedup_id_different_message_groups.
#[tokio::test]
async fn an_id_is_taken_once_in_five_minutes_even_after_the_message_is_gone() {
    let emulator = with_fifo(json!({})).await;
    let first = send(&emulator, "a", "1", "id").await;
    let again = send(&emulator, "b", "2", "id").await;
    assert_eq!((&first["MessageId"], &first["SequenceNumber"]), (&again["MessageId"], &again["SequenceNumber"]));
    assert_ne!(first["MD5OfMessageBody"], again["MD5OfMessageBody"]);
    let received = receive(&emulator, json!({"MaxNumberOfMessages": 10})).await;
    assert_eq!(bodies(&received), ["a"]);
    ok(&emulator, "DeleteMessage", input(json!({"ReceiptHandle": received[0]["ReceiptHandle"]}))).await;
    send(&emulator, "c", "1", "id").await;
    assert!(receive(&emulator, json!({})).await.is_empty());
    emulator.clock().advance(Duration::from_secs(300));
    send(&emulator, "d", "1", "id").await;
    assert_eq!(bodies(&receive(&emulator, json!({})).await), ["d"]);
}

/// Recorded: test_fifo_high_throughput_ordering, test_fifo_change_to_high_throughput_after_creation.
#[tokio::test]
async fn ids_are_a_groups_own_where_the_queue_was_created_so() {
    let high = json!({"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"});
    let emulator = with_fifo(high.clone()).await;
    send(&emulator, "Test1", "1", "id").await;
    send(&emulator, "Test2", "2", "id").await;
    assert_eq!(bodies(&receive(&emulator, json!({})).await), ["Test1"]);
    assert_eq!(bodies(&receive(&emulator, json!({})).await), ["Test2"]);
    let emulator = with_fifo(json!({})).await;
    ok(&emulator, "SetQueueAttributes", input(json!({"Attributes": high}))).await;
    send(&emulator, "Test1", "1", "id").await;
    send(&emulator, "Test2", "2", "id").await;
    receive(&emulator, json!({})).await;
    assert!(receive(&emulator, json!({})).await.is_empty());
}

/// Recorded: test_posting_to_fifo_requires_deduplicationid_group_id, test_fifo_queue_send_message_with_delay_seconds_fails.
#[tokio::test]
async fn a_fifo_queue_wants_a_group_and_an_id_and_has_its_own_delay() {
    let emulator = with_fifo(json!({})).await;
    let no_id =
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
    let no_delay = "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.";
    for (message, code, expected) in [
        (json!({"MessageBody": "a", "MessageGroupId": "g"}), "InvalidParameterValue", no_id),
        (
            json!({"MessageBody": "a", "MessageDeduplicationId": "d"}),
            "MissingParameter",
            "The request must contain the parameter MessageGroupId.",
        ),
        (
            json!({"MessageBody": "a", "MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 2}),
            "InvalidParameterValue",
            no_delay,
        ),
    ] {
        let refusal = refused(&emulator, "SendMessage", input(message)).await;
        assert_eq!(refusal, (400, code.to_owned(), expected.to_owned()));
    }
}

#[tokio::test]
async fn content_can_be_the_id() {
    let emulator = with_fifo(json!({"ContentBasedDeduplication": "true"})).await;
    for _ in 0..2 {
        ok(&emulator, "SendMessage", input(json!({"MessageBody": "a", "MessageGroupId": "g"}))).await;
    }
    let received = receive(&emulator, json!({"MaxNumberOfMessages": 10, "AttributeNames": ["All"]})).await;
    assert_eq!(received.len(), 1);
    let attributes = &received[0]["Attributes"];
    let sha_256_of_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    assert_eq!(attributes["MessageDeduplicationId"], sha_256_of_a);
    assert_eq!(attributes["SequenceNumber"].as_str().unwrap().len(), 20);
}
