//! Roles: assumed, chained, refused.

use ruststack_testkit::{ACCOUNT, Emulator};

use crate::{ask, call, emulator};

const ROLE: &str = "RoleArn=arn:aws:iam::123456789012:role/path/name&RoleSessionName=session";

fn tags(pairs: &[(&str, &str)]) -> String {
    let tag = |(index, (key, value)): (usize, &(&str, &str))| {
        format!("&Tags.member.{0}.Key={key}&Tags.member.{0}.Value={value}", index + 1)
    };
    pairs.iter().enumerate().map(tag).collect()
}

async fn caller(emulator: &Emulator, access_key: &str) -> String {
    let answer = call(emulator, access_key, "GetCallerIdentity", "").await;
    answer.element("Arn").unwrap().to_owned()
}

#[tokio::test]
async fn a_session_acts_as_its_role_in_the_roles_account() {
    let emulator = emulator();
    let issued = call(&emulator, ACCOUNT, "AssumeRole", ROLE).await;
    assert_eq!(issued.element("Arn"), Some("arn:aws:sts::123456789012:assumed-role/name/session"));
    assert_eq!(issued.element("Expiration"), Some("2026-10-21T08:28:00Z"));
    assert_eq!(issued.element("PackedPolicySize"), None);
    let key = issued.element("AccessKeyId").unwrap();
    assert_eq!(caller(&emulator, key).await, "arn:aws:sts::123456789012:assumed-role/name/session");
    let info = call(&emulator, ACCOUNT, "GetAccessKeyInfo", &format!("AccessKeyId={key}")).await;
    assert_eq!(info.element("Account"), Some("123456789012"));
}

/// Recorded: test_assume_role_tag_validation, 2025-04-10.
#[tokio::test]
async fn keys_of_session_tags_are_one_whatever_their_case() {
    let refused = |message| (400, "InvalidParameterValue", message);
    let twice = format!("{ROLE}{}", tags(&[("tag", "1"), ("TAG", "2")]));
    let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    assert_eq!(ask("AssumeRole", &twice).await.error(), refused(message));
    let other = format!("{ROLE}{}&TransitiveTagKeys.member.1=other", tags(&[("tag", "1")]));
    let message = "The specified transitive tag key must be included in the requested tags.";
    assert_eq!(ask("AssumeRole", &other).await.error(), refused(message));
}

/// Recorded: test_iam_role_chaining_override_transitive_tags, 2025-04-10.
#[tokio::test]
async fn transitive_tags_live_on_and_cannot_be_set_again() {
    let emulator = emulator();
    let first = format!("{ROLE}{}&TransitiveTagKeys.member.1=kept", tags(&[("Kept", "1"), ("free", "2")]));
    let issued = call(&emulator, ACCOUNT, "AssumeRole", &first).await;
    let key = issued.element("AccessKeyId").unwrap();
    let again = |name: &str| format!("{ROLE}{}", tags(&[(name, "3")]));
    let issued = call(&emulator, key, "AssumeRole", &again("free")).await;
    let next = issued.element("AccessKeyId").unwrap();
    for key in [key, next] {
        let refused = call(&emulator, key, "AssumeRole", &again("KEPT")).await;
        let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag \
                       key from the calling session.";
        assert_eq!(refused.error(), (400, "InvalidParameterValue", message));
    }
}

#[tokio::test]
async fn a_session_policy_must_be_one() {
    let refused = ask("AssumeRole", &format!("{ROLE}&Policy=nonsense")).await;
    assert_eq!(refused.error(), (400, "MalformedPolicyDocument", "The policy is not in the valid JSON format."));
    let policy =
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%7D";
    let issued = ask("AssumeRole", &format!("{ROLE}&Policy={policy}")).await;
    assert_eq!(issued.element("PackedPolicySize"), Some("2"));
}

#[tokio::test]
async fn a_web_identity_needs_no_signature() {
    let emulator = emulator();
    // {"alg":"none"} . {"sub":"me","iss":"https://issuer","aud":"audience"}
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSIsImlzcyI6Imh0dHBzOi8vaXNzdWVyIiwiYXVkIjoiYXVkaWVuY2UifQ.x";
    let parameters = format!("{ROLE}&WebIdentityToken={token}");
    let issued = call(&emulator, ACCOUNT, "AssumeRoleWithWebIdentity", &parameters).await;
    let says = ["SubjectFromWebIdentityToken", "Provider", "Audience"].map(|name| issued.element(name));
    assert_eq!(says, [Some("me"), Some("https://issuer"), Some("audience")]);
    let refused = ask("AssumeRoleWithWebIdentity", &format!("{ROLE}&WebIdentityToken=opaque")).await;
    assert_eq!(refused.error().1, "InvalidIdentityToken");
}

#[tokio::test]
async fn a_root_user_is_assumed_for_fifteen_minutes() {
    let emulator = emulator();
    let task = "TaskPolicyArn.arn=arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    let issued = call(&emulator, ACCOUNT, "AssumeRoot", &format!("TargetPrincipal=210987654321&{task}")).await;
    assert_eq!(issued.element("Expiration"), Some("2026-10-21T07:43:00Z"));
    assert_eq!(caller(&emulator, issued.element("AccessKeyId").unwrap()).await, "arn:aws:iam::210987654321:root");
}
