//! Rules and their targets.

use super::*;

#[tokio::test]
async fn a_rule_is_told_as_it_was_put() {
    let emulator = emulator().await;
    ok(&emulator, "CreateEventBus", json!({"Name": "own"})).await;
    let pattern = r#"{"source": ["shop"]}"#;
    for (bus, arn) in [("default", "rule/r"), ("own", "rule/own/r")] {
        let arn = format!("arn:aws:events:us-east-1:000000000000:{arn}");
        let rule = json!({"Name": "r", "EventBusName": bus, "EventPattern": pattern, "Description": "d"});
        assert_eq!(ok(&emulator, "PutRule", rule).await, json!({"RuleArn": arn}));
        let mut told = json!({
            "Name": "r", "Arn": arn, "EventPattern": pattern, "State": "ENABLED", "Description": "d",
            "EventBusName": bus, "CreatedBy": "000000000000",
        });
        let named = json!({"Name": "r", "EventBusName": bus});
        assert_eq!(ok(&emulator, "DescribeRule", named.clone()).await, told);
        told.as_object_mut().unwrap().remove("CreatedBy");
        let listed = ok(&emulator, "ListRules", json!({"EventBusName": bus, "NamePrefix": "r"})).await;
        assert_eq!(listed, json!({"Rules": [told]}));
        ok(&emulator, "DeleteRule", named.clone()).await;
        ok(&emulator, "DeleteRule", named).await;
        let listed = ok(&emulator, "ListRules", json!({"EventBusName": bus})).await;
        assert_eq!(listed, json!({"Rules": []}));
    }
}

#[tokio::test]
async fn a_rule_that_is_put_again_keeps_its_targets() {
    let emulator = with_rule().await;
    ok(&emulator, "PutRule", json!({"Name": "rule", "EventPattern": r#"{"source":["till"]}"#})).await;
    let targets = ok(&emulator, "ListTargetsByRule", json!({"Rule": "rule"})).await;
    assert_eq!(targets, json!({"Targets": [{"Id": "1", "Arn": QUEUE}]}));
    let (code, message) = refused(&emulator, "DeleteRule", json!({"Name": "rule"})).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ValidationException", "Rule can't be deleted since it has targets.")
    );
    let gone = ok(&emulator, "RemoveTargets", json!({"Rule": "rule", "Ids": ["1", "2"]})).await;
    assert_eq!((&gone["FailedEntryCount"], &gone["FailedEntries"][0]["TargetId"]), (&json!(1), &json!("2")));
    ok(&emulator, "DeleteRule", json!({"Name": "rule"})).await;
}

/// Recorded: test_list_rule_names_by_target_with_limit, 2024.
#[tokio::test]
async fn rules_are_found_by_their_targets() {
    let emulator = emulator().await;
    for number in 0..5 {
        let name = format!("rule{number}");
        ok(&emulator, "PutRule", json!({"Name": name, "EventPattern": r#"{"source":["shop"]}"#})).await;
        ok(&emulator, "PutTargets", json!({"Rule": name, "Targets": [{"Id": "1", "Arn": QUEUE}]})).await;
    }
    let mut pages = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut asked = json!({"TargetArn": QUEUE, "Limit": 2});
        if token != Value::Null {
            asked["NextToken"] = token;
        }
        let page = ok(&emulator, "ListRuleNamesByTarget", asked).await;
        pages.push(page["RuleNames"].clone());
        token = page["NextToken"].clone();
        if token == Value::Null {
            break;
        }
    }
    assert_eq!(pages, [json!(["rule0", "rule1"]), json!(["rule2", "rule3"]), json!(["rule4"])]);
}

#[tokio::test]
async fn a_rule_has_five_targets_at_most() {
    let emulator = with_rule().await;
    let targets: Vec<Value> = (0..5).map(|id| json!({"Id": format!("t{id}"), "Arn": QUEUE})).collect();
    let (code, message) = refused(&emulator, "PutTargets", json!({"Rule": "rule", "Targets": targets})).await;
    assert_eq!(code, "LimitExceededException");
    assert_eq!(message, "The requested resource exceeds the maximum number allowed.");
}

/// Recorded: test_event_pattern_source, 2024.
#[tokio::test]
async fn patterns_can_be_tested() {
    let emulator = emulator().await;
    let event = json!({
        "id": "1", "source": "order", "detail-type": "Test", "account": "123456789012", "region": "us-east-2",
        "time": "2022-07-13T13:48:01Z", "resources": [], "detail": {"state": "pending"},
    });
    let test = |pattern: &str| json!({"EventPattern": pattern, "Event": event.to_string()});
    let answer = ok(&emulator, "TestEventPattern", test(r#"{"source":["order"]}"#)).await;
    assert_eq!(answer, json!({"Result": true}));
    let answer = ok(&emulator, "TestEventPattern", test(r#"{"source":["shipment"]}"#)).await;
    assert_eq!(answer, json!({"Result": false}));
    let (code, message) = refused(&emulator, "TestEventPattern", test(r#"{"source":"order"}"#)).await;
    assert_eq!(code, "InvalidEventPatternException");
    assert!(message.starts_with("Event pattern is not valid. Reason: \"source\" must be an object or an array\n at"));
}
