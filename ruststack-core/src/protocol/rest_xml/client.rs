//! The other direction: a call by name becomes a request, and its answer a value.
//!
//! For services that read their requests themselves and still take calls by name. Payloads are text here, as people
//! write them into files; what is no UTF-8 is shown in base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header, response::Parts};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map as Object, Value};

use crate::{
    Request,
    body::Body,
    error::AwsError,
    protocol::{
        scalar,
        xml::{self, Element, Xml},
    },
    shape::{Location, Member, OperationShape, Shape, TimestampFormat},
};

/// What needs no encoding in a path or a parameter.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const IN_PATH: AsciiSet = UNRESERVED.remove(b'/');

/// The request of a call; `host` is where it pretends to go.
pub fn write_request(
    namespace: &str,
    operation: &OperationShape,
    host: &str,
    input: &Value,
) -> Result<Request, AwsError> {
    let body = body(namespace, operation, input);
    let mut request = Request::new(Body::from(body.clone()));
    *request.method_mut() = operation.method.parse().map_err(|_| unusable("method"))?;
    *request.uri_mut() = uri(operation, input).parse().map_err(|_| unusable("URI"))?;
    let headers = request.headers_mut();
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| unusable("header"));
    headers.insert(header::HOST, text(host)?);
    if !body.is_empty() || operation.method != "GET" {
        headers.insert(header::CONTENT_LENGTH, body.len().into());
    }
    for (name, value) in bound_headers(operation, input) {
        let name = HeaderName::try_from(name).map_err(|_| unusable("header"))?;
        headers.insert(name, text(&value)?);
    }
    Ok(request)
}

fn unusable(what: &str) -> AwsError {
    AwsError::new(400, "SerializationException", format!("The input does not make a {what}."))
}

fn uri(operation: &OperationShape, input: &Value) -> String {
    let (template, parameters) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let mut path = template.to_owned();
    let mut query: Vec<String> = parameters.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    for member in operation.input.members {
        let Some(value) = input.get(member.name) else { continue };
        match member.location {
            Location::Path => {
                let text = scalar::write(member.shape, value).unwrap_or_default();
                let label = format!("{{{}}}", member.wire_name);
                let greedy = format!("{{{}+}}", member.wire_name);
                path = path.replace(&label, &encode(&text, &UNRESERVED)).replace(&greedy, &encode(&text, &IN_PATH));
            }
            Location::QueryString => query.extend(parameters_of(member, value)),
            _ => {}
        }
    }
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

fn encode(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

fn parameters_of(member: &Member, value: &Value) -> Vec<String> {
    let pair = |shape: &Shape, value: &Value| {
        let text = scalar::write(shape, value)?;
        Some(format!("{}={}", member.wire_name, encode(&text, &UNRESERVED)))
    };
    match member.shape {
        Shape::List(list) => {
            value.as_array().into_iter().flatten().filter_map(|entry| pair(list.member, entry)).collect()
        }
        shape => pair(shape, value).into_iter().collect(),
    }
}

fn bound_headers(operation: &OperationShape, input: &Value) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for member in operation.input.members {
        let Some(value) = input.get(member.name) else { continue };
        match (member.location, member.shape) {
            (Location::Header, shape) => {
                headers.extend(header_text(shape, value).map(|text| (member.wire_name.to_owned(), text)));
            }
            (Location::HeaderPrefix, Shape::Map(map)) => {
                let pairs = value.as_object().into_iter().flatten();
                let named = pairs.filter_map(|(name, value)| {
                    Some((format!("{}{name}", member.wire_name), scalar::write(map.value, value)?))
                });
                headers.extend(named);
            }
            _ => {}
        }
    }
    headers
}

/// Times in headers are HTTP dates, lists are separated by commas.
fn header_text(shape: &Shape, value: &Value) -> Option<String> {
    match shape {
        Shape::Timestamp(_) => scalar::write(&Shape::Timestamp(TimestampFormat::HttpDate), value),
        Shape::List(list) => {
            let entries = value.as_array()?.iter().filter_map(|entry| scalar::write(list.member, entry));
            Some(entries.collect::<Vec<_>>().join(","))
        }
        shape => scalar::write(shape, value),
    }
}

fn body(namespace: &str, operation: &OperationShape, input: &Value) -> Bytes {
    let Some(payload) = operation.input.payload_member() else { return Bytes::new() };
    let Some(value) = input.get(payload.name) else { return Bytes::new() };
    match payload.shape {
        Shape::Structure(structure) => {
            let mut xml = Xml::default();
            xml.raw(&format!("<{} xmlns=\"{namespace}\">", payload.wire_name));
            xml.structure(structure, value);
            xml.raw(&format!("</{}>", payload.wire_name));
            xml.into_string().into()
        }
        // Policies and objects may be written as what they are.
        _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned).into(),
    }
}

/// The output that an answer holds.
pub fn read_response(operation: &OperationShape, head: &Parts, body: &Bytes) -> Value {
    let mut members = Object::new();
    for member in operation.output.members {
        let value = match member.location {
            Location::Header => head
                .headers
                .get(member.wire_name)
                .and_then(|value| scalar::read(member.shape, value.to_str().ok()?).ok()),
            Location::HeaderPrefix => Some(prefixed(head, member.wire_name)),
            Location::StatusCode => Some(Value::from(head.status.as_u16())),
            _ => None,
        };
        members.extend(value.map(|value| (member.name.to_owned(), value)));
    }
    match operation.output.payload_member() {
        Some(payload) => members.extend(payload_value(payload, body).map(|value| (payload.name.to_owned(), value))),
        None => members.extend(document(operation, body)),
    }
    Value::Object(members)
}

fn prefixed(head: &Parts, prefix: &str) -> Value {
    let named = head.headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().strip_prefix(prefix)?.to_owned(), Value::from(value.to_str().ok()?)))
    });
    Value::Object(named.collect())
}

fn payload_value(payload: &Member, body: &Bytes) -> Option<Value> {
    match payload.shape {
        Shape::Structure(structure) => {
            let root = Element::parse(body).ok()??;
            xml::read_structure(structure, &root).ok()
        }
        _ => Some(std::str::from_utf8(body).map_or_else(|_| STANDARD.encode(body).into(), Value::from)),
    }
}

fn document(operation: &OperationShape, body: &Bytes) -> Object<String, Value> {
    let Ok(Some(root)) = Element::parse(body) else { return Object::new() };
    let read = xml::read_structure(operation.output, &root);
    let mut members = match read {
        Ok(Value::Object(members)) => members,
        _ => Object::new(),
    };
    // An output of one text is the root itself: GetBucketLocation's.
    if let Some(member) = operation.output.body_members().find(|member| member.wire_name == root.name)
        && root.children.is_empty()
        && !root.text.is_empty()
    {
        members.insert(member.name.to_owned(), root.text.into());
    }
    members
}
