//! Each condition operator: `reference_policies_elements_condition_operators.html`.

use super::*;

/// Operator, the policy's value (JSON), the request's value, and whether they agree.
type Case = (&'static str, &'static str, &'static str, bool);

fn check(cases: &[Case]) {
    for (operator, policy, request, expected) in cases {
        let condition = format!(r#"{{"{operator}": {{"aws:Key": {policy}}}}}"#);
        assert_eq!(holds(&condition, &keys(&[("aws:Key", &[request])])), *expected, "{condition} {request}");
    }
}

#[test]
fn strings_are_compared() {
    check(&[
        ("StringEquals", r#""john""#, "john", true),
        ("StringEquals", r#""john""#, "John", false),
        ("StringEquals", r#""jo*""#, "john", false),
        ("StringEquals", r#""jo*""#, "jo*", true),
        ("StringEquals", r#"["jane", "john"]"#, "john", true),
        ("StringNotEquals", r#""john""#, "john", false),
        ("StringNotEquals", r#"["jane", "john"]"#, "john", false),
        ("StringNotEquals", r#"["jane", "john"]"#, "jack", true),
        ("StringEqualsIgnoreCase", r#""john""#, "JOHN", true),
        ("StringEqualsIgnoreCase", r#""ÄPFEL""#, "äpfel", true),
        ("StringNotEqualsIgnoreCase", r#""john""#, "JOHN", false),
        ("StringNotEqualsIgnoreCase", r#""john""#, "jane", true),
        ("StringLike", r#""home/*""#, "home/a/b", true),
        ("StringLike", r#""home/?""#, "home/ab", false),
        ("StringLike", r#""Home/*""#, "home/a", false),
        ("StringNotLike", r#""home/*""#, "home/a", false),
        ("StringNotLike", r#""home/*""#, "etc", true),
        ("stringequals", r#""john""#, "john", true),
    ]);
}

#[test]
fn numbers_are_compared() {
    check(&[
        ("NumericEquals", r#""10""#, "10", true),
        ("NumericEquals", "10", "10.0", true),
        ("NumericEquals", "10", "ten", false),
        ("NumericNotEquals", "10", "11", true),
        ("NumericNotEquals", "10", "10", false),
        ("NumericLessThan", "10", "9", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericLessThanEquals", r#""10""#, "10", true),
        ("NumericLessThanEquals", r#""10""#, "11", false),
        ("NumericGreaterThan", "10", "11", true),
        ("NumericGreaterThan", "10", "10", false),
        ("NumericGreaterThanEquals", "10", "10", true),
        ("NumericGreaterThanEquals", "-1.5", "-2", false),
    ]);
}

#[test]
fn dates_are_compared() {
    check(&[
        ("DateEquals", r#""2020-01-01T00:00:00Z""#, "2020-01-01T00:00:00Z", true),
        ("DateEquals", r#""2020-01-01T01:00:00+01:00""#, "2020-01-01T00:00:00Z", true),
        ("DateEquals", r#""1577836800""#, "2020-01-01T00:00:00Z", true),
        ("DateNotEquals", r#""2020-01-01""#, "2020-01-02T00:00:00Z", true),
        ("DateLessThan", r#""2020-01-01T00:00:00Z""#, "2019-12-31T23:59:59Z", true),
        ("DateLessThan", r#""2020-01-01T00:00:00Z""#, "2020-01-01T00:00:00Z", false),
        ("DateLessThanEquals", r#""2020-01-01T00:00:00Z""#, "2020-01-01T00:00:00Z", true),
        ("DateGreaterThan", r#""2020-01-01T00:00:00Z""#, "1577836801", true),
        ("DateGreaterThan", r#""2020-01-01T00:00:00Z""#, "never", false),
        ("DateGreaterThanEquals", r#""2020-01-01T00:00:00Z""#, "1577836800", true),
        ("DateGreaterThanEquals", r#""2020-01-01T00:00:00Z""#, "1577836799", false),
    ]);
}

#[test]
fn booleans_and_blobs_are_compared() {
    check(&[
        ("Bool", r#""true""#, "true", true),
        ("Bool", "true", "true", true),
        ("Bool", r#""false""#, "true", false),
        ("Bool", r#""False""#, "false", true),
        ("Bool", r#""maybe""#, "maybe", false),
        ("BinaryEquals", r#""QmluYXJ5VmFsdWVJbkJhc2U2NA==""#, "QmluYXJ5VmFsdWVJbkJhc2U2NA==", true),
        ("BinaryEquals", r#""QmluYXJ5VmFsdWVJbkJhc2U2NA==""#, "QUFB", false),
        ("BinaryEquals", r#""QUFB""#, "no base64", false),
    ]);
}

#[test]
fn addresses_are_compared() {
    check(&[
        ("IpAddress", r#""203.0.113.0/24""#, "203.0.113.255", true),
        ("IpAddress", r#""203.0.113.0/24""#, "203.0.114.0", false),
        ("IpAddress", r#""203.0.113.7""#, "203.0.113.7", true),
        ("IpAddress", r#""203.0.113.7""#, "203.0.113.8", false),
        ("IpAddress", r#""203.0.113.99/24""#, "203.0.113.1", true),
        ("IpAddress", r#""0.0.0.0/0""#, "8.8.8.8", true),
        ("IpAddress", r#"["203.0.113.0/24", "2001:DB8:1234:5678::/64"]"#, "2001:db8:1234:5678::9", true),
        ("IpAddress", r#"["203.0.113.0/24", "2001:DB8:1234:5678::/64"]"#, "2001:db8:1234:5679::9", false),
        ("IpAddress", r#""::/0""#, "2001:db8::1", true),
        ("IpAddress", r#""::/0""#, "203.0.113.1", false),
        ("IpAddress", r#""203.0.113.0/24""#, "::ffff:203.0.113.9", true),
        ("IpAddress", r#""203.0.113.0/24""#, "nowhere", false),
        ("NotIpAddress", r#""203.0.113.0/24""#, "203.0.113.1", false),
        ("NotIpAddress", r#""203.0.113.0/24""#, "198.51.100.1", true),
    ]);
}

#[test]
fn arns_are_compared_field_by_field() {
    let topic = "arn:aws:sns:us-east-1:123456789012:topic";
    for operator in ["ArnEquals", "ArnLike"] {
        check(&[
            (operator, r#""arn:aws:sns:us-east-1:123456789012:topic""#, topic, true),
            (operator, r#""arn:aws:sns:*:123456789012:*""#, topic, true),
            (operator, r#""arn:aws:sns:us-*-1:123456789012:t?pic""#, topic, true),
            (operator, r#""arn:aws:sns:*:topic""#, topic, false),
            (operator, r#""arn:aws:s*:123456789012:topic""#, topic, false),
            (operator, r#""arn:aws:sns:us-east-1:123456789012:TOPIC""#, topic, false),
            (operator, r#""arn:aws:lambda:*:*:function:*""#, "arn:aws:lambda:eu-west-1:1:function:f:1", true),
            (operator, r#""*""#, topic, true),
            (operator, r#""arn:aws:sns:*:*:*""#, "no ARN", false),
        ]);
    }
    for operator in ["ArnNotEquals", "ArnNotLike"] {
        check(&[
            (operator, r#""arn:aws:sns:*:123456789012:*""#, topic, false),
            (operator, r#""arn:aws:sns:*:999999999999:*""#, topic, true),
        ]);
    }
}

#[test]
fn null_asks_whether_the_key_exists() {
    for (condition, values, expected) in [
        (r#"{"Null": {"aws:TokenIssueTime": "true"}}"#, &[][..], true),
        (r#"{"Null": {"aws:TokenIssueTime": "false"}}"#, &[], false),
        (r#"{"Null": {"aws:TokenIssueTime": "true"}}"#, &["2026"], false),
        (r#"{"Null": {"aws:TokenIssueTime": false}}"#, &["2026"], true),
        (r#"{"Null": {"aws:TokenIssueTime": "true"}}"#, &[""], true),
        (r#"{"ForAllValues:Null": {"aws:TokenIssueTime": "true"}}"#, &[], true),
    ] {
        assert_eq!(holds(condition, &keys(&[("aws:TokenIssueTime", values)])), expected, "{condition} {values:?}");
    }
}

#[test]
fn a_missing_key_satisfies_negations_and_if_exists_only() {
    for (operator, value, expected) in [
        ("StringEquals", "a", false),
        ("StringNotEquals", "a", true),
        ("StringLike", "*", false),
        ("StringNotLike", "*", true),
        ("NumericLessThan", "1", false),
        ("NumericNotEquals", "1", true),
        ("DateLessThan", "2026-01-01", false),
        ("Bool", "false", false),
        ("IpAddress", "0.0.0.0/0", false),
        ("NotIpAddress", "0.0.0.0/0", true),
        ("ArnLike", "*", false),
        ("ArnNotLike", "*", true),
        ("BinaryEquals", "QUFB", false),
    ] {
        let condition = |suffix| format!(r#"{{"{operator}{suffix}": {{"aws:Key": "{value}"}}}}"#);
        let nothing = ContextKeys::default();
        assert_eq!(holds(&condition(""), &nothing), expected, "{operator}");
        assert!(holds(&condition("IfExists"), &nothing), "{operator}IfExists");
    }
}

#[test]
fn if_exists_compares_a_key_that_exists() {
    let condition = r#"{"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}"#;
    assert!(holds(condition, &keys(&[("ec2:InstanceType", &["t2.micro"])])));
    assert!(!holds(condition, &keys(&[("ec2:InstanceType", &["x1.large"])])));
}

#[test]
fn operators_and_keys_are_all_required_and_values_are_alternatives() {
    let condition = r#"{
        "DateGreaterThan": {"aws:CurrentTime": "2019-08-12T12:00:00Z"},
        "StringEquals": {"aws:PrincipalTag/team": ["a", "b"], "aws:username": "alice"}}"#;
    let request = |team: &'static str, time: &'static str| {
        holds(
            condition,
            &keys(&[("AWS:currenttime", &[time]), ("aws:PrincipalTag/Team", &[team]), ("aws:username", &["alice"])]),
        )
    };
    assert!(request("a", "2026-01-01T00:00:00Z"));
    assert!(request("b", "2026-01-01T00:00:00Z"));
    assert!(!request("c", "2026-01-01T00:00:00Z"));
    assert!(!request("a", "2018-01-01T00:00:00Z"));
}
