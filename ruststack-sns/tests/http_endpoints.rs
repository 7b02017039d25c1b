//! HTTP endpoints: asked to confirm, sent messages to, tried again, asked once more when they end.

use std::time::Duration;

use ruststack_testkit::Emulator;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{TOPIC, create_queue, element, emulator, notifications, ok, publish, subscribe};

const PATIENCE: Duration = Duration::from_secs(20);

/// An endpoint that answers as a test says.
struct Endpoint {
    listener: TcpListener,
    url: String,
}

/// What was posted to it.
struct Posted {
    head: String,
    body: String,
}

impl Posted {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name));
        self.head.lines().find(named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }
}

impl Endpoint {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        Self { listener, url }
    }

    /// Takes one request and answers with this status.
    async fn take(&self, status: &str) -> Posted {
        let taken = async {
            let (stream, _) = self.listener.accept().await.unwrap();
            serve(stream, status).await
        };
        tokio::time::timeout(PATIENCE, taken).await.unwrap()
    }
}

async fn serve(mut stream: TcpStream, status: &str) -> Posted {
    let mut read = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let length = stream.read(&mut chunk).await.unwrap();
        read.extend_from_slice(&chunk[..length]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let posted = Posted { head: head.to_owned(), body: body.to_owned() };
        let expected: usize = posted.header("content-length").unwrap().parse().unwrap();
        if body.len() >= expected {
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return posted;
        }
    }
}

/// With an endpoint that has confirmed.
async fn confirmed(attributes: &[(&str, &str)]) -> (Emulator, Endpoint, String) {
    let (emulator, endpoint) = (emulator().await, Endpoint::new().await);
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    let arn = subscribe(&emulator, "http", &endpoint.url, attributes).await;
    let asked = endpoint.take("200 OK").await.json();
    let link = asked["SubscribeURL"].as_str().unwrap().strip_prefix("http://localhost:4566").unwrap();
    let answer = emulator.get(link).unsigned().send("").await;
    assert_eq!(element(&answer, "SubscriptionArn"), arn);
    (emulator, endpoint, arn)
}

/// Recorded: test_subscribe_external_http_endpoint, 2023-10-12.
#[tokio::test]
async fn an_endpoint_is_asked_to_confirm() {
    let (emulator, endpoint) = (emulator().await, Endpoint::new().await);
    ok(&emulator, "CreateTopic", &[("Name", "topic")]).await;
    subscribe(&emulator, "http", &endpoint.url, &[]).await;
    let asked = endpoint.take("200 OK").await;
    for (name, value) in [
        ("content-type", "text/plain; charset=UTF-8"),
        ("user-agent", "Amazon Simple Notification Service Agent"),
        ("x-amz-sns-message-type", "SubscriptionConfirmation"),
        ("x-amz-sns-topic-arn", TOPIC),
    ] {
        assert_eq!(asked.header(name), Some(value), "{name}");
    }
    assert_eq!(asked.header("x-amz-sns-subscription-arn"), None);
    let json = asked.json();
    let members: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        "Type MessageId Token TopicArn Message SubscribeURL Timestamp SignatureVersion Signature SigningCertURL";
    assert_eq!(members.join(" "), expected);
    let text = format!(
        "You have chosen to subscribe to the topic {TOPIC}.\nTo confirm the subscription, visit the SubscribeURL included \
         in this message."
    );
    assert_eq!(json["Message"], text);
}

/// Recorded: the same.
#[tokio::test]
async fn an_endpoint_gets_messages_and_is_asked_when_they_end() {
    let (emulator, endpoint, arn) = confirmed(&[]).await;
    publish(&emulator, "text").await;
    let posted = endpoint.take("200 OK").await;
    assert_eq!(posted.header("x-amz-sns-message-type"), Some("Notification"));
    assert_eq!(posted.header("x-amz-sns-subscription-arn"), Some(&*arn));
    assert_eq!(posted.json()["Message"], "text");
    ok(&emulator, "Unsubscribe", &[("SubscriptionArn", &arn)]).await;
    let asked = endpoint.take("200 OK").await.json();
    assert_eq!(asked["Type"], "UnsubscribeConfirmation");
    // The link takes the subscription back.
    let token = asked["Token"].as_str().unwrap();
    let back = ok(&emulator, "ConfirmSubscription", &[("TopicArn", TOPIC), ("Token", token)]).await;
    assert_eq!(element(&back, "SubscriptionArn"), arn);
    publish(&emulator, "again").await;
    assert_eq!(endpoint.take("200 OK").await.json()["Message"], "again");
}

/// Recorded: test_subscribe_external_http_endpoint_content_type, 2024-10-03.
#[tokio::test]
async fn raw_delivery_has_the_content_type_of_the_policy() {
    let policy = r#"{"requestPolicy":{"headerContentType":"text/csv"}}"#;
    let (emulator, endpoint, _) = confirmed(&[("RawMessageDelivery", "true"), ("DeliveryPolicy", policy)]).await;
    publish(&emulator, "a,b").await;
    let posted = endpoint.take("200 OK").await;
    assert_eq!((posted.body.as_str(), posted.header("content-type")), ("a,b", Some("text/csv")));
    assert_eq!(posted.header("x-amz-sns-rawdelivery"), Some("true"));
}

/// Documented: <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>.
#[tokio::test]
async fn what_an_endpoint_does_not_take_is_sent_again_and_then_given_up() {
    let policy = r#"{"healthyRetryPolicy":{"numRetries":2,"minDelayTarget":20,"maxDelayTarget":20}}"#;
    let redrive = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}"#;
    let (emulator, endpoint, _) = confirmed(&[("DeliveryPolicy", policy), ("RedrivePolicy", redrive)]).await;
    create_queue(&emulator, "dead").await;
    publish(&emulator, "text").await;
    endpoint.take("503 Service Unavailable").await;
    for _ in 0..2 {
        assert!(notifications(&emulator, "dead").await.is_empty());
        emulator.clock().advance(Duration::from_secs(20));
        endpoint.take("429 Too Many Requests").await;
    }
    assert_eq!(notifications(&emulator, "dead").await[0]["Message"], "text");
    // What is the client's fault is not tried again.
    publish(&emulator, "other").await;
    endpoint.take("404 Not Found").await;
    assert_eq!(notifications(&emulator, "dead").await.len(), 2);
}
