//! Streams: what is told of changes, and how it is read.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    bus::{Event, EventKind},
    context::Context,
    error::AwsError,
    service::{Protocol, Service, ServiceSpec, State},
    store::Stateless,
};
use ruststack_testkit::Emulator;
use serde_json::{Value, json};

use crate::{at_table, create, emulator, item, kept_in, key, ok, put, refused};

fn streaming(view: &str) -> Value {
    json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": view}})
}

async fn with_stream(view: &str) -> Emulator {
    let emulator = emulator();
    create(&emulator, streaming(view)).await;
    emulator
}

async fn arn(emulator: &Emulator) -> String {
    let described = ok(emulator, "DescribeTable", at_table(json!({}))).await;
    described["Table"]["LatestStreamArn"].as_str().unwrap().to_owned()
}

async fn shards(emulator: &Emulator, arn: &str) -> Vec<Value> {
    let described = ok(emulator, "DescribeStream", json!({"StreamArn": arn})).await;
    described["StreamDescription"]["Shards"].as_array().unwrap().clone()
}

async fn iterator(emulator: &Emulator, arn: &str, more: Value) -> String {
    let shard = shards(emulator, arn).await.last().unwrap()["ShardId"].clone();
    let mut input = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    ok(emulator, "GetShardIterator", input).await["ShardIterator"].as_str().unwrap().to_owned()
}

/// All records of the stream's last shard.
async fn records(emulator: &Emulator, arn: &str) -> Vec<Value> {
    let iterator = iterator(emulator, arn, json!({})).await;
    let answer = ok(emulator, "GetRecords", json!({"ShardIterator": iterator})).await;
    answer["Records"].as_array().unwrap().clone()
}

async fn latest_records(emulator: &Emulator) -> Vec<Value> {
    records(emulator, &arn(emulator).await).await
}

fn told(records: &[Value]) -> Vec<(&str, &Value)> {
    records.iter().map(|record| (record["eventName"].as_str().unwrap(), &record["dynamodb"])).collect()
}

async fn set(emulator: &Emulator, value: &str) {
    let update = json!({
        "Key": key("a", 1),
        "UpdateExpression": "SET v = :v",
        "ExpressionAttributeValues": {":v": {"S": value}},
    });
    ok(emulator, "UpdateItem", at_table(update)).await;
}

#[tokio::test]
async fn records_tell_what_became_of_an_item() {
    let emulator = with_stream("NEW_AND_OLD_IMAGES").await;
    put(&emulator, item("a", 1, json!({"v": {"S": "one"}}))).await;
    set(&emulator, "two").await;
    ok(&emulator, "DeleteItem", at_table(json!({"Key": key("a", 1)}))).await;
    let records = latest_records(&emulator).await;
    let told = told(&records);
    let (one, two) = (item("a", 1, json!({"v": {"S": "one"}})), item("a", 1, json!({"v": {"S": "two"}})));
    assert_eq!(told.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["INSERT", "MODIFY", "REMOVE"]);
    assert_eq!((&told[0].1["NewImage"], told[0].1.get("OldImage")), (&one, None));
    assert_eq!((&told[1].1["NewImage"], &told[1].1["OldImage"]), (&two, &one));
    assert_eq!((told[2].1.get("NewImage"), &told[2].1["OldImage"]), (None, &two));
    assert_eq!(told[2].1["Keys"], key("a", 1));
    let numbers: Vec<&str> = told.iter().map(|(_, told)| told["SequenceNumber"].as_str().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, other| one < other) && numbers[0].len() == 21, "{numbers:?}");
    assert_eq!(told[0].1["ApproximateCreationDateTime"], 1_792_567_680);
    // Keys are 2 + 1 and 2 + 2 bytes, and the value 1 + 3.
    assert_eq!(told[0].1["SizeBytes"], 7 + 11);
    assert_eq!(records[0]["eventSource"], "aws:dynamodb");
    assert_eq!(records[0]["awsRegion"], "us-east-1");
    assert_eq!(records[0]["eventVersion"], "1.1");
    assert_ne!(records[0]["eventID"], records[1]["eventID"]);
}

#[tokio::test]
async fn the_view_type_says_which_images_records_have() {
    for (view, new, old) in [("KEYS_ONLY", false, false), ("NEW_IMAGE", true, false), ("OLD_IMAGE", false, true)] {
        let emulator = with_stream(view).await;
        put(&emulator, item("a", 1, json!({"v": {"S": "one"}}))).await;
        set(&emulator, "two").await;
        let records = latest_records(&emulator).await;
        let changed = &records[1]["dynamodb"];
        assert_eq!((changed.get("NewImage").is_some(), changed.get("OldImage").is_some()), (new, old), "{view}");
        assert_eq!(changed["StreamViewType"], view);
    }
}

#[tokio::test]
async fn a_write_that_changes_nothing_is_not_told() {
    let emulator = with_stream("KEYS_ONLY").await;
    put(&emulator, item("a", 1, json!({"v": {"S": "one"}}))).await;
    put(&emulator, item("a", 1, json!({"v": {"S": "one"}}))).await;
    set(&emulator, "one").await;
    ok(&emulator, "DeleteItem", at_table(json!({"Key": key("b", 1)}))).await;
    let check = json!({
        "TableName": "table", "Key": key("a", 1), "ConditionExpression": "attribute_exists(pk)",
    });
    ok(&emulator, "TransactWriteItems", json!({"TransactItems": [{"ConditionCheck": check}]})).await;
    assert_eq!(latest_records(&emulator).await.len(), 1);
}

#[tokio::test]
async fn batches_and_transactions_are_told_in_their_order() {
    let emulator = with_stream("KEYS_ONLY").await;
    let put = |sk| json!({"PutRequest": {"Item": key("a", sk)}});
    ok(&emulator, "BatchWriteItem", json!({"RequestItems": {"table": [put(3), put(1), put(2)]}})).await;
    let delete = |sk| json!({"Delete": {"TableName": "table", "Key": key("a", sk)}});
    ok(&emulator, "TransactWriteItems", json!({"TransactItems": [delete(2), delete(3)]})).await;
    let records = latest_records(&emulator).await;
    let keys: Vec<_> =
        told(&records).iter().map(|(name, told)| format!("{name} {}", told["Keys"]["sk"]["N"])).collect();
    assert_eq!(keys, ["INSERT \"3\"", "INSERT \"1\"", "INSERT \"2\"", "REMOVE \"2\"", "REMOVE \"3\""]);
}

#[tokio::test]
async fn a_cancelled_transaction_tells_nothing() {
    let emulator = with_stream("KEYS_ONLY").await;
    let one = json!({"Put": {"TableName": "table", "Item": key("a", 1)}});
    let other = json!({"Put": {
        "TableName": "table", "Item": key("a", 2), "ConditionExpression": "attribute_exists(pk)",
    }});
    let (code, _) = refused(&emulator, "TransactWriteItems", json!({"TransactItems": [one, other]})).await;
    assert_eq!(code, "TransactionCanceledException");
    assert_eq!(latest_records(&emulator).await, Vec::<Value>::new());
}

#[tokio::test]
async fn iterators_begin_where_they_are_asked_to() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    put(&emulator, key("a", 1)).await;
    put(&emulator, key("a", 2)).await;
    let all = records(&emulator, &arn).await;
    let first = all[0]["dynamodb"]["SequenceNumber"].clone();
    let latest = iterator(&emulator, &arn, json!({"ShardIteratorType": "LATEST"})).await;
    put(&emulator, key("a", 3)).await;
    let at = json!({"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": first});
    let after = json!({"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": first});
    let (at, after) = (iterator(&emulator, &arn, at).await, iterator(&emulator, &arn, after).await);
    for (iterator, count) in [(at, 3), (after, 2), (latest, 1)] {
        let answer = ok(&emulator, "GetRecords", json!({"ShardIterator": iterator})).await;
        assert_eq!(answer["Records"].as_array().unwrap().len(), count);
    }
}

#[tokio::test]
async fn records_are_read_page_by_page() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    for sk in 0..5 {
        put(&emulator, key("a", sk)).await;
    }
    let mut iterator = iterator(&emulator, &arn, json!({})).await;
    assert!(iterator.starts_with(&format!("{arn}|1|")));
    for count in [2, 2, 1, 0] {
        let answer = ok(&emulator, "GetRecords", json!({"ShardIterator": iterator, "Limit": 2})).await;
        assert_eq!(answer["Records"].as_array().unwrap().len(), count);
        answer["NextShardIterator"].as_str().unwrap().clone_into(&mut iterator);
    }
}

#[tokio::test]
async fn an_answer_holds_a_megabyte_at_most() {
    let emulator = with_stream("NEW_IMAGE").await;
    let arn = arn(&emulator).await;
    for sk in 0..4 {
        put(&emulator, item("a", sk, json!({"v": {"S": "x".repeat(300_000)}}))).await;
    }
    assert_eq!(records(&emulator, &arn).await.len(), 3);
}

#[tokio::test]
async fn a_shard_gives_way_to_the_next_after_four_hours() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    put(&emulator, key("a", 1)).await;
    emulator.clock().advance(Duration::from_secs(4 * 3600));
    put(&emulator, key("a", 2)).await;
    let shards = shards(&emulator, &arn).await;
    assert_eq!(shards.len(), 2);
    let range = |shard: &Value| shard["SequenceNumberRange"].clone();
    assert!(range(&shards[0])["EndingSequenceNumber"].as_str() < range(&shards[1])["StartingSequenceNumber"].as_str());
    assert_eq!(range(&shards[1]).get("EndingSequenceNumber"), None);
    assert_eq!((shards[0].get("ParentShardId"), &shards[1]["ParentShardId"]), (None, &shards[0]["ShardId"]));
    let closed = iterator(&emulator, &arn, json!({"ShardId": shards[0]["ShardId"]})).await;
    let answer = ok(&emulator, "GetRecords", json!({"ShardIterator": closed})).await;
    assert_eq!(answer["Records"][0]["dynamodb"]["Keys"], key("a", 1));
    let end = ok(&emulator, "GetRecords", json!({"ShardIterator": answer["NextShardIterator"]})).await;
    assert_eq!(end, json!({"Records": []}));
    let children = json!({"StreamArn": arn, "ShardFilter": {"Type": "CHILD_SHARDS", "ShardId": shards[0]["ShardId"]}});
    let children = ok(&emulator, "DescribeStream", children).await;
    assert_eq!(children["StreamDescription"]["Shards"], json!([shards[1]]));
    assert_eq!(records(&emulator, &arn).await[0]["dynamodb"]["Keys"], key("a", 2));
}

#[tokio::test]
async fn shards_are_described_page_by_page() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    emulator.clock().advance(Duration::from_secs(9 * 3600));
    let mut input = json!({"StreamArn": arn, "Limit": 2});
    let first = ok(&emulator, "DescribeStream", input.clone()).await["StreamDescription"].clone();
    assert_eq!(first["LastEvaluatedShardId"], first["Shards"][1]["ShardId"]);
    input["ExclusiveStartShardId"] = first["LastEvaluatedShardId"].clone();
    let second = ok(&emulator, "DescribeStream", input).await["StreamDescription"].clone();
    assert_eq!(second["Shards"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("LastEvaluatedShardId"), None);
}

#[tokio::test]
async fn records_are_gone_after_a_day() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    put(&emulator, key("a", 1)).await;
    emulator.clock().advance(Duration::from_secs(20 * 3600));
    let old = shards(&emulator, &arn).await[0]["ShardId"].clone();
    let iterator = iterator(&emulator, &arn, json!({"ShardId": old})).await;
    emulator.clock().advance(Duration::from_secs(4 * 3600));
    let renewed = json!({"StreamArn": arn, "ShardId": old, "ShardIteratorType": "TRIM_HORIZON"});
    let (code, _) = refused(&emulator, "GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(code, "ExpiredIteratorException");
    let renewed = ok(&emulator, "GetShardIterator", renewed).await["ShardIterator"].clone();
    assert_eq!(ok(&emulator, "GetRecords", json!({"ShardIterator": renewed})).await["Records"], json!([]));
}

#[tokio::test]
async fn what_was_trimmed_since_is_told_as_such() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    put(&emulator, key("a", 1)).await;
    let number = records(&emulator, &arn).await[0]["dynamodb"]["SequenceNumber"].clone();
    let first = shards(&emulator, &arn).await[0]["ShardId"].clone();
    emulator.clock().advance(Duration::from_secs(24 * 3600 - 60));
    let at = json!({"ShardId": first, "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": number});
    let iterator = iterator(&emulator, &arn, at).await;
    emulator.clock().advance(Duration::from_secs(120));
    let expected =
        ("TrimmedDataAccessException".to_owned(), "The data you are trying to access has been trimmed.".into());
    assert_eq!(refused(&emulator, "GetRecords", json!({"ShardIterator": iterator})).await, expected);
}

#[tokio::test]
async fn iterators_expire_after_a_quarter_of_an_hour() {
    let emulator = with_stream("KEYS_ONLY").await;
    let iterator = iterator(&emulator, &arn(&emulator).await, json!({})).await;
    emulator.clock().advance(Duration::from_secs(15 * 60));
    let next = ok(&emulator, "GetRecords", json!({"ShardIterator": iterator})).await["NextShardIterator"].clone();
    emulator.clock().advance(Duration::from_secs(1));
    let (code, _) = refused(&emulator, "GetRecords", json!({"ShardIterator": iterator})).await;
    assert_eq!(code, "ExpiredIteratorException");
    ok(&emulator, "GetRecords", json!({"ShardIterator": next})).await;
}

#[tokio::test]
async fn a_stream_that_was_switched_off_can_be_read_for_a_day() {
    let emulator = with_stream("KEYS_ONLY").await;
    let old = arn(&emulator).await;
    put(&emulator, key("a", 1)).await;
    let off = json!({"StreamSpecification": {"StreamEnabled": false}});
    let description = ok(&emulator, "UpdateTable", at_table(off)).await["TableDescription"].clone();
    assert_eq!((description.get("StreamSpecification"), &description["LatestStreamArn"]), (None, &json!(old)));
    put(&emulator, key("a", 2)).await;
    let described = ok(&emulator, "DescribeStream", json!({"StreamArn": old})).await["StreamDescription"].clone();
    assert_eq!(described["StreamStatus"], "DISABLED");
    assert!(described["Shards"][0]["SequenceNumberRange"]["EndingSequenceNumber"].is_string());
    assert_eq!(records(&emulator, &old).await.len(), 1);
    ok(&emulator, "UpdateTable", at_table(streaming("NEW_IMAGE"))).await;
    let new = arn(&emulator).await;
    assert_ne!(new, old);
    put(&emulator, key("a", 3)).await;
    assert_eq!((records(&emulator, &old).await.len(), records(&emulator, &new).await.len()), (1, 1));
    let streams = ok(&emulator, "ListStreams", json!({})).await["Streams"].clone();
    assert_eq!(streams.as_array().unwrap().len(), 2);
    emulator.clock().advance(Duration::from_secs(24 * 3600));
    let message = format!("Requested resource not found: Stream: {old} not found");
    let gone = ("ResourceNotFoundException".to_owned(), message);
    assert_eq!(refused(&emulator, "DescribeStream", json!({"StreamArn": old})).await, gone);
    assert_eq!(ok(&emulator, "ListStreams", json!({})).await["Streams"][0]["StreamArn"], json!(new));
}

#[tokio::test]
async fn a_stream_outlives_its_table_for_a_day() {
    let emulator = with_stream("KEYS_ONLY").await;
    let old = arn(&emulator).await;
    put(&emulator, key("a", 1)).await;
    ok(&emulator, "DeleteTable", at_table(json!({}))).await;
    assert_eq!(records(&emulator, &old).await.len(), 1);
    create(&emulator, streaming("KEYS_ONLY")).await;
    assert_eq!(latest_records(&emulator).await, Vec::<Value>::new());
}

#[tokio::test]
async fn streams_are_listed_page_by_page_and_by_table() {
    let emulator = with_stream("KEYS_ONLY").await;
    create(
        &emulator,
        json!({"TableName": "other", "StreamSpecification": streaming("NEW_IMAGE")["StreamSpecification"]}),
    )
    .await;
    let first = ok(&emulator, "ListStreams", json!({"Limit": 1})).await;
    assert_eq!(first["Streams"][0]["TableName"], "other");
    let start = json!({"ExclusiveStartStreamArn": first["LastEvaluatedStreamArn"]});
    let second = ok(&emulator, "ListStreams", start).await;
    assert_eq!(second["Streams"][0]["TableName"], "table");
    assert_eq!(second.get("LastEvaluatedStreamArn"), None);
    let of_table = ok(&emulator, "ListStreams", json!({"TableName": "table"})).await;
    assert_eq!(of_table["Streams"].as_array().unwrap().len(), 1);
    assert_eq!(ok(&emulator, "ListStreams", json!({"TableName": "none"})).await, json!({"Streams": []}));
}

#[tokio::test]
async fn stream_specifications_are_checked() {
    let emulator = emulator();
    create(&emulator, json!({})).await;
    let on = |view: &str| at_table(streaming(view));
    let off = at_table(json!({"StreamSpecification": {"StreamEnabled": false}}));
    let (_, text) = refused(&emulator, "UpdateTable", off).await;
    assert_eq!(text, "Table has no stream to disable: TableName: table");
    let (_, text) = refused(&emulator, "UpdateTable", on("Fisk")).await;
    assert!(text.contains("'streamSpecification.streamViewType' failed to satisfy constraint"), "{text}");
    ok(&emulator, "UpdateTable", on("KEYS_ONLY")).await;
    let (_, text) = refused(&emulator, "UpdateTable", on("NEW_IMAGE")).await;
    assert!(text.starts_with("Table already has an enabled stream: TableName: table"), "{text}");
    let both = at_table(json!({"StreamSpecification": {"StreamEnabled": false, "StreamViewType": "NEW_IMAGE"}}));
    let (code, text) = refused(&emulator, "UpdateTable", both).await;
    assert_eq!(code, "ValidationException");
    assert!(text.ends_with("a stream disabled, UpdateViewType should not be specified"), "{text}");
}

#[tokio::test]
async fn bad_input_is_refused() {
    let emulator = with_stream("KEYS_ONLY").await;
    let arn = arn(&emulator).await;
    let shard = shards(&emulator, &arn).await[0].clone();
    let (id, start) = (&shard["ShardId"], &shard["SequenceNumberRange"]["StartingSequenceNumber"]);
    let of = |more: Value| {
        let mut input = json!({"StreamArn": arn, "ShardId": id, "ShardIteratorType": "LATEST"});
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        input
    };
    let other = format!("{}x", arn.replace(":table/table/", ":table/tables/"));
    let unreadable = "x".repeat(50);
    let at = "AT_SEQUENCE_NUMBER";
    for (operation, input, code, text) in [
        ("DescribeStream", json!({"StreamArn": unreadable}), "ValidationException", "Invalid StreamArn"),
        ("DescribeStream", json!({"StreamArn": "short"}), "ValidationException", "greater than or equal to 37"),
        ("DescribeStream", json!({"StreamArn": other}), "ResourceNotFoundException", "not found: Stream: arn:aws"),
        ("DescribeStream", json!({"StreamArn": arn, "Limit": 101}), "ValidationException", "less than or equal to 100"),
        ("ListStreams", json!({"Limit": 0}), "ValidationException", "greater than or equal to 1"),
        ("ListStreams", json!({"ExclusiveStartStreamArn": unreadable}), "ValidationException", "Invalid StreamArn"),
        ("GetShardIterator", of(json!({"ShardIteratorType": "x"})), "ValidationException", "enum value set"),
        ("GetShardIterator", of(json!({"ShardId": unreadable})), "ResourceNotFoundException", "Shard does not exist"),
        ("GetShardIterator", of(json!({"ShardIteratorType": at})), "ValidationException", "cannot be null"),
        ("GetShardIterator", of(json!({"SequenceNumber": start})), "ValidationException", "should not be passed"),
        (
            "GetShardIterator",
            of(json!({"ShardIteratorType": at, "SequenceNumber": "9".repeat(40)})),
            "ValidationException",
            "Invalid SequenceNumber",
        ),
        (
            "GetShardIterator",
            of(json!({"ShardIteratorType": at, "SequenceNumber": unreadable[..30]})),
            "ValidationException",
            "Invalid SequenceNumber",
        ),
        ("GetRecords", json!({"ShardIterator": unreadable}), "ValidationException", "Invalid ShardIterator"),
        ("GetRecords", json!({"ShardIterator": format!("{arn}|1|")}), "ValidationException", "Invalid ShardIterator"),
        ("GetRecords", json!({"ShardIterator": unreadable, "Limit": 1001}), "ValidationException", "equal to 1000"),
    ] {
        let (found, message) = refused(&emulator, operation, input.clone()).await;
        assert_eq!(found, code, "{operation} {input}: {message}");
        assert!(message.contains(text), "{operation} {input}: {message}");
    }
}

#[tokio::test]
async fn records_outlive_the_process_and_a_deleted_table() {
    let folder = tempfile::tempdir().unwrap();
    let (arn, before, described) = {
        let emulator = kept_in(folder.path());
        create(&emulator, streaming("NEW_AND_OLD_IMAGES")).await;
        let arn = arn(&emulator).await;
        put(&emulator, item("a", 1, json!({"v": {"S": "one"}}))).await;
        set(&emulator, "two").await;
        let described = ok(&emulator, "DescribeStream", json!({"StreamArn": arn})).await;
        (arn.clone(), records(&emulator, &arn).await, described)
    };
    {
        let emulator = kept_in(folder.path());
        assert_eq!(records(&emulator, &arn).await, before);
        assert_eq!(ok(&emulator, "DescribeStream", json!({"StreamArn": arn})).await, described);
        put(&emulator, key("a", 2)).await;
        ok(&emulator, "DeleteTable", at_table(json!({}))).await;
    }
    let emulator = kept_in(folder.path());
    let after = records(&emulator, &arn).await;
    assert_eq!((&after[..2], after.len()), (&before[..], 3));
    let status =
        ok(&emulator, "DescribeStream", json!({"StreamArn": arn})).await["StreamDescription"]["StreamStatus"].clone();
    assert_eq!(status, "DISABLED");
    emulator.clock().advance(Duration::from_secs(24 * 3600));
    let emulator = emulator.started().await;
    emulator.settle().await;
    emulator.clock().set(ruststack_testkit::NOW);
    assert_eq!(ok(&emulator, "ListStreams", json!({})).await, json!({"Streams": []}));
}

/// Counts how often it is woken.
#[derive(Default)]
struct Reader {
    woken: AtomicUsize,
}

static READER: ServiceSpec = ServiceSpec::named("reader", &[Protocol::AwsJson10]);

#[async_trait]
impl Service for Reader {
    fn spec(&self) -> &'static ServiceSpec {
        &READER
    }

    async fn call(self: Arc<Self>, _: Context, _: Request) -> Result<Response, AwsError> {
        Err(AwsError::not_implemented("it only reads"))
    }

    fn state(&self) -> &dyn State {
        &Stateless
    }

    fn subscriptions(&self) -> &'static [EventKind] {
        &[EventKind("dynamodb:stream")]
    }

    async fn observe(self: Arc<Self>, event: Arc<Event>) {
        assert_eq!(event.detail["TableName"], "table");
        assert!(event.detail["StreamArn"].as_str().unwrap().contains(":table/table/stream/"));
        self.woken.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_reader_in_the_process_is_woken_once_until_it_reads() {
    let reader = Arc::new(Reader::default());
    let woken = || reader.woken.load(Ordering::SeqCst);
    let emulator = Emulator::of(|_| {
        let mut services = crate::services(ruststack_dynamodb::Trouble::default());
        services.push(Arc::<Reader>::clone(&reader));
        services
    });
    create(&emulator, streaming("KEYS_ONLY")).await;
    for sk in 0..3 {
        put(&emulator, key("a", sk)).await;
    }
    emulator.settle().await;
    assert_eq!(woken(), 1);
    let ctx = emulator.context();
    let ask = |operation: &'static str, input: Value| {
        let ctx = ctx.clone();
        async move { ctx.bus().request(&ctx, "dynamodbstreams", operation, input).await.unwrap() }
    };
    let arn = ask("ListStreams", json!({})).await["Streams"][0]["StreamArn"].clone();
    let stream = ask("DescribeStream", json!({"StreamArn": arn})).await;
    let shard = stream["StreamDescription"]["Shards"][0]["ShardId"].clone();
    let from = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = ask("GetShardIterator", from).await["ShardIterator"].clone();
    let records = ask("GetRecords", json!({"ShardIterator": iterator})).await["Records"].clone();
    assert_eq!(records.as_array().unwrap().len(), 3);
    assert_eq!(records[0]["dynamodb"]["Keys"]["sk"], json!({"N": "0"}));
    put(&emulator, key("a", 3)).await;
    put(&emulator, key("a", 3)).await;
    emulator.settle().await;
    assert_eq!(woken(), 2);
}
