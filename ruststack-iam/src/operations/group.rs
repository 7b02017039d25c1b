//! `CreateGroup`, `GetGroup`, `ListGroups`, `UpdateGroup`, `DeleteGroup`, and who is in them.

use crate::{
    api,
    entity::{self, Entity},
    error::{IamError, exceeds},
    group::Group,
    holder::Permissions,
    limits::{MAX_GROUPS, MAX_GROUPS_OF_USER},
    operations::role::{check_bare, check_free_of},
    paging::page,
    turn::Turn,
    user::User,
};

pub(super) fn create_group(
    turn: &mut Turn<'_>,
    input: api::CreateGroupInput,
) -> Result<api::CreateGroupOutput, IamError> {
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    turn.check_free::<Group>(&path, &input.group_name)?;
    if Group::of(turn.account()).len() >= MAX_GROUPS {
        return Err(exceeds("GroupsPerAccount", MAX_GROUPS));
    }
    let (id, created) = (turn.new_id("AGPA"), turn.now());
    let group = Group { name: input.group_name, path, id, created, permissions: Permissions::default() };
    let group = turn.put(group);
    Ok(api::CreateGroupOutput { group: group.described(turn) })
}

pub(super) fn get_group(turn: &mut Turn<'_>, input: api::GetGroupInput) -> Result<api::GetGroupOutput, IamError> {
    let group = turn.find::<Group>(&input.group_name)?;
    let members = turn.account().users.iter().filter(|user| user.groups.contains(&group.name));
    let members = members.map(|user| (entity::key(&user.name), user.listed(turn)));
    let page = page(members, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::GetGroupOutput { group: group.described(turn), users: page.entries, is_truncated, marker: page.marker })
}

pub(super) fn list_groups(turn: &mut Turn<'_>, input: api::ListGroupsInput) -> Result<api::ListGroupsOutput, IamError> {
    let all = turn.list::<Group>(input.path_prefix.as_deref())?;
    let page = page(all.into_iter(), input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    let groups = page.entries.iter().map(|group| group.described(turn)).collect();
    Ok(api::ListGroupsOutput { groups, is_truncated, marker: page.marker })
}

pub(super) fn list_groups_for_user(
    turn: &mut Turn<'_>,
    input: api::ListGroupsForUserInput,
) -> Result<api::ListGroupsForUserOutput, IamError> {
    let user = turn.find::<User>(&input.user_name)?;
    let groups = user.groups.iter().filter_map(|name| Group::of(turn.account()).get(name));
    let groups = groups.map(|group| (entity::key(&group.name), group.described(turn)));
    let page = page(groups, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListGroupsForUserOutput { groups: page.entries, is_truncated, marker: page.marker })
}

pub(super) fn update_group(
    turn: &mut Turn<'_>,
    input: api::UpdateGroupInput,
) -> Result<api::UpdateGroupOutput, IamError> {
    let mut group = turn.edit::<Group>(&input.group_name)?;
    group.path = input.new_path.unwrap_or(group.path);
    if let Some(name) = input.new_group_name.filter(|name| *name != group.name) {
        if !name.eq_ignore_ascii_case(&group.name) {
            turn.check_free::<Group>(&group.path, &name)?;
        }
        turn.remove::<Group>(&group.name);
        for mut user in members(turn, &group.name) {
            user.groups.remove(&group.name);
            user.groups.insert(name.clone());
            turn.put(user);
        }
        group.name = name;
    }
    turn.put(group);
    Ok(api::UpdateGroupOutput {})
}

pub(super) fn delete_group(
    turn: &mut Turn<'_>,
    input: api::DeleteGroupInput,
) -> Result<api::DeleteGroupOutput, IamError> {
    let group = turn.find::<Group>(&input.group_name)?;
    check_free_of(!members(turn, &group.name).is_empty())?;
    check_bare(group.as_ref())?;
    turn.remove::<Group>(&group.name);
    Ok(api::DeleteGroupOutput {})
}

pub(super) fn add_user_to_group(
    turn: &mut Turn<'_>,
    input: api::AddUserToGroupInput,
) -> Result<api::AddUserToGroupOutput, IamError> {
    let group = turn.find::<Group>(&input.group_name)?;
    let mut user = User::clone(&*turn.other::<User>(&input.user_name)?);
    user.groups.insert(group.name.clone());
    if user.groups.len() > MAX_GROUPS_OF_USER {
        return Err(exceeds("GroupsPerUser", MAX_GROUPS_OF_USER));
    }
    turn.put(user);
    Ok(api::AddUserToGroupOutput {})
}

pub(super) fn remove_user_from_group(
    turn: &mut Turn<'_>,
    input: api::RemoveUserFromGroupInput,
) -> Result<api::RemoveUserFromGroupOutput, IamError> {
    let group = turn.find::<Group>(&input.group_name)?;
    let mut user = User::clone(&*turn.other::<User>(&input.user_name)?);
    user.groups.remove(&group.name);
    turn.put(user);
    Ok(api::RemoveUserFromGroupOutput {})
}

fn members(turn: &Turn<'_>, group: &str) -> Vec<User> {
    let members = turn.account().users.iter().filter(|user| user.groups.contains(group));
    members.map(|user| User::clone(user)).collect()
}
