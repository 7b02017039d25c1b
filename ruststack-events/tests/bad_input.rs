//! What is refused, and how: AWS's codes and texts where they are recorded or documented.

use super::*;

const ARN: &str = "arn:aws:events:us-east-1:000000000000";

async fn refusals(emulator: &Emulator, cases: &[(&str, Value, &str, &str)]) {
    for (operation, input, code, text) in cases {
        let (answered, message) = refused(emulator, operation, input.clone()).await;
        assert!(answered == *code && message.contains(text), "{operation} {input}: {answered}: {message}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let emulator = with_rule().await;
    let (missing, no_bus) = ("ResourceNotFoundException", "Event bus x does not exist.");
    let no_rule = "Rule x does not exist on EventBus default.";
    let source = format!("{ARN}:event-bus/x");
    refusals(
        &emulator,
        &[
            ("DescribeEventBus", json!({"Name": "x"}), missing, no_bus),
            ("UpdateEventBus", json!({"Name": "x"}), missing, no_bus),
            ("PutRule", json!({"Name": "r", "EventBusName": "x", "EventPattern": r#"{"a":[1]}"#}), missing, no_bus),
            ("ListRules", json!({"EventBusName": "x"}), missing, no_bus),
            ("DeleteRule", json!({"Name": "r", "EventBusName": "x"}), missing, no_bus),
            ("ListRuleNamesByTarget", json!({"TargetArn": QUEUE, "EventBusName": "x"}), missing, no_bus),
            ("DescribeRule", json!({"Name": "x"}), missing, no_rule),
            ("EnableRule", json!({"Name": "x"}), missing, no_rule),
            ("DisableRule", json!({"Name": "x"}), missing, no_rule),
            ("PutTargets", json!({"Rule": "x", "Targets": [{"Id": "1", "Arn": QUEUE}]}), missing, no_rule),
            ("RemoveTargets", json!({"Rule": "x", "Ids": ["1"]}), missing, no_rule),
            ("ListTargetsByRule", json!({"Rule": "x"}), missing, no_rule),
            ("TagResource", json!({"ResourceARN": source, "Tags": []}), missing, no_bus),
            ("UntagResource", json!({"ResourceARN": source, "TagKeys": []}), missing, no_bus),
            ("PutPermission", json!({"EventBusName": "x", "Policy": r#"{"Statement":[]}"#}), missing, no_bus),
            ("RemovePermission", json!({"EventBusName": "x", "StatementId": "1"}), missing, no_bus),
            ("CreateArchive", json!({"ArchiveName": "a", "EventSourceArn": source}), missing, no_bus),
            ("ListArchives", json!({"EventSourceArn": source}), missing, no_bus),
            ("DescribeArchive", json!({"ArchiveName": "x"}), missing, "Archive x does not exist."),
            ("DeleteArchive", json!({"ArchiveName": "x"}), missing, "Archive x does not exist."),
            ("UpdateArchive", json!({"ArchiveName": "x", "Description": ""}), missing, "Archive x does not exist."),
            ("DescribeReplay", json!({"ReplayName": "x"}), missing, "Replay x does not exist."),
            ("CancelReplay", json!({"ReplayName": "x"}), missing, "Replay x does not exist."),
            ("DescribeConnection", json!({"Name": "x"}), missing, "Connection 'x' does not exist."),
            ("UpdateConnection", json!({"Name": "x"}), missing, "Connection 'x' does not exist."),
            ("DeauthorizeConnection", json!({"Name": "x"}), missing, "Connection 'x' does not exist."),
            ("DeleteConnection", json!({"Name": "x"}), missing, "Connection 'x' does not exist."),
            ("DescribeApiDestination", json!({"Name": "x"}), missing, "An api-destination 'x' does not exist."),
            ("UpdateApiDestination", json!({"Name": "x"}), missing, "An api-destination 'x' does not exist."),
            ("DeleteApiDestination", json!({"Name": "x"}), missing, "An api-destination 'x' does not exist."),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_and_targets_are_checked() {
    let emulator = with_rule().await;
    let wrong = "ValidationException";
    let target = |more: Value| {
        let mut target = json!({"Id": "1", "Arn": QUEUE});
        target.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"Rule": "rule", "Targets": [target]})
    };
    let template = json!({"InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": "\"<a> <b>\""}});
    let fifo = QUEUE.replace("queue", "q.fifo");
    refusals(
        &emulator,
        &[
            (
                "PutRule",
                json!({"Name": "r"}),
                wrong,
                "Parameter(s) EventPattern or ScheduleExpression must be specified.",
            ),
            ("PutRule", json!({"Name": "r", "ScheduleExpression": "rate(1 minutes)"}), wrong, "is not valid."),
            (
                "PutRule",
                json!({"Name": "r", "EventPattern": r#"{"a":1}"#}),
                "InvalidEventPatternException",
                "Event pattern is not valid. Reason: \"a\" must be an object or an array",
            ),
            ("PutRule", json!({"Name": "a b", "EventPattern": "{}"}), wrong, "at 'name' failed to satisfy constraint"),
            ("PutTargets", target(json!({"Id": "!@#$@!#$"})), wrong, "at 'targets.1.member.id' failed to satisfy"),
            (
                "PutTargets",
                target(json!({"Arn": "queue"})),
                wrong,
                "Parameter queue is not valid. Reason: Provided Arn",
            ),
            (
                "PutTargets",
                target(json!({"Arn": fifo})),
                wrong,
                "Parameter(s) SqsParameters must be specified for target",
            ),
            ("PutTargets", target(json!({"Input": "{"})), wrong, "JSON syntax error in input for target 1"),
            ("PutTargets", target(json!({"InputPath": "detail"})), wrong, "Invalid JSON path detail"),
            (
                "PutTargets",
                target(json!({"Input": "{}", "InputPath": "$"})),
                wrong,
                "Only one of Input, InputPath, or InputTransformer must be provided for target 1.",
            ),
            ("PutTargets", target(template), wrong, "InputTemplate for target 1 contains invalid placeholder b."),
            ("ListRules", json!({"NextToken": "made up"}), wrong, "NextToken"),
            ("ListTagsForResource", json!({"ResourceARN": "rule"}), wrong, "Provided Arn is not in correct format."),
            (
                "TestEventPattern",
                json!({"EventPattern": "{}", "Event": "text"}),
                wrong,
                "Parameter Event is not valid.",
            ),
            ("TestEventPattern", json!({"EventPattern": "{}", "Event": "[]"}), wrong, "Parameter Event is not valid."),
        ],
    )
    .await;
}

#[tokio::test]
async fn events_buses_and_permissions_are_checked() {
    let emulator = with_rule().await;
    let wrong = "ValidationException";
    let big = entry(&json!({"a": "x".repeat(262_144)}));
    let entries: Vec<Value> = (0..11).map(|_| entry(&json!({}))).collect();
    let twice = json!([{"Key": "a", "Value": ""}, {"Key": "a", "Value": ""}]);
    let long = json!({"Statement": [{"Sid": "x".repeat(10_240)}]}).to_string();
    ok(&emulator, "CreateEventBus", json!({"Name": "own"})).await;
    let rule = json!({"Name": "r", "EventBusName": "own", "EventPattern": r#"{"a":[1]}"#});
    ok(&emulator, "PutRule", rule).await;
    refusals(
        &emulator,
        &[
            (
                "PutEvents",
                json!({"Entries": [big]}),
                wrong,
                "Total size of the entries in the request is over the limit.",
            ),
            ("PutEvents", json!({"Entries": entries}), wrong, "detailType=sale, detail={}, eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10"),
            (
                "CreateEventBus",
                json!({"Name": "default"}),
                "ResourceAlreadyExistsException",
                "Event bus default already exists.",
            ),
            ("CreateEventBus", json!({"Name": "a/b"}), wrong, "must not contain '/'"),
            ("CreateEventBus", json!({"Name": "b", "Tags": twice}), wrong, "Duplicated keys are not allowed."),
            ("DeleteEventBus", json!({"Name": "default"}), wrong, "Cannot delete event bus default."),
            ("DeleteEventBus", json!({"Name": "own"}), wrong, "can't be deleted since it has rules."),
            ("PutPermission", json!({"StatementId": "a", "Principal": "*"}), wrong, "Parameter Action is required."),
            ("PutPermission", json!({"Policy": "{"}), wrong, "This policy contains invalid Json"),
            ("PutPermission", json!({"Policy": "{}", "Principal": "*"}), wrong, "cannot be given beside Policy."),
            ("PutPermission", json!({"Policy": long}), "PolicyLengthExceededException", "Policy length exceeded"),
            ("RemovePermission", json!({}), wrong, "Parameter StatementId is required."),
        ],
    )
    .await;
}

/// Recorded in archive_and_replay.json, 2024.
#[tokio::test]
async fn archives_and_replays_are_checked() {
    let emulator = with_rule().await;
    let wrong = "ValidationException";
    let (bus, archive) = (format!("{ARN}:event-bus/default"), format!("{ARN}:archive/a"));
    ok(&emulator, "CreateEventBus", json!({"Name": "own"})).await;
    ok(&emulator, "CreateArchive", json!({"ArchiveName": "a", "EventSourceArn": bus})).await;
    let replay = |archive: &str, bus: &str, end: i64| {
        json!({
            "ReplayName": "r", "EventSourceArn": archive, "Destination": {"Arn": bus}, "EventStartTime": 100,
            "EventEndTime": end,
        })
    };
    ok(&emulator, "StartReplay", replay(&archive, &bus, 200)).await;
    let exists = "ResourceAlreadyExistsException";
    let own = format!("{ARN}:event-bus/own");
    refusals(
        &emulator,
        &[
            ("CreateArchive", json!({"ArchiveName": "a", "EventSourceArn": bus}), exists, "Archive a already exists."),
            (
                "CreateArchive",
                json!({"ArchiveName": "b", "EventSourceArn": bus, "EventPattern": "{}"}),
                "InvalidEventPatternException",
                "Empty objects are not allowed",
            ),
            (
                "UpdateArchive",
                json!({"ArchiveName": "x"}),
                wrong,
                "At least one of EventPattern, RetentionDays or Description",
            ),
            ("StartReplay", replay(&archive, &bus, 200), exists, "Replay r already exists."),
            ("StartReplay", replay(&archive, &bus, 100), wrong, "EventStartTime must be before EventEndTime."),
            ("StartReplay", replay(&archive, &own, 200), wrong, "Cross event bus replay is not permitted."),
            (
                "StartReplay",
                replay(&archive.replace("/a", "/b"), &bus, 200),
                wrong,
                "Parameter EventSourceArn is not valid. Reason: Archive b does not exist.",
            ),
            (
                "StartReplay",
                replay(&archive, &bus.replace("default", "x"), 200),
                "ResourceNotFoundException",
                "Event bus x does not exist.",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn partners_and_endpoints_are_not_implemented() {
    let emulator = emulator().await;
    for operation in ["ListEventSources", "CreateEndpoint", "PutPartnerEvents"] {
        assert_eq!(ask(&emulator, operation, json!({})).await.status, 501, "{operation}");
    }
}
