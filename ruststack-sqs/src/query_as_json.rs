//! Answers of the query protocol to clients that accept JSON alone: the same document, in other clothes.

use http::{HeaderMap, HeaderValue, header};
use ruststack_core::{
    Response,
    body::Body,
    context::Context,
    error::AwsError,
    protocol::{
        render_error::{RequestIds, render_error},
        xml::Element,
    },
    service::Protocol,
};
use serde_json::{Map, Value, json};

use crate::SPEC;

pub(crate) fn is_wanted(ctx: &Context, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    ctx.protocol() == Protocol::AwsQuery && accepts.is_some_and(|accept| accept.contains("application/json"))
}

// Differs from AWS: lists in JSON answers of the query protocol have the names that they have in XML.
pub(crate) fn answer(ctx: &Context, answer: Result<Response, AwsError>) -> Response {
    let ids = RequestIds { request_id: ctx.request_id(), host_id: None };
    let response = answer.unwrap_or_else(|error| render_error(ctx.protocol(), &SPEC.error_style, &error, &ids));
    let document = response.body().as_bytes().and_then(|bytes| Element::parse(bytes).ok().flatten());
    let Some(root) = document.filter(|root| !root.children.is_empty()) else { return response };
    let (mut head, _) = response.into_parts();
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(head, Body::from(json!({ root.name.clone(): value_of(&root) }).to_string()))
}

/// Elements that repeat are a list.
fn value_of(element: &Element) -> Value {
    if element.children.is_empty() {
        return element.text.clone().into();
    }
    let mut members = Map::new();
    for child in &element.children {
        let value = value_of(child);
        match members.get_mut(&child.name) {
            None => drop(members.insert(child.name.clone(), value)),
            Some(Value::Array(several)) => several.push(value),
            Some(one) => *one = json!([one.take(), value]),
        }
    }
    Value::Object(members)
}
