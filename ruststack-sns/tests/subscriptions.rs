//! Subscriptions: made, confirmed, described, ended.

use serde_json::Value;

use crate::{QUEUE, TOPIC, ask, attribute, element, emulator, ok, refused, subscribe, with_queue};

async fn attributes(emulator: &ruststack_testkit::Emulator, arn: &str) -> ruststack_testkit::Answer {
    ok(emulator, "GetSubscriptionAttributes", &[("SubscriptionArn", arn)]).await
}

/// Recorded: test_create_subscriptions_with_attributes, test_subscribe_idempotency, 2025-10-06.
#[tokio::test]
async fn a_queue_is_subscribed_at_once_and_once() {
    let emulator = with_queue(&[("RawMessageDelivery", "True")]).await;
    let arn = subscribe(&emulator, "sqs", QUEUE, &[]).await;
    assert!(arn.starts_with(&format!("{TOPIC}:")), "{arn}");
    assert_eq!(subscribe(&emulator, "sqs", QUEUE, &[("RawMessageDelivery", "true")]).await, arn);
    let told = attributes(&emulator, &arn).await;
    for (name, value) in [
        ("ConfirmationWasAuthenticated", "true"),
        ("Endpoint", QUEUE),
        ("Owner", "000000000000"),
        ("PendingConfirmation", "false"),
        ("Protocol", "sqs"),
        ("RawMessageDelivery", "true"),
        ("SubscriptionArn", &arn),
        ("TopicArn", TOPIC),
    ] {
        assert_eq!(attribute(&told, name).as_deref(), Some(value), "{name}");
    }
    let other = [
        ("TopicArn", TOPIC),
        ("Protocol", "sqs"),
        ("Endpoint", QUEUE),
        ("Attributes.entry.1.key", "RawMessageDelivery"),
        ("Attributes.entry.1.value", "false"),
    ];
    let reason = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes";
    assert_eq!(refused(&emulator, "Subscribe", &other).await.2, reason);
}

#[tokio::test]
async fn attributes_of_subscriptions_are_set_and_removed() {
    let emulator = with_queue(&[]).await;
    let arn = subscribe(&emulator, "sqs", QUEUE, &[]).await;
    let set = async |name: &str, value: &str| {
        let parameters = [("SubscriptionArn", &*arn), ("AttributeName", name), ("AttributeValue", value)];
        refused(&emulator, "SetSubscriptionAttributes", &parameters).await
    };
    assert_eq!(set("FilterPolicy", r#"{"a":["b"]}"#).await.0, 200);
    let told = attributes(&emulator, &arn).await;
    assert_eq!(attribute(&told, "FilterPolicyScope").as_deref(), Some("MessageAttributes"));
    assert_eq!(attribute(&told, "FilterPolicy").as_deref(), Some(r#"{"a":["b"]}"#));
    assert_eq!(set("FilterPolicy", "").await.0, 200);
    assert_eq!(attribute(&attributes(&emulator, &arn).await, "FilterPolicy"), None);
    assert_eq!(set("Nothing", "x").await.2, "Invalid parameter: AttributeName");
}

/// Recorded: test_creating_subscription, test_confirm_subscription; ListSubscriptions is documented.
#[tokio::test]
async fn a_mail_address_is_pending_until_its_token_confirms_it() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let wish = [("TopicArn", TOPIC), ("Protocol", "email"), ("Endpoint", "a@example.com")];
    assert_eq!(element(&ok(&emulator, "Subscribe", &wish).await, "SubscriptionArn"), "pending confirmation");
    let arn = subscribe(&emulator, "email", "a@example.com", &[]).await;
    let listed = ok(&emulator, "ListSubscriptions", &[]).await;
    assert_eq!(element(&listed, "SubscriptionArn"), "PendingConfirmation");
    let shown = emulator.get(&format!("/_aws/sns/subscription-tokens/{arn}")).unsigned().send("").await;
    let shown: Value = serde_json::from_str(&shown.body).unwrap();
    let token = shown["subscription_token"].as_str().unwrap();
    // By the link that the address gets, which nobody signs; and once more.
    for _ in 0..2 {
        let link = format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={token}");
        let confirmed = emulator.get(&link).unsigned().send("").await;
        assert_eq!(element(&confirmed, "SubscriptionArn"), arn);
    }
    let told = attributes(&emulator, &arn).await;
    assert_eq!(attribute(&told, "PendingConfirmation").as_deref(), Some("false"));
    assert_eq!(attribute(&told, "ConfirmationWasAuthenticated").as_deref(), Some("false"));
    let link = format!("/?Action=Unsubscribe&SubscriptionArn={arn}");
    assert_eq!(emulator.get(&link).unsigned().send("").await.status, 200);
    let gone = refused(&emulator, "GetSubscriptionAttributes", &[("SubscriptionArn", &arn)]).await;
    assert_eq!(gone, (404, "NotFound".to_owned(), "Subscription does not exist".to_owned()));
}

/// Recorded: test_subscribe_external_http_endpoint, 2023-10-12; test_sns_confirm_subscription_wrong_token, 2025-10-06.
#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    for (topic, token, message) in [
        (TOPIC, "randomtoken", "Invalid token"),
        (TOPIC, "abc123", "Invalid parameter: Token"),
        ("not-an-arn", "abc123", "Invalid parameter: Topic"),
    ] {
        let refusal = refused(&emulator, "ConfirmSubscription", &[("TopicArn", topic), ("Token", token)]).await;
        assert_eq!(refusal.2, message, "{topic} {token}");
    }
}

/// Recorded: test_unsubscribe_idempotency, test_unsubscribe_wrong_arn_format, 2025-10-06.
#[tokio::test]
async fn what_ended_has_ended() {
    let emulator = with_queue(&[]).await;
    let arn = subscribe(&emulator, "sqs", QUEUE, &[]).await;
    for _ in 0..2 {
        ok(&emulator, "Unsubscribe", &[("SubscriptionArn", &arn)]).await;
    }
    let told = ok(&emulator, "GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    let count = |name| attribute(&told, name).unwrap();
    assert_eq!((count("SubscriptionsConfirmed"), count("SubscriptionsDeleted")), ("0".to_owned(), "1".to_owned()));
    let missing = ask(&emulator, "Unsubscribe", &[]).await;
    let reason = "Invalid parameter: SubscriptionArn Reason: no value for required parameter";
    assert_eq!(missing.error(), (400, "InvalidParameter", reason));
}

#[tokio::test]
async fn subscriptions_are_listed_in_pages_in_the_order_they_came() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    for number in 0..101 {
        subscribe(&emulator, "sms", &format!("+12312312{number}"), &[]).await;
    }
    let first = ok(&emulator, "ListSubscriptionsByTopic", &[("TopicArn", TOPIC)]).await;
    assert_eq!(first.body.matches("<Endpoint>").count(), 100);
    let token = element(&first, "NextToken");
    let next = [("TopicArn", TOPIC), ("NextToken", &*token)];
    let second = ok(&emulator, "ListSubscriptionsByTopic", &next).await;
    assert_eq!((element(&second, "Endpoint").as_str(), second.element("NextToken")), ("+12312312100", None));
    ok(&emulator, "DeleteTopic", &[("TopicArn", TOPIC)]).await;
    assert!(ok(&emulator, "ListSubscriptions", &[]).await.body.contains("<Subscriptions></Subscriptions>"));
}
