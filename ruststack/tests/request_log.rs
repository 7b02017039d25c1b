//! The request log: what records say, who sees them, and what becomes of them when the disk takes nothing.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::running::{Server, run};

const HOST: &str = "localhost:4566";

fn signed(service: &str) -> (&'static str, String) {
    let scope = format!("20261021/us-east-1/{service}/aws4_request");
    ("Authorization", format!("AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders=host, Signature=0"))
}

fn s3(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let (name, value) = signed("s3");
    server.ask(method, path, &[&[(name, value.as_str()), ("User-Agent", "test")], headers].concat(), body).head
}

fn records(server: &Server, query: &str) -> Vec<Value> {
    let document = server.json(&format!("/_ruststack/requests{query}"));
    document["Records"].as_array().unwrap().clone()
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn nothing_is_recorded_unless_asked_for() {
    let server = Server::start(&[]);
    let answer = server.get("/_ruststack/requests");
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("RUSTSTACK_REQUEST_LOG=1"), "{}", answer.body);
}

/// The shape is that of records that AWS wrote.
#[test]
fn an_object_that_is_put_is_recorded_as_cloudtrail_does() {
    let server = Server::start(&[("RUSTSTACK_REQUEST_LOG", "1")]);
    s3(&server, "PUT", "/bucket", &[], "");
    let secret = ("x-amz-server-side-encryption-customer-key", "c2VjcmV0");
    let head = s3(&server, "PUT", "/bucket/a%20key?x-id=PutObject", &[("x-amz-acl", "private"), secret], "bytes");
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    let head = s3(&server, "PUT", "/bucket/a%20key?x-id=PutObject", &[("x-amz-acl", "private")], "bytes");
    let header = |name: &str| {
        let line = head.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {head}"));
        line.split_once(": ").unwrap().1.to_owned()
    };
    let all = records(&server, "");
    assert!(!json!(all).to_string().contains("c2VjcmV0"), "{all:?}");
    let mut record = all.last().unwrap().clone();
    for (random, length) in [("eventTime", 20), ("eventID", 36)] {
        let taken = record.as_object_mut().unwrap().remove(random).unwrap();
        assert_eq!(taken.as_str().unwrap().len(), length, "{taken}");
    }
    let port = server.port();
    let expected = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "Root",
            "principalId": "000000000000",
            "arn": "arn:aws:iam::000000000000:root",
            "accountId": "000000000000",
            "accessKeyId": "test",
        },
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "127.0.0.1",
        "userAgent": "[test]",
        "requestParameters": {
            "bucketName": "bucket",
            "Host": format!("localhost:{port}"),
            "key": "a key",
            "x-id": "PutObject",
            "x-amz-acl": "private",
        },
        "responseElements": { "x-amz-server-side-encryption": "AES256" },
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "bytesTransferredIn": 5,
            "SSEApplied": "Default_SSE_S3",
            "AuthenticationMethod": "AuthHeader",
            "bytesTransferredOut": 0,
            "x-amz-id-2": header("x-amz-id-2"),
        },
        "requestID": header("x-amz-request-id"),
        "readOnly": false,
        "resources": [
            { "type": "AWS::S3::Object", "ARN": "arn:aws:s3:::bucket/a key" },
            { "accountId": "000000000000", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::bucket" },
        ],
        "eventType": "AwsApiCall",
        "managementEvent": false,
        "recipientAccountId": "000000000000",
        "eventCategory": "Data",
    });
    assert_eq!(record, expected);
    assert_eq!(records(&server, "?limit=1").len(), 1);
    assert_eq!(server.ask("DELETE", "/_ruststack/requests", &[], "").status, 200);
    assert!(records(&server, "").is_empty());
}

#[test]
fn refusals_and_anonymous_senders_are_recorded() {
    let server = Server::start(&[("RUSTSTACK_REQUEST_LOG", "1"), ("RUSTSTACK_AUTH", "iam")]);
    server.get("/bucket?list-type=2&prefix=a%2Fb");
    let record = records(&server, "").pop().unwrap();
    let identity = json!({ "type": "AWSAccount", "principalId": "", "accountId": "anonymous" });
    for (member, expected) in [
        ("userIdentity", identity),
        ("eventName", "ListObjects".into()),
        ("errorCode", "NoSuchBucket".into()),
        ("responseElements", Value::Null),
        ("readOnly", true.into()),
    ] {
        assert_eq!(record[member], expected, "{record}");
    }
    assert_eq!(record["requestParameters"]["prefix"], "a/b");
    assert_eq!(record["resources"][0], json!({ "type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::bucket/a/b" }));
    assert_eq!(record["additionalEventData"].get("SignatureVersion"), None);
    assert!(record["errorMessage"].as_str().unwrap().contains("bucket"), "{record}");
}

#[test]
fn configurations_are_recorded_whole() {
    let server = Server::start(&[("RUSTSTACK_REQUEST_LOG", "1")]);
    s3(&server, "PUT", "/bucket", &[], "");
    let document = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    s3(&server, "PUT", "/bucket?versioning", &[], document);
    let record = records(&server, "").pop().unwrap();
    assert_eq!(record["eventName"], "PutBucketVersioning");
    assert_eq!(record["managementEvent"], true);
    let parameters = &record["requestParameters"];
    assert_eq!(
        (&parameters["versioning"], &parameters["VersioningConfiguration"]["Status"]),
        (&"".into(), &"Enabled".into())
    );
}

#[test]
fn messages_and_credentials_are_hidden() {
    let server = Server::start(&[("RUSTSTACK_REQUEST_LOG", "1")]);
    let sqs = |operation: &str, body: &Value| {
        let target = format!("AmazonSQS.{operation}");
        let (name, value) = signed("sqs");
        let content_type = ("Content-Type", "application/x-amz-json-1.0");
        server.ask("POST", "/", &[("X-Amz-Target", &target), (name, &value), content_type], &body.to_string())
    };
    sqs("CreateQueue", &json!({ "QueueName": "queue", "Attributes": { "DelaySeconds": "0" } }));
    let url = format!("http://{HOST}/000000000000/queue");
    sqs("SendMessage", &json!({ "QueueUrl": url, "MessageBody": "a secret" }));
    let received = sqs("ReceiveMessage", &json!({ "QueueUrl": url }));
    assert!(received.body.contains("a secret"), "{}", received.body);
    let (name, value) = signed("sts");
    let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/r&RoleSessionName=session";
    let content_type = ("Content-Type", "application/x-www-form-urlencoded");
    server.ask("POST", "/", &[(name, &value), content_type], form);
    let all = records(&server, "");
    let [created, sent, received, assumed] = &all[..] else { panic!("{all:?}") };
    assert!(!json!(all).to_string().contains("a secret"));
    assert_eq!(created["requestParameters"], json!({ "queueName": "queue", "attributes": { "DelaySeconds": "0" } }));
    assert_eq!(created["responseElements"]["queueUrl"].as_str().map(|url| url.ends_with("/queue")), Some(true));
    assert_eq!(created["managementEvent"], true);
    assert_eq!(sent["requestParameters"]["messageBody"], "HIDDEN_DUE_TO_SECURITY_REASONS");
    assert_eq!((&sent["eventCategory"], &sent["eventSource"]), (&"Data".into(), &"sqs.amazonaws.com".into()));
    assert_eq!(sent["resources"][0]["ARN"], "arn:aws:sqs:us-east-1:000000000000:queue");
    assert_eq!((&received["readOnly"], &received["responseElements"]), (&true.into(), &Value::Null));
    let credentials = &assumed["responseElements"]["credentials"];
    assert_eq!(credentials["secretAccessKey"], "HIDDEN_DUE_TO_SECURITY_REASONS");
    assert_eq!(credentials["sessionToken"], "HIDDEN_DUE_TO_SECURITY_REASONS");
    assert_eq!(assumed["resources"][0]["type"], "AWS::IAM::Role");
}

#[test]
fn the_file_has_every_record_when_the_process_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.jsonl");
    let mut server = Server::start(&[("RUSTSTACK_REQUEST_LOG_FILE", path.to_str().unwrap())]);
    s3(&server, "PUT", "/bucket", &[], "");
    for _ in 0..20 {
        s3(&server, "GET", "/bucket?location", &[], "");
    }
    assert_eq!(records(&server, "").len(), 21);
    server.stop();
    let lines = lines(&path);
    assert_eq!((lines.len(), &lines[20]["eventName"]), (21, &"GetBucketLocation".into()));
}

#[test]
fn a_full_disk_is_told_once_and_holds_nothing_up() {
    let mut server = Server::start(&[("RUSTSTACK_REQUEST_LOG_FILE", "/dev/full")]);
    for _ in 0..3 {
        assert!(s3(&server, "PUT", "/bucket", &[], "").starts_with("HTTP/1.1 "));
    }
    server.log.wait("the request log cannot be written");
    server.stop();
    assert_eq!(server.log.all().matches("the request log cannot be written").count(), 1);
}

#[test]
fn a_file_that_cannot_be_is_refused_at_start() {
    let output = run(&[], &[("RUSTSTACK_REQUEST_LOG_FILE", "/nowhere/log")]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("RUSTSTACK_REQUEST_LOG_FILE") && error.contains("/nowhere/log"), "{error}");
}
