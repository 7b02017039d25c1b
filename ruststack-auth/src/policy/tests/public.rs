//! S3's user guide, `access-control-block-public-access.html`, "The meaning of public".

use super::*;
use crate::policy::public::NarrowingKeys;

const KEYS: NarrowingKeys<'_> =
    NarrowingKeys { fixed: &["s3:DataAccessPointAccount"], fixed_account: &["s3:DataAccessPointArn"] };

fn is_public(statements: &str) -> bool {
    parse(&document(statements), Rules::RESOURCE).expect(statements).is_public(KEYS)
}

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", {principal}, "Action": "s3:GetObject", "Resource": "*", "Condition": {condition}}}"#
    )
}

#[test]
fn a_grant_to_everyone_is_public_unless_a_condition_fixes_who() {
    for (condition, expected) in [
        ("{}", true),
        // The page's own examples.
        (r#"{"StringLike": {"aws:SourceVpc": "vpc-*"}}"#, true),
        (r#"{"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}"#, false),
        (r#"{"StringLike": {"aws:SourceVpc": "vpc-91237329"}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}"#, true),
        (r#"{"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:123456789012:accesspoint/*"}}"#, false),
        (r#"{"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:accesspoint/a"}}"#, true),
        (r#"{"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*:123456789012:accesspoint/*"}}"#, false),
        (r#"{"StringEquals": {"s3:DataAccessPointAccount": "123456789012"}}"#, false),
        // Its rules.
        (r#"{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/7"]}}"#, true),
        (r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}"#, false),
        (r#"{"IpAddress": {"aws:SourceIp": "2001:d00::/24"}}"#, true),
        (r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#, true),
        (r#"{"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::inventory"}}"#, false),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}"#, true),
        (r#"{"StringEquals": {"AWS:sourceaccount": ["111122223333", "444455556666"]}}"#, false),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-123456"}}"#, false),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}"#, true),
        (r#"{"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}"#, true),
        (r#"{"StringEquals": {"aws:userid": "AIDAEXAMPLE"}}"#, false),
        // What a request without the key, or of another sender, passes.
        (r#"{"StringNotEquals": {"aws:SourceVpc": "vpc-91237329"}}"#, true),
        (r#"{"StringEqualsIfExists": {"aws:SourceVpc": "vpc-91237329"}}"#, true),
        (r#"{"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-91237329"}}"#, true),
        (r#"{"StringEquals": {"aws:Referer": "https://example.com/"}}"#, true),
        (r#"{"Bool": {"aws:SecureTransport": "true"}}"#, true),
        // One that narrows is enough.
        (r#"{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}"#, false),
    ] {
        assert_eq!(is_public(&statement("Allow", r#""Principal": "*""#, condition)), expected, "{condition}");
        assert_eq!(is_public(&statement("Allow", r#""Principal": {"AWS": "*"}"#, condition)), expected, "{condition}");
        assert!(!is_public(&statement("Deny", r#""Principal": "*""#, condition)), "{condition}");
    }
}

#[test]
fn a_grant_to_fixed_principals_is_not_public() {
    for (principal, expected) in [
        (r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/r"}"#, false),
        (r#""Principal": {"AWS": "444455556666"}"#, false),
        (r#""Principal": {"Service": "cloudtrail.amazonaws.com"}"#, false),
        (r#""Principal": {"AWS": ["444455556666", "*"]}"#, true),
        (r#""NotPrincipal": {"AWS": "444455556666"}"#, true),
    ] {
        assert_eq!(is_public(&statement("Allow", principal, "{}")), expected, "{principal}");
    }
}

/// The page: a policy with both public and other grants is public.
#[test]
fn one_public_grant_makes_the_policy_public() {
    let fixed = statement("Allow", r#""Principal": {"AWS": "444455556666"}"#, "{}");
    let public = statement("Allow", r#""Principal": "*""#, "{}");
    let deny = statement("Deny", r#""Principal": "*""#, "{}");
    assert!(is_public(&format!("{fixed}, {public}, {deny}")));
    assert!(!is_public(&format!("{fixed}, {deny}")));
}
