//! A client of DynamoDB: items are as they were answered, transactions are whole, an index shows what its table has, and
//! the stream tells every change once, in order.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::{
    client::{Service, Step},
    http::{Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000051";
const TABLE: &str = "crash";
const KEYS: u64 = 40;
/// Items that are written together.
const TOGETHER: u64 = 5;
/// Operations of the service that reads streams.
const STREAMS: [&str; 3] = ["DescribeStream", "GetShardIterator", "GetRecords"];
const MAX_BACKUPS: usize = 20;

pub(crate) struct DynamoDb;

/// The table, where it is there, the number in each of its items, and what its stream tells of them.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Table {
    is_there: bool,
    items: BTreeMap<String, i64>,
    /// A key and its new number, or that it was removed.
    told: Vec<(String, Option<i64>)>,
    /// It keeps what its items were.
    is_recoverable: bool,
    /// By ARN, which is empty while it is unknown; they outlive the table.
    backups: BTreeSet<String>,
}

impl Table {
    /// What changes nothing is not told.
    fn set(&mut self, key: &str, number: Option<i64>) {
        let before = match number {
            Some(number) => self.items.insert(key.to_owned(), number),
            None => self.items.remove(key),
        };
        if before != number {
            self.told.push((key.to_owned(), number));
        }
    }
}

fn request(operation: &str, input: &Value) -> Request {
    let request = Request::new("dynamodb", ACCOUNT, "POST", "/").body(input.to_string());
    let prefix = if STREAMS.contains(&operation) { "DynamoDBStreams_20120810" } else { "DynamoDB_20120810" };
    let request = request.header("x-amz-target", format!("{prefix}.{operation}"));
    request.header("content-type", "application/x-amz-json-1.0")
}

fn create() -> Step<Table> {
    let attribute = |name: &str, of: &str| json!({"AttributeName": name, "AttributeType": of});
    let hash = |name: &str| json!([{"AttributeName": name, "KeyType": "HASH"}]);
    let input = json!({
        "TableName": TABLE,
        "KeySchema": hash("id"),
        "AttributeDefinitions": [attribute("id", "S"), attribute("n", "N")],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        "GlobalSecondaryIndexes": [
            {"IndexName": "index", "KeySchema": hash("n"), "Projection": {"ProjectionType": "KEYS_ONLY"}},
        ],
    });
    Step::new("CreateTable", request("CreateTable", &input), |table: &mut Table, _| table.is_there = true)
}

fn drop_table() -> Step<Table> {
    let request = request("DeleteTable", &json!({"TableName": TABLE}));
    Step::new("DeleteTable", request, |table: &mut Table, _| *table = emptied(table))
}

/// Backups stay.
fn emptied(table: &Table) -> Table {
    Table { backups: table.backups.clone(), ..Table::default() }
}

fn keep_history() -> Step<Table> {
    let wanted = json!({"PointInTimeRecoveryEnabled": true});
    let input = json!({"TableName": TABLE, "PointInTimeRecoverySpecification": wanted});
    Step::new("UpdateContinuousBackups", request("UpdateContinuousBackups", &input), |table: &mut Table, _| {
        table.is_recoverable = true;
    })
}

fn back_up() -> Step<Table> {
    let input = json!({"TableName": TABLE, "BackupName": "crash"});
    Step::new("CreateBackup", request("CreateBackup", &input), |table: &mut Table, answer| {
        let made: Value = answer.and_then(|answer| serde_json::from_str(&answer.text()).ok()).unwrap_or_default();
        table.backups.insert(made["BackupDetails"]["BackupArn"].as_str().unwrap_or_default().to_owned());
    })
}

fn delete_backup(arn: String) -> Step<Table> {
    let request = request("DeleteBackup", &json!({"BackupArn": arn}));
    Step::new("DeleteBackup", request, move |table: &mut Table, _| {
        table.backups.remove(&arn);
    })
}

fn set_by_statement(key: String, number: i64) -> Step<Table> {
    let text = format!("UPDATE {TABLE} SET n = {number} WHERE id = '{key}'");
    let request = request("ExecuteStatement", &json!({"Statement": text}));
    Step::new("ExecuteStatement", request, move |table: &mut Table, _| {
        table.set(&key, Some(number));
    })
}

fn item(key: &str, number: i64) -> Value {
    json!({"id": {"S": key}, "n": {"N": number.to_string()}})
}

fn put(key: String, number: i64) -> Step<Table> {
    let request = request("PutItem", &json!({"TableName": TABLE, "Item": item(&key, number)}));
    Step::new("PutItem", request, move |table: &mut Table, _| {
        table.set(&key, Some(number));
    })
}

fn add(key: String, number: i64) -> Step<Table> {
    let input = json!({
        "TableName": TABLE,
        "Key": {"id": {"S": key}},
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": number.to_string()}},
    });
    Step::new("UpdateItem", request("UpdateItem", &input), move |table: &mut Table, _| {
        let sum = table.items.get(&key).copied().unwrap_or_default() + number;
        table.set(&key, Some(sum));
    })
}

fn delete(key: String) -> Step<Table> {
    let request = request("DeleteItem", &json!({"TableName": TABLE, "Key": {"id": {"S": key}}}));
    Step::new("DeleteItem", request, move |table: &mut Table, _| {
        table.set(&key, None);
    })
}

/// One number for several items, of which all have it or none.
fn transact(keys: Vec<String>, number: i64) -> Step<Table> {
    let put = |key: &String| json!({"Put": {"TableName": TABLE, "Item": item(key, number)}});
    let items: Vec<Value> = keys.iter().map(put).collect();
    let input = json!({"TransactItems": items, "ClientRequestToken": format!("{number}-{}", keys[0])});
    Step::new("TransactWriteItems", request("TransactWriteItems", &input), move |table: &mut Table, _| {
        keys.iter().for_each(|key| table.set(key, Some(number)));
    })
}

impl Service for DynamoDb {
    type State = Table;

    fn next(&mut self, table: &Table, random: &mut Random) -> Step<Table> {
        if !table.is_there {
            return create();
        }
        let first = random.below(KEYS);
        let key = format!("key{first}");
        let number = i64::try_from(random.below(1_000_000_000)).unwrap_or_default();
        match random.below(100) {
            0 => drop_table(),
            1 if !table.is_recoverable => keep_history(),
            2 if table.backups.len() < MAX_BACKUPS => back_up(),
            3..=9 if table.items.contains_key(&key) => set_by_statement(key, number),
            1..=30 => put(key, number),
            31..=55 => add(key, number % 100),
            56..=70 => delete(key),
            _ => transact((0..TOGETHER).map(|place| format!("key{}", (first + place) % KEYS)).collect(), number),
        }
    }

    fn clear(&self, table: &Table) -> Option<Step<Table>> {
        let backup = || table.backups.first().map(|arn| delete_backup(arn.clone()));
        table.is_there.then(drop_table).or_else(backup)
    }

    fn see(&self, connection: &mut Connection, _told: &Table) -> anyhow::Result<Table> {
        let tables = ask(connection, "ListTables", &json!({}))?;
        let backups = ask(connection, "ListBackups", &json!({}))?;
        let arns = backups["BackupSummaries"].as_array().into_iter().flatten();
        let backups = arns.filter_map(|backup| backup["BackupArn"].as_str().map(str::to_owned)).collect();
        if tables["TableNames"] == json!([]) {
            return Ok(Table { backups, ..Table::default() });
        }
        let recovery = ask(connection, "DescribeContinuousBackups", &json!({"TableName": TABLE}))?;
        let recovery = &recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        let is_recoverable = recovery["PointInTimeRecoveryStatus"] == "ENABLED";
        let items = scan(connection, &json!({"TableName": TABLE}))?;
        let by_index = scan(connection, &json!({"TableName": TABLE, "IndexName": "index"}))?;
        ensure!(items == by_index, "the index shows {by_index:?}, the table {items:?}");
        Ok(Table { is_there: true, items, told: told(connection)?, is_recoverable, backups })
    }

    fn agree(seen: &Table, possible: &Table, _told: &Table) -> Option<Table> {
        // Of a backup whose answer did not come the ARN is seen now.
        let is_known = possible.backups.iter().filter(|arn| !arn.is_empty()).all(|arn| seen.backups.contains(arn));
        let others = Table { backups: seen.backups.clone(), ..possible.clone() };
        let is_it = is_known && seen.backups.len() == possible.backups.len() && *seen == others;
        is_it.then(|| seen.clone())
    }
}

fn ask(connection: &mut Connection, operation: &str, input: &Value) -> anyhow::Result<Value> {
    let answer = connection.send(&request(operation, input))?;
    ensure!(answer.is_success(), "{operation}: {}", answer.text());
    Ok(serde_json::from_str(&answer.text())?)
}

fn scan(connection: &mut Connection, input: &Value) -> anyhow::Result<BTreeMap<String, i64>> {
    let page = ask(connection, "Scan", input)?;
    let items = page["Items"].as_array().context("a scan shows items")?;
    let read = items.iter().map(|item| {
        let key = item["id"]["S"].as_str().context("an item has its key")?;
        let number = item["n"]["N"].as_str().context("an item has its number")?;
        Ok((key.to_owned(), number.parse()?))
    });
    read.collect()
}

/// What the table's stream tells, of all its shards.
fn told(connection: &mut Connection) -> anyhow::Result<Vec<(String, Option<i64>)>> {
    let table = ask(connection, "DescribeTable", &json!({"TableName": TABLE}))?;
    let arn = &table["Table"]["LatestStreamArn"];
    let stream = ask(connection, "DescribeStream", &json!({"StreamArn": arn}))?;
    let shards = stream["StreamDescription"]["Shards"].as_array().context("a stream has shards")?;
    let mut told = Vec::new();
    for shard in shards {
        let from = json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
        let mut iterator = ask(connection, "GetShardIterator", &from)?["ShardIterator"].clone();
        while iterator.is_string() {
            let page = ask(connection, "GetRecords", &json!({"ShardIterator": iterator}))?;
            let records = page["Records"].as_array().context("an answer has records")?;
            told.extend(records.iter().map(change).collect::<anyhow::Result<Vec<_>>>()?);
            iterator = if records.is_empty() { Value::Null } else { page["NextShardIterator"].clone() };
        }
    }
    Ok(told)
}

fn change(record: &Value) -> anyhow::Result<(String, Option<i64>)> {
    let record = &record["dynamodb"];
    let key = record["Keys"]["id"]["S"].as_str().context("a record has keys")?;
    let number = record["NewImage"]["n"]["N"].as_str().map(str::parse).transpose()?;
    Ok((key.to_owned(), number))
}
