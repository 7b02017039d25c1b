//! What targets are given of events: recorded in events_inputs.json, 2024.

use super::*;

/// The detail that the recordings have.
fn detail() -> Value {
    json!({
        "command": "update-account",
        "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"},
        "valid": true,
        "listsingle": ["HIGH"],
        "listmulti": ["ACTIVE", "INACTIVE"],
    })
}

async fn given(target: Value) -> Vec<String> {
    let emulator = with_rule().await;
    let mut whole = json!({"Id": "1", "Arn": QUEUE});
    whole.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    put_target(&emulator, whole).await;
    put(&emulator, &detail()).await;
    bodies(&emulator).await
}

async fn transformed(template: &str) -> Vec<String> {
    let paths = json!({
        "userId": "$.detail.payload.acc_id", "payload": "$.detail.payload", "systemstring": "$.detail.systemid",
        "listsingle": "$.detail.listsingle", "listmulti": "$.detail.listmulti", "valid": "$.detail.valid",
        "type": "$.detail-type",
    });
    given(json!({"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}})).await
}

#[tokio::test]
async fn a_path_leads_to_a_part() {
    assert_eq!(given(json!({"InputPath": "$.detail.payload"})).await, [r#"{"acc_id":"0a787ecb-4015","sf_id":"baz"}"#]);
    assert_eq!(given(json!({"InputPath": "$.detail.payload.sf_id"})).await, [r#""baz""#]);
    assert!(given(json!({"InputPath": "$.detail.nothing"})).await.is_empty());
}

#[tokio::test]
async fn a_constant_stands_for_the_event() {
    assert_eq!(given(json!({"Input": r#"{ "a": 1 }"#})).await, [r#"{ "a": 1 }"#]);
}

#[tokio::test]
async fn templates_of_texts_are_filled_without_quotes() {
    for (template, body) in [
        (
            r#""Payload of <payload> with path users-service/users/<userId> and <userId>""#,
            r#""Payload of {acc_id:0a787ecb-4015,sf_id:baz} with path users-service/users/0a787ecb-4015 and 0a787ecb-4015""#,
        ),
        (r#""<listsingle> single list item""#, r#""[HIGH] single list item""#),
        (r#""<listmulti> multiple list items""#, r#""[ACTIVE,INACTIVE] multiple list items""#),
        (r#""Command is <valid>!""#, r#""Command is true!""#),
        (
            "\"<systemstring> system account id\"\n\"<payload> payload\"",
            "\" system account id\"\n\"{acc_id:0a787ecb-4015,sf_id:baz} payload\"",
        ),
        (r#""{[/Check with <type> a < b""#, r#""{[/Check with sale a < b""#),
    ] {
        assert_eq!(transformed(template).await, [body], "{template}");
    }
}

#[tokio::test]
async fn templates_of_objects_are_filled_with_json() {
    for (template, body) in [
        (
            r#"{"path": "users/<userId>", "bod": <payload>}"#,
            r#"{"path": "users/0a787ecb-4015", "bod": {"acc_id":"0a787ecb-4015","sf_id":"baz"}}"#,
        ),
        (r#"{"id" : <userId>, "no": <systemstring>}"#, r#"{"id" : "0a787ecb-4015", "no": ""}"#),
        (r#"{"bod": [<userId>, "hardcoded"]}"#, r#"{"bod": ["0a787ecb-4015", "hardcoded"]}"#),
        (r#"{"id" : "<userId>"}"#, r#"{"id" : "0a787ecb-4015"}"#),
        (r#"{"s": <listsingle>, "v": <valid>}"#, r#"{"s": ["HIGH"], "v": true}"#),
        (r#"{"a": "users/<userId>/second/<userId>"}"#, r#"{"a": "users/0a787ecb-4015/second/0a787ecb-4015"}"#),
    ] {
        assert_eq!(transformed(template).await, [body], "{template}");
    }
}

/// Recorded: test_input_transformer_nested_keys_replacement_not_valid, 2024.
#[tokio::test]
async fn events_of_which_no_json_can_be_made_are_dropped() {
    for template in [r#"{"not": <userId"#, r#"{"list": "<listmulti>"}"#, r#"{"not": valid <userId>}"#] {
        assert!(transformed(template).await.is_empty(), "{template}");
    }
}

/// Recorded: test_input_transformer_predefined_variables, 2024.
#[tokio::test]
async fn some_variables_are_predefined() {
    let text = r#""<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>""#;
    let expected = r#""arn:aws:events:us-east-1:000000000000:rule/rule rule 2026-10-21T07:28:00Z""#;
    assert_eq!(transformed(text).await, [expected]);
    let json = r#"{"a": <aws.events.event>, "b": <aws.events.event.json>}"#;
    let both: Value = serde_json::from_str(&transformed(json).await[0]).unwrap();
    let mut without = both["b"].as_object().unwrap().clone();
    assert_eq!(without.shift_remove("detail"), Some(detail()));
    let kind = without.shift_remove("detail-type").unwrap();
    without.insert("detailType".to_owned(), kind);
    assert_eq!(both["a"], Value::Object(without));
}
