//! A table that both have, and what both say to the same requests.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{
    operations::{READ_STREAM, Step},
    schema::{NAME, Schema},
    streams,
};
use crate::crash::http::{Connection, Request};

/// Of one `Query` or `Scan` at most.
const PAGES: usize = 60;
const TARGET: &str = "DynamoDB_20120810";
/// Each world has an account of its own.
static ACCOUNTS: AtomicU64 = AtomicU64::new(1);

/// Where the two are.
#[derive(Clone, Copy)]
pub(super) struct Ports {
    pub(super) ours: u16,
    pub(super) theirs: u16,
}

/// An answer, with its pages put together.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// Connections that outlive worlds.
pub(super) struct Sides {
    ours: Connection,
    theirs: Connection,
}

impl Sides {
    pub(super) fn open(ports: Ports) -> anyhow::Result<Self> {
        Ok(Self { ours: Connection::open(ports.ours)?, theirs: Connection::open(ports.theirs)? })
    }
}

/// An account with one table, on both sides.
pub(super) struct World<'s> {
    sides: &'s mut Sides,
    account: String,
}

impl<'s> World<'s> {
    pub(super) fn create(sides: &'s mut Sides, schema: &Schema) -> anyhow::Result<Self> {
        let account = format!("{:012}", ACCOUNTS.fetch_add(1, Ordering::Relaxed));
        let mut world = Self { sides, account };
        let step = Step { operation: "CreateTable", input: schema.input() };
        let [ours, theirs] = world.answers(&step)?;
        anyhow::ensure!(ours.status == 200 && theirs.status == 200, "{step:?}\nours: {ours:?}\ntheirs: {theirs:?}");
        Ok(world)
    }

    /// Ours, and theirs.
    pub(super) fn answers(&mut self, step: &Step) -> anyhow::Result<[Answer; 2]> {
        let ours = ask(&mut self.sides.ours, &self.account, step).context("of RustStack")?;
        let theirs = ask(&mut self.sides.theirs, &self.account, step).context("of DynamoDB Local")?;
        Ok([ours, theirs])
    }

    pub(super) fn end(mut self) -> anyhow::Result<()> {
        self.answers(&Step { operation: "DeleteTable", input: json!({"TableName": NAME}) }).map(drop)
    }
}

fn ask(connection: &mut Connection, account: &str, step: &Step) -> anyhow::Result<Answer> {
    if step.operation == READ_STREAM {
        return streams::read(connection, account);
    }
    let segments = step.input["TotalSegments"].as_u64().filter(|_| step.input.get("Segment").is_none());
    let Some(segments) = segments else { return all_pages(connection, account, step.operation, &step.input) };
    let mut input = step.input.clone();
    input["Segment"] = 0.into();
    let mut whole = all_pages(connection, account, step.operation, &input)?;
    for segment in 1..segments {
        input["Segment"] = segment.into();
        add(&mut whole.body, &all_pages(connection, account, step.operation, &input)?.body);
    }
    Ok(whole)
}

/// Where an answer says that there is more, and where a request takes it.
fn pages(operation: &str) -> Option<(&'static str, &'static str)> {
    match operation {
        "Query" | "Scan" => Some(("LastEvaluatedKey", "ExclusiveStartKey")),
        "ExecuteStatement" => Some(("NextToken", "NextToken")),
        _ => None,
    }
}

fn all_pages(connection: &mut Connection, account: &str, operation: &str, input: &Value) -> anyhow::Result<Answer> {
    let mut whole = ask_once(connection, account, TARGET, operation, input)?;
    let Some((last, start)) = pages(operation) else { return Ok(whole) };
    let mut input = input.clone();
    let mut next = whole.body.as_object_mut().and_then(|body| body.remove(last));
    for _ in 0..PAGES {
        let Some(next_start) = next.take() else { break };
        input[start] = next_start;
        let mut page = ask_once(connection, account, TARGET, operation, &input)?;
        if page.status != 200 {
            return Ok(page);
        }
        add(&mut whole.body, &page.body);
        next = page.body.as_object_mut().and_then(|body| body.remove(last));
    }
    Ok(whole)
}

/// Capacity is that of the first page.
fn add(whole: &mut Value, page: &Value) {
    for member in ["Count", "ScannedCount"] {
        if page.get(member).is_none() {
            continue;
        }
        whole[member] = (whole[member].as_u64().unwrap_or(0) + page[member].as_u64().unwrap_or(0)).into();
    }
    let items = whole.get_mut("Items").and_then(Value::as_array_mut);
    if let (Some(items), Some(more)) = (items, page["Items"].as_array()) {
        items.extend(more.iter().cloned());
    }
}

/// One request of the API that `target` names.
pub(super) fn ask_once(
    connection: &mut Connection,
    account: &str,
    target: &str,
    operation: &str,
    input: &Value,
) -> anyhow::Result<Answer> {
    let request = Request::new("dynamodb", account, "POST", "/")
        .header("x-amz-target", format!("{target}.{operation}"))
        .header("content-type", "application/x-amz-json-1.0")
        .body(input.to_string());
    let answer = connection.send(&request)?;
    let body = serde_json::from_slice(&answer.body).with_context(|| format!("not JSON: {}", answer.text()))?;
    Ok(Answer { status: answer.status, body })
}
