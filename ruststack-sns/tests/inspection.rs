//! `/_aws/sns/…`: texts, pushes and mails, which nothing sends, are kept to be looked at.

use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{TOPIC, element, emulator, ok, publish, refused, subscribe};

async fn shown(emulator: &Emulator, path: &str) -> Value {
    let answer = emulator.get(&format!("/_aws/sns/{path}")).unsigned().send("").await;
    serde_json::from_str(&answer.body).unwrap()
}

async fn with_device(emulator: &Emulator) -> String {
    let application = [
        ("Name", "app"),
        ("Platform", "APNS"),
        ("Attributes.entry.1.key", "PlatformPrincipal"),
        ("Attributes.entry.1.value", "x"),
        ("Attributes.entry.2.key", "PlatformCredential"),
        ("Attributes.entry.2.value", "x"),
    ];
    let arn = element(&ok(emulator, "CreatePlatformApplication", &application).await, "PlatformApplicationArn");
    assert_eq!(arn, "arn:aws:sns:us-east-1:000000000000:app/APNS/app");
    let device = [("PlatformApplicationArn", &*arn), ("Token", "token")];
    element(&ok(emulator, "CreatePlatformEndpoint", &device).await, "EndpointArn")
}

/// LocalStack documents paths and members.
#[tokio::test]
async fn text_messages_are_shown_by_number() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    subscribe(&emulator, "sms", "+1234567890", &[]).await;
    publish(&emulator, "one").await;
    ok(&emulator, "Publish", &[("PhoneNumber", "+1234567890"), ("Message", "two")]).await;
    let all = shown(&emulator, "sms-messages").await;
    assert_eq!(all["region"], "us-east-1");
    let texts = all["sms_messages"]["+1234567890"].as_array().unwrap();
    assert_eq!((&texts[0]["Message"], &texts[1]["Message"]), (&json!("one"), &json!("two")));
    assert_eq!((&texts[0]["TopicArn"], &texts[1]["TopicArn"]), (&json!(TOPIC), &Value::Null));
    let deleted = emulator.delete("/_aws/sns/sms-messages?phoneNumber=%2B1234567890").unsigned().send("").await;
    assert_eq!(deleted.status, 204);
    let one = shown(&emulator, "sms-messages?phoneNumber=%2B1234567890").await;
    assert_eq!(one["sms_messages"], json!({"+1234567890": []}));
    // Whoever opted out gets nothing.
    let out = emulator.post("/_aws/sns/phone-opt-outs").unsigned();
    out.send(json!({"phoneNumber": "+1234567890", "accountId": "000000000000"}).to_string()).await;
    publish(&emulator, "three").await;
    assert_eq!(shown(&emulator, "sms-messages").await["sms_messages"], json!({}));
    let told = ok(&emulator, "CheckIfPhoneNumberIsOptedOut", &[("phoneNumber", "+1234567890")]).await;
    assert_eq!(element(&told, "isOptedOut"), "true");
    ok(&emulator, "OptInPhoneNumber", &[("phoneNumber", "+1234567890")]).await;
    assert!(ok(&emulator, "ListPhoneNumbersOptedOut", &[]).await.body.contains("<phoneNumbers></phoneNumbers>"));
}

#[tokio::test]
async fn pushes_are_shown_by_endpoint() {
    let emulator = emulator().await;
    let device = with_device(&emulator).await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    subscribe(&emulator, "application", &device, &[]).await;
    let text = r#"{"default":"default","APNS":"own"}"#;
    for (name, arn) in [("TopicArn", TOPIC), ("TargetArn", &device)] {
        ok(&emulator, "Publish", &[(name, arn), ("Message", text), ("MessageStructure", "json")]).await;
    }
    let all = shown(&emulator, "platform-endpoint-messages").await;
    let pushes = all["platform_endpoint_messages"][&device].as_array().unwrap();
    assert_eq!(pushes.iter().map(|push| push["Message"].as_str().unwrap()).collect::<Vec<_>>(), ["own", "own"]);
    let disable =
        [("EndpointArn", &*device), ("Attributes.entry.1.key", "Enabled"), ("Attributes.entry.1.value", "false")];
    ok(&emulator, "SetEndpointAttributes", &disable).await;
    let refusal = refused(&emulator, "Publish", &[("TargetArn", &device), ("Message", "x")]).await;
    assert_eq!(refusal, (400, "EndpointDisabled".to_owned(), "Endpoint is disabled".to_owned()));
    ok(&emulator, "DeleteEndpoint", &[("EndpointArn", &device)]).await;
    let gone = refused(&emulator, "Publish", &[("TargetArn", &device), ("Message", "x")]).await;
    assert_eq!(gone.2, "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified");
}

#[tokio::test]
async fn mails_are_shown_once_the_address_is_confirmed() {
    let emulator = emulator().await;
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let arn = subscribe(&emulator, "email", "a@example.com", &[]).await;
    publish(&emulator, "unheard").await;
    let token = shown(&emulator, &format!("subscription-tokens/{arn}")).await["subscription_token"].clone();
    ok(&emulator, "ConfirmSubscription", &[("TopicArn", TOPIC), ("Token", token.as_str().unwrap())]).await;
    publish(&emulator, "heard").await;
    let mails = shown(&emulator, "email-messages").await["email_messages"]["a@example.com"].clone();
    assert_eq!((mails.as_array().unwrap().len(), &mails[0]["Message"]), (1, &json!("heard")));
}

#[tokio::test]
async fn tokens_are_shown_of_subscriptions_that_are_there() {
    let emulator = emulator().await;
    for (arn, status, error) in [
        ("randomarnhere", 400, "The provided SubscriptionARN is invalid"),
        (
            "arn:aws:sns:us-east-1:000000000000:t:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            404,
            "The provided SubscriptionARN is not found",
        ),
    ] {
        let answer = emulator.get(&format!("/_aws/sns/subscription-tokens/{arn}")).unsigned().send("").await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, body), (status, json!({"error": error, "subscription_arn": arn})));
    }
}
