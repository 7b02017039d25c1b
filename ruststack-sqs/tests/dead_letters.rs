//! Dead-letter queues: what is given up, from whom it is taken, and how it is moved back.

use std::time::Duration;

use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{attribute, bodies, emulator, ok, receive, refused, send, settle};

const DEAD: &str = "http://localhost:4566/000000000000/dead";
const DEAD_ARN: &str = "arn:aws:sqs:us-east-1:000000000000:dead";
const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

fn policy() -> Value {
    json!({"RedrivePolicy": json!({"deadLetterTargetArn": DEAD_ARN, "maxReceiveCount": 1}).to_string()})
}

async fn with_dead_letters() -> Emulator {
    let emulator = emulator();
    ok(&emulator, "CreateQueue", json!({"QueueName": "dead"})).await;
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": policy()})).await;
    emulator
}

async fn dead(emulator: &Emulator) -> Vec<Value> {
    let input = json!({"QueueUrl": DEAD, "AttributeNames": ["All"], "MaxNumberOfMessages": 10, "VisibilityTimeout": 0});
    let output = ok(emulator, "ReceiveMessage", input).await;
    output["Messages"].as_array().cloned().unwrap_or_default()
}

/// One message in the dead-letter queue.
async fn give_up(emulator: &Emulator) {
    send(emulator, json!({"MessageBody": "message-1"})).await;
    for _ in 0..2 {
        receive(emulator, json!({"VisibilityTimeout": 0})).await;
    }
}

/// Recorded: test_dead_letter_queue_message_attributes.
#[tokio::test]
async fn what_is_received_too_often_goes_to_the_dead_letter_queue_as_it_is() {
    let emulator = with_dead_letters().await;
    let sent = send(&emulator, json!({"MessageBody": "message-1"})).await;
    assert_eq!(receive(&emulator, json!({"VisibilityTimeout": 0})).await.len(), 1);
    assert!(receive(&emulator, json!({"VisibilityTimeout": 0})).await.is_empty());
    let found = dead(&emulator).await;
    assert_eq!((bodies(&found), &found[0]["MessageId"]), (vec!["message-1"], &sent["MessageId"]));
    assert_eq!(found[0]["Attributes"]["ApproximateReceiveCount"], "2");
    assert_eq!(found[0]["Attributes"]["DeadLetterQueueSourceArn"], ARN);
}

/// That AWS takes such a policy is recorded: test_set_empty_redrive_policy, 2024-08-20. What comes of it is assumed.
#[tokio::test]
async fn a_queue_that_is_its_own_dead_letter_queue_keeps_its_messages() {
    let emulator = with_dead_letters().await;
    let own = json!({"deadLetterTargetArn": ARN, "maxReceiveCount": 1}).to_string();
    let set = json!({"QueueUrl": "queue", "Attributes": {"RedrivePolicy": own}});
    ok(&emulator, "SetQueueAttributes", set).await;
    send(&emulator, json!({"MessageBody": "message-1"})).await;
    for _ in 0..3 {
        assert_eq!(receive(&emulator, json!({"VisibilityTimeout": 0, "WaitTimeSeconds": 20})).await.len(), 1);
    }
}

#[tokio::test]
async fn the_sources_of_a_dead_letter_queue_are_known() {
    let emulator = with_dead_letters().await;
    let sources = ok(&emulator, "ListDeadLetterSourceQueues", json!({"QueueUrl": DEAD})).await;
    assert_eq!(sources, json!({"queueUrls": ["http://localhost:4566/000000000000/queue"]}));
}

#[tokio::test]
async fn a_policy_is_refused_where_nobody_takes_what_is_given_up() {
    let emulator = emulator();
    let create = json!({"QueueName": "queue", "Attributes": policy()});
    assert!(refused(&emulator, "CreateQueue", create.clone()).await.2.ends_with("Dead letter target does not exist."));
    let denying = json!({"RedriveAllowPolicy": "{\"redrivePermission\":\"denyAll\"}"});
    ok(&emulator, "CreateQueue", json!({"QueueName": "dead", "Attributes": denying})).await;
    assert!(
        refused(&emulator, "CreateQueue", create.clone()).await.2.ends_with("does not allow this queue as its source.")
    );
    let allowing = json!({"redrivePermission": "byQueue", "sourceQueueArns": [ARN]}).to_string();
    let set = json!({"QueueUrl": DEAD, "Attributes": {"RedriveAllowPolicy": allowing}});
    ok(&emulator, "SetQueueAttributes", set).await;
    ok(&emulator, "CreateQueue", create).await;
    let mut fifo = policy();
    fifo["FifoQueue"] = "true".into();
    let kind = refused(&emulator, "CreateQueue", json!({"QueueName": "queue.fifo", "Attributes": fifo})).await;
    assert!(kind.2.ends_with("must be same type of queue as the source."));
}

async fn tasks(emulator: &Emulator) -> Value {
    ok(emulator, "ListMessageMoveTasks", json!({"SourceArn": DEAD_ARN})).await["Results"][0].clone()
}

/// Recorded: test_move_task_workflow_with_default_destination, 2024-04-30.
#[tokio::test]
async fn a_task_moves_messages_back_to_where_they_came_from() {
    let emulator = with_dead_letters().await;
    give_up(&emulator).await;
    give_up(&emulator).await;
    assert_eq!(dead(&emulator).await.len(), 2);
    let started = ok(&emulator, "StartMessageMoveTask", json!({"SourceArn": DEAD_ARN})).await;
    assert!(started["TaskHandle"].is_string());
    settle().await;
    let expected = json!({
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 2,
        "SourceArn": DEAD_ARN,
        "StartedTimestamp": 1_792_567_680_000_i64,
        "Status": "COMPLETED",
    });
    assert_eq!(tasks(&emulator).await, expected);
    assert_eq!(
        (dead(&emulator).await.len(), attribute(&emulator, "ApproximateNumberOfMessages").await),
        (0, json!("2"))
    );
}

/// Recorded: test_move_task_cancel, test_start_multiple_move_tasks, 2024-04-30.
#[tokio::test]
async fn a_task_that_goes_slowly_can_be_cancelled() {
    let emulator = with_dead_letters().await;
    for _ in 0..3 {
        give_up(&emulator).await;
    }
    let start = json!({"SourceArn": DEAD_ARN, "DestinationArn": ARN, "MaxNumberOfMessagesPerSecond": 1});
    let handle = ok(&emulator, "StartMessageMoveTask", start.clone()).await["TaskHandle"].clone();
    settle().await;
    let message =
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.";
    assert_eq!(refused(&emulator, "StartMessageMoveTask", start).await.2, message);
    assert_eq!(
        (&tasks(&emulator).await["ApproximateNumberOfMessagesMoved"], &tasks(&emulator).await["TaskHandle"]),
        (&json!(1), &handle)
    );
    emulator.clock().advance(Duration::from_secs(1));
    settle().await;
    let cancelled = ok(&emulator, "CancelMessageMoveTask", json!({"TaskHandle": handle})).await;
    assert_eq!(cancelled, json!({"ApproximateNumberOfMessagesMoved": 2}));
    assert_eq!(tasks(&emulator).await["Status"], "CANCELLING");
    emulator.clock().advance(Duration::from_secs(1));
    settle().await;
    assert_eq!(tasks(&emulator).await["Status"], "CANCELLED");
    assert_eq!(dead(&emulator).await.len(), 1);
}

/// Recorded: test_move_task_delete_destination_queue_while_running, 2024-04-30.
#[tokio::test]
async fn a_task_fails_when_its_destination_is_gone() {
    let emulator = with_dead_letters().await;
    give_up(&emulator).await;
    give_up(&emulator).await;
    let start = json!({"SourceArn": DEAD_ARN, "DestinationArn": ARN, "MaxNumberOfMessagesPerSecond": 1});
    ok(&emulator, "StartMessageMoveTask", start).await;
    settle().await;
    ok(&emulator, "DeleteQueue", json!({"QueueUrl": "queue"})).await;
    emulator.clock().advance(Duration::from_secs(1));
    settle().await;
    let task = tasks(&emulator).await;
    assert_eq!(
        (&task["Status"], &task["FailureReason"]),
        (&json!("FAILED"), &json!("AWS.SimpleQueueService.NonExistentQueue"))
    );
    assert_eq!(dead(&emulator).await.len(), 1);
}

/// Recorded: test_source_needs_redrive_policy, test_destination_needs_to_exist, test_cancel_with_invalid_…, 2024-04-30.
#[tokio::test]
async fn tasks_want_queues_that_are_there() {
    let emulator = with_dead_letters().await;
    let there = "The resource that you specified for the DestinationArn parameter doesn't exist.";
    let missing = format!("{ARN}-missing");
    for (operation, input, status, message) in [
        (
            "StartMessageMoveTask",
            json!({"SourceArn": ARN}),
            400,
            "Source queue must be configured as a Dead Letter Queue.",
        ),
        ("StartMessageMoveTask", json!({"SourceArn": DEAD_ARN, "DestinationArn": missing}), 404, there),
        ("CancelMessageMoveTask", json!({"TaskHandle": "foobared"}), 400, "Value for parameter TaskHandle is invalid."),
    ] {
        let refusal = refused(&emulator, operation, input).await;
        assert_eq!((refusal.0, refusal.2.as_str()), (status, message));
    }
}
