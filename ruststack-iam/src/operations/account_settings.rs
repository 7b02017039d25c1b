//! `CreateAccountAlias`, `ListAccountAliases`, `DeleteAccountAlias`, and the account's password policy.

use crate::{
    account::{PasswordPolicy, Settings},
    api,
    error::{IamError, exists, invalid_input, no_such},
    turn::Turn,
};

/// How short a password may be where nothing else is said.
const MINIMUM_LENGTH: i32 = 6;

/// An account has one at most; another one takes its place.
// Differs from AWS: aliases are not unique among accounts.
pub(super) fn create_account_alias(
    turn: &mut Turn<'_>,
    input: api::CreateAccountAliasInput,
) -> Result<api::CreateAccountAliasOutput, IamError> {
    turn.allow("*")?;
    let alias = input.account_alias;
    if alias.parse::<u64>().is_ok() && alias.len() == 12 {
        return Err(invalid_input("Account alias cannot be a 12-digit number."));
    }
    if turn.account().settings.alias.as_ref() == Some(&alias) {
        return Err(exists(format!("The account alias {alias} already exists.")));
    }
    turn.put_settings(Settings { alias: Some(alias), ..turn.account().settings.clone() });
    Ok(api::CreateAccountAliasOutput {})
}

pub(super) fn list_account_aliases(
    turn: &mut Turn<'_>,
    _input: api::ListAccountAliasesInput,
) -> Result<api::ListAccountAliasesOutput, IamError> {
    turn.allow("*")?;
    let account_aliases = turn.account().settings.alias.iter().cloned().collect();
    Ok(api::ListAccountAliasesOutput { account_aliases, is_truncated: Some(false), marker: None })
}

pub(super) fn delete_account_alias(
    turn: &mut Turn<'_>,
    input: api::DeleteAccountAliasInput,
) -> Result<api::DeleteAccountAliasOutput, IamError> {
    turn.allow("*")?;
    if turn.account().settings.alias.as_ref() != Some(&input.account_alias) {
        return Err(no_such(format!("The account alias {} cannot be found.", input.account_alias)));
    }
    turn.put_settings(Settings { alias: None, ..turn.account().settings.clone() });
    Ok(api::DeleteAccountAliasOutput {})
}

/// What is not said is as it was in the beginning, not as it was before.
pub(super) fn update_account_password_policy(
    turn: &mut Turn<'_>,
    input: api::UpdateAccountPasswordPolicyInput,
) -> Result<api::UpdateAccountPasswordPolicyOutput, IamError> {
    turn.allow("*")?;
    let policy = PasswordPolicy {
        minimum_length: input.minimum_password_length.unwrap_or(MINIMUM_LENGTH),
        require_symbols: input.require_symbols.unwrap_or(false),
        require_numbers: input.require_numbers.unwrap_or(false),
        require_uppercase: input.require_uppercase_characters.unwrap_or(false),
        require_lowercase: input.require_lowercase_characters.unwrap_or(false),
        allow_users_to_change: input.allow_users_to_change_password.unwrap_or(false),
        max_age_days: input.max_password_age,
        reuse_prevention: input.password_reuse_prevention,
        hard_expiry: input.hard_expiry,
    };
    turn.put_settings(Settings { password_policy: Some(policy), ..turn.account().settings.clone() });
    Ok(api::UpdateAccountPasswordPolicyOutput {})
}

pub(super) fn get_account_password_policy(
    turn: &mut Turn<'_>,
    _input: api::GetAccountPasswordPolicyInput,
) -> Result<api::GetAccountPasswordPolicyOutput, IamError> {
    turn.allow("*")?;
    let policy = turn.account().settings.password_policy.as_ref().ok_or_else(|| missing(turn))?;
    let password_policy = api::PasswordPolicy {
        minimum_password_length: Some(policy.minimum_length),
        require_symbols: Some(policy.require_symbols),
        require_numbers: Some(policy.require_numbers),
        require_uppercase_characters: Some(policy.require_uppercase),
        require_lowercase_characters: Some(policy.require_lowercase),
        allow_users_to_change_password: Some(policy.allow_users_to_change),
        expire_passwords: Some(policy.max_age_days.is_some_and(|days| days > 0)),
        max_password_age: policy.max_age_days,
        password_reuse_prevention: policy.reuse_prevention,
        hard_expiry: policy.hard_expiry,
    };
    Ok(api::GetAccountPasswordPolicyOutput { password_policy })
}

pub(super) fn delete_account_password_policy(
    turn: &mut Turn<'_>,
    _input: api::DeleteAccountPasswordPolicyInput,
) -> Result<api::DeleteAccountPasswordPolicyOutput, IamError> {
    turn.allow("*")?;
    if turn.account().settings.password_policy.is_none() {
        return Err(no_such("The account policy with name PasswordPolicy cannot be found."));
    }
    turn.put_settings(Settings { password_policy: None, ..turn.account().settings.clone() });
    Ok(api::DeleteAccountPasswordPolicyOutput {})
}

fn missing(turn: &Turn<'_>) -> IamError {
    no_such(format!("The Password Policy with domain name {} cannot be found.", turn.account_id()))
}
