//! `CreateUser`, `GetUser`, `ListUsers`, `UpdateUser`, `DeleteUser`.

use ruststack_core::{clock::Timestamp, identity::Principal};

use crate::{
    api,
    entity::Entity,
    error::{IamError, exceeds},
    limits::MAX_USERS,
    operations::{
        permissions_boundary,
        role::{check_bare, check_free_of},
    },
    paging::page,
    tagging,
    turn::{NO_USER, Turn},
    user::User,
};

pub(super) fn create_user(turn: &mut Turn<'_>, input: api::CreateUserInput) -> Result<api::CreateUserOutput, IamError> {
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    turn.check_free::<User>(&path, &input.user_name)?;
    let tags = tagging::of_request(input.tags)?;
    let boundary = input.permissions_boundary;
    boundary.as_deref().map_or(Ok(()), |arn| permissions_boundary::check(turn, arn))?;
    if User::of(turn.account()).len() >= MAX_USERS {
        return Err(exceeds("UsersPerAccount", MAX_USERS));
    }
    let mut user = User::new(input.user_name, path, turn.new_id("AIDA"), turn.now());
    user.tags = tags;
    user.permissions.boundary = boundary;
    let user = turn.put(user);
    Ok(api::CreateUserOutput { user: Some(user.described(turn)) })
}

/// Without a name it is who asks.
pub(super) fn get_user(turn: &mut Turn<'_>, input: api::GetUserInput) -> Result<api::GetUserOutput, IamError> {
    if input.user_name.is_none()
        && let Some(root) = root(turn)?
    {
        return Ok(api::GetUserOutput { user: root });
    }
    let name = turn.user_name(input.user_name)?;
    Ok(api::GetUserOutput { user: turn.find::<User>(&name)?.described(turn) })
}

/// The account's root, if it is who asks. Sessions of roles are no users.
fn root(turn: &Turn<'_>) -> Result<Option<api::User>, IamError> {
    match &turn.ctx.identity().principal {
        Principal::User { .. } => Ok(None),
        Principal::Root | Principal::Anonymous => {
            let account = turn.account_id();
            Ok(Some(api::User {
                path: "/".to_owned(),
                user_name: "root".to_owned(),
                user_id: account.to_string(),
                arn: format!("arn:{}:iam::{account}:root", turn.partition()),
                // Differs from AWS: accounts are as old as RustStack's first day.
                create_date: Timestamp::from_seconds(1_767_225_600),
                ..api::User::default()
            }))
        }
        _ => Err(IamError::ValidationError { message: NO_USER.to_owned() }),
    }
}

pub(super) fn list_users(turn: &mut Turn<'_>, input: api::ListUsersInput) -> Result<api::ListUsersOutput, IamError> {
    let all = turn.list::<User>(input.path_prefix.as_deref())?;
    let page = page(all.into_iter(), input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    let users = page.entries.iter().map(|user| user.listed(turn)).collect();
    Ok(api::ListUsersOutput { users, is_truncated, marker: page.marker })
}

pub(super) fn update_user(turn: &mut Turn<'_>, input: api::UpdateUserInput) -> Result<api::UpdateUserOutput, IamError> {
    let mut user = turn.edit::<User>(&input.user_name)?;
    user.path = input.new_path.unwrap_or(user.path);
    if let Some(name) = input.new_user_name.filter(|name| *name != user.name) {
        let is_respelled = name.eq_ignore_ascii_case(&user.name);
        if !is_respelled {
            turn.check_free::<User>(&user.path, &name)?;
        }
        turn.remove::<User>(&user.name);
        user.name = name;
    }
    turn.put(user);
    Ok(api::UpdateUserOutput {})
}

pub(super) fn delete_user(turn: &mut Turn<'_>, input: api::DeleteUserInput) -> Result<api::DeleteUserOutput, IamError> {
    let user = turn.find::<User>(&input.user_name)?;
    check_free_of(user.has_belongings())?;
    check_bare(user.as_ref())?;
    turn.remove::<User>(&user.name);
    Ok(api::DeleteUserOutput {})
}
