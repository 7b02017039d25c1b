//! Events, written and read. Recorded: logs_events.json, 2026-02-03; documented: the API reference.

use super::*;

async fn get(emulator: &Emulator, mut input: Value) -> Value {
    input["logGroupName"] = json!("group");
    input["logStreamName"] = json!("s");
    ok(emulator, "GetLogEvents", input).await
}

#[tokio::test]
async fn events_are_read_on_and_back() {
    let emulator = with_streams(&["s"]).await;
    put(&emulator, "s", &[(0, "0"), (1, "1"), (5, "5")]).await;
    put(&emulator, "s", &[(2, "2"), (3, "3"), (4, "4")]).await;
    let last = get(&emulator, json!({"limit": 2})).await;
    assert_eq!(messages(&last), ["4", "5"]);
    let before = get(&emulator, json!({"limit": 3, "nextToken": last["nextBackwardToken"]})).await;
    assert_eq!(messages(&before), ["1", "2", "3"]);
    let after = get(&emulator, json!({"limit": 1, "nextToken": before["nextForwardToken"]})).await;
    assert_eq!(messages(&after), ["4"]);
    let first = get(&emulator, json!({"limit": 2, "startFromHead": true})).await;
    assert_eq!(messages(&first), ["0", "1"]);
    let within = get(&emulator, json!({"startTime": now() + 1, "endTime": now() + 3})).await;
    assert_eq!(messages(&within), ["1", "2"]);
    let event = json!({"timestamp": now(), "message": "0", "ingestionTime": now()});
    assert_eq!(first["events"][0], event);
}

#[tokio::test]
async fn the_end_of_a_stream_gives_the_same_token_until_there_is_more() {
    let emulator = with_streams(&["s"]).await;
    let empty = get(&emulator, json!({"startFromHead": true})).await;
    put(&emulator, "s", &[(0, "a")]).await;
    let first = get(&emulator, json!({"nextToken": empty["nextForwardToken"]})).await;
    assert_eq!(messages(&first), ["a"]);
    let end = get(&emulator, json!({"nextToken": first["nextForwardToken"]})).await;
    assert_eq!((messages(&end).len(), &end["nextForwardToken"]), (0, &first["nextForwardToken"]));
    let begin = get(&emulator, json!({"nextToken": first["nextBackwardToken"]})).await;
    assert_eq!((messages(&begin).len(), &begin["nextBackwardToken"]), (0, &first["nextBackwardToken"]));
    put(&emulator, "s", &[(0, "b")]).await;
    assert_eq!(messages(&get(&emulator, json!({"nextToken": end["nextForwardToken"]})).await), ["b"]);
}

#[tokio::test]
async fn an_answer_holds_a_megabyte_at_most() {
    let emulator = with_streams(&["s"]).await;
    let large = "x".repeat(400_000);
    for at in 0..4 {
        put(&emulator, "s", &[(at, &large)]).await;
    }
    let (mut count, mut token) = (Vec::new(), None);
    loop {
        let page = get(&emulator, json!({"startFromHead": true, "nextToken": token})).await;
        if messages(&page).is_empty() {
            break;
        }
        count.push(messages(&page).len());
        token = page["nextForwardToken"].as_str().map(str::to_owned);
    }
    assert_eq!(count, [2, 2]);
    let filtered = ok(&emulator, "FilterLogEvents", json!({"logGroupName": "group"})).await;
    assert_eq!((messages(&filtered).len(), filtered["nextToken"].is_string()), (2, true));
}

#[tokio::test]
async fn events_of_streams_are_interleaved_in_pages() {
    let emulator = with_streams(&["a", "b", "other"]).await;
    put(&emulator, "a", &[(0, "a0"), (2, "a2"), (4, "a4 x")]).await;
    put(&emulator, "b", &[(1, "b1 x"), (3, "b3")]).await;
    put(&emulator, "other", &[(2, "o2")]).await;
    let input = json!({"logGroupName": "group", "logStreamNames": ["a", "b"], "limit": 3});
    let first = ok(&emulator, "FilterLogEvents", input.clone()).await;
    assert_eq!(messages(&first), ["a0", "b1 x", "a2"]);
    assert_eq!(first["searchedLogStreams"], json!([]));
    let mut input = input;
    input["nextToken"] = first["nextToken"].clone();
    let rest = ok(&emulator, "FilterLogEvents", input).await;
    assert_eq!((messages(&rest), rest["nextToken"].is_null()), (vec!["b3", "a4 x"], true));
    let event = &rest["events"][0];
    assert_eq!((&event["logStreamName"], event["eventId"].as_str().unwrap().len()), (&json!("b"), 56));
    for (input, expected) in [
        (json!({"filterPattern": "x"}), vec!["b1 x", "a4 x"]),
        (json!({"logStreamNamePrefix": "o"}), vec!["o2"]),
        (json!({"startTime": now() + 3, "endTime": now() + 4}), vec!["b3", "a4 x"]),
    ] {
        let mut input = input;
        input["logGroupName"] = json!("group");
        assert_eq!(messages(&ok(&emulator, "FilterLogEvents", input).await), expected);
    }
}

#[tokio::test]
async fn what_is_too_old_or_too_new_is_told_and_left_out() {
    let emulator = with_streams(&["s"]).await;
    const HOUR: i64 = 3_600_000;
    let told = put(&emulator, "s", &[(-30 * 24 * HOUR, "old")]).await;
    assert_eq!(told["rejectedLogEventsInfo"], json!({"tooOldLogEventEndIndex": 1}));
    assert!(told["nextSequenceToken"].is_string());
    let told = put(&emulator, "s", &[(0, "now"), (3 * HOUR, "new")]).await;
    assert_eq!(told["rejectedLogEventsInfo"], json!({"tooNewLogEventStartIndex": 1}));
    assert_eq!(messages(&get(&emulator, json!({})).await), ["now"]);
}

#[tokio::test]
async fn others_write_by_name() {
    let emulator = emulator().await;
    let ctx = emulator.context();
    for (operation, input) in [
        ("CreateLogGroup", json!({"logGroupName": "group"})),
        ("CreateLogStream", json!({"logGroupName": "group", "logStreamName": "s"})),
        (
            "PutLogEvents",
            json!({"logGroupName": "group", "logStreamName": "s", "logEvents": [{"timestamp": now(), "message": "m"}]}),
        ),
    ] {
        ctx.bus().request(&ctx, "logs", operation, input).await.unwrap();
    }
    assert_eq!(messages(&get(&emulator, json!({})).await), ["m"]);
}
