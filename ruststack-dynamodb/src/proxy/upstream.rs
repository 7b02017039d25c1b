//! The other implementation: where it is, how it is asked, what its answers mean here.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, Request as HttpRequest, header};
use ruststack_core::{error::AwsError, outbound::Outbound, scope::Scope};
use serde_json::Value;

use super::local::LocalProcess;

/// A request may do as much as a scan of a large table on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);
/// DynamoDB answers with 16 MB at most; JSON makes more of them. Bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// What is asked for: an operation of one of the two services.
#[derive(Clone, Copy)]
pub(super) enum Target<'t> {
    Tables(&'t str),
    Streams(&'t str),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tables(operation) => write!(f, "DynamoDB_20120810.{operation}"),
            Self::Streams(operation) => write!(f, "DynamoDBStreams_20120810.{operation}"),
        }
    }
}

/// Who is asked.
pub(crate) enum Upstream {
    Endpoint(String),
    Local(Arc<LocalProcess>),
}

impl Upstream {
    /// The tables that our catalogue lacks are not there, whatever the other has.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    async fn url(&self) -> Result<String, AwsError> {
        match self {
            Self::Endpoint(url) => Ok(url.clone()),
            Self::Local(process) => {
                let port = process.ready().await.map_err(unavailable)?;
                Ok(format!("http://127.0.0.1:{port}/"))
            }
        }
    }

    /// Asks in the name of an account in a region: the access key and the region say to DynamoDB Local whose tables
    /// are meant. Elsewhere the caller's own signature is sent on.
    pub(super) async fn ask(
        &self,
        outbound: &Outbound,
        scope: &Scope,
        caller: &HeaderMap,
        target: Target<'_>,
        input: &Value,
    ) -> Result<Vec<u8>, AwsError> {
        let authorization = match (self, caller.get(header::AUTHORIZATION)) {
            (Self::Endpoint(_), Some(authorization)) => authorization.clone(),
            _ => authorization(scope),
        };
        send(outbound, &self.url().await?, authorization, target, input).await
    }
}

/// A signature that nobody checks.
pub(super) fn authorization(scope: &Scope) -> HeaderValue {
    let (account, region) = (scope.account, &scope.region);
    let text = format!(
        "AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
    );
    HeaderValue::from_str(&text).expect("accounts and regions are plain text")
}

pub(super) async fn send(
    outbound: &Outbound,
    url: &str,
    authorization: HeaderValue,
    target: Target<'_>,
    input: &Value,
) -> Result<Vec<u8>, AwsError> {
    let request = HttpRequest::post(url)
        .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
        .header(header::AUTHORIZATION, authorization)
        .header("x-amz-target", target.to_string())
        .body(input.to_string().into())
        .map_err(|error| unavailable(error.to_string()))?;
    let answer = outbound.send_within(request, TIMEOUT, MAX_ANSWER).await.map_err(|error| unavailable(error.0))?;
    let (head, body) = answer.into_parts();
    if head.status.is_success() { Ok(body.into()) } else { Err(refusal(head.status.as_u16(), &body)) }
}

/// SDKs try again.
pub(super) fn unavailable(why: impl Into<String>) -> AwsError {
    tracing::warn!(why = why.into(), "the other DynamoDB does not answer");
    AwsError::new(503, "ServiceUnavailable", "The DynamoDB that RustStack sends requests on to does not answer.")
}

/// The same error in our form. DynamoDB Local writes `Message` where AWS writes `message`.
fn refusal(status: u16, body: &[u8]) -> AwsError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = body["__type"].as_str().and_then(|code| code.rsplit('#').next()).unwrap_or("InternalFailure");
    let message = ["message", "Message"].iter().find_map(|name| body[name].as_str()).unwrap_or_default();
    let mut error = AwsError::new(status, code.to_owned(), message.to_owned());
    for member in ["CancellationReasons", "Item"] {
        if let Some(value) = body.get(member) {
            error = error.with_document(member, value.clone());
        }
    }
    error
}
