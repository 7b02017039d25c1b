//! An HTTP request as the event of a function: payload version 2.0.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use ruststack_core::context::Context;
use serde_json::{Map, Value, json};

pub(super) fn of(ctx: &Context, id: &str, path: &str, head: &Parts, body: &Bytes) -> Value {
    let query = head.uri.query().unwrap_or_default();
    let headers = headers(head);
    let text = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let domain = text("host");
    let now = ctx.now();
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": percent_decode_str(path).decode_utf8_lossy(),
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": id,
            "domainName": domain,
            "domainPrefix": id,
            "http": {
                "method": head.method.as_str(),
                "path": percent_decode_str(path).decode_utf8_lossy(),
                "protocol": "HTTP/1.1",
                "sourceIp": ctx.client().peer.map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.0.to_string()),
                "userAgent": text("user-agent"),
            },
            "requestId": ctx.request_id(),
            "routeKey": "$default",
            "stage": "$default",
            "time": time(ctx),
            "timeEpoch": now.millis(),
        },
        "isBase64Encoded": false,
    });
    let parameters = parameters(query);
    if !parameters.is_empty() {
        event["queryStringParameters"] = parameters.into();
    }
    if let Some(cookies) = headers.get("cookie").and_then(Value::as_str) {
        event["cookies"] = cookies.split("; ").map(Value::from).collect();
    }
    if !body.is_empty() {
        let (text, is_encoded) = body_of(&headers, body);
        event["body"] = text.into();
        event["isBase64Encoded"] = is_encoded.into();
    }
    event
}

/// `21/Oct/2026:07:28:00 +0000`.
fn time(ctx: &Context) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = ctx.now().to_iso_8601();
    let month: usize = at.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1);
    let month = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or("Jan");
    format!("{}/{month}/{}:{} +0000", &at[8..10], &at[..4], &at[11..19])
}

/// With small letters; those that come several times are joined.
fn headers(head: &Parts) -> Map<String, Value> {
    let mut headers = Map::new();
    for name in head.headers.keys() {
        let values =
            head.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        headers.insert(name.as_str().to_owned(), values.collect::<Vec<_>>().join(",").into());
    }
    headers
}

fn parameters(query: &str) -> Map<String, Value> {
    let mut parameters: Map<String, Value> = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let (name, value) = (decode(name), decode(value));
        let joined = match parameters.get(&name).and_then(Value::as_str) {
            Some(known) => format!("{known},{value}"),
            None => value,
        };
        parameters.insert(name, joined.into());
    }
    parameters
}

/// Text as it is, anything else in base64.
fn body_of(headers: &Map<String, Value>, body: &Bytes) -> (String, bool) {
    const TEXT: [&str; 4] = ["text/", "application/json", "application/javascript", "application/xml"];
    let content_type = headers.get("content-type").and_then(Value::as_str).unwrap_or_default();
    let is_text = TEXT.iter().any(|kind| content_type.starts_with(kind));
    match std::str::from_utf8(body) {
        Ok(text) if is_text => (text.to_owned(), false),
        _ => (STANDARD.encode(body), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_come_twice_are_joined() {
        let told = Value::from(parameters("a=1&b=x%20y&a=2&c"));
        assert_eq!(told, json!({"a": "1,2", "b": "x y", "c": ""}));
    }

    #[test]
    fn bodies_are_text_where_their_type_says_so() {
        let of = |kind: &str| Map::from_iter([("content-type".to_owned(), kind.into())]);
        assert_eq!(body_of(&of("application/json"), &Bytes::from("{}")), ("{}".to_owned(), false));
        assert_eq!(body_of(&of("image/png"), &Bytes::from("a")), ("YQ==".to_owned(), true));
        assert_eq!(body_of(&of("text/plain"), &Bytes::from(&b"\xff"[..])), ("/w==".to_owned(), true));
    }
}
