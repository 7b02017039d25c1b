//! `CreateInstanceProfile`, `GetInstanceProfile`, `ListInstanceProfiles`, `DeleteInstanceProfile`, and their role.

use crate::{
    api,
    entity::{self, Entity},
    error::{IamError, exceeds},
    instance_profile::InstanceProfile,
    limits::MAX_INSTANCE_PROFILES,
    paging::page,
    role::Role,
    tagging,
    turn::Turn,
};

pub(super) fn create_instance_profile(
    turn: &mut Turn<'_>,
    input: api::CreateInstanceProfileInput,
) -> Result<api::CreateInstanceProfileOutput, IamError> {
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    turn.check_free::<InstanceProfile>(&path, &input.instance_profile_name)?;
    let tags = tagging::of_request(input.tags)?;
    if InstanceProfile::of(turn.account()).len() >= MAX_INSTANCE_PROFILES {
        return Err(exceeds("InstanceProfilesPerAccount", MAX_INSTANCE_PROFILES));
    }
    let (id, created) = (turn.new_id("AIPA"), turn.now());
    let profile = turn.put(InstanceProfile { name: input.instance_profile_name, path, id, created, tags, role: None });
    Ok(api::CreateInstanceProfileOutput { instance_profile: profile.described(turn) })
}

pub(super) fn get_instance_profile(
    turn: &mut Turn<'_>,
    input: api::GetInstanceProfileInput,
) -> Result<api::GetInstanceProfileOutput, IamError> {
    let profile = turn.find::<InstanceProfile>(&input.instance_profile_name)?;
    Ok(api::GetInstanceProfileOutput { instance_profile: profile.described(turn) })
}

pub(super) fn list_instance_profiles(
    turn: &mut Turn<'_>,
    input: api::ListInstanceProfilesInput,
) -> Result<api::ListInstanceProfilesOutput, IamError> {
    let all = turn.list::<InstanceProfile>(input.path_prefix.as_deref())?;
    let page = page(all.into_iter(), input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    let instance_profiles = page.entries.iter().map(|profile| profile.listed(turn)).collect();
    Ok(api::ListInstanceProfilesOutput { instance_profiles, is_truncated, marker: page.marker })
}

pub(super) fn list_instance_profiles_for_role(
    turn: &mut Turn<'_>,
    input: api::ListInstanceProfilesForRoleInput,
) -> Result<api::ListInstanceProfilesForRoleOutput, IamError> {
    let role = turn.find::<Role>(&input.role_name)?;
    let profiles = turn.account().instance_profiles.iter().filter(|profile| profile.role.as_ref() == Some(&role.name));
    let profiles = profiles.map(|profile| (entity::key(&profile.name), profile.listed(turn)));
    let page = page(profiles, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListInstanceProfilesForRoleOutput { instance_profiles: page.entries, is_truncated, marker: page.marker })
}

pub(super) fn delete_instance_profile(
    turn: &mut Turn<'_>,
    input: api::DeleteInstanceProfileInput,
) -> Result<api::DeleteInstanceProfileOutput, IamError> {
    let profile = turn.find::<InstanceProfile>(&input.instance_profile_name)?;
    if profile.role.is_some() {
        return Err(IamError::DeleteConflict {
            message: "Cannot delete entity, must remove roles from instance profile first.",
        });
    }
    turn.remove::<InstanceProfile>(&profile.name);
    Ok(api::DeleteInstanceProfileOutput {})
}

pub(super) fn add_role_to_instance_profile(
    turn: &mut Turn<'_>,
    input: api::AddRoleToInstanceProfileInput,
) -> Result<api::AddRoleToInstanceProfileOutput, IamError> {
    let mut profile = turn.edit::<InstanceProfile>(&input.instance_profile_name)?;
    let role = turn.other::<Role>(&input.role_name)?;
    if profile.role.is_some() {
        return Err(exceeds("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.role = Some(role.name.clone());
    turn.put(profile);
    Ok(api::AddRoleToInstanceProfileOutput {})
}

pub(super) fn remove_role_from_instance_profile(
    turn: &mut Turn<'_>,
    input: api::RemoveRoleFromInstanceProfileInput,
) -> Result<api::RemoveRoleFromInstanceProfileOutput, IamError> {
    let mut profile = turn.edit::<InstanceProfile>(&input.instance_profile_name)?;
    if profile.role.as_ref() != Some(&input.role_name) {
        return Err(Role::missing(&input.role_name));
    }
    profile.role = None;
    turn.put(profile);
    Ok(api::RemoveRoleFromInstanceProfileOutput {})
}
