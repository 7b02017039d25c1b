//! What was answered outlives the process.

use std::{sync::Arc, time::Duration};

use ruststack_core::{
    journal::Changes,
    service::Part,
    snapshot::{Snapshot, restore},
};
use ruststack_testkit::{Emulator, NOW};
use serde_json::{Value, json};

use crate::{ask, at_queue, attribute, bodies, kept_in, ok, query, receive, refused, send};

const DEAD_ARN: &str = "arn:aws:sqs:us-east-1:000000000000:dead";
const MOVED: &str = "ApproximateNumberOfMessagesMoved";
const FIFO: &str = "http://localhost:4566/000000000000/queue.fifo";

/// Another process with what this one kept, at the same time of its clock.
async fn restarted(emulator: Emulator, folder: &tempfile::TempDir) -> Emulator {
    let now = emulator.clock().now();
    assert!(emulator.gateway().runtime().tasks.shutdown(Duration::from_secs(10)).await);
    drop(emulator);
    kept_in(folder.path(), now).await
}

async fn started() -> (Emulator, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (kept_in(folder.path(), NOW).await, folder)
}

/// Everything that can be told of the queues without an effect on them.
async fn told(emulator: &Emulator) -> Vec<String> {
    let mut told = Vec::new();
    for queue in ["queue", "dead", "queue.fifo"] {
        let url = format!("http://localhost:4566/000000000000/{queue}");
        for (operation, input) in [
            ("GetQueueAttributes", json!({"QueueUrl": url, "AttributeNames": ["All"]})),
            ("ListQueueTags", json!({"QueueUrl": url})),
            ("ListDeadLetterSourceQueues", json!({"QueueUrl": url})),
        ] {
            let answer = ask(emulator, operation, input).await;
            assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
            told.push(answer.body);
        }
        let path = format!("/_aws/sqs/messages/us-east-1/000000000000/{queue}?ShowInvisible=1&ShowDelayed=1");
        let shown = query(emulator, &path, "").await;
        let (messages, _) = shown.body.split_once("<ResponseMetadata>").unwrap();
        told.push(messages.to_owned());
    }
    told
}

async fn fill(emulator: &Emulator) {
    ok(emulator, "CreateQueue", json!({"QueueName": "dead"})).await;
    let redrive = json!({"deadLetterTargetArn": DEAD_ARN, "maxReceiveCount": 1}).to_string();
    let attributes = json!({"RedrivePolicy": redrive, "VisibilityTimeout": "7", "KmsMasterKeyId": "key"});
    ok(emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": attributes, "tags": {"a": "b"}})).await;
    let permission = json!({"Label": "one", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]});
    ok(emulator, "AddPermission", at_queue(permission)).await;
    let attributes = json!({
        "text": {"DataType": "String.x", "StringValue": "ä"},
        "bytes": {"DataType": "Binary", "BinaryValue": "AP8="},
    });
    let trace = json!({"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}});
    let message = json!({"MessageBody": "first", "MessageAttributes": attributes, "MessageSystemAttributes": trace});
    send(emulator, message).await;
    for _ in 0..2 {
        receive(emulator, json!({"VisibilityTimeout": 0})).await;
    }
    let entries =
        json!([{"Id": "a", "MessageBody": "second"}, {"Id": "b", "MessageBody": "third", "DelaySeconds": 60}]);
    ok(emulator, "SendMessageBatch", at_queue(json!({"Entries": entries}))).await;
    receive(emulator, json!({})).await;
    let attributes = json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"});
    ok(emulator, "CreateQueue", json!({"QueueName": "queue.fifo", "Attributes": attributes})).await;
    for (group, body) in [("a", "1"), ("b", "2"), ("a", "3")] {
        ok(emulator, "SendMessage", json!({"QueueUrl": FIFO, "MessageBody": body, "MessageGroupId": group})).await;
    }
}

#[tokio::test]
async fn all_that_was_answered_is_there_the_next_time() {
    let (emulator, folder) = started().await;
    fill(&emulator).await;
    let before = told(&emulator).await;
    let emulator = restarted(emulator, &folder).await;
    for (after, before) in told(&emulator).await.iter().zip(&before) {
        assert_eq!(after, before);
    }
}

/// With persistence or without, it is what the journal's rows say.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_put_back_has_all_that_was_there() {
    let (emulator, _folder) = started().await;
    for emulator in [emulator, crate::emulator()] {
        fill(&emulator).await;
        let before = told(&emulator).await;
        let snapshot = Snapshot::take(emulator.gateway().registry().services(), NOW);
        receive(&emulator, json!({"MaxNumberOfMessages": 10})).await;
        send(&emulator, json!({"MessageBody": "later"})).await;
        ok(&emulator, "DeleteQueue", json!({"QueueUrl": FIFO})).await;
        put_back(&emulator, &snapshot);
        assert_eq!(told(&emulator).await, before);
    }
}

fn put_back(emulator: &Emulator, snapshot: &Snapshot) {
    let registry = emulator.gateway().registry();
    let source = |(name, saved): (&String, &Arc<_>)| (registry.by_name(name).unwrap(), Arc::clone(saved));
    let sources: Vec<_> = snapshot.saved.iter().map(source).collect();
    tokio::task::block_in_place(|| restore(&sources, &emulator.gateway().runtime().journal)).unwrap();
}

#[tokio::test]
async fn a_message_that_was_received_before_is_deleted_by_its_handle_or_comes_back() {
    let (emulator, folder) = started().await;
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue"})).await;
    send(&emulator, json!({"MessageBody": "deleted"})).await;
    send(&emulator, json!({"MessageBody": "kept"})).await;
    let received = receive(&emulator, json!({"MaxNumberOfMessages": 10, "VisibilityTimeout": 40})).await;
    let handle = &received[0]["ReceiptHandle"];
    let emulator = restarted(emulator, &folder).await;
    assert!(receive(&emulator, json!({})).await.is_empty(), "they are in flight");
    ok(&emulator, "DeleteMessage", at_queue(json!({"ReceiptHandle": handle}))).await;
    let emulator = restarted(emulator, &folder).await;
    emulator.clock().advance(Duration::from_secs(40));
    let again = receive(&emulator, json!({"MaxNumberOfMessages": 10, "AttributeNames": ["All"]})).await;
    assert_eq!((bodies(&again), &again[0]["Attributes"]["ApproximateReceiveCount"]), (vec!["kept"], &json!("2")));
    let first = &again[0]["Attributes"]["ApproximateFirstReceiveTimestamp"];
    assert_eq!(*first, NOW.millis().to_string());
}

#[tokio::test]
async fn delays_go_on() {
    let (emulator, folder) = started().await;
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": {"DelaySeconds": "60"}})).await;
    send(&emulator, json!({"MessageBody": "late"})).await;
    emulator.clock().advance(Duration::from_secs(59));
    let emulator = restarted(emulator, &folder).await;
    assert_eq!(attribute(&emulator, "ApproximateNumberOfMessagesDelayed").await, "1");
    emulator.clock().advance(Duration::from_secs(1));
    assert_eq!(bodies(&receive(&emulator, json!({})).await), ["late"]);
}

#[tokio::test]
async fn a_fifo_queue_knows_its_ids_numbers_and_groups() {
    let (emulator, folder) = started().await;
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue.fifo", "Attributes": {"FifoQueue": "true"}})).await;
    let message = |id: &str, group: &str| json!({"QueueUrl": FIFO, "MessageBody": id, "MessageGroupId": group, "MessageDeduplicationId": id});
    let first = ok(&emulator, "SendMessage", message("1", "a")).await;
    for (id, group) in [("2", "a"), ("3", "b")] {
        ok(&emulator, "SendMessage", message(id, group)).await;
    }
    let next = async |emulator: &Emulator| {
        let output = ok(emulator, "ReceiveMessage", json!({"QueueUrl": FIFO})).await;
        output["Messages"].as_array().cloned().unwrap_or_default()
    };
    let received = next(&emulator).await;
    // What is recorded of AWS: whose ids must differ stays as it was when the queue was created.
    let other = json!({"QueueUrl": FIFO, "Attributes": {"DeduplicationScope": "messageGroup"}});
    ok(&emulator, "SetQueueAttributes", other).await;
    let emulator = restarted(emulator, &folder).await;
    assert_eq!(ok(&emulator, "SendMessage", message("1", "a")).await, first, "it is the same message");
    assert_eq!(ok(&emulator, "SendMessage", message("1", "c")).await["MessageId"], first["MessageId"]);
    assert_eq!((bodies(&next(&emulator).await), next(&emulator).await.len()), (vec!["3"], 0));
    ok(&emulator, "DeleteMessage", json!({"QueueUrl": FIFO, "ReceiptHandle": received[0]["ReceiptHandle"]})).await;
    assert_eq!(bodies(&next(&emulator).await), ["2"]);
    emulator.clock().advance(Duration::from_secs(300));
    let emulator = restarted(emulator, &folder).await;
    let anew = ok(&emulator, "SendMessage", message("1", "a")).await;
    assert_ne!(anew["MessageId"], first["MessageId"]);
    assert!(anew["SequenceNumber"].as_str() > first["SequenceNumber"].as_str());
}

#[tokio::test]
async fn what_was_deleted_does_not_come_back_and_its_name_is_not_free() {
    let (emulator, folder) = started().await;
    for name in ["queue", "other"] {
        ok(&emulator, "CreateQueue", json!({"QueueName": name})).await;
    }
    send(&emulator, json!({"MessageBody": "gone"})).await;
    receive(&emulator, json!({})).await;
    ok(&emulator, "PurgeQueue", json!({"QueueUrl": "other"})).await;
    ok(&emulator, "DeleteQueue", at_queue(json!({}))).await;
    let emulator = restarted(emulator, &folder).await;
    let (_, code, _) = refused(&emulator, "CreateQueue", json!({"QueueName": "queue"})).await;
    assert_eq!(code, "AWS.SimpleQueueService.QueueDeletedRecently");
    let (_, code, _) = refused(&emulator, "PurgeQueue", json!({"QueueUrl": "other"})).await;
    assert_eq!(code, "AWS.SimpleQueueService.PurgeQueueInProgress");
    emulator.clock().advance(Duration::from_secs(60));
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue"})).await;
    let emulator = restarted(emulator, &folder).await;
    assert_eq!(attribute(&emulator, "ApproximateNumberOfMessages").await, "0");
    ok(&emulator, "PurgeQueue", json!({"QueueUrl": "other"})).await;
}

/// Of three messages the first is moved, and one more each second.
async fn start_moving(emulator: &Emulator) {
    ok(emulator, "CreateQueue", json!({"QueueName": "dead"})).await;
    let redrive = json!({"deadLetterTargetArn": DEAD_ARN, "maxReceiveCount": 1}).to_string();
    ok(emulator, "CreateQueue", json!({"QueueName": "queue", "Attributes": {"RedrivePolicy": redrive}})).await;
    for body in ["1", "2", "3"] {
        ok(emulator, "SendMessage", json!({"QueueUrl": "dead", "MessageBody": body})).await;
    }
    let to = "arn:aws:sqs:us-east-1:000000000000:queue";
    let start = json!({"SourceArn": DEAD_ARN, "DestinationArn": to, "MaxNumberOfMessagesPerSecond": 1});
    ok(emulator, "StartMessageMoveTask", start).await;
    until(emulator, MOVED, json!(1)).await;
}

/// Whether its messages are put back while it moves them or long after.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_a_snapshot_puts_back_goes_on() {
    for ends_before in [false, true] {
        let (emulator, _folder) = started().await;
        start_moving(&emulator).await;
        let snapshot = Snapshot::take(emulator.gateway().registry().services(), NOW);
        let moved = if ends_before { [2, 3].as_slice() } else { &[2] };
        for moved in moved {
            emulator.clock().advance(Duration::from_secs(1));
            until(&emulator, MOVED, json!(moved)).await;
        }
        if ends_before {
            emulator.clock().advance(Duration::from_secs(1));
            until(&emulator, "Status", json!("COMPLETED")).await;
        }
        put_back(&emulator, &snapshot);
        let ends = async {
            while task(&emulator).await["Status"] != "COMPLETED" {
                emulator.clock().advance(Duration::from_secs(1));
                crate::settle().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), ends).await.unwrap();
        assert_eq!(task(&emulator).await[MOVED], 3);
        assert_eq!(bodies(&receive(&emulator, json!({"MaxNumberOfMessages": 10})).await), ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn a_task_that_was_moving_messages_goes_on() {
    let (emulator, folder) = started().await;
    start_moving(&emulator).await;
    let emulator = restarted(emulator, &folder).await;
    until(&emulator, MOVED, json!(2)).await;
    emulator.clock().advance(Duration::from_secs(1));
    until(&emulator, MOVED, json!(3)).await;
    emulator.clock().advance(Duration::from_secs(1));
    until(&emulator, "Status", json!("COMPLETED")).await;
    let task = task(&emulator).await;
    assert_eq!(task["ApproximateNumberOfMessagesMoved"], 3);
    let emulator = restarted(emulator, &folder).await;
    assert_eq!(self::task(&emulator).await, task);
    assert_eq!(bodies(&receive(&emulator, json!({"MaxNumberOfMessages": 10})).await), ["1", "2", "3"]);
}

async fn task(emulator: &Emulator) -> Value {
    ok(emulator, "ListMessageMoveTasks", json!({"SourceArn": DEAD_ARN})).await["Results"][0].clone()
}

/// Waits until the task says so.
async fn until(emulator: &Emulator, member: &str, expected: Value) {
    let says = async {
        while task(emulator).await[member] != expected {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), says).await.unwrap();
}

#[tokio::test]
async fn a_reset_outlives_the_process_as_far_as_it_reaches() {
    let (emulator, folder) = started().await;
    fill(&emulator).await;
    let theirs = emulator.post("/").service("sqs").account("000000000042");
    let theirs = theirs.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(theirs.send("Action=CreateQueue&QueueName=theirs".to_owned()).await.status, 200);
    let changes = Changes::of(Arc::clone(&emulator.gateway().runtime().journal));
    let part = Part { account: "000000000000".parse().ok(), region: None };
    let section = changes.begin().unwrap();
    emulator.gateway().registry().services().iter().for_each(|service| service.state().reset(&part, &changes));
    drop(section);
    changes.committed().await.unwrap();
    drop(changes);
    let emulator = restarted(emulator, &folder).await;
    assert_eq!(ok(&emulator, "ListQueues", json!({})).await, json!({}));
    let theirs = json!({"QueueName": "theirs", "QueueOwnerAWSAccountId": "000000000042"});
    ok(&emulator, "GetQueueUrl", theirs).await;
}
