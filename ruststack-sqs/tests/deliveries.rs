//! What other services deliver over the bus.

use ruststack_core::{arn::Arn, bus::Payload};
use serde_json::json;

use crate::{bodies, emulator, ok, receive, with_queue};

const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

fn payload(attributes: &[(&str, &str)]) -> Payload {
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Payload { body: "body".into(), attributes }
}

#[tokio::test]
async fn a_delivery_is_a_message() {
    let emulator = with_queue(json!({})).await;
    let (ctx, arn) = (emulator.context(), ARN.parse::<Arn>().unwrap());
    let attributes = "{\"a\": {\"DataType\": \"String\", \"StringValue\": \"b\"}}";
    let reply = ctx.bus().deliver(&ctx, &arn, payload(&[("MessageAttributes", attributes)])).await.unwrap();
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
    let refused = ctx.bus().deliver(&ctx, &arn, payload(&[])).await.unwrap_err();
    assert!(refused.to_string().contains("MessageGroupId"), "{refused}");
    let with_ids = payload(&[("MessageGroupId", "g"), ("MessageDeduplicationId", "d")]);
    ctx.bus().deliver(&ctx, &arn, with_ids).await.unwrap();
    let missing = "arn:aws:sqs:us-east-1:000000000000:missing".parse::<Arn>().unwrap();
    let refused = ctx.bus().deliver(&ctx, &missing, payload(&[])).await.unwrap_err();
    assert!(refused.to_string().contains("The specified queue does not exist."), "{refused}");
}
