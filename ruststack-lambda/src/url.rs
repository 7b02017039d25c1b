//! Function URLs: HTTP requests as events, and what the function answers as responses.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

mod event;
mod response;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header::HOST};
use ruststack_core::{Request, Response, body::Body, context::Context, error::AwsError, operation::Call};
use serde_json::json;
use tokio::sync::mpsc;

use crate::{
    Lambda, access,
    function::{Function, Url},
    limits::MAX_EVENT,
    names::FunctionName,
};

/// Where function URLs are where no host can be named.
const PATH: &str = "/_aws/lambda-url/";
/// Where archives are fetched.
const CODE: &str = "/_aws/lambda/code/";

/// The address of a function.
pub(crate) fn address(call: &Call<Lambda>, function: &Function, id: &str) -> String {
    let region = function.arn.split(':').nth(3).unwrap_or_default();
    let endpoint = call.ctx().endpoint();
    let port = endpoint.host.rsplit_once(':').map(|(_, port)| format!(":{port}")).unwrap_or_default();
    format!("{}://{id}.lambda-url.{region}.{}{port}/", endpoint.scheme, call.service().config.url_domain)
}

/// What a request is for that is none of the API.
pub(crate) enum Target {
    /// By the URL's id; the rest of the path.
    Function(String, String),
    /// An archive, by its digest.
    Code(String),
}

pub(crate) fn target(uri: &Uri, headers: &HeaderMap) -> Option<Target> {
    let path = uri.path();
    if let Some(name) = path.strip_prefix(CODE) {
        return Some(Target::Code(name.trim_end_matches(".zip").to_owned()));
    }
    if let Some(rest) = path.strip_prefix(PATH) {
        let (id, rest) = rest.split_once('/').unwrap_or((rest, ""));
        return Some(Target::Function(id.to_owned(), format!("/{rest}")));
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.host())?;
    let (id, rest) = host.split_once('.')?;
    rest.starts_with("lambda-url.").then(|| Target::Function(id.to_ascii_lowercase(), path.to_owned()))
}

/// Answers with an archive; whoever knows its digest may have it, as with AWS's presigned addresses.
pub(crate) fn code(lambda: &Lambda, digest: &str) -> Result<Response, AwsError> {
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = if is_digest { lambda.archives.read(digest).ok() } else { None };
    let bytes = bytes.ok_or_else(|| AwsError::new(404, "NoSuchKey", "The specified key does not exist."))?;
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/zip"));
    Ok(response)
}

/// A function that has a URL, and which of its qualifiers has it.
fn find(lambda: &Lambda, id: &str) -> Option<(FunctionName, Url)> {
    lambda.homes().into_iter().find_map(|(scope, home)| {
        let things = home.lock();
        things.functions.values().find_map(|function| {
            let (qualifier, url) = function.urls.iter().find(|(_, url)| url.id == id)?;
            let qualifier = Some(qualifier.clone()).filter(|qualifier| !qualifier.is_empty());
            Some((FunctionName { scope: scope.clone(), name: function.name.clone(), qualifier }, url.clone()))
        })
    })
}

/// Answers a request to a function's URL.
pub(crate) async fn answer(
    lambda: Arc<Lambda>,
    ctx: Context,
    id: &str,
    path: &str,
    request: Request,
) -> Result<Response, AwsError> {
    ctx.begin_operation("InvokeFunctionUrl").await?;
    let Some((name, url)) = find(&lambda, id) else { return Ok(forbidden(None)) };
    if !access::may_call_url(&lambda, &ctx, &name, &url) {
        let text = "Forbidden. For troubleshooting Function URL authorization issues, see: \
                    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";
        return Ok(forbidden(Some(text)));
    }
    let (head, body) = request.into_parts();
    if let Some(preflight) = response::preflight(&head, url.cors.as_ref()) {
        return Ok(preflight);
    }
    let origin = head.headers.get("origin").cloned();
    let Ok(body) = body.read(MAX_EVENT).await else {
        return Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long"));
    };
    let ctx = lambda.context(&ctx, &name.scope);
    let event = event::of(&ctx, id, path, &head, &body);
    let order = lambda.order(&ctx, &name, Bytes::from(event.to_string()));
    let Ok(mut order) = order else { return Ok(refusal(StatusCode::BAD_GATEWAY, "Internal Server Error")) };
    ctx.request_id().clone_into(&mut order.request_id);
    let mut answer = if url.invoke_mode.as_deref() == Some("RESPONSE_STREAM") {
        let (parts, received) = mpsc::channel(64);
        order.stream = Some(parts);
        let (tasks, scope) = (ctx.runtime().tasks.clone(), name.scope.clone());
        let running = Arc::clone(&lambda);
        tasks.spawn(async move { drop(running.run(&ctx, &scope, order).await) });
        response::streamed(received, tasks).await
    } else {
        match lambda.run(&ctx, &name.scope, order).await {
            Ok(outcome) if !outcome.is_error => response::of(&outcome.body),
            Ok(_) => refusal(StatusCode::BAD_GATEWAY, "Internal Server Error"),
            Err(error) => {
                let status = AwsError::from(error).status();
                refusal(status, "Rate Exceeded.")
            }
        }
    };
    response::allow_origin(&mut answer, url.cors.as_ref(), origin.as_ref());
    Ok(answer)
}

/// AWS does not say that there is no such function.
fn forbidden(message: Option<&str>) -> Response {
    let mut response = refusal(StatusCode::FORBIDDEN, &json!({ "Message": message }).to_string());
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static("AccessDeniedException"));
    response
}

fn refusal(status: StatusCode, text: &str) -> Response {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}
