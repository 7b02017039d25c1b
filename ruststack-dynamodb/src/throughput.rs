//! Provisioned throughput, held to on request: a table whose units of a second are used up refuses until there are more.
//!
//! What a request costs is known when it was made, as on AWS; so a table may owe units, and refuses meanwhile.
//! Differs from AWS: nothing is saved up for bursts, indexes have their table's units, and a batch is refused as a whole.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use ruststack_core::{Request, Response, body::Body, clock::Timestamp, context::Context, error::AwsError};
use serde_json::Value;

use crate::{
    error::DynamoDbError,
    service::{DynamoDb, OPERATIONS},
    tables::TableName,
};

/// The largest request and the largest answer of an operation on items. Bytes.
const MAX_BODY: usize = 64 * 1024 * 1024;

const READS: [&str; 5] = ["BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"];
const WRITES: [&str; 5] = ["BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"];

/// What is left to the tables.
#[derive(Default)]
pub(crate) struct Throughput(Mutex<BTreeMap<(TableName, Kind), Left>>);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Read,
    Write,
}

#[derive(Clone, Copy)]
struct Left {
    units: f64,
    at: Timestamp,
}

impl Left {
    /// With what came since, up to what a second has.
    fn now(self, per_second: f64, now: Timestamp) -> Self {
        let units = self.units + per_second * now.since(self.at).as_secs_f64();
        Self { units: units.min(per_second), at: now }
    }
}

impl Throughput {
    /// Answers a request of an operation on items if its tables have units, and takes what it costs.
    pub(crate) async fn answer(
        &self,
        service: &Arc<DynamoDb>,
        ctx: Context,
        request: Request,
    ) -> Result<Response, AwsError> {
        let Some(kind) = kind(&request) else { return OPERATIONS.answer(Arc::clone(service), ctx, request).await };
        let (head, body) = request.into_parts();
        let bytes = body.read(MAX_BODY).await.map_err(|_| unreadable())?;
        let Ok(Value::Object(mut input)) = serde_json::from_slice::<Value>(&bytes) else {
            return OPERATIONS.answer(Arc::clone(service), ctx, Request::from_parts(head, Body::from(bytes))).await;
        };
        for name in names(&Value::Object(input.clone())) {
            self.check(service, &ctx, &name, kind)?;
        }
        let is_asked = matches!(input.get(CAPACITY).and_then(Value::as_str), Some("TOTAL" | "INDEXES"));
        if !is_asked {
            input.insert(CAPACITY.to_owned(), "TOTAL".into());
        }
        let body = Body::from(Value::Object(input).to_string());
        let answer = OPERATIONS.answer(Arc::clone(service), ctx.clone(), Request::from_parts(head, body)).await?;
        let (head, body) = answer.into_parts();
        let bytes = body.read(MAX_BODY).await.map_err(|_| unreadable())?;
        let mut output: Value = serde_json::from_slice(&bytes).map_err(|error| AwsError::internal(&error))?;
        self.take(service, &ctx, &output["ConsumedCapacity"], kind);
        if !is_asked && let Some(output) = output.as_object_mut() {
            output.remove("ConsumedCapacity");
        }
        Ok(Response::from_parts(head, Body::from(output.to_string())))
    }

    fn check(&self, service: &DynamoDb, ctx: &Context, name: &str, kind: Kind) -> Result<(), DynamoDbError> {
        let name = TableName::parse(name, ctx.scope());
        let Some(per_second) = per_second(service, &name, kind) else { return Ok(()) };
        let all = self.0.lock();
        let left = all.get(&(name, kind)).map_or(per_second, |left| left.now(per_second, ctx.now()).units);
        if left > 0.0 { Ok(()) } else { Err(DynamoDbError::ProvisionedThroughputExceededException {}) }
    }

    fn take(&self, service: &DynamoDb, ctx: &Context, consumed: &Value, kind: Kind) {
        let list = consumed.as_array().cloned().unwrap_or_else(|| vec![consumed.clone()]);
        for of_table in list {
            let (Some(name), Some(units)) = (of_table["TableName"].as_str(), of_table["CapacityUnits"].as_f64()) else {
                continue;
            };
            let name = TableName::parse(name, ctx.scope());
            let Some(per_second) = per_second(service, &name, kind) else { continue };
            let mut all = self.0.lock();
            let left = all.entry((name, kind)).or_insert(Left { units: per_second, at: ctx.now() });
            *left = left.now(per_second, ctx.now());
            left.units -= units;
        }
    }
}

const CAPACITY: &str = "ReturnConsumedCapacity";

fn unreadable() -> AwsError {
    DynamoDbError::SerializationException { message: "The body cannot be read.".to_owned() }.into()
}

fn kind(request: &Request) -> Option<Kind> {
    let operation = request.headers().get("x-amz-target")?.to_str().ok()?.rsplit('.').next()?;
    if READS.contains(&operation) { Some(Kind::Read) } else { WRITES.contains(&operation).then_some(Kind::Write) }
}

/// The tables that an input names, wherever it does.
fn names(input: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut names: Vec<String> = text(&input["TableName"]).into_iter().collect();
    names.extend(input["RequestItems"].as_object().into_iter().flat_map(|tables| tables.keys().cloned()));
    for item in input["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object) {
        names.extend(item.values().filter_map(|part| text(&part["TableName"])));
    }
    names
}

/// Units of a second; none of a table that is billed by request, or not there.
fn per_second(service: &DynamoDb, name: &TableName, kind: Kind) -> Option<f64> {
    let table = service.tables(&name.scope).get(&name.name)?;
    let provisioned = table.settings().description.provisioned_throughput?;
    let units = match kind {
        Kind::Read => provisioned.read_capacity_units,
        Kind::Write => provisioned.write_capacity_units,
    };
    units.filter(|units| *units > 0).map(|units| units as f64)
}
