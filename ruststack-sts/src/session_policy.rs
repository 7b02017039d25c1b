//! Session policies: read, and weighed with the tags against the space that AWS allots to both.

use ruststack_auth::policy::{document::Rules, error::InvalidPolicy, stored::StoredPolicy};
use ruststack_core::scope::AccountId;

use crate::{
    Sts,
    api::{PolicyDescriptorType, Tag},
    credentials::SessionPolicies,
    error::StsError,
};

/// Bytes that stand for the whole space. AWS packs before it weighs, in a way that it does not tell.
const SPACE: usize = 4096;
const MALFORMED: &str = "The policy is not in the valid JSON format.";
const SYNTAX: &str = "Syntax errors in policy.";

/// What narrows or describes a session.
#[derive(Default)]
pub(crate) struct Packed<'i> {
    pub(crate) policy: Option<&'i str>,
    pub(crate) policy_arns: &'i [PolicyDescriptorType],
    pub(crate) tags: &'i [Tag],
}

impl Packed<'_> {
    /// What the session is limited to, with managed policies of this account.
    pub(crate) fn read(&self, sts: &Sts, account: AccountId) -> Result<SessionPolicies, StsError> {
        let arns = self.policy_arns.iter().filter_map(|policy| policy.arn.as_deref());
        let managed: Result<Vec<_>, _> = arns.map(|arn| managed(sts, account, arn)).collect();
        let managed = managed?.into_iter().flatten().collect();
        Ok(SessionPolicies { inline: self.inline()?, managed })
    }

    fn inline(&self) -> Result<Option<StoredPolicy>, StsError> {
        self.policy.map(parse).transpose()
    }

    /// How much of the space all take together, in per cent.
    // Differs from AWS: the packed size of session policies and tags is estimated.
    pub(crate) fn percent(&self) -> Result<i32, StsError> {
        let arns = self.policy_arns.iter().filter_map(|policy| policy.arn.as_ref()).map(String::len);
        let tags = self.tags.iter().map(|tag| tag.key.len() + tag.value.len());
        let bytes = self.policy.map_or(0, str::len) + arns.sum::<usize>() + tags.sum::<usize>();
        let percent = (bytes * 100).div_ceil(SPACE);
        if percent > 100 {
            return Err(StsError::PackedPolicyTooLarge { percent });
        }
        Ok(i32::try_from(percent).unwrap_or(i32::MAX))
    }

    /// AWS shows the size only of what was sent.
    pub(crate) fn percent_if_any(&self) -> Result<Option<i32>, StsError> {
        let is_any = self.policy.is_some() || !self.policy_arns.is_empty() || !self.tags.is_empty();
        self.percent().map(|percent| is_any.then_some(percent))
    }
}

/// Where identities are not held to policies, a managed one need not exist.
fn managed(sts: &Sts, account: AccountId, arn: &str) -> Result<Option<StoredPolicy>, StsError> {
    let found = sts.keys.directory().and_then(|directory| directory.managed_policy(account, arn));
    if found.is_none() && sts.authorizer.is_some() {
        let message = format!("Policy {arn} does not exist or is not attachable.");
        return Err(StsError::ValidationError { message });
    }
    Ok(found)
}

fn parse(policy: &str) -> Result<StoredPolicy, StsError> {
    // IAM passes over blanks in front, other than S3.
    StoredPolicy::parse(policy.trim_start().as_bytes(), Rules::IDENTITY).map_err(|fault| {
        let message = if fault == InvalidPolicy::NotJson { MALFORMED } else { SYNTAX };
        StsError::MalformedPolicyDocument { message: message.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_json_with_whole_statements() {
        let packed = |policy| Packed { policy: Some(policy), ..Packed::default() };
        let whole = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        assert_eq!(packed(whole).percent_if_any(), Ok(Some(3)));
        assert_eq!(packed(whole).inline().unwrap().unwrap().text(), whole);
        for (wrong, message) in
            [("nonsense", MALFORMED), ("{}", SYNTAX), (r#"{"Statement":{"Effect":"Maybe"}}"#, SYNTAX)]
        {
            let message = message.to_owned();
            assert_eq!(packed(wrong).inline(), Err(StsError::MalformedPolicyDocument { message }));
        }
    }

    #[test]
    fn too_much_is_refused_and_nothing_is_not_shown() {
        let tags = vec![Tag { key: "k".repeat(128), value: "v".repeat(256) }; 11];
        let packed = Packed { tags: &tags, ..Packed::default() };
        assert_eq!(packed.percent(), Err(StsError::PackedPolicyTooLarge { percent: 104 }));
        assert_eq!(Packed::default().percent_if_any(), Ok(None));
    }
}
