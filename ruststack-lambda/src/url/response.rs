//! What a function answers as an HTTP response.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Method, StatusCode, request::Parts};
use ruststack_core::{Response, body::Body, tasks::Tasks};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::{api::Cors, invoking::Part, operations::stream::Pieces, runtime_api::INTEGRATION_RESPONSE};

/// The longest head of a streamed response. Bytes.
const MAX_PRELUDE: usize = 64 * 1024;

/// Of an answer that says status and headers, or of any other.
pub(super) fn of(body: &Bytes) -> Response {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(told)) if told.contains_key("statusCode") => shaped(&Value::Object(told)),
        Ok(Value::String(text)) => with_type(Body::from(text)),
        // Recorded: without the spaces that the runtime wrote.
        Ok(told @ (Value::Object(_) | Value::Array(_))) => with_type(Body::from(told.to_string())),
        _ => with_type(Body::from(body.clone())),
    }
}

fn with_type(body: Body) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}

fn shaped(told: &Value) -> Response {
    let text = match &told["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let body = match told["isBase64Encoded"].as_bool() {
        Some(true) => STANDARD.decode(&text).map_or_else(|_| Body::from(text), Body::from),
        _ => Body::from(text),
    };
    let mut response = with_type(body);
    head(&mut response, told);
    response
}

/// Status, headers and cookies.
fn head(response: &mut Response, told: &Value) {
    let code = told["statusCode"].as_u64().or_else(|| told["statusCode"].as_str()?.parse().ok()).unwrap_or(200);
    let code = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok());
    *response.status_mut() = code.unwrap_or(StatusCode::BAD_GATEWAY);
    for (name, value) in told["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    for cookie in told["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            response.headers_mut().append("set-cookie", cookie);
        }
    }
}

/// Of an answer that is still being written: it begins with its head where its content type says so.
pub(super) async fn streamed(mut received: mpsc::Receiver<Part>, tasks: Tasks) -> Response {
    let (sender, pieces) = mpsc::channel(64);
    let mut response = Response::new(Body::stream(Pieces(pieces)));
    let mut first = Bytes::new();
    match received.recv().await {
        Some(Part::ContentType(kind)) if kind == INTEGRATION_RESPONSE => {
            let (told, rest) = prelude(&mut received).await;
            first = rest;
            response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
            head(&mut response, &told);
        }
        Some(Part::ContentType(kind)) => {
            let kind = HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
            response.headers_mut().insert("content-type", kind);
        }
        Some(Part::Data(data)) => return of(&data),
        None => {
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            return response;
        }
    }
    tasks.spawn(async move {
        // A client that is gone does not end the function.
        drop(sender.send(first).await);
        while let Some(part) = received.recv().await {
            if let Part::Data(data) = part {
                drop(sender.send(data).await);
            }
        }
    });
    response
}

/// What stands before eight NULs, and what behind.
async fn prelude(received: &mut mpsc::Receiver<Part>) -> (Value, Bytes) {
    let mut read = BytesMut::new();
    loop {
        if let Some(at) = read.windows(8).position(|window| window == [0; 8]) {
            let told = serde_json::from_slice(&read[..at]).unwrap_or_default();
            return (told, read.freeze().slice(at + 8..));
        }
        match received.recv().await {
            Some(Part::Data(data)) if read.len() <= MAX_PRELUDE => read.extend_from_slice(&data),
            Some(Part::ContentType(_)) => {}
            _ => return (Value::Null, read.freeze()),
        }
    }
}

/// The answer to a browser that asks what it may, where the URL says so.
pub(super) fn preflight(head: &Parts, cors: Option<&Cors>) -> Option<Response> {
    let cors = cors?;
    let asks = head.method == Method::OPTIONS && head.headers.contains_key("access-control-request-method");
    if !asks {
        return None;
    }
    let mut response = Response::new(Body::empty());
    let list = |values: &Option<Vec<String>>| values.as_ref().map(|values| values.join(","));
    let mut set = |name: &'static str, value: Option<String>| {
        if let Some(Ok(value)) = value.map(|value| HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    };
    set("access-control-allow-methods", list(&cors.allow_methods));
    set("access-control-allow-headers", list(&cors.allow_headers));
    set("access-control-max-age", cors.max_age.map(|age| age.to_string()));
    allow_origin(&mut response, Some(cors), head.headers.get("origin"));
    Some(response)
}

/// Tells a browser that its origin may see the answer.
pub(super) fn allow_origin(response: &mut Response, cors: Option<&Cors>, origin: Option<&HeaderValue>) {
    let (Some(cors), Some(origin)) = (cors, origin) else { return };
    let allowed = cors.allow_origins.as_deref().unwrap_or_default();
    let is_allowed = |allowed: &String| allowed == "*" || origin.to_str().is_ok_and(|origin| origin == allowed);
    if !allowed.iter().any(is_allowed) {
        return;
    }
    let headers = response.headers_mut();
    headers.insert("access-control-allow-origin", origin.clone());
    headers.insert("vary", HeaderValue::from_static("Origin"));
    if cors.allow_credentials == Some(true) {
        headers.insert("access-control-allow-credentials", HeaderValue::from_static("true"));
    }
    let exposed = cors.expose_headers.as_ref().map(|values| values.join(","));
    if let Some(Ok(exposed)) = exposed.map(|exposed| HeaderValue::from_str(&exposed)) {
        headers.insert("access-control-expose-headers", exposed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_responses() {
        let response = of(&Bytes::from(
            r#"{"statusCode":201,"headers":{"x-a":"b"},"cookies":["c=1","d=2"],"body":"aGk=","isBase64Encoded":true}"#,
        ));
        assert_eq!((response.status().as_u16(), response.body().as_bytes()), (201, Some(&b"hi"[..])));
        assert_eq!(response.headers()["x-a"], "b");
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        let plain = of(&Bytes::from(r#"{"a":1}"#));
        assert_eq!((plain.status().as_u16(), plain.body().as_bytes()), (200, Some(&br#"{"a":1}"#[..])));
        assert_eq!(of(&Bytes::from("\"text\"")).body().as_bytes(), Some(&b"text"[..]));
    }
}
