//! Key policies: the one that keys have by default, and what a request may put in its place.

use ruststack_auth::policy::{
    document::{Kind, Rules},
    stored::StoredPolicy,
};
use ruststack_core::scope::Scope;

use crate::{
    error::{KmsError, not_found},
    limits::MAX_POLICY_BYTES,
};

/// The only name that policies have.
pub(crate) const NAME: &str = "default";

const RULES: Rules = Rules { kind: Kind::Resource, max_bytes: MAX_POLICY_BYTES };

/// The policy that leaves all to the account's own policies, as AWS writes it.
// Differs from AWS: keys that AWS manages have the default key policy, where AWS's allows only the service that they are for.
pub(crate) fn default(scope: &Scope) -> StoredPolicy {
    let root = format!("arn:{}:iam::{}:root", scope.partition(), scope.account);
    let text = format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "{root}"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    );
    StoredPolicy::parse(text.as_bytes(), RULES).expect("the policy is right")
}

// Differs from AWS: a key policy may lock its author out.
pub(crate) fn parse(text: &str) -> Result<StoredPolicy, KmsError> {
    let parsed = StoredPolicy::parse(text.as_bytes(), RULES);
    parsed.map_err(|fault| KmsError::MalformedPolicyDocumentException { message: fault.to_string() })
}

pub(crate) fn check_name(name: Option<&str>) -> Result<(), KmsError> {
    match name {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(not_found("No such policy exists")),
    }
}
