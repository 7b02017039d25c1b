//! DynamoDB: single items, pages, batches and transactions, beside DynamoDB Local and a bare handler of the same JSON.

use std::{path::PathBuf, sync::Arc};

use anyhow::ensure;

use crate::{
    load::{self, Connection, Requests},
    process::Server,
    report::{self, Figures},
    scenario::measure,
};

const PARTITIONS: u64 = 200;
/// In each partition.
const ITEMS: u64 = 50;
/// Of an item's text. Bytes.
const TEXT: usize = 400;
/// DynamoDB Local's compiler works for so long on what it is asked first.
const WARM_UP_SECONDS: u64 = 6;

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    /// The folder of `DynamoDBLocal.jar`.
    pub(crate) local: Option<PathBuf>,
    pub(crate) seconds: u64,
    pub(crate) connections: usize,
    pub(crate) only: Option<String>,
}

/// A row of the table.
struct Row {
    name: &'static str,
    requests: Requests,
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let ours = Server::with_environment(&plan.binary, &[("SERVICES", "dynamodb")])?;
    let kept = Server::durable(&plan.binary, folder.path(), "normal")?;
    let bare = Server::bare()?;
    let local = plan.local.as_deref().map(Server::dynamodb_local).transpose()?;
    report::fact("start to first 200", &format!("{:.1} ms", ours.start.as_secs_f64() * 1e3));
    report::fact("idle memory", &report::mib(ours.memory()?));
    if let Some(local) = &local {
        report::fact("DynamoDB Local: start to first 200", &format!("{:.0} ms", local.start.as_secs_f64() * 1e3));
        report::fact("DynamoDB Local: idle memory", &report::mib(local.memory()?));
    }
    for server in [Some(&ours), Some(&kept), local.as_ref()].into_iter().flatten() {
        fill(server, plan.connections).await?;
    }
    println!();
    heading();
    for row in rows() {
        if plan.only.as_ref().is_none_or(|only| row.name.contains(only.as_str())) {
            measure_row(plan, &row, [&ours, &kept, &bare], local.as_ref()).await?;
        }
    }
    println!();
    report::fact("memory after the load", &report::mib(ours.memory()?));
    if let Some(local) = &local {
        report::fact("DynamoDB Local: memory after the load", &report::mib(local.memory()?));
    }
    Ok(())
}

async fn measure_row(
    plan: &Plan,
    row: &Row,
    [ours, kept, bare]: [&Server; 3],
    local: Option<&Server>,
) -> anyhow::Result<()> {
    let at = (plan.seconds, plan.connections);
    let others = match local {
        Some(local) => {
            measure((WARM_UP_SECONDS, plan.connections), local, &row.requests).await?;
            Some(measure(at, local, &row.requests).await?)
        }
        None => None,
    };
    let ours = measure(at, ours, &row.requests).await?;
    let kept = measure(at, kept, &row.requests).await?;
    let bare = measure(at, bare, &row.requests).await?;
    print_row(row.name, &ours, &kept, &bare, others.as_ref());
    Ok(())
}

fn heading() {
    println!(
        "| request | req/s | persistent req/s | bare req/s | of bare | Local req/s | times Local | CPU µs | persistent CPU µs | Local CPU µs | times less |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

fn print_row(name: &str, ours: &Figures, kept: &Figures, bare: &Figures, local: Option<&Figures>) {
    let micros = |figures: &Figures| figures.cpu.as_secs_f64() * 1e6;
    let (rate, times, cpu, less) = local.map_or((0.0, 0.0, 0.0, 0.0), |local| {
        let less = micros(local) / micros(ours).max(0.01);
        (local.per_second, ours.per_second / local.per_second, micros(local), less)
    });
    println!(
        "| {name} | {:.0} | {:.0} | {:.0} | {:.0} % | {rate:.0} | {times:.1} | {:.1} | {:.1} | {cpu:.0} | {less:.1} |",
        ours.per_second,
        kept.per_second,
        bare.per_second,
        100.0 * ours.per_second / bare.per_second,
        micros(ours),
        micros(kept),
    );
}

/// As an SDK sends it, signed, although nobody checks.
pub(crate) fn request(operation: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: localhost:4566\r\nAccept-Encoding: identity\r\nUser-Agent: bench\r\n\
         Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n\
         X-Amz-Date: 20261121T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-target, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn key(number: u64) -> String {
    let (partition, item) = (number % PARTITIONS, number / PARTITIONS % ITEMS);
    format!(r#""pk":{{"S":"partition-{partition}"}},"sk":{{"N":"{item}"}}"#)
}

fn item(number: u64) -> String {
    let text = "x".repeat(TEXT);
    format!(r#"{{{},"text":{{"S":"{text}"}},"n":{{"N":"{number}"}}}}"#, key(number))
}

/// Numbers that are far from each other one after the other.
fn spread(number: u64) -> u64 {
    number.wrapping_mul(7919)
}

fn single(name: &'static str, body: impl Fn(u64) -> String + Send + Sync + 'static) -> Row {
    Row { name, requests: Arc::new(move |number| request(name, &body(spread(number)))) }
}

fn rows() -> Vec<Row> {
    vec![
        single("GetItem", |number| format!(r#"{{"TableName":"bench","Key":{{{}}}}}"#, key(number))),
        single("PutItem", |number| format!(r#"{{"TableName":"bench","Item":{}}}"#, item(number))),
        single("UpdateItem", |number| {
            let expressions = r##""UpdateExpression":"SET #n = if_not_exists(#n, :zero) + :one, seen = :now","ConditionExpression":"attribute_exists(pk) AND #n < :most","ExpressionAttributeNames":{"#n":"n"},"ExpressionAttributeValues":{":zero":{"N":"0"},":one":{"N":"1"},":now":{"S":"2026"},":most":{"N":"99999999999999999999999"}}"##;
            format!(r#"{{"TableName":"bench","Key":{{{}}},{expressions}}}"#, key(number))
        }),
        Row {
            name: "Query 20",
            requests: Arc::new(|number| {
                let partition = spread(number) % PARTITIONS;
                let body = format!(
                    r#"{{"TableName":"bench","Limit":20,"KeyConditionExpression":"pk = :pk AND sk >= :from","ExpressionAttributeValues":{{":pk":{{"S":"partition-{partition}"}},":from":{{"N":"10"}}}}}}"#
                );
                request("Query", &body)
            }),
        },
        Row { name: "Scan 100", requests: Arc::new(|_| request("Scan", r#"{"TableName":"bench","Limit":100}"#)) },
        Row { name: "BatchWriteItem 25", requests: Arc::new(|number| batch(number.wrapping_mul(25))) },
        Row {
            name: "TransactWriteItems 3",
            requests: Arc::new(|number| {
                let put = |number: u64| format!(r#"{{"Put":{{"TableName":"bench","Item":{}}}}}"#, item(number));
                let puts: Vec<String> = (0..3).map(|offset| put(spread(number) + offset)).collect();
                request("TransactWriteItems", &format!(r#"{{"TransactItems":[{}]}}"#, puts.join(",")))
            }),
        },
    ]
}

fn batch(first: u64) -> Vec<u8> {
    let put = |number: u64| format!(r#"{{"PutRequest":{{"Item":{}}}}}"#, item(number));
    let puts: Vec<String> = (first..first + 25).map(put).collect();
    request("BatchWriteItem", &format!(r#"{{"RequestItems":{{"bench":[{}]}}}}"#, puts.join(",")))
}

async fn fill(server: &Server, connections: usize) -> anyhow::Result<()> {
    let create = r#"{"TableName":"bench","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}]}"#;
    Connection::open(server.port).await?.exchange(&request("CreateTable", create)).await?;
    let batches: Requests = Arc::new(|number| batch(number * 25));
    let outcome = load::for_count(server.port, connections, PARTITIONS * ITEMS / 25, &batches).await?;
    ensure!(outcome.requests == PARTITIONS * ITEMS / 25, "the table was not filled");
    Ok(())
}
