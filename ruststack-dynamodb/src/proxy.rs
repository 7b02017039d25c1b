//! The service before another implementation of DynamoDB: definitions of tables, their ARNs and tags are ours, items are
//! the other's. What neither does answers 501.

use std::sync::Arc;

use http::HeaderMap;
use ruststack_core::{
    Request, Response, body::Body, context::Context, error::AwsError, protocol::aws_json, scope::Scope,
    service::BodyPolicy,
};
use serde_json::{Value, json};

use self::{
    names::Names,
    upstream::{Target, unavailable},
};
use crate::{
    DynamoDb,
    error::{DynamoDbError, no_resource},
    tables::TableName,
};

mod definition;
pub(crate) mod local;
mod names;
pub(crate) mod streams;
pub(crate) mod upstream;

pub(crate) use self::{local::LocalProcess, upstream::Upstream};

/// Who answers an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Items are the other's.
    Other,
    /// Tables are made here first, then there.
    Both,
    /// The other has no such thing, or knows less.
    We,
    /// The other lacks it, and what we have of it acts on our own items.
    Nobody,
}

fn who(operation: &str) -> Who {
    match operation {
        "BatchExecuteStatement"
        | "BatchGetItem"
        | "BatchWriteItem"
        | "DeleteItem"
        | "ExecuteStatement"
        | "ExecuteTransaction"
        | "GetItem"
        | "PutItem"
        | "Query"
        | "Scan"
        | "TransactGetItems"
        | "TransactWriteItems"
        | "UpdateItem" => Who::Other,
        "CreateTable" | "DeleteTable" | "DescribeTable" | "ListTables" | "UpdateTable" | "UpdateTimeToLive" => {
            Who::Both
        }
        "DescribeContinuousBackups"
        | "DescribeEndpoints"
        | "DescribeLimits"
        | "DescribeTimeToLive"
        | "ListTagsOfResource"
        | "TagResource"
        | "UntagResource" => Who::We,
        _ => Who::Nobody,
    }
}

/// A request on its way.
struct Exchange<'e> {
    service: &'e Arc<DynamoDb>,
    upstream: &'e Upstream,
    ctx: &'e Context,
    headers: &'e HeaderMap,
}

/// Answers a request with the other's help.
pub(crate) async fn answer(
    service: Arc<DynamoDb>,
    upstream: &Upstream,
    ctx: Context,
    request: Request,
) -> Result<Response, AwsError> {
    let operation = aws_json::operation(request.headers()).unwrap_or_default().to_owned();
    let of_service = crate::api::OPERATIONS.contains(&operation.as_str());
    match who(&operation) {
        Who::We => return service.answer_here(ctx, request).await,
        Who::Nobody if !of_service => return service.answer_here(ctx, request).await,
        Who::Nobody => return Err(lacking(&operation)),
        Who::Both | Who::Other => {}
    }
    ctx.begin_operation(&operation).await?;
    let (head, body) = request.into_parts();
    let body = body.read(BodyPolicy::DEFAULT_LIMIT).await;
    let body = body.map_err(|error| unreadable(&format!("the body cannot be read: {error:?}")))?;
    let exchange = Exchange { service: &service, upstream, ctx: &ctx, headers: &head.headers };
    let protocol = ctx.protocol();
    if who(&operation) == Who::Other {
        let input = serde_json::from_slice(&body).map_err(|error| unreadable(&error.to_string()))?;
        let output = exchange.about_items(&operation, input).await?;
        return Ok(aws_json::write_output(protocol, output));
    }
    let here = Request::from_parts(head.clone(), Body::from(body.clone()));
    // What we refuse, we refuse in AWS's words; the rest is known to be JSON that fits.
    let answer = exchange.about_tables(&operation, here, &body).await?;
    Ok(answer)
}

/// Answers a call by name, within the process: of tables' items alone.
pub(crate) async fn request(
    service: Arc<DynamoDb>,
    upstream: &Upstream,
    ctx: Context,
    operation: &str,
    input: Value,
) -> Result<Value, AwsError> {
    match who(operation) {
        Who::We => service.request_here(ctx, operation, input).await,
        Who::Both | Who::Nobody => Err(lacking(operation)),
        Who::Other => {
            let exchange = Exchange { service: &service, upstream, ctx: &ctx, headers: &HeaderMap::new() };
            let output = exchange.about_items(operation, input).await?;
            serde_json::from_slice(&output).map_err(|error| unavailable(error.to_string()))
        }
    }
}

fn lacking(operation: &str) -> AwsError {
    AwsError::not_implemented(format!(
        "RustStack does not implement {operation} before another DynamoDB (RUSTSTACK_DYNAMODB); its own engine may."
    ))
}

fn unreadable(why: &str) -> AwsError {
    AwsError::new(400, "SerializationException", why.to_owned())
}

impl Exchange<'_> {
    async fn ask(&self, scope: &Scope, operation: &str, input: &Value) -> Result<Vec<u8>, AwsError> {
        let outbound = &self.ctx.runtime().outbound;
        self.upstream.ask(outbound, scope, self.headers, Target::Tables(operation), input).await
    }

    async fn about_items(&self, operation: &str, mut input: Value) -> Result<Vec<u8>, AwsError> {
        let names = Names::take(&mut input, self.ctx.scope());
        let scope = names.scope(self.ctx.scope()).map_err(|()| {
            AwsError::not_implemented("RustStack sends no request on that names tables of several accounts or regions.")
        })?;
        if self.upstream.is_ours() {
            names.iter().try_for_each(|name| self.check_known(name))?;
        }
        let output = self.ask(&scope, operation, &input).await?;
        if !matches!(operation, "BatchGetItem" | "BatchWriteItem") {
            return Ok(output);
        }
        let mut output: Value = serde_json::from_slice(&output).map_err(|error| unavailable(error.to_string()))?;
        names.put_back(&mut output);
        Ok(output.to_string().into_bytes())
    }

    fn check_known(&self, name: &TableName) -> Result<(), DynamoDbError> {
        let found = self.service.tables(&name.scope).get(&name.name);
        found.map(drop).ok_or_else(no_resource)
    }

    async fn about_tables(&self, operation: &str, here: Request, body: &[u8]) -> Result<Response, AwsError> {
        let mut input: Value = serde_json::from_slice(body).unwrap_or_default();
        let names = Names::take(&mut input, self.ctx.scope());
        let scope = names.scope(self.ctx.scope()).unwrap_or_else(|()| self.ctx.scope().clone());
        let is_known = || names.iter().all(|name| self.check_known(name).is_ok());
        match operation {
            "ListTables" if !self.upstream.is_ours() => self.elsewhere(&scope, operation, &input).await,
            "ListTables" => self.here(here).await,
            "CreateTable" => self.create(&scope, input, here).await,
            // Tables of an endpoint that were not made through us.
            _ if !self.upstream.is_ours() && !is_known() => self.elsewhere(&scope, operation, &input).await,
            "DescribeTable" => self.describe(&scope, &input, here).await,
            "DeleteTable" => {
                let answer = self.here(here).await?;
                self.ask(&scope, operation, &input).await?;
                Ok(answer)
            }
            _ => {
                self.update(&scope, operation, input).await?;
                self.here(here).await
            }
        }
    }

    async fn here(&self, request: Request) -> Result<Response, AwsError> {
        Arc::clone(self.service).answer_here(self.ctx.clone(), request).await
    }

    async fn elsewhere(&self, scope: &Scope, operation: &str, input: &Value) -> Result<Response, AwsError> {
        let output = self.ask(scope, operation, input).await?;
        Ok(aws_json::write_output(self.ctx.protocol(), output))
    }

    /// A table that the other refuses is not there.
    async fn create(&self, scope: &Scope, mut input: Value, here: Request) -> Result<Response, AwsError> {
        let answer = self.here(here).await?;
        let name = input["TableName"].clone();
        definition::reduce(&mut input);
        let made = match self.ask(scope, "CreateTable", &input).await {
            // One that was forgotten here, by a reset.
            Err(error) if error.code() == "ResourceInUseException" && self.upstream.is_ours() => {
                self.ask(scope, "DeleteTable", &json!({"TableName": name})).await?;
                self.ask(scope, "CreateTable", &input).await
            }
            made => made,
        };
        if let Err(error) = made {
            let table = TableName { scope: scope.clone(), name: name.as_str().unwrap_or_default().to_owned() };
            self.service.forget(&table, self.ctx)?;
            return Err(error);
        }
        Ok(answer)
    }

    /// Ours, with the other's counts.
    async fn describe(&self, scope: &Scope, input: &Value, here: Request) -> Result<Response, AwsError> {
        let answer = self.here(here).await?;
        let theirs = self.ask(scope, "DescribeTable", input).await?;
        let theirs: Value = serde_json::from_slice(&theirs).map_err(|error| unavailable(error.to_string()))?;
        let bytes = answer.into_body().read(BodyPolicy::DEFAULT_LIMIT).await;
        let bytes = bytes.map_err(|error| unavailable(format!("{error:?}")))?;
        let mut ours: Value = serde_json::from_slice(&bytes).map_err(|error| unavailable(error.to_string()))?;
        definition::take_counts(&mut ours["Table"], &theirs["Table"]);
        Ok(aws_json::write_output(self.ctx.protocol(), ours.to_string().into_bytes()))
    }

    /// What the other does not know changes nothing there.
    async fn update(&self, scope: &Scope, operation: &str, mut input: Value) -> Result<(), AwsError> {
        if operation == "UpdateTable" && !definition::reduce_update(&mut input) {
            return Ok(());
        }
        self.ask(scope, operation, &input).await.map(drop)
    }
}
