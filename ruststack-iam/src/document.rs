//! Policies as requests bring them: held to the grammar, in IAM's words, and shown percent-encoded.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use ruststack_auth::policy::{
    document::{Effect, Kind, Policy, Rules, Version},
    error::InvalidPolicy,
    stored::StoredPolicy,
};

use crate::{
    error::{IamError, exceeds},
    holder::weight,
    limits::{MAX_MANAGED_POLICY_SIZE, MAX_TRUST_POLICY_SIZE},
};

/// The model's bound; quotas come after.
const MAX_BYTES: usize = 131_072;
const IDENTITY: Rules = Rules { kind: Kind::Identity, max_bytes: MAX_BYTES };
const TRUST: Rules = Rules { kind: Kind::Trust, max_bytes: MAX_BYTES };

const SYNTAX: &str = "Syntax errors in policy.";
const VERSION: &str = "Policy document must be version 2012-10-17 or greater.";

/// A policy of an identity.
pub(crate) fn identity(text: &str) -> Result<StoredPolicy, IamError> {
    let policy = read(text, IDENTITY).map_err(|fault| malformed(identity_fault(fault)))?;
    if policy.policy().version != Some(Version::V2012_10_17) {
        return Err(malformed(VERSION.to_owned()));
    }
    Ok(policy)
}

pub(crate) fn managed(text: &str) -> Result<StoredPolicy, IamError> {
    let policy = identity(text)?;
    if weight(text) > MAX_MANAGED_POLICY_SIZE {
        Err(exceeds("PolicySize", MAX_MANAGED_POLICY_SIZE))
    } else {
        Ok(policy)
    }
}

/// Whom a role trusts.
pub(crate) fn trust(text: &str) -> Result<StoredPolicy, IamError> {
    let policy = read(text, TRUST).map_err(|fault| malformed(trust_fault(fault)))?;
    check_trust(policy.policy())?;
    if weight(text) > MAX_TRUST_POLICY_SIZE {
        return Err(exceeds("ACLSizePerRole", MAX_TRUST_POLICY_SIZE));
    }
    Ok(policy)
}

/// IAM passes over blanks in front, other than S3.
fn read(text: &str, rules: Rules) -> Result<StoredPolicy, InvalidPolicy> {
    StoredPolicy::parse(text.trim_start().as_bytes(), rules)
}

/// Only STS gives out sessions of roles.
fn check_trust(policy: &Policy) -> Result<(), IamError> {
    const ACTIONS: [&str; 6] = [
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:SetContext",
        "sts:SetSourceIdentity",
        "sts:TagSession",
    ];
    let allows_others =
        policy.statements.iter().filter(|statement| statement.effect == Effect::Allow).any(|statement| {
            // A pattern of STS selects one of its actions, and none of another service.
            !ACTIONS.iter().any(|action| statement.actions.selects_action(action))
                || statement.actions.selects_action("iam:GetUser")
        });
    if allows_others {
        return Err(malformed("AssumeRole policy may only specify STS AssumeRole actions.".to_owned()));
    }
    Ok(())
}

/// As answers show it: RFC 3986, where only letters, digits and `-_.~` stand for themselves.
pub(crate) fn encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded
}

fn malformed(message: String) -> IamError {
    IamError::MalformedPolicyDocument { message }
}

/// Documented by others who asked AWS: moto's tests of policy documents.
fn identity_fault(fault: InvalidPolicy) -> String {
    match fault {
        InvalidPolicy::MissingField("Action") => "Policy statement must contain actions.".to_owned(),
        InvalidPolicy::MissingField("Resource") => "Policy statement must contain resources.".to_owned(),
        InvalidPolicy::ForbiddenField("Principal") => "Policy document should not specify a principal.".to_owned(),
        InvalidPolicy::DuplicateSid(_) => "Statement IDs (SID) in a single policy must be unique.".to_owned(),
        InvalidPolicy::InvalidAction(action) => action_fault(&action),
        InvalidPolicy::InvalidResource(resource) => {
            format!("Resource {resource} must be in ARN format or \"*\".")
        }
        InvalidPolicy::InvalidConditionKey(_) => {
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned()
        }
        _ => SYNTAX.to_owned(),
    }
}

fn action_fault(action: &str) -> String {
    match action.split(':').count() {
        1 => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned(),
        2 => {
            let vendor = action.split(':').next().unwrap_or_default();
            format!("Vendor {vendor} is not valid")
        }
        _ => "Actions/Condition can contain only one colon.".to_owned(),
    }
}

/// Recorded: test_create_role_with_malformed_assume_role_policy_document, 2025-03-06; the rest is documented by others.
fn trust_fault(fault: InvalidPolicy) -> String {
    match fault {
        InvalidPolicy::NotJson | InvalidPolicy::TooDeep | InvalidPolicy::DuplicateField(_) => {
            "This policy contains invalid Json".to_owned()
        }
        InvalidPolicy::MissingField(field) => format!("Missing required field {field}"),
        InvalidPolicy::ForbiddenField(field) => format!("Has prohibited field {field}"),
        InvalidPolicy::UnknownField(field) => format!("Unknown field {field}"),
        InvalidPolicy::InvalidPrincipal(principal) => format!("Invalid principal in policy: \"AWS\":\"{principal}\""),
        InvalidPolicy::InvalidAction(action) => action_fault(&action),
        InvalidPolicy::DuplicateSid(_) => "Statement IDs (SID) in a single policy must be unique.".to_owned(),
        InvalidPolicy::InvalidEffect(effect) => format!("Invalid effect: {effect}"),
        _ => SYNTAX.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(result: Result<StoredPolicy, IamError>) -> String {
        result.map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn what_is_wrong_with_a_policy_is_told_in_awss_words() {
        let of = |statement: &str| identity(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#));
        let whole = r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#;
        for (statement, expected) in [
            (whole, ""),
            (r#"{"Effect":"Allow","Resource":"*"}"#, "Policy statement must contain actions."),
            (r#"{"Effect":"Allow","Action":"s3:*"}"#, "Policy statement must contain resources."),
            (
                r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}"#,
                "Policy document should not specify a principal.",
            ),
            (
                r#"{"Effect":"Allow","Action":"GetObject","Resource":"*"}"#,
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ),
            (r#"{"Effect":"Allow","Action":"s3:a:b","Resource":"*"}"#, "Actions/Condition can contain only one colon."),
            (
                r#"{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}"#,
                "Resource bucket must be in ARN format or \"*\".",
            ),
            (r#"{"Effect":"Maybe","Action":"s3:*","Resource":"*"}"#, SYNTAX),
        ] {
            assert_eq!(said(of(statement)), expected, "{statement}");
        }
        assert_eq!(said(identity("nonsense")), SYNTAX);
        assert_eq!(said(identity(&format!(r#"{{"Statement":{whole}}}"#))), VERSION);
    }

    #[test]
    fn only_sts_stands_in_trust_policies() {
        let of = |action: &str| {
            trust(&format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Service":"ec2.amazonaws.com"}},"Action":{action}}}}}"#
            ))
        };
        for action in [r#""sts:AssumeRole""#, r#""sts:*""#, r#"["sts:AssumeRole","sts:TagSession"]"#] {
            assert_eq!(said(of(action)), "", "{action}");
        }
        for action in [r#""s3:GetObject""#, r#""*""#] {
            assert_eq!(said(of(action)), "AssumeRole policy may only specify STS AssumeRole actions.");
        }
        assert_eq!(said(trust("{")), "This policy contains invalid Json");
    }

    #[test]
    fn only_unreserved_characters_stand_for_themselves() {
        assert_eq!(encoded("{\"a\": \"b~c-d_e.f/ü\"}"), "%7B%22a%22%3A%20%22b~c-d_e.f%2F%C3%BC%22%7D");
    }
}
