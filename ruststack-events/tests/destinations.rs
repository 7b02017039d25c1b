//! API destinations as they are called: a listener of the test's own answers.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// Answers one request after the other, and returns what was asked.
async fn serve(listener: &TcpListener, answers: &[&str]) -> Vec<String> {
    let mut requests = Vec::new();
    for answer in answers {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !is_whole(&request) {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).await.unwrap();
            request.extend_from_slice(&part[..length]);
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        requests.push(String::from_utf8(request).unwrap());
    }
    requests
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// With a target that calls the listener as the connection says.
async fn with_destination(url: &str, authorization_type: &str, parameters: Value) -> Emulator {
    let emulator = with_rule().await;
    let connection = json!({"Name": "c", "AuthorizationType": authorization_type, "AuthParameters": parameters});
    let connection = ok(&emulator, "CreateConnection", connection).await;
    let destination = json!({
        "Name": "d", "ConnectionArn": connection["ConnectionArn"], "InvocationEndpoint": url, "HttpMethod": "POST",
    });
    let destination = ok(&emulator, "CreateApiDestination", destination).await;
    let http = json!({
        "PathParameterValues": ["p/1"], "QueryStringParameters": {"q": "1"}, "HeaderParameters": {"x-target": "t"},
    });
    make_queue(&emulator, "dead").await;
    let target = json!({
        "Id": "1", "Arn": destination["ApiDestinationArn"], "HttpParameters": http, "InputPath": "$.detail",
        "RetryPolicy": {"MaximumRetryAttempts": 1}, "DeadLetterConfig": {"Arn": QUEUE.replace("queue", "dead")},
    });
    put_target(&emulator, target).await;
    emulator
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/a/*", listener.local_addr().unwrap());
    (listener, url)
}

#[tokio::test]
async fn a_destination_is_called_with_the_connections_key_and_parameters() {
    let (listener, url) = listen().await;
    let parameters = json!({
        "ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "secret"},
        "InvocationHttpParameters": {
            "HeaderParameters": [{"Key": "x-more", "Value": "m"}],
            "QueryStringParameters": [{"Key": "r", "Value": "2"}],
            "BodyParameters": [{"Key": "b", "Value": "3"}],
        },
    });
    let emulator = with_destination(&url, "API_KEY", parameters).await;
    let fine = answer("200 OK", "");
    let answers = [fine.as_str()];
    let detail = json!({"n": 1});
    let (requests, ()) = tokio::join!(serve(&listener, &answers), put(&emulator, &detail));
    let request = requests[0].to_lowercase();
    assert!(request.starts_with("post /a/p%2f1?q=1&r=2 http/1.1\r\n"), "{request}");
    for header in ["x-key: secret", "x-more: m", "x-target: t", "user-agent: amazon/eventbridge/apidestinations"] {
        assert!(request.contains(&format!("{header}\r\n")), "{header}: {request}");
    }
    assert!(request.ends_with(r#"{"n":1,"b":"3"}"#), "{request}");
}

#[tokio::test]
async fn a_token_is_asked_for_first() {
    let (listener, url) = listen().await;
    let oauth = json!({
        "ClientParameters": {"ClientID": "id", "ClientSecret": "s"}, "AuthorizationEndpoint": url.replace("/a/*", "/token"),
        "HttpMethod": "POST",
    });
    let emulator = with_destination(&url, "OAUTH_CLIENT_CREDENTIALS", json!({"OAuthParameters": oauth})).await;
    let (token, fine) = (answer("200 OK", r#"{"access_token":"t0ken"}"#), answer("200 OK", ""));
    let answers = [token.as_str(), &fine];
    let detail = json!({});
    let (requests, ()) = tokio::join!(serve(&listener, &answers), put(&emulator, &detail));
    assert!(requests[0].ends_with("grant_type=client_credentials&client_id=id&client_secret=s"), "{}", requests[0]);
    assert!(requests[1].contains("authorization: Bearer t0ken\r\n"), "{}", requests[1]);
    emulator.settle().await;
    let connection = ok(&emulator, "DescribeConnection", json!({"Name": "c"})).await;
    assert_eq!(connection["ConnectionState"], "AUTHORIZED");
}

#[tokio::test]
async fn a_destination_that_fails_is_tried_again_and_given_up() {
    let (listener, url) = listen().await;
    let basic = json!({"BasicAuthParameters": {"Username": "u", "Password": "p"}});
    let emulator = with_destination(&url, "BASIC", basic).await;
    let broken = answer("503 Service Unavailable", "");
    let answers = [broken.as_str()];
    let detail = json!({});
    let (requests, ()) = tokio::join!(serve(&listener, &answers), put(&emulator, &detail));
    assert!(requests[0].contains("authorization: Basic dTpw\r\n"));
    emulator.settle().await;
    emulator.clock().advance(Duration::from_secs(2));
    serve(&listener, &answers).await;
    let [message] = &messages(&emulator, "dead").await[..] else { panic!() };
    let attribute = |name: &str| message["MessageAttributes"][name]["StringValue"].as_str().unwrap_or_default();
    assert_eq!(attribute("ERROR_CODE"), "SDK_CLIENT_ERROR");
    assert_eq!(attribute("EXHAUSTED_RETRY_CONDITION"), "MaximumRetryAttempts");
    assert_eq!(attribute("RETRY_ATTEMPTS"), "1");
}

/// As often in a second as it allows; the others wait, however often the target's retry policy tries.
#[tokio::test]
async fn a_destination_is_called_no_faster_than_it_allows() {
    let (listener, url) = listen().await;
    let basic = json!({"BasicAuthParameters": {"Username": "u", "Password": "p"}});
    let emulator = with_destination(&url, "BASIC", basic).await;
    ok(&emulator, "UpdateApiDestination", json!({"Name": "d", "InvocationRateLimitPerSecond": 2})).await;
    let fine = answer("200 OK", "");
    for number in 0..5 {
        put(&emulator, &json!({"n": number})).await;
    }
    for calls in [2, 2, 1] {
        let answers = vec![fine.as_str(); calls];
        let (requests, ()) = tokio::join!(serve(&listener, &answers), emulator.settle());
        // One more call would wait for an answer, and the emulator would not settle.
        assert_eq!(requests.len(), calls);
        emulator.clock().advance(Duration::from_secs(1));
    }
    assert!(messages(&emulator, "dead").await.is_empty());
}

#[tokio::test]
async fn an_event_waits_for_its_turn_no_longer_than_it_lives() {
    let (listener, url) = listen().await;
    let basic = json!({"BasicAuthParameters": {"Username": "u", "Password": "p"}});
    let emulator = with_destination(&url, "BASIC", basic).await;
    ok(&emulator, "UpdateApiDestination", json!({"Name": "d", "InvocationRateLimitPerSecond": 1})).await;
    let targets = ok(&emulator, "ListTargetsByRule", json!({"Rule": "rule"})).await;
    let mut target = targets["Targets"][0].clone();
    target["RetryPolicy"] = json!({"MaximumEventAgeInSeconds": 60});
    put_target(&emulator, target).await;
    let fine = answer("200 OK", "");
    let answers = [fine.as_str()];
    for _ in 0..62 {
        put(&emulator, &json!({})).await;
    }
    tokio::join!(serve(&listener, &answers), emulator.settle());
    drop(listener);
    emulator.clock().advance(Duration::from_secs(60));
    let mut lost = Vec::new();
    let all = async {
        while lost.len() < 61 {
            lost.extend(messages(&emulator, "dead").await);
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.unwrap();
    let throttled = lost.iter().filter(|message| {
        let attribute = |name: &str| message["MessageAttributes"][name]["StringValue"].as_str().unwrap_or_default();
        attribute("ERROR_CODE") == "THROTTLING" && attribute("EXHAUSTED_RETRY_CONDITION") == "MaximumEventAgeInSeconds"
    });
    assert_eq!(throttled.count(), 61);
}
