//! What other services deliver over the bus.

use std::collections::BTreeMap;

use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, MessageAttribute, MessageAttributeValue, Payload, Sender},
};
use serde_json::json;

use crate::{bodies, emulator, ok, receive, with_queue};

const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

fn sender() -> Sender {
    Sender::of("sns", &"arn:aws:sns:us-east-1:000000000000:topic".parse().unwrap())
}

#[tokio::test]
async fn a_delivery_is_a_message() {
    let emulator = with_queue(json!({})).await;
    let (ctx, arn) = (emulator.context(), ARN.parse::<Arn>().unwrap());
    let value = MessageAttributeValue::Text("b".to_owned());
    let attribute = MessageAttribute { data_type: "String".to_owned(), value };
    let message_attributes = BTreeMap::from([("a".to_owned(), attribute)]);
    let payload = Payload { message_attributes, ..Payload::of("body") };
    let reply = ctx.bus().deliver(&ctx, &sender(), &arn, payload).await.unwrap();
    let received = receive(&emulator, json!({"MessageAttributeNames": ["All"]})).await;
    assert_eq!(
        (bodies(&received), received[0]["MessageId"].as_str()),
        (vec!["body"], Some(reply.attributes["MessageId"].as_str()))
    );
    assert_eq!(received[0]["MessageAttributes"]["a"]["StringValue"], "b");
}

#[tokio::test]
async fn a_fifo_queue_wants_group_and_id_of_deliveries_too() {
    let emulator = emulator();
    ok(&emulator, "CreateQueue", json!({"QueueName": "queue.fifo", "Attributes": {"FifoQueue": "true"}})).await;
    let (ctx, arn) = (emulator.context(), format!("{ARN}.fifo").parse::<Arn>().unwrap());
    let refused = ctx.bus().deliver(&ctx, &sender(), &arn, Payload::of("body")).await.unwrap_err();
    assert!(refused.to_string().contains("MessageGroupId"), "{refused}");
    let (group_id, deduplication_id) = (Some("g".to_owned()), Some("d".to_owned()));
    let with_ids = Payload { group_id, deduplication_id, ..Payload::of("body") };
    ctx.bus().deliver(&ctx, &sender(), &arn, with_ids).await.unwrap();
}

#[tokio::test]
async fn a_queue_that_is_missing_takes_nothing_and_says_so_before() {
    let emulator = with_queue(json!({})).await;
    let (ctx, arn) = (emulator.context(), ARN.parse::<Arn>().unwrap());
    ctx.bus().probe(&ctx, &sender(), &arn).await.unwrap();
    let missing = format!("{ARN}-missing").parse::<Arn>().unwrap();
    let refused = ctx.bus().deliver(&ctx, &sender(), &missing, Payload::of("body")).await.unwrap_err();
    assert!(matches!(refused, DeliveryError::NoSuchResource(_)), "{refused}");
    assert_eq!(refused.to_string(), format!("{missing} does not exist"));
    assert!(matches!(ctx.bus().probe(&ctx, &sender(), &missing).await, Err(DeliveryError::NoSuchResource(_))));
}
