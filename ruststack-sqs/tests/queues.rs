//! Queues: created, described, changed, deleted.

use std::time::Duration;

use serde_json::json;

use crate::{URL, ask, at_queue, attribute, emulator, ok, receive, refused, send, with_queue};

#[tokio::test]
async fn a_queue_is_created_once_and_told_again_when_nothing_differs() {
    let emulator = with_queue(json!({"DelaySeconds": "1"})).await;
    for attributes in [json!({}), json!({"DelaySeconds": "1"}), json!({"VisibilityTimeout": "30"})] {
        let created = ok(&emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": attributes})).await;
        assert_eq!(created["QueueUrl"], URL);
    }
    let other = refused(&emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": {"DelaySeconds": "2"}}));
    // Recorded: test_create_queue_with_different_attributes_raises_exception, 2024-04-30.
    let message = "A queue already exists with the same name and a different value for attribute DelaySeconds";
    assert_eq!(other.await, (400, "QueueAlreadyExists".to_owned(), message.to_owned()));
}

/// Recorded: test_create_and_update_queue_attributes, 2025-08-19.
#[tokio::test]
async fn attributes_have_awss_defaults() {
    let emulator = with_queue(json!({})).await;
    let all = ok(&emulator, "GetQueueAttributes", at_queue(json!({"AttributeNames": ["All"]}))).await;
    let expected = json!({
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "1792567680",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "1792567680",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": "arn:aws:sqs:us-east-1:000000000000:queue",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    });
    assert_eq!(all["Attributes"], expected);
    emulator.clock().advance(Duration::from_secs(10));
    ok(&emulator, "SetQueueAttributes", at_queue(json!({"Attributes": {"DelaySeconds": "420"}}))).await;
    assert_eq!(attribute(&emulator, "DelaySeconds").await, "420");
    assert_eq!(attribute(&emulator, "LastModifiedTimestamp").await, "1792567690");
    let none = ok(&emulator, "GetQueueAttributes", at_queue(json!({}))).await;
    assert_eq!(none, json!({}));
}

#[tokio::test]
async fn messages_are_counted_where_they_are() {
    let emulator = with_queue(json!({})).await;
    for delay in [0, 0, 0, 60] {
        send(&emulator, json!({"MessageBody": "a", "DelaySeconds": delay})).await;
    }
    receive(&emulator, json!({"MaxNumberOfMessages": 2})).await;
    for (state, expected) in [("", "1"), ("NotVisible", "2"), ("Delayed", "1")] {
        assert_eq!(attribute(&emulator, &format!("ApproximateNumberOfMessages{state}")).await, expected);
    }
    emulator.clock().advance(Duration::from_secs(60));
    assert_eq!(attribute(&emulator, "ApproximateNumberOfMessages").await, "4");
}

/// Recorded: test_non_existent_queue, 2024-04-30.
#[tokio::test]
async fn a_deleted_queue_does_not_exist_and_its_name_is_free_after_a_minute() {
    let emulator = with_queue(json!({})).await;
    ok(&emulator, "DeleteQueue", at_queue(json!({}))).await;
    let gone =
        (400, "AWS.SimpleQueueService.NonExistentQueue".to_owned(), "The specified queue does not exist.".to_owned());
    assert_eq!(refused(&emulator, "GetQueueAttributes", at_queue(json!({}))).await, gone);
    assert_eq!(refused(&emulator, "GetQueueUrl", json!({"QueueName": "queue"})).await, gone);
    let soon = refused(&emulator, "CreateQueue", json!({"QueueName": "queue"})).await;
    assert_eq!(soon.1, "AWS.SimpleQueueService.QueueDeletedRecently");
    emulator.clock().advance(Duration::from_secs(60));
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue"})).await;
}

/// Recorded: test_successive_purge_calls_fail, 2024-04-30.
#[tokio::test]
async fn a_queue_is_purged_once_a_minute() {
    let emulator = with_queue(json!({})).await;
    send(&emulator, json!({"MessageBody": "a"})).await;
    ok(&emulator, "PurgeQueue", at_queue(json!({}))).await;
    assert!(receive(&emulator, json!({})).await.is_empty());
    let message = "Only one PurgeQueue operation on queue is allowed every 60 seconds.".to_owned();
    let again = refused(&emulator, "PurgeQueue", at_queue(json!({}))).await;
    assert_eq!(again, (403, "AWS.SimpleQueueService.PurgeQueueInProgress".to_owned(), message));
    emulator.clock().advance(Duration::from_secs(60));
    ok(&emulator, "PurgeQueue", at_queue(json!({}))).await;
}

/// Recorded: test_tag_untag_queue, 2024-04-30.
#[tokio::test]
async fn tags_come_and_go() {
    let emulator = emulator();
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue", "tags": {"tag1": "1"}})).await;
    ok(&emulator, "TagQueue", at_queue(json!({"Tags": {"tag1": "value1", "tag2": ""}}))).await;
    let tags = ok(&emulator, "ListQueueTags", at_queue(json!({}))).await;
    assert_eq!(tags, json!({"Tags": {"tag1": "value1", "tag2": ""}}));
    ok(&emulator, "UntagQueue", at_queue(json!({"TagKeys": ["tag1", "tag2"]}))).await;
    assert_eq!(ok(&emulator, "ListQueueTags", at_queue(json!({}))).await, json!({}));
    let reserved = refused(&emulator, "TagQueue", at_queue(json!({"Tags": {"aws:a": "1"}}))).await;
    assert_eq!(reserved.1, "InvalidParameterValue");
}

#[tokio::test]
async fn queues_are_listed_page_by_page() {
    let emulator = emulator();
    for name in ["a-1", "a-2", "a-3", "b-1"] {
        ok(&emulator, "CreateQueue", json!({"QueueName": name})).await;
    }
    let all = ok(&emulator, "ListQueues", json!({"QueueNamePrefix": "a-"})).await;
    assert_eq!((all["QueueUrls"].as_array().unwrap().len(), all.get("NextToken")), (3, None));
    let first = ok(&emulator, "ListQueues", json!({"QueueNamePrefix": "a-", "MaxResults": 2})).await;
    let rest = json!({"QueueNamePrefix": "a-", "MaxResults": 2, "NextToken": first["NextToken"]});
    let rest = ok(&emulator, "ListQueues", rest).await;
    assert_eq!(rest, json!({"QueueUrls": ["http://localhost:4566/000000000000/a-3"]}));
    assert_eq!(ok(&emulator, "ListQueues", json!({"QueueNamePrefix": "c"})).await, json!({}));
    assert_eq!(refused(&emulator, "ListQueues", json!({"MaxResults": 0})).await.0, 400);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let emulator = with_queue(json!({})).await;
    for (operation, input, name) in [
        ("SendMessage", json!({"QueueUrl": URL}), "MessageBody"),
        ("SendMessage", json!({"MessageBody": "a"}), "QueueUrl"),
        ("CreateQueue", json!({}), "QueueName"),
        ("SendMessageBatch", at_queue(json!({"Entries": [{"Id": "a"}]})), "MessageBody"),
    ] {
        let message = format!("The request must contain the parameter {name}.");
        assert_eq!(refused(&emulator, operation, input).await, (400, "MissingParameter".to_owned(), message));
    }
    let unknown = ask(&emulator, "Nothing", json!({})).await;
    assert!(unknown.body.contains("UnknownOperationException"), "{}", unknown.body);
}
