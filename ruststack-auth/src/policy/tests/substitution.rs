//! Variables: `reference_policies_variables.html`.

use super::*;

/// Whether an identity's policy for this resource lets alice's request at an object pass.
fn allows(version: &str, resource: &str, object: &str, context: &ContextKeys) -> bool {
    let text = format!(
        r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "s3:*", "Resource": "{resource}"}}}}"#
    );
    let policies = [named("mine", &text, Rules::IDENTITY)];
    let policies = Policies { identity: &policies, ..Policies::default() };
    let caller = user(OWN, "alice");
    let request = Request {
        caller: &caller,
        action: "s3:GetObject",
        resource: object,
        resource_account: Some(OWN.parse().unwrap()),
        context,
    };
    policies.decide(&request).is_allowed()
}

#[test]
fn variables_stand_for_the_requests_values() {
    let alice = keys(&[("aws:username", &["alice"]), ("aws:PrincipalTag/team", &["yellow"])]);
    let star = keys(&[("aws:username", &["*"])]);
    let nobody = ContextKeys::default();
    let several = keys(&[("aws:username", &["alice", "bob"])]);
    for (resource, object, context, expected) in [
        ("arn:aws:s3:::b/home/${aws:username}/*", "arn:aws:s3:::b/home/alice/x", &alice, true),
        ("arn:aws:s3:::b/home/${aws:username}/*", "arn:aws:s3:::b/home/bob/x", &alice, false),
        ("arn:aws:s3:::b/home/${AWS:UserName}/*", "arn:aws:s3:::b/home/alice/x", &alice, true),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team}", "arn:aws:s3:::b-yellow", &alice, true),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::b-yellow", &alice, true),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::b-company-wide", &nobody, true),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::b-yellow", &nobody, false),
        // A value's wildcards are characters like others.
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/anything", &star, false),
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/*", &star, true),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x", &nobody, false),
        ("arn:aws:s3:::b/${*}${?}${$}", "arn:aws:s3:::b/*?$", &nobody, true),
        // Without a value, or with several, a variable matches nothing.
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/", &nobody, false),
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${aws:username}", &nobody, false),
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/alice", &several, false),
        // What is no variable is text.
        ("arn:aws:s3:::b/${aws:username", "arn:aws:s3:::b/${aws:username", &alice, true),
        ("arn:aws:s3:::b/${username}", "arn:aws:s3:::b/${username}", &alice, true),
    ] {
        assert_eq!(allows("2012-10-17", resource, object, context), expected, "{resource} {object}");
    }
}

#[test]
fn the_version_of_2008_has_no_variables() {
    let alice = keys(&[("aws:username", &["alice"])]);
    let resource = "arn:aws:s3:::b/${aws:username}";
    assert!(!allows("2008-10-17", resource, "arn:aws:s3:::b/alice", &alice));
    assert!(allows("2008-10-17", resource, "arn:aws:s3:::b/${aws:username}", &alice));
}

#[test]
fn conditions_have_variables_too() {
    let context = keys(&[
        ("aws:username", &["alice"]),
        ("aws:PrincipalArn", &["arn:aws:iam::111122223333:user/alice"]),
        ("s3:prefix", &["alice/photos"]),
        ("aws:SourceArn", &["arn:aws:iam::111122223333:user/alice"]),
    ]);
    for (condition, expected) in [
        (r#"{"StringLike": {"s3:prefix": "${aws:username}/*"}}"#, true),
        (r#"{"StringEquals": {"s3:prefix": "${aws:username}/*"}}"#, false),
        (r#"{"StringEquals": {"s3:prefix": "${aws:username}/photos"}}"#, true),
        (r#"{"StringEqualsIgnoreCase": {"s3:prefix": "${aws:username}/PHOTOS"}}"#, true),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:iam::*:user/${aws:username}"}}"#, true),
        (r#"{"ArnEquals": {"aws:SourceArn": "${aws:PrincipalArn}"}}"#, true),
        (r#"{"StringLike": {"s3:prefix": ["${aws:userid}/*", "${aws:username}/*"]}}"#, true),
        (r#"{"StringLike": {"s3:prefix": "${aws:userid}/*"}}"#, false),
        // A variable without a value makes the statement invalid.
        (r#"{"StringNotLike": {"s3:prefix": "${aws:userid}/*"}}"#, false),
    ] {
        assert_eq!(holds(condition, &context), expected, "{condition}");
    }
}

/// Assumed, from "this might cause the entire statement to be invalid".
#[test]
fn an_unknown_variable_in_not_resource_applies_to_nothing() {
    let statement = r#"{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/${aws:username}"}"#;
    let policies = [identity(statement)];
    let policies = Policies { identity: &policies, ..Policies::default() };
    let alice = user(OWN, "alice");
    assert!(!get_object(policies, &alice, &ContextKeys::default()).is_allowed());
    assert!(get_object(policies, &alice, &keys(&[("aws:username", &["alice"])])).is_allowed());
}
