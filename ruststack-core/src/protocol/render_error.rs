//! Error answers in each protocol.

use std::fmt::Write;

use http::{HeaderValue, header};
use serde_json::{Map, Value};

use crate::{
    Response,
    body::Body,
    error::{AwsError, Fault},
    service::{ErrorStyle, Protocol},
};

/// CBOR's major types, in the upper three bits, and the mark of a length of two bytes.
const CBOR_MAP: u8 = 5 << 5;
const CBOR_TEXT: u8 = 3 << 5;
const CBOR_TWO_BYTES: u8 = 25;

/// Writes `error` as a client of `protocol` expects it.
pub fn render_error(protocol: Protocol, style: &ErrorStyle, error: &AwsError, ids: &RequestIds<'_>) -> Response {
    let mut response = if error.has_body() {
        match protocol {
            Protocol::AwsJson10 => json(error, style, "application/x-amz-json-1.0"),
            Protocol::AwsJson11 => json(error, style, "application/x-amz-json-1.1"),
            Protocol::RestJson => rest_json(error, style),
            Protocol::RpcV2Cbor => cbor(error, style),
            Protocol::AwsQuery => xml(error, style, ids, "text/xml"),
            Protocol::RestXml => xml(error, style, ids, "application/xml"),
        }
    } else {
        Response::default()
    };
    *response.status_mut() = error.status();
    for (name, value) in error.headers() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}

/// The ids that error bodies repeat.
pub struct RequestIds<'a> {
    pub request_id: &'a str,
    /// `x-amz-id-2`, where the service has one.
    pub host_id: Option<&'a str>,
}

fn json(error: &AwsError, style: &ErrorStyle, content_type: &'static str) -> Response {
    let code = error.code();
    let kind = style.namespace_of(code).map_or_else(|| code.to_owned(), |namespace| format!("{namespace}#{code}"));
    let mut response = json_body(error, style, Some(kind), content_type);
    if style.has_query_error_header {
        let fault = if error.fault() == Fault::Sender { "Sender" } else { "Receiver" };
        insert(&mut response, "x-amzn-query-error", &format!("{};{fault}", error.query_code()));
    }
    response
}

fn rest_json(error: &AwsError, style: &ErrorStyle) -> Response {
    let mut response = json_body(error, style, None, "application/json");
    insert(&mut response, "x-amzn-errortype", error.code());
    response
}

fn json_body(error: &AwsError, style: &ErrorStyle, kind: Option<String>, content_type: &'static str) -> Response {
    let mut members = Map::new();
    if let Some(kind) = kind {
        members.insert("__type".to_owned(), kind.into());
    }
    // What has no words says none. Recorded: KMS's test_encrypt_decrypt_encryption_context, 2025-09-22.
    if !error.message().is_empty() {
        let member = error.message_member().unwrap_or(style.message_member);
        members.insert(member.to_owned(), error.message().into());
    }
    for (name, value) in error.members() {
        members.insert((*name).to_owned(), value.as_str().into());
    }
    for (name, value) in error.documents() {
        members.insert((*name).to_owned(), value.clone());
    }
    with_body(Value::Object(members).to_string(), content_type)
}

/// RPC v2 CBOR: a map of texts, which is all of CBOR that errors need.
fn cbor(error: &AwsError, style: &ErrorStyle) -> Response {
    let code = error.code();
    let code = style.namespace_of(code).map_or_else(|| code.to_owned(), |namespace| format!("{namespace}#{code}"));
    let mut body = vec![CBOR_MAP | 2];
    for text in ["__type", &code, "message", error.message()] {
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        body.push(CBOR_TEXT | CBOR_TWO_BYTES);
        body.extend(length.to_be_bytes());
        body.extend(&text.as_bytes()[..usize::from(length)]);
    }
    let mut response = Response::new(Body::from(body));
    insert(&mut response, "content-type", "application/cbor");
    insert(&mut response, "smithy-protocol", "rpc-v2-cbor");
    response
}

fn xml(error: &AwsError, style: &ErrorStyle, ids: &RequestIds<'_>, content_type: &'static str) -> Response {
    let mut body = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if style.is_bare_xml {
        body.push_str("<Error>");
        element(&mut body, "Code", error.code());
        element(&mut body, "Message", error.message());
        error.members().iter().for_each(|(name, value)| element(&mut body, name, value));
        element(&mut body, "RequestId", ids.request_id);
        ids.host_id.iter().for_each(|host_id| element(&mut body, "HostId", host_id));
        body.push_str("</Error>");
        return with_body(body, content_type);
    }
    match style.xml_namespace {
        Some(namespace) => write!(body, "<ErrorResponse xmlns=\"{namespace}\">").expect("a String takes all"),
        None => body.push_str("<ErrorResponse>"),
    }
    body.push_str("<Error>");
    // Services that name the host leave out whose fault it was.
    if ids.host_id.is_none() {
        element(&mut body, "Type", if error.fault() == Fault::Sender { "Sender" } else { "Receiver" });
    }
    element(&mut body, "Code", error.query_code());
    element(&mut body, "Message", error.message());
    error.members().iter().for_each(|(name, value)| element(&mut body, name, value));
    if style.has_detail {
        body.push_str("<Detail/>");
    }
    body.push_str("</Error>");
    element(&mut body, "RequestId", ids.request_id);
    ids.host_id.iter().for_each(|host_id| element(&mut body, "HostId", host_id));
    body.push_str("</ErrorResponse>");
    with_body(body, content_type)
}

fn element(body: &mut String, name: &str, text: &str) {
    let text = quick_xml::escape::partial_escape(text);
    write!(body, "<{name}>{text}</{name}>").expect("a String takes all");
}

fn with_body(body: String, content_type: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn insert(response: &mut Response, name: &'static str, value: &str) {
    // A code that cannot stand in a header was made from the request; the body carries it all the same.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
