//! aws-json 1.0 and 1.1: `X-Amz-Target` says the operation, everything else is one JSON document each way.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map as Object, Value};

use crate::{Response, error::AwsError, protocol::json, service::Protocol, shape::Structure};

/// The operation that a target names: what stands behind its last dot.
pub fn operation(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-amz-target")?.to_str().ok()?.rsplit('.').next()
}

pub fn read_input(shape: &Structure, body: &Bytes) -> Result<Value, AwsError> {
    read_value(shape, parse(body)?)
}

/// An input that is JSON already.
pub fn read_value(shape: &Structure, mut input: Value) -> Result<Value, AwsError> {
    json::conform_structure(shape, &mut input).map_err(serialization)?;
    Ok(input)
}

/// A body as JSON; an empty one is an empty object.
pub(super) fn parse(body: &Bytes) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(Value::Object(Object::new()));
    }
    serde_json::from_slice(body).map_err(|_| serialization(String::new()))
}

pub(super) fn serialization(message: String) -> AwsError {
    AwsError::new(400, "SerializationException", message)
}

/// The answer of an operation; `document` is JSON.
pub fn write_output(protocol: Protocol, document: Vec<u8>) -> Response {
    let content_type = match protocol {
        Protocol::AwsJson11 => "application/x-amz-json-1.1",
        _ => "application/x-amz-json-1.0",
    };
    let mut response = Response::new(document.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
