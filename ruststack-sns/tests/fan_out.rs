//! What subscribed queues get of what is published.

use serde_json::{Value, json};

use crate::{
    QUEUE, TOPIC, create_queue, element, emulator, messages, notifications, ok, publish, subscribe, with_queue,
};

/// Recorded: test_publish_sqs_from_sns, test_message_attributes_not_missing, 2023-08-24.
#[tokio::test]
async fn a_queue_gets_a_notification() {
    let emulator = with_queue(&[]).await;
    let parameters = [
        ("TopicArn", TOPIC),
        ("Message", "ö§a1\"_!?,. £$-"),
        ("Subject", "subject"),
        ("MessageAttributes.entry.1.Name", "attr1"),
        ("MessageAttributes.entry.1.Value.DataType", "Number"),
        ("MessageAttributes.entry.1.Value.StringValue", "99.12"),
        ("MessageAttributes.entry.2.Name", "attr2"),
        ("MessageAttributes.entry.2.Value.DataType", "Binary"),
        ("MessageAttributes.entry.2.Value.BinaryValue", "AgME"),
    ];
    let published = ok(&emulator, "Publish", &parameters).await;
    let got = notifications(&emulator, "queue").await;
    assert_eq!(got.len(), 1);
    let members: Vec<&str> = got[0].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = "Type MessageId TopicArn Subject Message Timestamp SignatureVersion Signature SigningCertURL \
                    UnsubscribeURL MessageAttributes";
    assert_eq!(members.join(" "), expected);
    assert_eq!((&got[0]["Type"], &got[0]["Message"]), (&json!("Notification"), &json!("ö§a1\"_!?,. £$-")));
    assert_eq!(got[0]["MessageId"], element(&published, "MessageId"));
    assert_eq!(got[0]["Timestamp"], "2026-10-21T07:28:00.000Z");
    let attributes =
        json!({"attr1": {"Type": "Number", "Value": "99.12"}, "attr2": {"Type": "Binary", "Value": "AgME"}});
    assert_eq!(got[0]["MessageAttributes"], attributes);
}

/// Recorded: test_attribute_raw_subscribe, 2023-08-24.
#[tokio::test]
async fn raw_delivery_is_the_message_itself() {
    let emulator = with_queue(&[("RawMessageDelivery", "true")]).await;
    let parameters = [
        ("TopicArn", TOPIC),
        ("Message", "text"),
        ("MessageAttributes.entry.1.Name", "store"),
        ("MessageAttributes.entry.1.Value.DataType", "Binary"),
        ("MessageAttributes.entry.1.Value.BinaryValue", "AgME"),
    ];
    ok(&emulator, "Publish", &parameters).await;
    let got = messages(&emulator, "queue").await;
    assert_eq!(
        (&got[0]["Body"], &got[0]["MessageAttributes"]["store"]["BinaryValue"]),
        (&json!("text"), &json!("AgME"))
    );
}

/// Recorded: test_message_structure_json_to_sqs, 2023-08-24.
#[tokio::test]
async fn each_protocol_gets_its_own_text() {
    let emulator = with_queue(&[("RawMessageDelivery", "true")]).await;
    for text in [r#"{"default":"default","sqs":"own"}"#, r#"{"default":"default","email":"other"}"#] {
        ok(&emulator, "Publish", &[("TopicArn", TOPIC), ("Message", text), ("MessageStructure", "json")]).await;
    }
    let got = messages(&emulator, "queue").await;
    let mut bodies: Vec<&str> = got.iter().map(|message| message["Body"].as_str().unwrap()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["default", "own"]);
}

/// Recorded: test_filter_policy, 2023; test_filter_policy_on_message_body.
#[tokio::test]
async fn a_filter_lets_through_what_it_names() {
    for (scope, policy, passing) in [
        ("MessageAttributes", r#"{"attr1":[{"numeric":[">",0,"<=",100]}]}"#, "99"),
        ("MessageBody", r#"{"attr1":[{"numeric":[">",0,"<=",100]}]}"#, "50"),
    ] {
        let emulator =
            with_queue(&[("RawMessageDelivery", "true"), ("FilterPolicy", policy), ("FilterPolicyScope", scope)]).await;
        for value in [passing, "101"] {
            let body = json!({"attr1": value.parse::<i32>().unwrap()}).to_string();
            let parameters = [
                ("TopicArn", TOPIC),
                ("Message", &*body),
                ("MessageAttributes.entry.1.Name", "attr1"),
                ("MessageAttributes.entry.1.Value.DataType", "Number"),
                ("MessageAttributes.entry.1.Value.StringValue", value),
            ];
            ok(&emulator, "Publish", &parameters).await;
        }
        let got = messages(&emulator, "queue").await;
        let bodies: Vec<&Value> = got.iter().map(|message| &message["Body"]).collect();
        assert_eq!(bodies, [&json!(json!({"attr1": passing.parse::<i32>().unwrap()}).to_string())], "{scope}");
    }
}

/// Recorded: test_redrive_policy_sqs_queue_subscription, 2023-08-24.
#[tokio::test]
async fn what_cannot_be_delivered_goes_to_the_dead_letter_queue() {
    let emulator = with_queue(&[]).await;
    create_queue(&emulator, "dead").await;
    let gone = "arn:aws:sqs:us-east-1:000000000000:gone";
    let redrive = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}"#;
    subscribe(&emulator, "sqs", gone, &[("RedrivePolicy", redrive)]).await;
    let function = "arn:aws:lambda:us-east-1:000000000000:function:gone";
    subscribe(&emulator, "lambda", function, &[("RedrivePolicy", redrive)]).await;
    publish(&emulator, "text").await;
    let dead = notifications(&emulator, "dead").await;
    assert_eq!(dead.len(), 2);
    assert_eq!((&dead[0]["Message"], &dead[1]["Type"]), (&json!("text"), &json!("Notification")));
    assert_eq!(notifications(&emulator, "queue").await.len(), 1, "others get theirs");
}

/// Recorded: test_publish_batch_messages_from_sns_to_sqs, 2023-08-24.
#[tokio::test]
async fn a_batch_is_as_many_messages() {
    let emulator = with_queue(&[("RawMessageDelivery", "true")]).await;
    let entry = |number: u32, part: &str| format!("PublishBatchRequestEntries.member.{number}.{part}");
    let names: Vec<(String, String)> = (1..=3)
        .flat_map(|number| {
            [(entry(number, "Id"), number.to_string()), (entry(number, "Message"), format!("m{number}"))]
        })
        .collect();
    let mut parameters = vec![("TopicArn", TOPIC)];
    parameters.extend(names.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answer = ok(&emulator, "PublishBatch", &parameters).await;
    assert!(answer.body.contains("<Failed></Failed>"), "{}", answer.body);
    assert_eq!(answer.body.matches("<MessageId>").count(), 3);
    assert_eq!(messages(&emulator, "queue").await.len(), 3);
}

#[tokio::test]
async fn a_hundred_queues_get_what_is_published() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    for number in 0..100 {
        create_queue(&emulator, &format!("queue{number}")).await;
        subscribe(&emulator, "sqs", &format!("{QUEUE}{number}"), &[]).await;
    }
    publish(&emulator, "text").await;
    for number in [0, 57, 99] {
        assert_eq!(notifications(&emulator, &format!("queue{number}")).await.len(), 1);
    }
}

/// Recorded: test_publish_message_group_id, 2025-08-18.
#[tokio::test]
async fn a_standard_topic_passes_a_group_on() {
    let emulator = with_queue(&[]).await;
    ok(&emulator, "Publish", &[("TopicArn", TOPIC), ("Message", "text"), ("MessageGroupId", "group")]).await;
    assert_eq!(messages(&emulator, "queue").await[0]["Attributes"]["MessageGroupId"], "group");
}
