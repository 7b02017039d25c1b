//! The grammar: `reference_policies_grammar.html`.

use proptest::prelude::*;

use super::*;
use crate::policy::{
    document::{Effect, Version},
    principal::PrincipalPattern,
    public::NarrowingKeys,
};

/// S3's walkthrough of bucket policies, more or less.
const BUCKET_POLICY: &str = r#"{
    "Version": "2012-10-17",
    "Id": "ExamplePolicy01",
    "Statement": [{
        "Sid": "Example Statement 01",
        "Effect": "Allow",
        "Principal": {
            "AWS": ["arn:aws:iam::111122223333:user/Dave", "444455556666", "arn:aws:iam::444455556666:root"],
            "Service": "cloudtrail.amazonaws.com",
            "Federated": "cognito-identity.amazonaws.com",
            "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
        },
        "Action": ["s3:GetObject", "s3:GetBucketLocation", "s3:List*"],
        "Resource": ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket"],
        "Condition": {"NumericLessThanEquals": {"s3:max-keys": 10}, "Bool": {"aws:SecureTransport": true}}
    }]
}"#;

#[test]
fn a_bucket_policy_is_read() {
    let policy = parse(BUCKET_POLICY, Rules::RESOURCE).unwrap();
    assert_eq!((policy.version, policy.id.as_deref()), (Some(Version::V2012_10_17), Some("ExamplePolicy01")));
    let statement = &policy.statements[0];
    assert_eq!((statement.sid.as_deref(), statement.effect), (Some("Example Statement 01"), Effect::Allow));
    let other = PrincipalPattern::Account(OTHER.parse().unwrap());
    let expected = [
        PrincipalPattern::Arn("arn:aws:iam::111122223333:user/Dave".to_owned()),
        other.clone(),
        other,
        PrincipalPattern::Service("cloudtrail.amazonaws.com".to_owned()),
        PrincipalPattern::Federated("cognito-identity.amazonaws.com".to_owned()),
        PrincipalPattern::CanonicalUser("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be".to_owned()),
    ];
    assert_eq!(statement.principals.as_ref().unwrap().patterns, expected);
    let sources = |patterns: &[crate::policy::variables::Template]| -> Vec<String> {
        patterns.iter().map(|pattern| pattern.source().to_owned()).collect()
    };
    assert_eq!(sources(&statement.actions.patterns), ["s3:GetObject", "s3:GetBucketLocation", "s3:List*"]);
    let resources = statement.resources.as_ref().unwrap();
    assert_eq!(sources(&resources.patterns), ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket"]);
    let keys: Vec<_> = statement.conditions.iter().map(|condition| condition.key()).collect();
    assert_eq!(keys, ["s3:max-keys", "aws:SecureTransport"]);
}

#[test]
fn one_statement_needs_no_list_and_a_policy_no_version() {
    let text = r#"{"Statement": {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*"}}"#;
    let policy = parse(text, Rules::IDENTITY).unwrap();
    assert_eq!((policy.version, policy.statements.len()), (None, 1));
    assert!(policy.statements[0].actions.is_negated);
    assert!(policy.statements[0].resources.as_ref().unwrap().is_negated);
}

#[test]
fn a_trust_policy_has_no_resource() {
    let text = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
    assert!(parse(text, Rules::TRUST).is_ok());
    let with = text.replace(r#""Action""#, r#""Resource": "*", "Action""#);
    assert_eq!(parse(&with, Rules::TRUST), Err(InvalidPolicy::ForbiddenField("Resource")));
}

/// Recorded from S3, 2026-02-21: the first three, which it words "Policies must be valid JSON and the first byte must
/// be '{'" and "Missing required field Statement".
#[test]
fn what_is_no_policy_is_refused() {
    use InvalidPolicy as E;
    let text = |text: &str| text.to_owned();
    for (policy, expected) in [
        ("", E::NotJson),
        ("invalid json", E::NotJson),
        ("{}", E::MissingField("Statement")),
        (" {}", E::NotJson),
        ("[]", E::NotJson),
        (r#"{"Statement": [],"#, E::NotJson),
        (r#"{"Statement": []}"#, E::NoStatements),
        (r#"{"Statement": "x"}"#, E::WrongType(text("Statement"))),
        (r#"{"Statement": [[]]}"#, E::WrongType(text("Statement"))),
        (r#"{"Statement": [], "Statements": []}"#, E::UnknownField(text("Statements"))),
        (r#"{"Version": "2012-10-18", "Statement": []}"#, E::InvalidVersion(text("2012-10-18"))),
        (r#"{"Version": 2012, "Statement": []}"#, E::WrongType(text("Version"))),
        (r#"{"Version": "2012-10-17", "Version": "2008-10-17"}"#, E::DuplicateField(text("Version"))),
    ] {
        assert_eq!(parse(policy, Rules::RESOURCE), Err(expected), "{policy}");
    }
}

#[test]
fn what_is_no_statement_is_refused() {
    use InvalidPolicy as E;
    const WHOLE: &str =
        r#""Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*""#;
    let text = |text: &str| text.to_owned();
    let principal = |text: &str| E::InvalidPrincipal(text.to_owned());
    for (from, to, expected) in [
        (r#""Effect": "Allow", "#, "", E::MissingField("Effect")),
        (r#""Allow""#, r#""allow""#, E::InvalidEffect(text("allow"))),
        (r#""Principal": "*", "#, "", E::MissingField("Principal")),
        (
            r#""Principal": "*""#,
            r#""Principal": "*", "NotPrincipal": "*""#,
            E::ConflictingFields("Principal", "NotPrincipal"),
        ),
        (r#""Principal": "*""#, r#""Principal": "alice""#, principal("alice")),
        (r#""Principal": "*""#, r#""Principal": {}"#, principal("")),
        (r#""Principal": "*""#, r#""Principal": ["*"]"#, E::WrongType(text("Principal"))),
        (r#""Principal": "*""#, r#""Principal": {"Aws": "*"}"#, E::UnknownField(text("Aws"))),
        (r#""Principal": "*""#, r#""Principal": {"AWS": "1234"}"#, principal("1234")),
        (
            r#""Principal": "*""#,
            r#""Principal": {"AWS": "arn:aws:iam::111122223333:user/*"}"#,
            principal("arn:aws:iam::111122223333:user/*"),
        ),
        (
            r#""Principal": "*""#,
            r#""Principal": {"AWS": "arn:aws:iam::111122223333:group/g"}"#,
            principal("arn:aws:iam::111122223333:group/g"),
        ),
        (r#""Principal": "*""#, r#""Principal": {"AWS": "AIDAJQABLZS4A3QDU576Q"}"#, principal("AIDAJQABLZS4A3QDU576Q")),
        (r#""Principal": "*""#, r#""Principal": {"Service": "*"}"#, principal("*")),
        (r#""Principal": "*""#, r#""Principal": {"CanonicalUser": "79a5"}"#, principal("79a5")),
        (r#", "Action": "s3:GetObject""#, "", E::MissingField("Action")),
        (r#""s3:GetObject""#, "[]", E::MissingField("Action")),
        (r#""s3:GetObject""#, r#""GetObject""#, E::InvalidAction(text("GetObject"))),
        (r#""s3:GetObject""#, r#""s*:GetObject""#, E::InvalidAction(text("s*:GetObject"))),
        (r#""s3:GetObject""#, r#"["s3:GetObject", 1]"#, E::WrongType(text("Action"))),
        (r#", "Resource": "arn:aws:s3:::b/*""#, "", E::MissingField("Resource")),
        (r#""arn:aws:s3:::b/*""#, r#""b""#, E::InvalidResource(text("b"))),
        (r#""arn:aws:s3:::b/*""#, r#""arn:aws:s3::b""#, E::InvalidResource(text("arn:aws:s3::b"))),
        (r#""Effect""#, r#""Bank": "x", "Effect""#, E::UnknownField(text("Bank"))),
        (r#""Effect""#, r#""Condition": [], "Effect""#, E::WrongType(text("Condition"))),
        (
            r#""Effect""#,
            r#""Condition": {"StringSame": {"aws:x": "y"}}, "Effect""#,
            E::UnknownOperator(text("StringSame")),
        ),
        (
            r#""Effect""#,
            r#""Condition": {"ForSomeValues:Bool": {"aws:x": "y"}}, "Effect""#,
            E::UnknownOperator(text("ForSomeValues:Bool")),
        ),
        (
            r#""Effect""#,
            r#""Condition": {"NullIfExists": {"aws:x": "y"}}, "Effect""#,
            E::UnknownOperator(text("NullIfExists")),
        ),
        (r#""Effect""#, r#""Condition": {"Bool": {"x": "true"}}, "Effect""#, E::InvalidConditionKey(text("x"))),
        (r#""Effect""#, r#""Condition": {"Bool": {"aws:x": {}}}, "Effect""#, E::WrongType(text("aws:x"))),
        (
            r#""Effect""#,
            r#""Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}, "Effect""#,
            E::InvalidConditionValue { operator: text("IpAddress"), value: text("10.0.0.0/33") },
        ),
        (
            r#""Effect""#,
            r#""Condition": {"DateLessThan": {"aws:CurrentTime": "soon"}}, "Effect""#,
            E::InvalidConditionValue { operator: text("DateLessThan"), value: text("soon") },
        ),
    ] {
        let policy = document(&format!("{{{}}}", WHOLE.replacen(from, to, 1)));
        assert_eq!(parse(&policy, Rules::RESOURCE), Err(expected), "{policy}");
    }
    assert!(parse(&document(&format!("{{{WHOLE}}}")), Rules::RESOURCE).is_ok());
}

#[test]
fn an_identitys_policy_has_rules_of_its_own() {
    let statement = |sid: &str| format!(r#"{{{sid} "Effect": "Allow", "Action": "*", "Resource": "*"}}"#);
    let twice = |sid: &str| document(&format!("{0}, {0}", statement(sid)));
    let text = document(&statement(r#""Principal": "*","#));
    assert_eq!(parse(&text, Rules::IDENTITY), Err(InvalidPolicy::ForbiddenField("Principal")));
    assert_eq!(parse(&twice(r#""Sid": "A","#), Rules::IDENTITY), Err(InvalidPolicy::DuplicateSid("A".to_owned())));
    assert_eq!(parse(&twice(r#""Sid": "a b","#), Rules::IDENTITY), Err(InvalidPolicy::InvalidSid("a b".to_owned())));
    assert!(parse(&twice(r#""Sid": "","#), Rules::IDENTITY).is_ok());
    assert!(parse(&twice(""), Rules::IDENTITY).is_ok());
}

#[test]
fn length_and_depth_have_limits() {
    let long = format!(r#"{{"Id": "{}"}}"#, "x".repeat(20 * 1024));
    assert_eq!(parse(&long, Rules::RESOURCE), Err(InvalidPolicy::TooLarge { limit_bytes: 20 * 1024 }));
    let wide = Rules { max_bytes: 1 << 20, ..Rules::RESOURCE };
    assert_eq!(parse(&long, wide), Err(InvalidPolicy::MissingField("Statement")));
    let deep = format!(r#"{{"Statement": {}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert_eq!(parse(&deep, Rules::RESOURCE), Err(InvalidPolicy::TooDeep));
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in r#"\PC{0,100}"#) {
        for rules in [Rules::IDENTITY, Rules::RESOURCE, Rules::TRUST] {
            drop(parse(&text, rules));
            drop(parse(&format!("{{{text}"), rules));
        }
    }

    #[test]
    fn arbitrary_texts_in_a_policy_never_panic(
        operator in "(ForAnyValue:|ForAllValues:)?(String(Not)?(Equals|Like)|Arn(Not)?Like|DateLessThan|NotIpAddress)(IfExists)?",
        value in r"[${}*?:,' a-z/é0-9.-]{0,30}",
        request in r"\PC{0,20}",
    ) {
        let value = format!("arn:aws:s3:::{value}");
        let statement = format!(r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "{value}",
            "Condition": {{"{operator}": {{"aws:SourceArn": ["{value}", "{request}"]}}}}}}"#);
        if let Ok(policy) = parse(&document(&statement), Rules::RESOURCE) {
            policy.is_public(NarrowingKeys::default());
            let policy = NamedPolicy { name: "any".into(), policy: Arc::new(policy) };
            let context = keys(&[("aws:SourceArn", &[&request, &value]), ("a:a", &[&request])]);
            let policies = Policies { resource: Some(&policy), ..Policies::default() };
            get_object(policies, &user(OTHER, "alice"), &context);
        }
    }
}
