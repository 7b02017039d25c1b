//! What AWS says of patterns that are none, to the column.

use serde_json::Value;

use super::*;

const RULES: &str = include_str!("../../../../tests/recordings/events_patterns.json");
const FILTERS: &str = include_str!("../../../../tests/recordings/sns_filter_policy.json");

/// Every message of every recording, with the pattern it repeats.
fn messages(recordings: &str, behind: &str) -> Vec<(String, String)> {
    let recordings: Value = serde_json::from_str(recordings).unwrap();
    let mut found = Vec::new();
    collect(&recordings, behind, &mut found);
    found
}

fn collect(value: &Value, behind: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| collect(member, behind, found)),
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, behind, found)),
        Value::String(text) => {
            let text = text.replace("<partition>", "aws").replace("<region>", "us-east-1");
            let reason = text.split_once(behind).map(|(_, reason)| reason.to_owned());
            let pattern = reason.as_ref().and_then(|reason| reason.split_once("[Source: (String)\""));
            let pattern = pattern.and_then(|(_, rest)| rest.split_once("\"; line: "));
            if let Some(pattern) = pattern.map(|(pattern, _)| pattern.to_owned()) {
                found.extend(reason.map(|reason| (pattern, reason)));
            }
        }
        _ => {}
    }
}

fn told_as_recorded(messages: &[(String, String)], dialect: Dialect) {
    for (pattern, reason) in messages {
        let told = Pattern::parse(pattern, dialect).err().map(|invalid| invalid.to_string());
        assert_eq!(told.as_deref(), Some(reason.as_str()), "{pattern}");
    }
}

#[test]
fn rules_are_refused_in_the_recorded_words() {
    let messages = messages(RULES, "Event pattern is not valid. Reason: ");
    assert_eq!(messages.len(), 37);
    told_as_recorded(&messages, Dialect::RULE);
}

#[test]
fn filter_policies_are_refused_in_the_recorded_words() {
    let messages = messages(FILTERS, "FilterPolicy: ");
    assert_eq!(messages.len(), 33);
    told_as_recorded(&messages, Dialect::ATTRIBUTES);
    told_as_recorded(&messages, Dialect::BODY);
}

fn refusal(pattern: &Value, dialect: Dialect) -> String {
    Pattern::parse(&pattern.to_string(), dialect)
        .map(|_| "taken".to_owned())
        .unwrap_or_else(|invalid| invalid.to_string())
}

/// These messages do not repeat the pattern.
#[test]
fn addresses_and_wildcards_are_refused_without_a_place() {
    let cidr = |text: &str| refusal(&json!({ "a": [{ "cidr": text }] }), Dialect::RULE);
    assert_eq!(cidr("bad-filter"), "Malformed CIDR, one '/' required");
    assert_eq!(cidr("bad-/64filter"), "Malformed CIDR, mask bits must be an integer");
    assert_eq!(cidr("xx.11.xx/8"), "Nonstandard IP address: xx.11.xx");
    assert_eq!(cidr("xxxx:db8:1234:1a00::/64"), "Nonstandard IP address: xxxx:db8:1234:1a00::");
    let complex = json!({ "EventBusArn": [{ "wildcard": "*:*:*:*:*:event-bus/*" }] });
    let text = "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after \
                a wildcard character";
    assert_eq!(refusal(&complex, Dialect::RULE), text);
    let repeating = json!({ "FileName": [{ "wildcard": "/Users/*/dir/dir/dir/dir/dir/doc.txt" }] });
    assert_eq!(refusal(&repeating, Dialect::RULE), "taken");
}

#[test]
fn filter_policies_have_limits() {
    let values = |count: usize| (0..count).map(|value| format!("value{value}")).collect::<Vec<_>>();
    let complex = "Filter policy is too complex";
    assert_eq!(refusal(&json!({ "key": values(150) }), Dialect::ATTRIBUTES), "taken");
    assert_eq!(refusal(&json!({ "key": values(151) }), Dialect::ATTRIBUTES), complex);
    assert_eq!(refusal(&json!({ "key1": values(100), "key2": values(51) }), Dialect::ATTRIBUTES), complex);
    let six: Value = (0..6).map(|key| (format!("key{key}"), json!(["value"]))).collect();
    assert_eq!(refusal(&six, Dialect::BODY), "Filter policy can not have more than 5 keys");
    let nested = json!({ "object": { "key": [{ "prefix": "auto-" }] } });
    let text = "Filter policy scope MessageAttributes does not support nested filter policy";
    assert_eq!(refusal(&nested, Dialect::ATTRIBUTES), text);
    assert_eq!(refusal(&nested, Dialect::BODY), "taken");
    assert_eq!(refusal(&json!({ "object.nested.key": ["value"] }), Dialect::ATTRIBUTES), "taken");
}

/// 3 × 4 × 2 × 3 × 1 × 3 = 216 is too much, 18 + 48 + 84 = 150 is not, 24 + 64 + 64 = 152 is.
#[test]
fn depth_and_branches_count_in_the_complexity_of_a_filter_policy() {
    let nested = json!({
        "a": { "b": { "c": ["1", "2", "3", "4"] } }, "d": { "e": ["1", "2", "3"] }, "f": ["1", "2", "3"]
    });
    assert_eq!(refusal(&nested, Dialect::BODY), "Filter policy is too complex");
    let or = |sources: &[&str], spaces: &[u8]| {
        json!({
            "source": sources,
            "$or": [
                { "name": ["1", "2", "3", "4", "5", "6"] },
                { "type": ["1", "2", "3", "4"], "$or": [{ "id": [1, 2, 3, 4] }, { "space": spaces }] },
            ],
        })
    };
    assert_eq!(refusal(&or(&["1", "2", "3"], &[1, 2, 3, 4, 5, 6, 7]), Dialect::ATTRIBUTES), "taken");
    let too_complex = or(&["1", "2", "3", "4"], &[1, 2, 3, 4]);
    assert_eq!(refusal(&too_complex, Dialect::ATTRIBUTES), "Filter policy is too complex");
}
