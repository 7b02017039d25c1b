//! `AssumeRoot`: short credentials of a member account's root user.

use ruststack_core::{arn::Arn, identity::Principal, operation::Call, scope::AccountId};

use crate::{
    Sts,
    api::{AssumeRootInput, AssumeRootOutput},
    credentials::{NewKey, SessionPolicies},
    error::StsError,
};

const DEFAULT_SECONDS: i32 = 900;

// Differs from AWS: any account may be assumed; there is no organization that it must be a member of.
pub(super) async fn assume_root(call: Call<Sts>, input: AssumeRootInput) -> Result<AssumeRootOutput, StsError> {
    let target = &input.target_principal;
    let account =
        account(target).ok_or_else(|| StsError::ValidationError { message: format!("{target} is invalid") })?;
    let key = NewKey::untagged(input.duration_seconds.unwrap_or(DEFAULT_SECONDS), SessionPolicies::default());
    let credentials = call.service().issue(call.ctx(), account, Principal::Root, key)?;
    Ok(AssumeRootOutput { credentials: Some(credentials), source_identity: None })
}

/// Twelve digits, or the ARN of a root user.
fn account(target: &str) -> Option<AccountId> {
    if let Ok(account) = target.parse() {
        return Some(account);
    }
    let arn: Arn = target.parse().ok()?;
    if arn.service() == "iam" && arn.resource() == "root" { arn.account().parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_user_is_an_account_or_its_arn() {
        for target in ["123456789012", "arn:aws:iam::123456789012:root"] {
            assert_eq!(account(target).map(AccountId::number), Some(123_456_789_012));
        }
        assert_eq!(account("arn:aws:iam::123456789012:user/x"), None);
    }
}
