//! Objects of a bucket, written and read through S3's API in the name of whoever asked.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use ruststack_core::{Request, Response, arn::Arn, body::Body, context::Context, error::AwsError};
use serde_json::{Value, json};

/// What an object may be asked for with, beside its bytes.
pub(crate) type Headers = Vec<(HeaderName, String)>;

fn arn(bucket: &str, key: &str) -> Result<Arn, AwsError> {
    let arn = format!("arn:aws:s3:::{bucket}/{key}");
    arn.parse().map_err(|_| AwsError::new(400, "InvalidBucketName", format!("The bucket {bucket} cannot be named.")))
}

/// Keys in URLs: all but letters, digits and a few signs are encoded.
fn path(bucket: &str, key: &str) -> String {
    let mut path = format!("/{bucket}/");
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => path.push(char::from(byte)),
            byte => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

async fn send(
    ctx: &Context,
    (method, bucket, key): (Method, &str, &str),
    headers: Headers,
    body: Body,
) -> Result<Response, AwsError> {
    let (mut head, body) = Request::new(body).into_parts();
    head.method = method;
    let unreadable = |_| AwsError::new(400, "InvalidURI", "The bucket cannot be named in a URL.");
    head.uri = path(bucket, key).parse().map_err(unreadable)?;
    head.headers.insert(header::HOST, HeaderValue::from_static("s3.amazonaws.com"));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            head.headers.insert(name, value);
        }
    }
    ctx.bus().exchange(ctx, &arn(bucket, key)?, Request::from_parts(head, body)).await
}

/// Writes an object, and says its `ETag`.
pub(crate) async fn put(
    ctx: &Context,
    bucket: &str,
    key: &str,
    headers: Headers,
    bytes: impl Into<Bytes>,
) -> Result<String, AwsError> {
    let answer = send(ctx, (Method::PUT, bucket, key), headers, Body::from(bytes.into())).await?;
    let etag = answer.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok()).unwrap_or_default();
    Ok(etag.trim_matches('"').to_owned())
}

/// An object's bytes, as they come.
pub(crate) async fn get(ctx: &Context, bucket: &str, key: &str) -> Result<Body, AwsError> {
    send(ctx, (Method::GET, bucket, key), Vec::new(), Body::empty()).await.map(Response::into_body)
}

/// The keys behind `token` that begin with a prefix, with sizes, and the token of those that follow.
pub(crate) async fn list(
    ctx: &Context,
    bucket: &str,
    prefix: &str,
    token: Option<String>,
) -> Result<(Vec<(String, u64)>, Option<String>), AwsError> {
    let mut input = json!({"Bucket": bucket, "Prefix": prefix});
    if let Some(token) = token {
        input["ContinuationToken"] = token.into();
    }
    let page = ctx.bus().request(ctx, "s3", "ListObjectsV2", input).await?;
    let entry = |object: &Value| Some((object["Key"].as_str()?.to_owned(), object["Size"].as_u64().unwrap_or(0)));
    let keys = page["Contents"].as_array().into_iter().flatten().filter_map(entry).collect();
    Ok((keys, page["NextContinuationToken"].as_str().map(str::to_owned)))
}
