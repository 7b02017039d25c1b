//! `ForAllValues` and `ForAnyValue`: `reference_policies_condition-single-vs-multi-valued-context-keys.html`.

use super::*;

#[test]
fn every_value_or_any_value_must_be_among_the_policys() {
    for (operator, request, expected) in [
        ("ForAllValues:StringEquals", &["environment", "webserver"][..], true),
        ("ForAllValues:StringEquals", &["environment"], true),
        ("ForAllValues:StringEquals", &["environment", "storage"], false),
        ("ForAllValues:StringEquals", &[], true),
        ("ForAllValues:StringEquals", &[""], true),
        ("ForAnyValue:StringEquals", &["environment", "storage"], true),
        ("ForAnyValue:StringEquals", &["storage"], false),
        ("ForAnyValue:StringEquals", &[], false),
        ("ForAnyValue:StringEqualsIfExists", &[], true),
        ("ForAllValues:StringLike", &["environment", "webserver"], true),
        ("ForAnyValue:StringNotEquals", &["environment", "storage"], true),
        ("ForAnyValue:StringNotEquals", &["environment", "webserver"], false),
        ("ForAnyValue:StringNotEquals", &[], false),
        ("ForAllValues:StringNotEquals", &["storage", "network"], true),
        ("ForAllValues:StringNotEquals", &["storage", "webserver"], false),
        ("ForAllValues:StringNotEquals", &[], true),
        ("foranyvalue:stringequals", &["webserver"], true),
    ] {
        let condition = format!(r#"{{"{operator}": {{"aws:TagKeys": ["environment", "webserver"]}}}}"#);
        assert_eq!(holds(&condition, &keys(&[("aws:TagKeys", request)])), expected, "{operator} {request:?}");
    }
}

/// The page's table of `Deny` with `ForAllValues:StringLike` and `Null`.
#[test]
fn null_beside_for_all_values_excludes_requests_without_the_key() {
    let condition = r#"{"Null": {"aws:TagKeys": "false"},
        "ForAllValues:StringLike": {"aws:TagKeys": ["key1*", "key2*", "key3*"]}}"#;
    for (request, expected) in [
        (&["key1", "key2"][..], true),
        (&["key1:legal"], true),
        (&["key1", "key4"], false),
        (&[], false),
        (&[""], false),
    ] {
        assert_eq!(holds(condition, &keys(&[("aws:TagKeys", request)])), expected, "{request:?}");
    }
}

/// Assumed: AWS warns against operators without a qualifier on such keys, and does not say what they do.
#[test]
fn without_a_qualifier_one_value_suffices_and_a_negation_wants_all() {
    let request = keys(&[("aws:TagKeys", &["a", "b"])]);
    assert!(holds(r#"{"StringEquals": {"aws:TagKeys": "a"}}"#, &request));
    assert!(!holds(r#"{"StringNotEquals": {"aws:TagKeys": "a"}}"#, &request));
}
