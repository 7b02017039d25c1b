//! InvokeWithResponseStream: the response as an event stream, while the function writes it.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use bytes::Bytes;
use http::HeaderValue;
use http_body::Frame;
use percent_encoding::percent_decode_str;
use ruststack_core::{Request, Response, body::Body, context::Context, error::AwsError, service::BodyPolicy};
use serde_json::json;
use tokio::sync::mpsc;

use super::{check_event, client_context, frames};
use crate::{Lambda, error::LambdaError, invoking::Part, names::FunctionName};

/// How many pieces may wait for the client.
const MAX_WAITING: usize = 64;

/// The function that a request's path names, if it is one of this operation.
pub(crate) fn function(path: &str) -> Option<String> {
    let name = path.strip_prefix("/2021-11-15/functions/")?.strip_suffix("/response-streaming-invocations")?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}

/// Answers a request, whose path named `function`.
pub(crate) async fn answer(
    lambda: Arc<Lambda>,
    ctx: Context,
    function: &str,
    request: Request,
) -> Result<Response, AwsError> {
    ctx.begin_operation("InvokeWithResponseStream").await?;
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let qualifier = query.split('&').find_map(|pair| pair.strip_prefix("Qualifier="));
    let name = FunctionName::qualified(ctx.scope(), function, qualifier)?;
    let body = body.read(BodyPolicy::DEFAULT_LIMIT).await;
    let body = body.map_err(|_| LambdaError::RequestTooLargeException { message: "Request too large".to_owned() })?;
    let body = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    check_event(&body)?;
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-amz-invocation-type") == Some("DryRun") {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = http::StatusCode::NO_CONTENT;
        return Ok(response);
    }
    let mut order = lambda.order(&ctx, &name, body)?;
    ctx.request_id().clone_into(&mut order.request_id);
    order.client_context = client_context(header("x-amz-client-context"));
    let is_tail_wanted = header("x-amz-log-type") == Some("Tail");
    let version = order.number.clone();
    let (parts, received) = mpsc::channel(MAX_WAITING);
    order.stream = Some(parts);
    let (sender, pieces) = mpsc::channel(MAX_WAITING);
    let tasks = ctx.runtime().tasks.clone();
    tasks.spawn(async move { run(&lambda, &ctx, order, received, sender, is_tail_wanted).await });
    let mut response = Response::new(Body::stream(Pieces(pieces)));
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/vnd.amazon.eventstream"));
    if let Ok(version) = HeaderValue::from_str(&version) {
        headers.insert("x-amz-executed-version", version);
    }
    headers.insert("x-amzn-remapped-content-type", HeaderValue::from_static("application/octet-stream"));
    Ok(response)
}

/// Runs the function, hands on what it writes, and tells how it ended.
async fn run(
    lambda: &Lambda,
    ctx: &Context,
    order: crate::invoking::Order,
    mut received: mpsc::Receiver<Part>,
    sender: mpsc::Sender<Bytes>,
    is_tail_wanted: bool,
) {
    let scope = ctx.scope().clone();
    let hand_on = async {
        while let Some(part) = received.recv().await {
            if let Part::Data(data) = part {
                // A client that is gone does not end the function.
                drop(sender.send(frames::event("PayloadChunk", "application/octet-stream", &data)).await);
            }
        }
    };
    let (outcome, ()) = tokio::join!(lambda.run(ctx, &scope, order), hand_on);
    let mut complete = json!({});
    match outcome {
        Ok(outcome) => {
            if outcome.is_error {
                let told = outcome.json();
                complete["ErrorCode"] = told["errorType"].as_str().unwrap_or("Unhandled").into();
                complete["ErrorDetails"] = told["errorMessage"].as_str().unwrap_or_default().into();
            }
            if is_tail_wanted {
                complete["LogResult"] = outcome.log_tail.into();
            }
        }
        Err(error) => {
            let error = AwsError::from(error);
            complete["ErrorCode"] = error.code().into();
            complete["ErrorDetails"] = error.message().into();
        }
    }
    let last = frames::event("InvokeComplete", "application/json", complete.to_string().as_bytes());
    drop(sender.send(last).await);
}

/// Pieces as the body of an answer.
pub(crate) struct Pieces(pub(crate) mpsc::Receiver<Bytes>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
