//! `CreateLoginProfile`, `GetLoginProfile`, `UpdateLoginProfile`, `DeleteLoginProfile`, `ChangePassword`.

use crate::{
    account::PasswordPolicy,
    api,
    error::{IamError, exists, no_such},
    turn::Turn,
    user::{Password, User},
};

pub(super) fn create_login_profile(
    turn: &mut Turn<'_>,
    input: api::CreateLoginProfileInput,
) -> Result<api::CreateLoginProfileOutput, IamError> {
    let mut user = turn.edit::<User>(&turn.user_name(input.user_name)?)?;
    if user.password.is_some() {
        return Err(exists(format!("Login Profile for user {} already exists.", user.name)));
    }
    check_password(turn, input.password.as_deref())?;
    let must_change = input.password_reset_required.unwrap_or(false);
    user.password = Some(Password { created: turn.now(), must_change });
    let user = turn.put(user);
    Ok(api::CreateLoginProfileOutput { login_profile: described(&user)? })
}

pub(super) fn get_login_profile(
    turn: &mut Turn<'_>,
    input: api::GetLoginProfileInput,
) -> Result<api::GetLoginProfileOutput, IamError> {
    let user = turn.find::<User>(&turn.user_name(input.user_name)?)?;
    Ok(api::GetLoginProfileOutput { login_profile: described(&user)? })
}

pub(super) fn update_login_profile(
    turn: &mut Turn<'_>,
    input: api::UpdateLoginProfileInput,
) -> Result<api::UpdateLoginProfileOutput, IamError> {
    let mut user = turn.edit::<User>(&input.user_name)?;
    check_password(turn, input.password.as_deref())?;
    let password = user.password.as_mut().ok_or_else(|| missing(&input.user_name))?;
    password.must_change = input.password_reset_required.unwrap_or(password.must_change);
    turn.put(user);
    Ok(api::UpdateLoginProfileOutput {})
}

pub(super) fn delete_login_profile(
    turn: &mut Turn<'_>,
    input: api::DeleteLoginProfileInput,
) -> Result<api::DeleteLoginProfileOutput, IamError> {
    let mut user = turn.edit::<User>(&turn.user_name(input.user_name)?)?;
    let name = user.name.clone();
    user.password.take().ok_or_else(|| missing(&name))?;
    turn.put(user);
    Ok(api::DeleteLoginProfileOutput {})
}

/// Of who asks.
// Differs from AWS: passwords are not kept, so the old one is not compared: nobody signs in here.
pub(super) fn change_password(
    turn: &mut Turn<'_>,
    input: api::ChangePasswordInput,
) -> Result<api::ChangePasswordOutput, IamError> {
    let mut user = turn.edit::<User>(&turn.user_name(None)?)?;
    check_password(turn, Some(&input.new_password))?;
    let name = user.name.clone();
    user.password.as_mut().ok_or_else(|| missing(&name))?.must_change = false;
    turn.put(user);
    Ok(api::ChangePasswordOutput {})
}

fn described(user: &User) -> Result<api::LoginProfile, IamError> {
    let password = user.password.as_ref().ok_or_else(|| missing(&user.name))?;
    Ok(api::LoginProfile {
        user_name: user.name.clone(),
        create_date: password.created,
        password_reset_required: Some(password.must_change),
    })
}

fn missing(user: &str) -> IamError {
    no_such(format!("Login Profile for User {user} cannot be found."))
}

fn check_password(turn: &Turn<'_>, password: Option<&str>) -> Result<(), IamError> {
    let (Some(password), Some(policy)) = (password, &turn.account().settings.password_policy) else { return Ok(()) };
    let fault = fault(policy, password);
    fault.map_or(Ok(()), |message| Err(IamError::PasswordPolicyViolation { message }))
}

fn fault(policy: &PasswordPolicy, password: &str) -> Option<String> {
    let has = |is_wanted: fn(char) -> bool| password.chars().any(is_wanted);
    let minimum = usize::try_from(policy.minimum_length).unwrap_or_default();
    if password.chars().count() < minimum {
        return Some(format!("Password should have a minimum length of {minimum}"));
    }
    let rules = [
        (policy.require_uppercase, has(|letter| letter.is_ascii_uppercase()), "uppercase letter"),
        (policy.require_lowercase, has(|letter| letter.is_ascii_lowercase()), "lowercase letter"),
        (policy.require_numbers, has(|letter| letter.is_ascii_digit()), "number"),
        (policy.require_symbols, has(|letter| letter.is_ascii_punctuation()), "symbol"),
    ];
    let broken = rules.iter().find(|(is_required, is_there, _)| *is_required && !is_there);
    broken.map(|(_, _, what)| format!("Password should have at least one {what}"))
}
