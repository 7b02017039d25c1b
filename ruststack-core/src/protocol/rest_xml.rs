//! rest-xml: method and path say the operation, the rest of the input is an XML document.

pub mod client;

use bytes::Bytes;
use http::{HeaderValue, header, request::Parts};
use serde_json::{Map as Object, Value};

use crate::{
    Response,
    error::AwsError,
    protocol::{
        rest,
        uri::Labels,
        xml::{self, Element, Xml},
    },
    shape::{OperationShape, Shape, Structure},
};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

pub fn read_input(shape: &Structure, head: &Parts, labels: &Labels, body: &Bytes) -> Result<Value, AwsError> {
    let mut members = rest::read_bound(shape, head, labels).map_err(|_| malformed())?;
    match shape.payload_member() {
        Some(payload) => {
            let value = match payload.shape {
                Shape::Structure(structure) => document(structure, body)?,
                _ => rest::read_raw_payload(payload, body),
            };
            members.extend(value.map(|value| (payload.name.to_owned(), value)));
        }
        None if shape.body_members().next().is_some() => {
            if let Some(Value::Object(document)) = document(shape, body)? {
                members.extend(document);
            }
        }
        None => {}
    }
    Ok(Value::Object(members))
}

fn document(structure: &Structure, body: &Bytes) -> Result<Option<Value>, AwsError> {
    let Some(root) = Element::parse(body).map_err(|_| malformed())? else { return Ok(None) };
    xml::read_structure(structure, &root).map(Some).map_err(|_| malformed())
}

fn malformed() -> AwsError {
    AwsError::new(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

pub fn write_output(namespace: &str, operation: &OperationShape, output: &Value) -> Response {
    let mut response = rest::write_bound(operation, output);
    let none = Value::Object(Object::new());
    let (name, structure, value) = match operation.output.payload_member() {
        Some(payload) => match payload.shape {
            Shape::Structure(structure) => (payload.wire_name, *structure, output.get(payload.name).unwrap_or(&none)),
            _ => {
                *response.body_mut() = rest::write_raw_payload(payload, output).unwrap_or_default();
                return response;
            }
        },
        None => (operation.output.name, operation.output, output),
    };
    if structure.body_members().next().is_none() {
        return response;
    }
    let mut xml = Xml::default();
    xml.raw(DECLARATION).raw(&format!("<{name} xmlns=\"{namespace}\">"));
    xml.structure(structure, value);
    xml.raw(&format!("</{name}>"));
    *response.body_mut() = xml.into_string().into();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}
