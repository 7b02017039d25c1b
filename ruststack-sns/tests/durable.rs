//! What outlives the process, and what a snapshot holds.

use std::{path::Path, sync::Arc};

use ruststack_core::{
    journal::Changes,
    service::Part,
    snapshot::{Snapshot, restore},
};
use ruststack_testkit::{Emulator, NOW};
use tempfile::TempDir;

use crate::{
    QUEUE, TOPIC, create_queue, element, entries, messages, notifications, ok, publish, refused, services, subscribe,
    subscribe_to,
};

const FIFO: &str = "arn:aws:sns:us-east-1:000000000000:topic.fifo";

async fn kept_in(folder: &Path) -> Emulator {
    Emulator::kept_in(folder, |_| services()).started().await
}

async fn restarted(emulator: Emulator, folder: &TempDir) -> Emulator {
    let now = emulator.clock().now();
    emulator.settle().await;
    drop(emulator);
    let emulator = Emulator::kept_in(folder.path(), |_| services());
    emulator.clock().set(now);
    emulator.started().await
}

/// Some of everything.
async fn fill(emulator: &Emulator) {
    ok(emulator, "CreateTopic", &[("Name", "topic"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]).await;
    let attributes = entries(&[("FifoTopic", "true"), ("ContentBasedDeduplication", "true")]);
    let mut parameters = vec![("Name", "topic.fifo")];
    parameters.extend(attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    ok(emulator, "CreateTopic", &parameters).await;
    create_queue(emulator, "queue").await;
    create_queue(emulator, "queue.fifo").await;
    subscribe(emulator, "sqs", QUEUE, &[("FilterPolicy", r#"{"a":["b"]}"#), ("FilterPolicyScope", "MessageBody")])
        .await;
    subscribe(emulator, "email", "a@example.com", &[]).await;
    subscribe_to(emulator, FIFO, "sqs", &format!("{QUEUE}.fifo"), &[("RawMessageDelivery", "true")]).await;
    ok(emulator, "Publish", &[("TopicArn", FIFO), ("Message", "first"), ("MessageGroupId", "g")]).await;
    let sms = entries(&[("DefaultSenderID", "me")]);
    let sms: Vec<_> = sms.iter().map(|(name, value)| (name.replace("Attr", "attr"), value.as_str())).collect();
    let sms: Vec<_> = sms.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    ok(emulator, "SetSMSAttributes", &sms).await;
    ok(emulator, "Publish", &[("PhoneNumber", "+1234567890"), ("Message", "text")]).await;
    let credential = entries(&[("PlatformCredential", "x")]);
    let mut application = vec![("Name", "app"), ("Platform", "GCM")];
    application.extend(credential.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let arn = element(&ok(emulator, "CreatePlatformApplication", &application).await, "PlatformApplicationArn");
    ok(emulator, "CreatePlatformEndpoint", &[("PlatformApplicationArn", &arn), ("Token", "token")]).await;
}

/// All that is told, without request ids.
async fn told(emulator: &Emulator) -> Vec<String> {
    emulator.settle().await;
    let application = "arn:aws:sns:us-east-1:000000000000:app/GCM/app";
    let mut told = Vec::new();
    for (action, parameters) in [
        ("ListTopics", vec![]),
        ("ListSubscriptions", vec![]),
        ("GetTopicAttributes", vec![("TopicArn", TOPIC)]),
        ("GetTopicAttributes", vec![("TopicArn", FIFO)]),
        ("ListTagsForResource", vec![("ResourceArn", TOPIC)]),
        ("GetSMSAttributes", vec![]),
        ("ListPlatformApplications", vec![]),
        ("ListEndpointsByPlatformApplication", vec![("PlatformApplicationArn", application)]),
    ] {
        let answer = ok(emulator, action, &parameters).await;
        told.push(answer.body.split("<ResponseMetadata>").next().unwrap().to_owned());
    }
    told.push(emulator.get("/_aws/sns/sms-messages").unsigned().send("").await.body);
    told
}

#[tokio::test]
async fn all_that_was_answered_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path()).await;
    emulator.clock().set(NOW);
    fill(&emulator).await;
    let before = told(&emulator).await;
    let first = [("TopicArn", FIFO), ("Message", "first"), ("MessageGroupId", "g")];
    let number = element(&ok(&emulator, "Publish", &first).await, "SequenceNumber");
    let emulator = restarted(emulator, &folder).await;
    for (after, before) in told(&emulator).await.iter().zip(&before) {
        assert_eq!(after, before);
    }
    assert_eq!(element(&ok(&emulator, "Publish", &first).await, "SequenceNumber"), number, "it is the same message");
    let second = [("TopicArn", FIFO), ("Message", "second"), ("MessageGroupId", "g")];
    assert!(element(&ok(&emulator, "Publish", &second).await, "SequenceNumber") > number);
    publish(&emulator, r#"{"a":"c"}"#).await;
    publish(&emulator, r#"{"a":"b"}"#).await;
    assert_eq!(notifications(&emulator, "queue").await.len(), 1, "filters are there again");
}

#[tokio::test]
async fn the_key_that_signs_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path()).await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    create_queue(&emulator, "queue").await;
    subscribe(&emulator, "sqs", QUEUE, &[]).await;
    publish(&emulator, "one").await;
    let url = notifications(&emulator, "queue").await[0]["SigningCertURL"].clone();
    let emulator = restarted(emulator, &folder).await;
    publish(&emulator, "two").await;
    let after = notifications(&emulator, "queue").await;
    assert!(after.len() == 2 && after.iter().all(|one| one["SigningCertURL"] == url));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_is_put_back_has_all_that_was_there() {
    let emulator = crate::emulator().await;
    fill(&emulator).await;
    let before = told(&emulator).await;
    let snapshot = Snapshot::take(emulator.gateway().registry().services(), NOW);
    ok(&emulator, "DeleteTopic", &[("TopicArn", FIFO)]).await;
    ok(&emulator, "Publish", &[("PhoneNumber", "+1234567890"), ("Message", "later")]).await;
    let registry = emulator.gateway().registry();
    let source = |(name, saved): (&String, &Arc<_>)| (registry.by_name(name).unwrap(), Arc::clone(saved));
    let sources: Vec<_> = snapshot.saved.iter().map(source).collect();
    tokio::task::block_in_place(|| restore(&sources, &emulator.gateway().runtime().journal)).unwrap();
    assert_eq!(told(&emulator).await, before);
}

#[tokio::test]
async fn a_reset_outlives_the_process_as_far_as_it_reaches() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path()).await;
    fill(&emulator).await;
    crate::ask_as(&emulator, "000000000042", "CreateTopic", &[("Name", "theirs")]).await;
    let changes = Changes::of(Arc::clone(&emulator.gateway().runtime().journal));
    let part = Part { account: "000000000000".parse().ok(), region: None };
    let section = changes.begin().unwrap();
    emulator.gateway().registry().services().iter().for_each(|service| service.state().reset(&part, &changes));
    drop(section);
    changes.committed().await.unwrap();
    drop(changes);
    let emulator = restarted(emulator, &folder).await;
    assert!(ok(&emulator, "ListTopics", &[]).await.body.contains("<Topics></Topics>"));
    assert!(ok(&emulator, "ListSubscriptions", &[]).await.body.contains("<Subscriptions></Subscriptions>"));
    let theirs = crate::ask_as(&emulator, "000000000042", "ListTopics", &[]).await;
    assert!(theirs.body.contains(":theirs</TopicArn>"), "{}", theirs.body);
    assert_eq!(refused(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await.0, 404);
}

/// The parcel's row is there with the answer; nobody carried it, as if the process was killed at once.
#[tokio::test]
async fn what_was_published_is_delivered_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path()).await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    create_queue(&emulator, "queue").await;
    subscribe(&emulator, "sqs", QUEUE, &[("RawMessageDelivery", "true")]).await;
    drop(emulator);
    // Without background work nothing is carried.
    let emulator = Emulator::kept_in(folder.path(), |_| services());
    publish(&emulator, "text").await;
    assert!(messages(&emulator, "queue").await.is_empty());
    drop(emulator);
    let emulator = kept_in(folder.path()).await;
    assert_eq!(messages(&emulator, "queue").await[0]["Body"], "text");
}
