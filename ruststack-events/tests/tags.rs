//! Tags of buses and rules.

use super::*;

#[tokio::test]
async fn buses_and_rules_have_tags() {
    let emulator = emulator().await;
    let prefix = "arn:aws:events:us-east-1:000000000000";
    ok(&emulator, "CreateEventBus", json!({"Name": "own", "Tags": [{"Key": "a", "Value": "0"}]})).await;
    let rule = json!({"Name": "r", "EventBusName": "own", "EventPattern": r#"{"source":["s"]}"#});
    ok(&emulator, "PutRule", rule).await;
    for arn in ["event-bus/own", "rule/own/r", "event-bus/default"].map(|path| format!("{prefix}:{path}")) {
        let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
        ok(&emulator, "TagResource", json!({"ResourceARN": arn, "Tags": tags})).await;
        let listed = ok(&emulator, "ListTagsForResource", json!({"ResourceARN": arn})).await;
        assert_eq!(listed, json!({"Tags": tags}), "{arn}");
        ok(&emulator, "UntagResource", json!({"ResourceARN": arn, "TagKeys": ["a", "c"]})).await;
        let listed = ok(&emulator, "ListTagsForResource", json!({"ResourceARN": arn})).await;
        assert_eq!(listed, json!({"Tags": [{"Key": "b", "Value": "2"}]}));
    }
}

/// Recorded: tests_tag_list_untag_not_existing_resource, 2024.
#[tokio::test]
async fn what_is_not_there_has_no_tags() {
    let emulator = emulator().await;
    let prefix = "arn:aws:events:us-east-1:000000000000";
    for (path, text) in [
        ("event-bus/x", "Event bus x does not exist."),
        ("rule/x", "Rule x does not exist on EventBus default."),
        ("rule/x/y", "Event bus x does not exist."),
    ] {
        let arn = format!("{prefix}:{path}");
        let (code, message) = refused(&emulator, "ListTagsForResource", json!({"ResourceARN": arn})).await;
        assert_eq!((code.as_str(), message.as_str()), ("ResourceNotFoundException", text));
    }
}
