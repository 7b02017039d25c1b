//! POST policies: what a signed HTML form may hold, as its author laid down.
//!
//! Here is the language: the document, its conditions, and their evaluation over a form's fields. Who signed a form is
//! found in `authenticator/form.rs`. Texts of refusals are AWS's.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

mod condition;
mod document;

use std::ops::RangeInclusive;

use ruststack_core::{clock::Timestamp, error::AwsError};

use condition::Condition;

/// The longest document. Bytes.
pub const MAX_POLICY_LENGTH: usize = 20 * 1024;

/// Fields that a policy need not mention: those that sign it, and the file.
const EXEMPT: [&str; 5] = ["awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"];
const IGNORED_PREFIX: &str = "x-ignore-";

/// The fields of a form that stand before its file. Names are the same in upper and lower case.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Fields(Vec<(String, String)>);

/// What the author of a form allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostPolicy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

impl Fields {
    /// Adds a field. Of fields with one name the first counts, for the policy as for the object.
    pub fn push(&mut self, name: &str, value: String) {
        if self.get(name).is_none() {
            self.0.push((name.to_ascii_lowercase(), value));
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Names in lower case, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.0.iter_mut().map(|(_, value)| value)
    }
}

impl PostPolicy {
    /// Of the base64 in a form's `policy`.
    pub fn parse(encoded: &str) -> Result<Self, AwsError> {
        document::parse(encoded)
    }

    /// Whether a form for `bucket` is what the policy allows; gives the sizes that its file may have.
    pub fn check(&self, fields: &Fields, bucket: &str, now: Timestamp) -> Result<RangeInclusive<u64>, AwsError> {
        if self.expiration <= now {
            return Err(against_policy("Policy expired."));
        }
        let mut sizes = 0..=u64::MAX;
        for condition in &self.conditions {
            match condition.holds(fields, bucket) {
                true => sizes = condition.narrowed(sizes),
                false => return Err(against_policy(&format!("Policy Condition failed: {condition}"))),
            }
        }
        self.check_mentioned(fields)?;
        Ok(sizes)
    }

    fn check_mentioned(&self, fields: &Fields) -> Result<(), AwsError> {
        let is_mentioned = |name: &str| self.conditions.iter().any(|condition| condition.is_about(name));
        let is_free = |name: &str| EXEMPT.contains(&name) || name.starts_with(IGNORED_PREFIX);
        let names = fields.iter().map(|(name, _)| name).filter(|name| !is_free(name) && !is_mentioned(name));
        let extra: Vec<_> = names.collect();
        if extra.is_empty() {
            return Ok(());
        }
        Err(against_policy(&format!("Extra input fields: {}", extra.join(", "))))
    }
}

fn against_policy(why: &str) -> AwsError {
    AwsError::new(403, "AccessDenied", format!("Invalid according to Policy: {why}"))
}

#[cfg(test)]
mod tests;
