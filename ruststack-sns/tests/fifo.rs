//! FIFO topics: groups, deduplication, numbers.

use ruststack_testkit::Emulator;
use serde_json::json;

use crate::{create_queue, element, emulator, entries, messages, notifications, ok, refused, subscribe_to};

const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:topic.fifo";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue.fifo";

async fn with_fifo(by_content: &str) -> Emulator {
    let emulator = emulator().await;
    let attributes = entries(&[("FifoTopic", "true"), ("ContentBasedDeduplication", by_content)]);
    let mut parameters = vec![("Name", "topic.fifo")];
    parameters.extend(attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    ok(&emulator, "CreateTopic", &parameters).await;
    create_queue(&emulator, "queue.fifo").await;
    subscribe_to(&emulator, TOPIC, "sqs", QUEUE, &[]).await;
    emulator
}

/// Recorded: test_message_to_fifo_sqs, 2025-08-18.
#[tokio::test]
async fn the_same_message_is_published_once_in_five_minutes() {
    let emulator = with_fifo("true").await;
    let message = [("TopicArn", TOPIC), ("Message", "Test"), ("MessageGroupId", "message-group-id-1")];
    let first = ok(&emulator, "Publish", &message).await;
    let again = ok(&emulator, "Publish", &message).await;
    for name in ["MessageId", "SequenceNumber"] {
        assert_eq!(element(&first, name), element(&again, name));
    }
    let got = messages(&emulator, "queue.fifo").await;
    assert_eq!(got.len(), 1);
    let attributes = &got[0]["Attributes"];
    assert_eq!(attributes["MessageGroupId"], "message-group-id-1");
    // SHA-256 of the message.
    let id = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25";
    assert_eq!(attributes["MessageDeduplicationId"], id);
    let notification = &notifications(&emulator, "queue.fifo").await[0];
    let members: Vec<&str> = notification.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members.join(" "), "Type MessageId SequenceNumber TopicArn Message Timestamp UnsubscribeURL");
    emulator.clock().advance(std::time::Duration::from_secs(300));
    let later = ok(&emulator, "Publish", &message).await;
    assert_ne!(element(&first, "MessageId"), element(&later, "MessageId"));
}

#[tokio::test]
async fn messages_of_a_group_keep_their_order() {
    let emulator = with_fifo("true").await;
    for number in 0..50 {
        let text = format!("{number:02}");
        let message = [("TopicArn", TOPIC), ("Message", &*text), ("MessageGroupId", "group")];
        ok(&emulator, "Publish", &message).await;
    }
    emulator.settle().await;
    let path = "/_aws/sqs/messages/us-east-1/000000000000/queue.fifo?ShowInvisible=1";
    let shown = crate::unescaped(&emulator.get(path).unsigned().send("").await.body);
    let texts: Vec<String> =
        shown.split("\"Message\" : \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(texts, (0..50).map(|number| format!("{number:02}")).collect::<Vec<_>>());
}

/// Recorded: test_fifo_topic_to_regular_sqs, 2025-08-18.
#[tokio::test]
async fn a_standard_queue_gets_no_group_of_a_fifo_topic() {
    let emulator = with_fifo("false").await;
    create_queue(&emulator, "queue").await;
    subscribe_to(&emulator, TOPIC, "sqs", crate::QUEUE, &[]).await;
    let message =
        [("TopicArn", TOPIC), ("Message", "Test"), ("MessageGroupId", "group"), ("MessageDeduplicationId", "id")];
    ok(&emulator, "Publish", &message).await;
    let got = messages(&emulator, "queue").await;
    assert_eq!((got.len(), got[0]["Attributes"].get("MessageGroupId")), (1, None));
    assert_eq!(messages(&emulator, "queue.fifo").await[0]["Attributes"]["MessageDeduplicationId"], json!("id"));
}

/// Recorded: test_validations_for_fifo, 2025-08-18.
#[tokio::test]
async fn what_fifo_topics_need_is_asked_for() {
    let emulator = with_fifo("false").await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    for (parameters, message) in [
        (
            vec![("TopicArn", TOPIC), ("Message", "x"), ("MessageDeduplicationId", "id")],
            "The MessageGroupId parameter is required for FIFO topics",
        ),
        (
            vec![("TopicArn", TOPIC), ("Message", "x"), ("MessageGroupId", "group")],
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        ),
        (
            vec![("TopicArn", crate::TOPIC), ("Message", "x"), ("MessageDeduplicationId", "id")],
            "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for \
             this topic type",
        ),
    ] {
        let refusal = refused(&emulator, "Publish", &parameters).await;
        assert_eq!(refusal.2, format!("Invalid parameter: {message}"));
    }
    let http = [("TopicArn", TOPIC), ("Protocol", "http"), ("Endpoint", "http://localhost/")];
    assert!(refused(&emulator, "Subscribe", &http).await.2.contains("Please use FIFO SQS queue"));
}
