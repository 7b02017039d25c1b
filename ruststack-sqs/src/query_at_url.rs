//! The query protocol at a queue's own URL: the URL says which queue is meant.

use http::{HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::{
    Request, Response, body::Body, context::Context, error::AwsError, protocol::aws_query::Form, service::BodyPolicy,
};

use crate::{api, error::SqsError, queue_url::Location};

/// What cannot be asked of a queue.
const NOT_OF_A_QUEUE: [&str; 2] = ["CreateQueue", "ListQueues"];

/// Adds the queue that the path names, and refuses actions that SQS does not have there; `None` where a queue's URL is
/// asked for nothing.
pub(crate) async fn complete(ctx: &Context, request: Request) -> Result<Option<Request>, AwsError> {
    let (head, body) = request.into_parts();
    let body = body.read(BodyPolicy::DEFAULT_LIMIT).await;
    let body = body.map_err(|_| AwsError::new(400, "IncompleteBody", "The request body could not be read."))?;
    let form = Form::of_query(head.uri.query().unwrap_or_default()).and(Form::parse(&body));
    let location = Location::of_path(&ctx.endpoint().host, head.uri.path(), ctx.scope());
    let mut body = body.to_vec();
    if let Some(location) = &location {
        let Some(action) = form.get("Action") else { return Ok(None) };
        if NOT_OF_A_QUEUE.contains(&action) {
            return Err(SqsError::InvalidAction { action: action.to_owned() }.into());
        }
        if form.get("QueueUrl").is_none() {
            let Location { scope, name } = location;
            let url = format!("http://localhost/queue/{}/{}/{name}", scope.region, scope.account);
            let parameter = format!("&QueueUrl={}", utf8_percent_encode(&url, NON_ALPHANUMERIC));
            body.extend(parameter.as_bytes());
        }
    }
    if let Some(action) = form.get("Action").filter(|action| !api::OPERATIONS.contains(action)) {
        return Err(SqsError::InvalidAction { action: action.to_owned() }.into());
    }
    Ok(Some(Request::from_parts(head, Body::from(body))))
}

/// The answer to a request that asks for nothing.
pub(crate) fn nothing() -> Response {
    let mut response = Response::new(Body::from("<UnknownOperationException/>\n".to_owned()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}
