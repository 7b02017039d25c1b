//! What the model forbids, in AWS's words.

use crate::{ask, emulator};

const ROLE: &str = "RoleArn=arn:aws:iam::123456789012:role/name";

/// Recorded: test_sts_invalid_parameters, 2025-07-21.
#[tokio::test]
async fn parameters_break_their_constraints_by_name() {
    let constraint = "failed to satisfy constraint: Member must";
    for (action, parameters, message) in [
        (
            "AssumeRole",
            "RoleArn=arn:a:b:::something/test-role&RoleSessionName=Session1:2",
            format!(
                "1 validation error detected: Value 'Session1:2' at 'roleSessionName' {constraint} satisfy regular expression pattern: [\\w+=,.@-]*"
            ),
        ),
        (
            "AssumeRole",
            "RoleArn=nothing-valid-in-here&RoleSessionName=Session1",
            "nothing-valid-in-here is invalid".to_owned(),
        ),
        (
            "GetSessionToken",
            "DurationSeconds=899",
            format!(
                "1 validation error detected: Value '899' at 'durationSeconds' {constraint} have value greater than or equal to 900"
            ),
        ),
        (
            "GetAccessKeyInfo",
            "AccessKeyId=short",
            format!(
                "1 validation error detected: Value 'short' at 'accessKeyId' {constraint} have length greater than or equal to 16"
            ),
        ),
        (
            "GetFederationToken",
            "",
            format!("1 validation error detected: Value null at 'name' {constraint} not be null"),
        ),
        (
            "AssumeRole",
            &format!("{ROLE}&RoleSessionName=session&Tags.member.1.Key=a"),
            format!("1 validation error detected: Value null at 'tags.1.member.value' {constraint} not be null"),
        ),
    ] {
        assert_eq!(ask(action, parameters).await.error(), (400, "ValidationError", message.as_str()), "{action}");
    }
}

#[tokio::test]
async fn all_broken_constraints_are_told_at_once() {
    let refused = ask("AssumeRole", "DurationSeconds=1").await;
    assert!(refused.error().2.starts_with("3 validation errors detected: Value null at 'roleArn'"), "{}", refused.body);
}

#[tokio::test]
async fn a_session_has_at_most_fifty_tags() {
    let tags: String =
        (1..=51).map(|number| format!("&Tags.member.{number}.Key=k{number}&Tags.member.{number}.Value=v")).collect();
    let refused = ask("AssumeRole", &format!("{ROLE}&RoleSessionName=session{tags}")).await;
    assert!(
        refused
            .error()
            .2
            .ends_with("at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50")
    );
}

#[tokio::test]
async fn an_action_is_of_a_version() {
    let emulator = emulator();
    let refused = |answer: ruststack_testkit::Answer| answer.error().2.to_owned();
    let send = |form: &'static str| emulator.post("/").service("sts").send(form);
    assert_eq!(
        refused(send("Action=GetCallerIdentity").await),
        "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"
    );
    assert_eq!(
        refused(send("Action=GetCallerIdentity&Version=2011-06-16").await),
        "Could not find operation GetCallerIdentity for version 2011-06-16"
    );
    assert_eq!(refused(ask("Nothing", "").await), "Could not find operation Nothing for version 2011-06-15");
}
