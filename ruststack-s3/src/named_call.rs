//! Calls by name: what init hooks and other services send in JSON goes the way of every request.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderValue;
use md5::{Digest, Md5};
use ruststack_core::{
    context::Context,
    error::AwsError,
    protocol::{aws_json, rest_xml::client},
    service::Service as _,
    shape::{OperationShape, Shape},
    validate::validate,
};
use serde_json::Value;

use crate::{S3, SPEC, api, error::S3Error};

/// The longest answer that is taken into a value. Bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
/// Paths name buckets, so that no host does.
const HOST: &str = "localhost";

impl S3 {
    pub(crate) async fn call_by_name(
        self: Arc<Self>,
        ctx: Context,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError> {
        let shape = api::MODEL
            .operation(operation)
            .ok_or_else(|| AwsError::not_implemented(format!("{} has no operation {operation}.", SPEC.name)))?;
        let input = aws_json::read_value(shape.input, with_text_as_payload(shape, input))?;
        validate(shape.input, &input).map_err(|broken| AwsError::new(400, "ValidationException", broken))?;
        let mut request = client::write_request(api::XML_NAMESPACE, shape, HOST, &input)?;
        // Some operations want one; SDKs send it always.
        if let Some(body) = request.body().as_bytes().filter(|body| !body.is_empty()) {
            let md5 = HeaderValue::from_str(&STANDARD.encode(Md5::digest(body))).expect("base64 is ASCII");
            request.headers_mut().insert("content-md5", md5);
        }
        let (head, body) = self.call(ctx, request).await?.into_parts();
        let body = body.read(MAX_ANSWER).await.map_err(|_| S3Error::MaxMessageLengthExceeded {})?;
        Ok(client::read_response(shape, &head, &body))
    }
}

/// Policies and objects may be written as the JSON that they are.
fn with_text_as_payload(shape: &OperationShape, mut input: Value) -> Value {
    let payload = shape.input.payload_member().filter(|member| matches!(member.shape, Shape::Text(_) | Shape::Blob(_)));
    if let Some(value) = payload.and_then(|member| input.get_mut(member.name))
        && !value.is_string()
    {
        *value = value.to_string().into();
    }
    input
}
