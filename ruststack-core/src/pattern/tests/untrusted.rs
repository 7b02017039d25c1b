//! Patterns and events that are made to hurt.

use super::*;

fn refusal(pattern: &str) -> String {
    Pattern::parse(pattern, Dialect::RULE).map(|_| "taken".to_owned()).unwrap_or_else(|invalid| invalid.to_string())
}

#[test]
fn depth_is_limited() {
    let deep = |depth: usize| format!("{}[1]{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert_eq!(refusal(&deep(100)), "taken");
    assert!(refusal(&deep(101)).starts_with("Event pattern is nested too deep"));
    assert!(refusal(&"{\"a\":".repeat(1_000_000)).starts_with("Event pattern is nested too deep"));
}

#[test]
fn branches_are_limited() {
    let or = r#""$or":[{"a":[1]},{"b":[2]}]"#;
    let times = |count: usize| format!("{{{}}}", vec![or; count].join(","));
    assert_eq!(refusal(&times(9)), "taken");
    assert!(refusal(&times(60)).starts_with("Rule is too complex"));
}

#[test]
fn many_arrays_under_equal_names_end() {
    let keys = 0..12_u8;
    let pattern: Value = keys.clone().map(|key| (format!("a.k{key}"), json!([1]))).collect();
    // Every array has all keys but one, in elements of their own: nothing agrees, and there are many ways to try.
    let elements: Vec<Value> = keys.map(|key| json!({ format!("k{key}"): 1 })).collect();
    let arrays: Vec<Value> = (0..20).map(|_| Value::Array(elements.clone())).collect();
    takes(&pattern, &[], &[json!({ "a": elements })]);
    Pattern::parse(&pattern.to_string(), Dialect::RULE).unwrap().matches(&json!({ "a": arrays }));
}

#[test]
fn what_is_no_json_is_refused_with_a_place() {
    for (pattern, start, column) in [
        ("", "Filter is not an object", 1),
        ("{", "Unexpected end-of-input: expected close marker for Object", 2),
        (
            r#"{"a"}"#,
            "Unexpected character ('}' (code 125)): was expecting a colon to separate field name and value",
            5,
        ),
        (r#"{"a": [1"#, "Unexpected end-of-input: expected close marker for Array", 9),
        (r#"{"a": [1 2]}"#, "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 10),
        (r#"{"a": [1]]"#, "Unexpected close marker ']': expected '}' (for Object starting at", 10),
        (r#"{"a": "\x"}"#, "\"a\" must be an object or an array", 8),
        (r#"{"a": ["\x"]}"#, "Unrecognized character escape 'x' (code 120)", 10),
        (r#"{"a": [01]}"#, "Invalid numeric value: 01", 10),
        (r#"{"ä😀": 1}"#, "\"ä😀\" must be an object or an array", 10),
        (r#"{"$or": [{"a": [1]}]}"#, "There must have at least 2 Objects in $or relationship.", 21),
        (r#"{"a": [{"wildcard": "a\\"}]}"#, "Invalid escape character at pos 2", 26),
        ("{\n\"a\": {}\n}", "Empty objects are not allowed", 8),
    ] {
        let told = refusal(pattern);
        let place = format!("column: {column}]");
        assert!(told.starts_with(start) && told.ends_with(&place), "{pattern}: {told}");
    }
}

#[test]
fn long_patterns_are_not_repeated_whole() {
    let told = refusal(&format!(r#"{{"{}": 1}}"#, "a".repeat(600)));
    assert!(told.contains("\"[truncated 107 chars]; line: 1, column: 607]"), "{told}");
}
