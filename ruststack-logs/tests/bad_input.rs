//! What is refused, in AWS's words. Recorded: logs_*.json, 2026-02-03 to 2026-02-06, where nothing else is said.

use super::*;

const INVALID: &str = "InvalidParameterException";
const MISSING: &str = "ResourceNotFoundException";
const NO_GROUP: &str = "The specified log group does not exist.";
const NO_STREAM: &str = "The specified log stream does not exist.";

async fn assert_refused(emulator: &Emulator, cases: Vec<(&str, Value, &str, &str)>) {
    for (operation, input, code, message) in cases {
        let shown = input.to_string();
        let found = refused(emulator, operation, input).await;
        assert_eq!(found, (code.to_owned(), message.to_owned()), "{operation} {shown}");
    }
}

#[tokio::test]
async fn groups_and_streams_that_are_there_or_not() {
    let emulator = with_streams(&["s"]).await;
    let (group, stream) = (json!({"logGroupName": "group"}), json!({"logGroupName": "group", "logStreamName": "s"}));
    let none = json!({"logGroupName": "none", "logStreamName": "s"});
    let exists = "ResourceAlreadyExistsException";
    assert_refused(
        &emulator,
        vec![
            ("CreateLogGroup", group, exists, "The specified log group already exists"),
            ("CreateLogStream", stream, exists, "The specified log stream already exists"),
            ("CreateLogStream", none.clone(), MISSING, NO_GROUP),
            ("DeleteLogGroup", none.clone(), MISSING, NO_GROUP),
            ("DeleteLogStream", none.clone(), MISSING, NO_GROUP),
            ("DeleteLogStream", json!({"logGroupName": "group", "logStreamName": "t"}), MISSING, NO_STREAM),
            ("DescribeLogStreams", none.clone(), MISSING, NO_GROUP),
            ("GetLogEvents", none.clone(), MISSING, NO_GROUP),
            ("GetLogEvents", json!({"logGroupName": "group", "logStreamName": "t"}), MISSING, NO_STREAM),
            ("FilterLogEvents", none.clone(), MISSING, NO_GROUP),
            ("FilterLogEvents", json!({"logGroupName": "group", "logStreamNames": ["t"]}), MISSING, NO_STREAM),
            ("PutRetentionPolicy", json!({"logGroupName": "none", "retentionInDays": 1}), MISSING, NO_GROUP),
            ("DeleteRetentionPolicy", none.clone(), MISSING, NO_GROUP),
            ("DescribeSubscriptionFilters", none.clone(), MISSING, NO_GROUP),
            ("ListTagsLogGroup", none, MISSING, NO_GROUP),
            (
                "DescribeLogStreams",
                json!({"logGroupName": "group", "logGroupIdentifier": "group"}),
                "ValidationException",
                "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
            ),
            (
                "DescribeLogGroups",
                json!({"logGroupNamePrefix": "a", "logGroupNamePattern": "a"}),
                INVALID,
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn names_and_numbers_out_of_bounds() {
    let emulator = with_streams(&["s"]).await;
    let long = "a".repeat(513);
    let too_long = "Invalid LogGroup or LogStream, both must have length less than or equal to 512.";
    let constraint = "failed to satisfy constraint: Member must";
    let limit = format!(
        "1 validation error detected: Value '10001' at 'limit' {constraint} have value less than or equal to 10000"
    );
    let filter = format!(
        "1 validation error detected: Value '{long}' at 'filterName' {constraint} have length less than or equal to 512"
    );
    let pattern = format!(
        "1 validation error detected: Value 'a b' at 'logGroupName' {constraint} satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"
    );
    let days = format!(
        "1 validation error detected: Value '2' at 'retentionInDays' {constraint} satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, \
         90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 3654]"
    );
    assert_refused(
        &emulator,
        vec![
            ("CreateLogGroup", json!({"logGroupName": long}), INVALID, too_long),
            ("DeleteMetricFilter", json!({"logGroupName": long, "filterName": "f"}), INVALID, too_long),
            ("CreateLogGroup", json!({"logGroupName": "a b"}), INVALID, &pattern),
            ("GetLogEvents", json!({"logGroupName": "group", "logStreamName": "s", "limit": 10001}), INVALID, &limit),
            ("FilterLogEvents", json!({"logGroupName": "group", "limit": 10001}), INVALID, &limit),
            ("DeleteMetricFilter", json!({"logGroupName": "group", "filterName": long}), INVALID, &filter),
            ("PutRetentionPolicy", json!({"logGroupName": "group", "retentionInDays": 2}), INVALID, &days),
            (
                "GetLogEvents",
                json!({"logGroupName": "group", "logStreamName": "s", "nextToken": "invalid-token"}),
                INVALID,
                "The specified nextToken is invalid.",
            ),
            (
                "FilterLogEvents",
                json!({"logGroupName": "group", "nextToken": "invalid-token"}),
                INVALID,
                "The specified nextToken is invalid.",
            ),
        ],
    )
    .await;
}

/// Documented: `PutLogEvents` in the API reference; its texts are assumed but for the first.
#[tokio::test]
async fn events_that_are_not_taken() {
    let emulator = with_streams(&["s"]).await;
    let events = |events: Value| json!({"logGroupName": "group", "logStreamName": "s", "logEvents": events});
    let event = |after: i64, message: &str| json!({"timestamp": now() + after, "message": message});
    let large = "x".repeat(1_048_551);
    let half = "x".repeat(600_000);
    assert_refused(
        &emulator,
        vec![
            (
                "PutLogEvents",
                events(json!([event(0, "a"), event(-1, "b")])),
                INVALID,
                "Log events in a single PutLogEvents request must be in chronological order.",
            ),
            (
                "PutLogEvents",
                events(json!([event(-86_400_001, "a"), event(0, "b")])),
                INVALID,
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ),
            (
                "PutLogEvents",
                events(json!([event(0, &large)])),
                INVALID,
                "Log event too large: 1048577 bytes exceeds limit of 1048576",
            ),
            (
                "PutLogEvents",
                events(json!([event(0, &half), event(0, &half)])),
                INVALID,
                "Upload too large: 1200052 bytes exceeds limit of 1048576",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_is_not_here_says_so() {
    let emulator = emulator().await;
    let (status, error) = send(&emulator, "ListAnomalies", json!({})).await;
    assert_eq!((status, &error["__type"]), (501, &json!("NotImplemented")));
}
