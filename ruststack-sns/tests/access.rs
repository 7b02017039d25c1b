//! Where identities are held to policies, topics' policies decide with them.

use ruststack_auth::Authorizer;
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Payload, Sender},
};
use ruststack_sns::{Config, Sns};
use ruststack_testkit::Emulator;
use serde_json::json;

use crate::{TOPIC, ask_as, ok, sqs};

const OTHER: &str = "000000000042";

async fn enforcing() -> Emulator {
    let emulator = Emulator::of(|keys| {
        let authorizer = Authorizer::new(keys.clone());
        vec![Sns::new(Config { certificate_host: None }, Some(authorizer)), sqs()]
    });
    let emulator = emulator.started().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    emulator
}

async fn allow(emulator: &Emulator, principal: serde_json::Value, condition: serde_json::Value) {
    let policy = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": TOPIC, "Condition": condition,
    }});
    let set = [("TopicArn", TOPIC), ("AttributeName", "Policy"), ("AttributeValue", &policy.to_string())];
    ok(emulator, "SetTopicAttributes", &set).await;
}

#[tokio::test]
async fn another_account_may_what_the_policy_says() {
    let emulator = enforcing().await;
    let publish = async || ask_as(&emulator, OTHER, "Publish", &[("TopicArn", TOPIC), ("Message", "x")]).await;
    let refused = publish().await;
    let (status, code, message) = refused.error();
    assert_eq!((status, code), (403, "AuthorizationError"));
    let expected =
        format!("User: arn:aws:iam::{OTHER}:root is not authorized to perform: SNS:Publish on resource: {TOPIC}");
    assert!(message.starts_with(&expected), "{message}");
    allow(&emulator, json!({"AWS": OTHER}), json!({})).await;
    assert_eq!(publish().await.status, 200);
    let told = ask_as(&emulator, OTHER, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert_eq!(told.status, 403, "only publishing is allowed");
    ok(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
}

#[tokio::test]
async fn a_service_may_what_the_policy_says() {
    let emulator = enforcing().await;
    let (ctx, topic) = (emulator.context(), TOPIC.parse::<Arn>().unwrap());
    let sender = Sender::of("s3", &"arn:aws:s3:::bucket".parse().unwrap());
    let denied = ctx.bus().deliver(&ctx, &sender, &topic, Payload::of("x")).await;
    assert!(matches!(denied, Err(DeliveryError::Denied(_))), "{denied:?}");
    let condition = json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}});
    allow(&emulator, json!({"Service": "s3.amazonaws.com"}), condition).await;
    ctx.bus().deliver(&ctx, &sender, &topic, Payload::of("x")).await.unwrap();
    let other = Sender { source: "arn:aws:s3:::other".parse().unwrap(), ..sender };
    assert!(ctx.bus().probe(&ctx, &other, &topic).await.is_err());
}

#[tokio::test]
async fn nobody_unsigned_may_more_than_follow_links() {
    let emulator = enforcing().await;
    let unsigned = async |uri: &str| emulator.get(uri).unsigned().send("").await;
    assert_eq!(unsigned("/?Action=ListTopics").await.status, 403);
    let link = format!("/?Action=Unsubscribe&SubscriptionArn={TOPIC}:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    assert_eq!(unsigned(&link).await.status, 200);
    let link = format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc123");
    assert_eq!(unsigned(&link).await.error().2, "Invalid parameter: Token");
}
