//! Streams of tables whose items another DynamoDB keeps: its records, under our ARNs.

use std::sync::Arc;

use http::HeaderMap;
use ruststack_core::{
    Request, Response, context::Context, error::AwsError, protocol::aws_json, scope::Scope, service::BodyPolicy,
};
use serde_json::{Value, json};

use super::{
    unreadable,
    upstream::{Target, Upstream, unavailable},
};
use crate::{
    DynamoDb,
    streams::{StreamName, find_stream},
};

/// Whether the other answers an operation; we know ourselves which streams there are.
pub(crate) fn is_sent_on(operation: &str) -> bool {
    matches!(operation, "DescribeStream" | "GetRecords" | "GetShardIterator")
}

pub(crate) async fn answer(
    service: &Arc<DynamoDb>,
    upstream: &Upstream,
    ctx: &Context,
    operation: &'static str,
    request: Request,
) -> Result<Response, AwsError> {
    ctx.begin_operation(operation).await?;
    let (head, body) = request.into_parts();
    let body = body.read(BodyPolicy::DEFAULT_LIMIT).await;
    let body = body.map_err(|error| unreadable(&format!("the body cannot be read: {error:?}")))?;
    let input: Value = serde_json::from_slice(&body).map_err(|error| unreadable(&error.to_string()))?;
    let reading = Reading { service, upstream, ctx, headers: &head.headers };
    let output = reading.answer(operation, input).await?;
    Ok(aws_json::write_output(ctx.protocol(), output.to_string().into_bytes()))
}

/// Answers a call by name, within the process.
pub(crate) async fn request(
    service: &Arc<DynamoDb>,
    upstream: &Upstream,
    ctx: &Context,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    Reading { service, upstream, ctx, headers: &HeaderMap::new() }.answer(operation, input).await
}

struct Reading<'r> {
    service: &'r Arc<DynamoDb>,
    upstream: &'r Upstream,
    ctx: &'r Context,
    headers: &'r HeaderMap,
}

impl Reading<'_> {
    async fn answer(&self, operation: &str, mut input: Value) -> Result<Value, AwsError> {
        // An iterator is the other's own, and says nothing of accounts: it is the caller's.
        let Some(arn) = input["StreamArn"].as_str().map(str::to_owned) else {
            let region = self.ctx.scope().region.to_string();
            let mut output = self.ask(self.ctx.scope(), Target::Streams(operation), &input).await?;
            for record in output.get_mut("Records").and_then(Value::as_array_mut).into_iter().flatten() {
                record["awsRegion"] = region.as_str().into();
            }
            return Ok(output);
        };
        let name = StreamName::parse(&arn)?;
        find_stream(self.service, &arn, self.ctx.now())?;
        let described = json!({"TableName": name.table_name});
        let described = self.ask(&name.scope, Target::Tables("DescribeTable"), &described).await?;
        input["StreamArn"] = described["Table"]["LatestStreamArn"].clone();
        let mut output = self.ask(&name.scope, Target::Streams(operation), &input).await?;
        if let Some(description) = output.get_mut("StreamDescription") {
            description["StreamArn"] = arn.into();
            description["StreamLabel"] = name.label.into();
        }
        Ok(output)
    }

    async fn ask(&self, scope: &Scope, target: Target<'_>, input: &Value) -> Result<Value, AwsError> {
        let outbound = &self.ctx.runtime().outbound;
        let output = self.upstream.ask(outbound, scope, self.headers, target, input).await?;
        serde_json::from_slice(&output).map_err(|error| unavailable(error.to_string()))
    }
}
