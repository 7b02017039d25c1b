//! Calls by name, as init hooks and other services make them.

use http::{Method, header};
use ruststack_core::{Request, body::Body, error::AwsError};
use serde_json::{Value, json};

use crate::emulator::Emulator;

async fn call(emulator: &Emulator, operation: &str, input: Value) -> Result<Value, AwsError> {
    emulator.gateway().runtime().bus.request(&emulator.context(), "s3", operation, input).await
}

#[tokio::test]
async fn a_bucket_and_its_objects_are_made_by_name() {
    let emulator = Emulator::new();
    let configuration = json!({"LocationConstraint": "eu-west-1"});
    let made = call(&emulator, "CreateBucket", json!({"Bucket": "made", "CreateBucketConfiguration": configuration}));
    assert_eq!(made.await.unwrap()["Location"], "http://made.s3.localhost.localstack.cloud:4566/");
    let key = "a b/ä+%.json";
    let put = json!({"Bucket": "made", "Key": key, "Body": {"some": "JSON"}, "Metadata": {"who": "me"}});
    let put = call(&emulator, "PutObject", put).await.unwrap();
    let got = call(&emulator, "GetObject", json!({"Bucket": "made", "Key": key})).await.unwrap();
    assert_eq!(
        (&got["Body"], &got["ETag"], &got["Metadata"]["who"]),
        (&json!("{\"some\":\"JSON\"}"), &put["ETag"], &json!("me"))
    );
    assert_eq!(got["ContentLength"], 15);
    let listed = call(&emulator, "ListObjectsV2", json!({"Bucket": "made", "MaxKeys": 10})).await.unwrap();
    assert_eq!((&listed["Contents"][0]["Key"], &listed["KeyCount"]), (&json!(key), &json!(1)));
    let place = call(&emulator, "GetBucketLocation", json!({"Bucket": "made"})).await.unwrap();
    assert_eq!(place["LocationConstraint"], "eu-west-1");
}

#[tokio::test]
async fn documents_are_written_from_their_members() {
    let emulator = Emulator::with_object().await;
    let tags = json!({"TagSet": [{"Key": "a", "Value": "<&>b".replace(['<', '&', '>'], "-")}]});
    call(&emulator, "PutBucketTagging", json!({"Bucket": "bucket", "Tagging": tags})).await.unwrap();
    let read = call(&emulator, "GetBucketTagging", json!({"Bucket": "bucket"})).await.unwrap();
    assert_eq!(read["TagSet"], json!([{"Key": "a", "Value": "---b"}]));
    let delete = json!({"Objects": [{"Key": "key"}], "Quiet": false});
    let deleted = call(&emulator, "DeleteObjects", json!({"Bucket": "bucket", "Delete": delete})).await.unwrap();
    assert_eq!(deleted["Deleted"][0]["Key"], "key");
    let acl = call(&emulator, "GetBucketAcl", json!({"Bucket": "bucket"})).await.unwrap();
    assert_eq!(acl["Grants"][0]["Grantee"]["Type"], "CanonicalUser");
}

#[tokio::test]
async fn errors_are_those_of_the_operation() {
    let emulator = Emulator::new();
    let code = |outcome: Result<Value, AwsError>| outcome.unwrap_err().code().to_owned();
    assert_eq!(code(call(&emulator, "GetObject", json!({"Bucket": "none", "Key": "k"})).await), "NoSuchBucket");
    assert_eq!(code(call(&emulator, "GetObject", json!({"Bucket": "none"})).await), "ValidationException");
    assert_eq!(code(call(&emulator, "Nothing", json!({})).await), "NotImplemented");
    assert_eq!(code(call(&emulator, "GetBucketAbac", json!({"Bucket": "none"})).await), "NoSuchBucket");
}

/// A request of another service, which sends and gets objects as streams.
async fn exchange(emulator: &Emulator, method: Method, body: &'static [u8]) -> Result<(u16, Vec<u8>), AwsError> {
    let request = Request::new(Body::from(bytes::Bytes::from_static(body)));
    let (mut head, body) = request.into_parts();
    (head.method, head.uri) = (method, "/bucket/some%20key".parse().unwrap());
    head.headers.insert(header::HOST, "s3.amazonaws.com".parse().unwrap());
    let target = "arn:aws:s3:::bucket/some key".parse().unwrap();
    let bus = &emulator.gateway().runtime().bus;
    let answer = bus.exchange(&emulator.context(), &target, Request::from_parts(head, body)).await?;
    let status = answer.status().as_u16();
    Ok((status, answer.into_body().read(100).await.unwrap().to_vec()))
}

#[tokio::test]
async fn another_service_writes_and_reads_an_object() {
    let emulator = Emulator::with_object().await;
    assert_eq!(exchange(&emulator, Method::PUT, b"content").await.unwrap().0, 200);
    assert_eq!(exchange(&emulator, Method::GET, b"").await.unwrap(), (200, b"content".to_vec()));
    assert_eq!(exchange(&emulator, Method::DELETE, b"").await.unwrap().0, 204);
    assert_eq!(exchange(&emulator, Method::GET, b"").await.unwrap_err().code(), "NoSuchKey");
}
