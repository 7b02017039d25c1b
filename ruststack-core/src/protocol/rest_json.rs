//! rest-json: method and path say the operation, the rest of the input is a JSON document.

use bytes::Bytes;
use http::{HeaderValue, header, request::Parts};
use serde_json::Value;

use crate::{
    Response,
    body::Body,
    error::AwsError,
    protocol::{aws_json, json, rest, uri::Labels},
    shape::{OperationShape, Shape, Structure},
};

pub fn read_input(shape: &Structure, head: &Parts, labels: &Labels, body: &Bytes) -> Result<Value, AwsError> {
    let mut members = rest::read_bound(shape, head, labels).map_err(|error| aws_json::serialization(not_a(&error)))?;
    match shape.payload_member() {
        Some(payload) => {
            let value = match payload.shape {
                Shape::Structure(structure) => Some(document(structure, body)?),
                _ => rest::read_raw_payload(payload, body),
            };
            members.extend(value.map(|value| (payload.name.to_owned(), value)));
        }
        None => {
            if let Value::Object(document) = document(shape, body)? {
                members.extend(
                    shape
                        .body_members()
                        .filter_map(|member| Some((member.name.to_owned(), document.get(member.wire_name)?.clone()))),
                );
            }
        }
    }
    Ok(Value::Object(members))
}

fn not_a(error: &crate::protocol::scalar::NotA) -> String {
    format!("{} is not a valid {}", error.text, error.kind)
}

fn document(structure: &Structure, body: &Bytes) -> Result<Value, AwsError> {
    let mut document = aws_json::parse(body)?;
    json::conform_structure(structure, &mut document).map_err(aws_json::serialization)?;
    Ok(document)
}

pub fn write_output(operation: &OperationShape, output: &Value) -> Response {
    let mut response = rest::write_bound(operation, output);
    let (body, content_type) = match operation.output.payload_member() {
        Some(payload) => match payload.shape {
            Shape::Structure(_) => (output.get(payload.name).map(|value| value.to_string().into()), "application/json"),
            _ => (rest::write_raw_payload(payload, output), "application/octet-stream"),
        },
        None => (body_document(operation.output, output), "application/json"),
    };
    if let Some(body) = body {
        *response.body_mut() = body;
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().entry(header::CONTENT_TYPE).or_insert(content_type);
    }
    response
}

/// None when the output has no members that could stand in a body.
fn body_document(structure: &Structure, output: &Value) -> Option<Body> {
    let members: Vec<_> = structure.body_members().collect();
    if members.is_empty() && structure.members.is_empty() {
        return None;
    }
    let value = |name: &str| output.get(name).filter(|value| !value.is_null()).cloned();
    let pairs = members.iter().filter_map(|member| Some((member.wire_name.to_owned(), value(member.name)?)));
    Some(Value::Object(pairs.collect()).to_string().into())
}
