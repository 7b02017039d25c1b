//! Insights queries. Recorded: logs_queries.json, 2026-02-06.

use super::*;

async fn start(emulator: &Emulator, query: &str) -> Value {
    let seconds = now() / 1000;
    let input = json!({
        "logGroupName": "group", "startTime": seconds - 60, "endTime": seconds + 60, "queryString": query,
    });
    ok(emulator, "StartQuery", input).await["queryId"].clone()
}

#[tokio::test]
async fn a_query_finds_events_of_a_time() {
    let emulator = with_streams(&["s"]).await;
    put(&emulator, "s", &[(-61_000, "early"), (0, "{\"n\":1}"), (5, "{\"n\":2}")]).await;
    let id = start(&emulator, "fields @message, n | filter n > 1").await;
    let told = ok(&emulator, "GetQueryResults", json!({"queryId": id})).await;
    assert_eq!((&told["status"], &told["queryLanguage"]), (&json!("Complete"), &json!("CWLI")));
    let row = told["results"][0].as_array().unwrap();
    assert_eq!(row[0], json!({"field": "@message", "value": "{\"n\":2}"}));
    assert_eq!((&row[1], &row[2]["field"]), (&json!({"field": "n", "value": "2"}), &json!("@ptr")));
    assert_eq!(told["statistics"]["recordsScanned"], 2.0);
    let record = ok(&emulator, "GetLogRecord", json!({"logRecordPointer": row[2]["value"]})).await["logRecord"].clone();
    assert_eq!((&record["@message"], &record["@logStream"]), (&json!("{\"n\":2}"), &json!("s")));
    let fields = ok(&emulator, "GetLogGroupFields", json!({"logGroupName": "group"})).await;
    let fields = fields["logGroupFields"].as_array().unwrap();
    assert!(fields.contains(&json!({"name": "@message", "percent": 100})));
}

#[tokio::test]
async fn queries_are_described() {
    let emulator = with_streams(&["s"]).await;
    let id = start(&emulator, "fields @message").await;
    let seconds = now() / 1000;
    let query = json!({
        "createTime": now(), "logGroupName": "group", "queryId": id, "queryLanguage": "CWLI", "status": "Complete",
        "queryString": format!("SOURCE \"group\" START={}000 END={}999 | fields @message", seconds - 60, seconds + 60),
    });
    assert_eq!(ok(&emulator, "DescribeQueries", json!({"logGroupName": "group"})).await, json!({"queries": [query]}));
    let scheduled = json!({"logGroupName": "group", "status": "Scheduled"});
    assert_eq!(ok(&emulator, "DescribeQueries", scheduled).await, json!({"queries": []}));
}

#[tokio::test]
async fn a_query_that_is_none_or_of_no_group_is_refused() {
    let emulator = emulator().await;
    let input = json!({"logGroupName": "none", "startTime": 0, "endTime": 1, "queryString": "fields @message"});
    let (code, message) = refused(&emulator, "StartQuery", input).await;
    assert_eq!(code, "ResourceNotFoundException");
    let expected = "Log group 'none' does not exist for account ID '000000000000' (Service: AWSLogs; Status Code: 400; \
                    Error Code: ResourceNotFoundException; Request ID: ";
    assert!(message.starts_with(expected), "{message}");
    make_streams(&emulator, &[]).await;
    let input = json!({"logGroupName": "group", "startTime": 0, "endTime": 1, "queryString": "nonsense"});
    assert_eq!(refused(&emulator, "StartQuery", input).await.0, "MalformedQueryException");
}
