//! What rest-json and rest-xml share: members that travel in path, query string, headers and status.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, request::Parts};
use serde_json::{Map as Object, Value};

use crate::{
    Response,
    body::Body,
    protocol::{
        aws_query::Form,
        scalar::{self, NotA},
        uri::Labels,
    },
    shape::{Location, Member, OperationShape, Shape, Structure},
};

/// The members that do not stand in the body.
pub fn read_bound(structure: &Structure, head: &Parts, labels: &Labels) -> Result<Object<String, Value>, NotA> {
    let query = Form::of_query(head.uri.query().unwrap_or_default());
    let mut members = Object::new();
    for member in structure.members {
        let value = match member.location {
            Location::Path => labels.iter().find(|(name, _)| *name == member.wire_name).map(|(_, text)| text.as_str()),
            Location::Header => head.headers.get(member.wire_name).and_then(|value| value.to_str().ok()),
            Location::HeaderPrefix => {
                members.insert(member.name.to_owned(), prefixed(&head.headers, member.wire_name));
                None
            }
            Location::QueryString => {
                if let Some(value) = read_parameters(member, &query)? {
                    members.insert(member.name.to_owned(), value);
                }
                None
            }
            Location::Body | Location::Attribute | Location::StatusCode => None,
        };
        if let Some(text) = value {
            members.insert(member.name.to_owned(), scalar::read(member.shape, text)?);
        }
    }
    Ok(members)
}

fn prefixed(headers: &HeaderMap, prefix: &str) -> Value {
    let strip = |name: &HeaderName| Some(name.as_str().get(prefix.len()..)?.to_owned());
    let matching = headers.iter().filter(|(name, _)| name.as_str().starts_with(&prefix.to_ascii_lowercase()));
    let pairs = matching.filter_map(|(name, value)| Some((strip(name)?, Value::from(value.to_str().ok()?))));
    Value::Object(pairs.collect())
}

/// Lists repeat their parameter; maps are all parameters that no other member takes, which nothing here has yet.
fn read_parameters(member: &Member, query: &Form) -> Result<Option<Value>, NotA> {
    match member.shape {
        Shape::List(list) => {
            let entries = query.all(member.wire_name).map(|text| scalar::read(list.member, text));
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
            Ok((!entries.is_empty()).then_some(Value::Array(entries)))
        }
        shape => query.get(member.wire_name).map(|text| scalar::read(shape, text)).transpose(),
    }
}

/// A payload that is bytes or text, not a document.
pub fn read_raw_payload(member: &Member, body: &Bytes) -> Option<Value> {
    match member.shape {
        _ if body.is_empty() => None,
        Shape::Blob(_) => Some(Value::from(STANDARD.encode(body))),
        Shape::Text(_) => Some(Value::from(String::from_utf8_lossy(body).into_owned())),
        _ => None,
    }
}

pub fn write_raw_payload(member: &Member, output: &Value) -> Option<Body> {
    let text = output.get(member.name)?.as_str()?;
    match member.shape {
        // What a blob holds was put into base64 by its own serializer.
        Shape::Blob(_) => STANDARD.decode(text).ok().map(Body::from),
        Shape::Text(_) => Some(text.to_owned().into()),
        _ => None,
    }
}

/// Begins an answer with status and headers.
pub fn write_bound(operation: &OperationShape, output: &Value) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::from_u16(operation.status).unwrap_or_default();
    for member in operation.output.members {
        let Some(value) = output.get(member.name).filter(|value| !value.is_null()) else { continue };
        match member.location {
            Location::Header => write_header(response.headers_mut(), member.wire_name, member, value),
            Location::HeaderPrefix => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    write_header(response.headers_mut(), &format!("{}{name}", member.wire_name), member, value);
                }
            }
            Location::StatusCode => {
                let status = value.as_u64().and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
                *response.status_mut() = status.unwrap_or_default();
            }
            Location::Body | Location::Attribute | Location::Path | Location::QueryString => {}
        }
    }
    response
}

fn write_header(headers: &mut HeaderMap, name: &str, member: &Member, value: &Value) {
    // Times in headers are HTTP dates, whatever bodies write.
    let shape = match member.shape {
        Shape::Timestamp(_) => &Shape::Timestamp(crate::shape::TimestampFormat::HttpDate),
        shape => shape,
    };
    let text = match shape {
        Shape::Map(_) => value.as_str().map(str::to_owned),
        shape => scalar::write(shape, value),
    };
    let name = HeaderName::from_bytes(name.as_bytes()).ok();
    let value = text.and_then(|text| HeaderValue::from_str(&text).ok());
    if let (Some(name), Some(value)) = (name, value) {
        headers.insert(name, value);
    }
}
