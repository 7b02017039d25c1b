//! `CreateRole`, `GetRole`, `ListRoles`, `UpdateRole`, `DeleteRole`, and changes of its description and of whom it trusts.

use crate::{
    api, document,
    entity::Entity,
    error::{ATTACHED, HAS_POLICIES, IamError, REFERENCED, exceeds},
    holder::{Holder, Permissions},
    limits::{DEFAULT_SESSION_SECONDS, MAX_ROLES},
    operations::permissions_boundary,
    paging::page,
    role::{Role, SERVICE_PATH},
    tagging,
    turn::Turn,
};

pub(super) fn create_role(turn: &mut Turn<'_>, input: api::CreateRoleInput) -> Result<api::CreateRoleOutput, IamError> {
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    if path.starts_with(SERVICE_PATH) {
        let message = format!("The specified value for path is invalid. {SERVICE_PATH} is reserved for services.");
        return Err(IamError::ValidationError { message });
    }
    turn.check_free::<Role>(&path, &input.role_name)?;
    let trust = document::trust(&input.assume_role_policy_document)?;
    let tags = tagging::of_request(input.tags)?;
    let boundary = input.permissions_boundary;
    boundary.as_deref().map_or(Ok(()), |arn| permissions_boundary::check(turn, arn))?;
    if Role::of(turn.account()).len() >= MAX_ROLES {
        return Err(exceeds("RolesPerAccount", MAX_ROLES));
    }
    let role = turn.put(Role {
        id: turn.new_id("AROA"),
        created: turn.now(),
        name: input.role_name,
        path,
        description: input.description,
        max_session_seconds: input.max_session_duration.unwrap_or(DEFAULT_SESSION_SECONDS),
        trust,
        tags,
        permissions: Permissions { boundary, ..Permissions::default() },
    });
    // What was not sent is not told back. Recorded: test_create_describe_role, 2025-03-06.
    let max_session_duration = input.max_session_duration;
    Ok(api::CreateRoleOutput { role: api::Role { max_session_duration, role_last_used: None, ..role.described(turn) } })
}

pub(super) fn get_role(turn: &mut Turn<'_>, input: api::GetRoleInput) -> Result<api::GetRoleOutput, IamError> {
    Ok(api::GetRoleOutput { role: turn.find::<Role>(&input.role_name)?.described(turn) })
}

pub(super) fn list_roles(turn: &mut Turn<'_>, input: api::ListRolesInput) -> Result<api::ListRolesOutput, IamError> {
    let all = turn.list::<Role>(input.path_prefix.as_deref())?;
    let page = page(all.into_iter(), input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    let roles = page.entries.iter().map(|role| role.listed(turn)).collect();
    Ok(api::ListRolesOutput { roles, is_truncated, marker: page.marker })
}

pub(super) fn update_role(turn: &mut Turn<'_>, input: api::UpdateRoleInput) -> Result<api::UpdateRoleOutput, IamError> {
    let mut role = turn.edit::<Role>(&input.role_name)?;
    role.check_modifiable()?;
    role.description = input.description.or(role.description);
    role.max_session_seconds = input.max_session_duration.unwrap_or(role.max_session_seconds);
    turn.put(role);
    Ok(api::UpdateRoleOutput {})
}

pub(super) fn update_role_description(
    turn: &mut Turn<'_>,
    input: api::UpdateRoleDescriptionInput,
) -> Result<api::UpdateRoleDescriptionOutput, IamError> {
    let mut role = turn.edit::<Role>(&input.role_name)?;
    role.description = Some(input.description);
    let role = turn.put(role);
    Ok(api::UpdateRoleDescriptionOutput { role: Some(role.listed(turn)) })
}

pub(super) fn update_assume_role_policy(
    turn: &mut Turn<'_>,
    input: api::UpdateAssumeRolePolicyInput,
) -> Result<api::UpdateAssumeRolePolicyOutput, IamError> {
    let mut role = turn.edit::<Role>(&input.role_name)?;
    role.check_modifiable()?;
    role.trust = document::trust(&input.policy_document)?;
    turn.put(role);
    Ok(api::UpdateAssumeRolePolicyOutput {})
}

pub(super) fn delete_role(turn: &mut Turn<'_>, input: api::DeleteRoleInput) -> Result<api::DeleteRoleOutput, IamError> {
    let role = turn.find::<Role>(&input.role_name)?;
    role.check_modifiable()?;
    if turn.account().instance_profiles.iter().any(|profile| profile.role.as_ref() == Some(&role.name)) {
        return Err(IamError::DeleteConflict {
            message: "Cannot delete entity, must remove roles from instance profile first.",
        });
    }
    check_bare(role.as_ref())?;
    turn.remove::<Role>(&role.name);
    Ok(api::DeleteRoleOutput {})
}

/// Refuses while policies hang on it.
pub(super) fn check_bare(holder: &impl Holder) -> Result<(), IamError> {
    let Permissions { inline, attached, .. } = holder.permissions();
    if !attached.is_empty() {
        return Err(ATTACHED);
    }
    if inline.is_empty() { Ok(()) } else { Err(HAS_POLICIES) }
}

/// Refuses while something else does.
pub(super) fn check_free_of(has_belongings: bool) -> Result<(), IamError> {
    if has_belongings { Err(REFERENCED) } else { Ok(()) }
}
