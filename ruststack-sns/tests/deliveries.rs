//! What other services deliver to topics over the bus.

use std::collections::BTreeMap;

use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, MessageAttribute, MessageAttributeValue, Payload, Sender},
};

use crate::{TOPIC, notifications, with_queue};

fn sender() -> Sender {
    Sender::of("s3", &"arn:aws:s3:::bucket".parse().unwrap())
}

#[tokio::test]
async fn a_delivery_is_published() {
    let emulator = with_queue(&[]).await;
    let (ctx, arn) = (emulator.context(), TOPIC.parse::<Arn>().unwrap());
    ctx.bus().probe(&ctx, &sender(), &arn).await.unwrap();
    let value = MessageAttributeValue::Text("b".to_owned());
    let attribute = MessageAttribute { data_type: "String".to_owned(), value };
    let message_attributes = BTreeMap::from([("a".to_owned(), attribute)]);
    let payload = Payload { subject: Some("subject".to_owned()), message_attributes, ..Payload::of("body") };
    let reply = ctx.bus().deliver(&ctx, &sender(), &arn, payload).await.unwrap();
    let got = notifications(&emulator, "queue").await;
    assert_eq!((got[0]["Subject"].as_str(), got[0]["Message"].as_str()), (Some("subject"), Some("body")));
    assert_eq!(got[0]["MessageAttributes"]["a"]["Value"], "b");
    assert_eq!(got[0]["MessageId"].as_str(), Some(reply.attributes["MessageId"].as_str()));
}

#[tokio::test]
async fn topics_that_are_not_there_take_nothing() {
    let emulator = with_queue(&[]).await;
    let (ctx, arn) = (emulator.context(), format!("{TOPIC}s").parse::<Arn>().unwrap());
    let probed = ctx.bus().probe(&ctx, &sender(), &arn).await;
    assert!(matches!(probed, Err(DeliveryError::NoSuchResource(_))), "{probed:?}");
    let delivered = ctx.bus().deliver(&ctx, &sender(), &arn, Payload::of("body")).await;
    assert!(matches!(delivered, Err(DeliveryError::NoSuchResource(_))));
}
