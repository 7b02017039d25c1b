//! Streams. Recorded: logs_streams.json, 2026-02-03.

use super::*;

async fn described(emulator: &Emulator, mut input: Value) -> Vec<String> {
    input["logGroupName"] = json!("group");
    let told = ok(emulator, "DescribeLogStreams", input).await;
    let streams = told["logStreams"].as_array().unwrap().iter();
    streams.map(|stream| stream["logStreamName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_stream_is_described_by_its_groups_name_or_arn() {
    let emulator = with_streams(&["s"]).await;
    let expected = json!({"logStreams": [{
        "arn": format!("{ARN}:log-group:group:log-stream:s"), "creationTime": now(), "logStreamName": "s", "storedBytes": 0,
    }]});
    for input in [
        json!({"logGroupName": "group"}),
        json!({"logGroupIdentifier": "group"}),
        json!({"logGroupIdentifier": format!("{ARN}:log-group:group")}),
    ] {
        assert_eq!(ok(&emulator, "DescribeLogStreams", input).await, expected);
    }
    put(&emulator, "s", &[(-5, "a"), (0, "b")]).await;
    let told = ok(&emulator, "DescribeLogStreams", json!({"logGroupName": "group"})).await["logStreams"][0].clone();
    assert_eq!(told["firstEventTimestamp"], now() - 5);
    assert_eq!((&told["lastEventTimestamp"], &told["lastIngestionTime"]), (&json!(now()), &json!(now())));
}

#[tokio::test]
async fn streams_are_ordered_by_name_or_last_event() {
    let emulator = with_streams(&["a", "b", "c"]).await;
    put(&emulator, "b", &[(-10, "x")]).await;
    put(&emulator, "a", &[(0, "x")]).await;
    assert_eq!(described(&emulator, json!({})).await, ["a", "b", "c"]);
    assert_eq!(described(&emulator, json!({"descending": true})).await, ["c", "b", "a"]);
    assert_eq!(described(&emulator, json!({"orderBy": "LastEventTime", "descending": true})).await, ["a", "b", "c"]);
    assert_eq!(described(&emulator, json!({"orderBy": "LastEventTime"})).await, ["c", "b", "a"]);
    assert_eq!(described(&emulator, json!({"logStreamNamePrefix": "b"})).await, ["b"]);
    for descending in [true, false] {
        let input = json!({"logGroupName": "group", "orderBy": "LastEventTime", "descending": descending, "limit": 2});
        let first = ok(&emulator, "DescribeLogStreams", input).await;
        let token = first["nextToken"].as_str().unwrap();
        let rest = json!({"orderBy": "LastEventTime", "descending": descending, "limit": 2, "nextToken": token});
        assert_eq!(described(&emulator, rest).await, [if descending { "c" } else { "a" }]);
    }
}

#[tokio::test]
async fn a_deleted_streams_events_are_gone() {
    let emulator = with_streams(&["s"]).await;
    put(&emulator, "s", &[(0, "x")]).await;
    let stream = json!({"logGroupName": "group", "logStreamName": "s"});
    ok(&emulator, "DeleteLogStream", stream.clone()).await;
    ok(&emulator, "CreateLogStream", stream.clone()).await;
    assert!(messages(&ok(&emulator, "GetLogEvents", stream).await).is_empty());
    let told = ok(&emulator, "DescribeLogGroups", json!({})).await;
    assert_eq!(told["logGroups"][0]["storedBytes"], 0);
}
