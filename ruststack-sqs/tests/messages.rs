//! Messages of standard queues: sent, received, hidden, deleted.

use std::time::Duration;

use serde_json::json;

use crate::{at_queue, bodies, ok, receive, refused, send, with_queue};

#[tokio::test]
async fn a_message_is_hidden_while_it_is_worked_on_and_gone_when_it_is_deleted() {
    let emulator = with_queue(json!({"VisibilityTimeout": "5"})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    let first = receive(&emulator, json!({})).await;
    assert_eq!(bodies(&first), ["a"]);
    assert!(receive(&emulator, json!({})).await.is_empty());
    emulator.clock().advance(Duration::from_secs(5));
    let second = receive(&emulator, json!({"AttributeNames": ["ApproximateReceiveCount"]})).await;
    assert_eq!(second[0]["Attributes"], json!({"ApproximateReceiveCount": "2"}));
    // A handle of any reception is good for a standard queue.
    ok(&emulator, "DeleteMessage", at_queue(json!({"ReceiptHandle": first[0]["ReceiptHandle"]}))).await;
    ok(&emulator, "DeleteMessage", at_queue(json!({"ReceiptHandle": second[0]["ReceiptHandle"]}))).await;
    emulator.clock().advance(Duration::from_secs(5));
    assert!(receive(&emulator, json!({})).await.is_empty());
}

#[tokio::test]
async fn visibility_is_changed_by_handle() {
    let emulator = with_queue(json!({"VisibilityTimeout": "5"})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    let handle = receive(&emulator, json!({})).await[0]["ReceiptHandle"].clone();
    let change = |seconds: i32| at_queue(json!({"ReceiptHandle": handle, "VisibilityTimeout": seconds}));
    ok(&emulator, "ChangeMessageVisibility", change(20)).await;
    emulator.clock().advance(Duration::from_secs(10));
    assert!(receive(&emulator, json!({})).await.is_empty());
    ok(&emulator, "ChangeMessageVisibility", change(0)).await;
    assert_eq!(receive(&emulator, json!({})).await.len(), 1);
    let wrong = refused(&emulator, "ChangeMessageVisibility", change(43_201)).await;
    assert_eq!((wrong.0, wrong.1.as_str()), (400, "InvalidParameterValue"));
    let garbage = at_queue(json!({"ReceiptHandle": "garbage", "VisibilityTimeout": 0}));
    let message = "The input receipt handle \"garbage\" is not a valid receipt handle.".to_owned();
    let refusal = refused(&emulator, "ChangeMessageVisibility", garbage).await;
    assert_eq!(refusal, (404, "ReceiptHandleIsInvalid".to_owned(), message));
}

#[tokio::test]
async fn delays_are_the_messages_or_else_the_queues() {
    let emulator = with_queue(json!({"DelaySeconds": "10"})).await;
    send(&emulator, json!({"MessageBody": "queue's"})).await;
    send(&emulator, json!({"MessageBody": "own", "DelaySeconds": 5})).await;
    send(&emulator, json!({"MessageBody": "none", "DelaySeconds": 0})).await;
    for (seconds, expected) in [(0, "none"), (5, "own"), (5, "queue's")] {
        emulator.clock().advance(Duration::from_secs(seconds));
        assert_eq!(bodies(&receive(&emulator, json!({"MaxNumberOfMessages": 10})).await), [expected]);
    }
}

#[tokio::test]
async fn messages_end_when_they_are_too_old() {
    let emulator = with_queue(json!({"MessageRetentionPeriod": "60"})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    emulator.clock().advance(Duration::from_secs(60));
    assert_eq!(receive(&emulator, json!({"VisibilityTimeout": 0})).await.len(), 1);
    emulator.clock().advance(Duration::from_secs(1));
    assert!(receive(&emulator, json!({})).await.is_empty());
}

/// Recorded: test_send_message_with_binary_attributes, test_send_message_with_empty_string_attribute, 2024-04-30.
#[tokio::test]
async fn attributes_have_types_and_values() {
    let emulator = with_queue(json!({})).await;
    let attributes = json!({"attr1": {"DataType": "Binary", "BinaryValue": "dHJhZl9pZHpfcm5hZA=="}});
    send(&emulator, json!({"MessageBody": "a", "MessageAttributes": attributes})).await;
    let received = receive(&emulator, json!({"MessageAttributeNames": ["All"]})).await;
    assert_eq!(received[0]["MessageAttributes"], attributes);
    for (attribute, expected) in [
        (
            json!({"DataType": "String", "StringValue": ""}),
            "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
        ),
        (
            json!({"DataType": "Binary"}),
            "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'.",
        ),
        (
            json!({"DataType": "Number", "StringValue": "x"}),
            "Can't cast the value of message (user) attribute 'a' to a number.",
        ),
    ] {
        let input = at_queue(json!({"MessageBody": "a", "MessageAttributes": {"a": attribute}}));
        let refusal = refused(&emulator, "SendMessage", input).await;
        assert_eq!(refusal, (400, "InvalidParameterValue".to_owned(), expected.to_owned()));
    }
}

#[tokio::test]
async fn a_message_is_one_mebibyte_at_most() {
    let emulator = with_queue(json!({})).await;
    let largest = "a".repeat(1_048_576);
    send(&emulator, json!({"MessageBody": largest})).await;
    let refusal = refused(&emulator, "SendMessage", at_queue(json!({"MessageBody": format!("{largest}a")}))).await;
    assert_eq!(refusal.2, "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.");
    let control = refused(&emulator, "SendMessage", at_queue(json!({"MessageBody": "\u{1}"}))).await;
    assert_eq!(control.1, "InvalidMessageContents");
}

/// Recorded: test_fair_queue_with_message_group_id, 2025-08-18.
#[tokio::test]
async fn a_standard_queue_has_groups_for_fairness_and_no_deduplication() {
    let emulator = with_queue(json!({})).await;
    let sent = send(&emulator, json!({"MessageBody": "message", "MessageGroupId": "test"})).await;
    assert_eq!(
        (sent["MD5OfMessageBody"].as_str(), sent.get("SequenceNumber")),
        (Some("78e731027d8fd50ed642340b7c9a63b3"), None)
    );
    let received = receive(&emulator, json!({"MessageSystemAttributeNames": ["MessageGroupId"]})).await;
    assert_eq!(received[0]["Attributes"], json!({"MessageGroupId": "test"}));
    let input = at_queue(json!({"MessageBody": "message", "MessageDeduplicationId": "test"}));
    assert!(refused(&emulator, "SendMessage", input).await.2.ends_with("not valid for this queue type."));
}

/// Recorded: test_send_receive_max_number_of_messages, test_send_receive_wait_time_seconds.
#[tokio::test]
async fn what_a_receiver_may_ask_for_has_limits() {
    let emulator = with_queue(json!({})).await;
    for (input, message) in [
        (
            json!({"MaxNumberOfMessages": 11}),
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        ),
        (
            json!({"WaitTimeSeconds": -1}),
            "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
        (json!({"AttributeNames": ["Nothing"]}), "Unknown Attribute Nothing."),
    ] {
        assert_eq!(refused(&emulator, "ReceiveMessage", at_queue(input)).await.2, message);
    }
}
