//! `CreateAccessKey`, `ListAccessKeys`, `UpdateAccessKey`, `DeleteAccessKey`, `GetAccessKeyLastUsed`.

use ruststack_auth::issued_keys::encode;

use crate::{
    api,
    error::{IamError, exceeds, no_such},
    limits::MAX_ACCESS_KEYS,
    paging::page,
    turn::Turn,
    user::{AccessKey, User, status},
};

const SECRET_LENGTH: usize = 40;

pub(super) fn create_access_key(
    turn: &mut Turn<'_>,
    input: api::CreateAccessKeyInput,
) -> Result<api::CreateAccessKeyOutput, IamError> {
    let name = turn.user_name(input.user_name)?;
    let mut user = turn.edit::<User>(&name)?;
    if user.access_keys.len() >= MAX_ACCESS_KEYS {
        return Err(exceeds("AccessKeysPerUser", MAX_ACCESS_KEYS));
    }
    let prefix = if turn.issues_aws_keys { "AKIA" } else { "LKIA" };
    let key = AccessKey {
        id: encode(prefix, turn.account_id(), turn.ids().number()),
        secret: turn.ids().alphanumeric(SECRET_LENGTH),
        created: turn.now(),
        is_active: true,
    };
    user.access_keys.push(key.clone());
    turn.put(user);
    let access_key = api::AccessKey {
        user_name: name,
        access_key_id: key.id,
        status: status(key.is_active).to_owned(),
        secret_access_key: key.secret,
        create_date: Some(key.created),
    };
    Ok(api::CreateAccessKeyOutput { access_key })
}

pub(super) fn list_access_keys(
    turn: &mut Turn<'_>,
    input: api::ListAccessKeysInput,
) -> Result<api::ListAccessKeysOutput, IamError> {
    let Some(name) = input.user_name.or_else(|| turn.caller().map(str::to_owned)) else {
        // Differs from AWS: the account's root has no access keys, whatever signs for it.
        turn.allow("*")?;
        return Ok(api::ListAccessKeysOutput { is_truncated: Some(false), ..api::ListAccessKeysOutput::default() });
    };
    let user = turn.find::<User>(&name)?;
    let keys = user.access_keys.iter().enumerate().map(|(index, key)| (index.to_string(), listed(&user, key)));
    let page = page(keys, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.is_truncated();
    Ok(api::ListAccessKeysOutput { access_key_metadata: page.entries, is_truncated, marker: page.marker })
}

fn listed(user: &User, key: &AccessKey) -> api::AccessKeyMetadata {
    api::AccessKeyMetadata {
        user_name: Some(user.name.clone()),
        access_key_id: Some(key.id.clone()),
        status: Some(status(key.is_active).to_owned()),
        create_date: Some(key.created),
    }
}

pub(super) fn update_access_key(
    turn: &mut Turn<'_>,
    input: api::UpdateAccessKeyInput,
) -> Result<api::UpdateAccessKeyOutput, IamError> {
    let mut user = turn.edit::<User>(&owner(turn, input.user_name, &input.access_key_id)?)?;
    let key = user.access_keys.iter_mut().find(|key| key.id == input.access_key_id);
    key.ok_or_else(|| missing(&input.access_key_id))?.is_active = input.status == "Active";
    turn.put(user);
    Ok(api::UpdateAccessKeyOutput {})
}

pub(super) fn delete_access_key(
    turn: &mut Turn<'_>,
    input: api::DeleteAccessKeyInput,
) -> Result<api::DeleteAccessKeyOutput, IamError> {
    let mut user = turn.edit::<User>(&owner(turn, input.user_name, &input.access_key_id)?)?;
    if !user.access_keys.iter().any(|key| key.id == input.access_key_id) {
        return Err(missing(&input.access_key_id));
    }
    user.access_keys.retain(|key| key.id != input.access_key_id);
    turn.locked.last_uses.remove(&input.access_key_id);
    turn.put_settings(turn.account().settings.without_key(&input.access_key_id));
    turn.put(user);
    Ok(api::DeleteAccessKeyOutput {})
}

pub(super) fn get_access_key_last_used(
    turn: &mut Turn<'_>,
    input: api::GetAccessKeyLastUsedInput,
) -> Result<api::GetAccessKeyLastUsedOutput, IamError> {
    let id = &input.access_key_id;
    let name = turn.account().key_owners.get(id).cloned();
    let name = name.ok_or_else(|| missing(id))?;
    turn.find::<User>(&name)?;
    // What was never used is told in these words.
    let unknown = || "N/A".to_owned();
    let used = turn.account().last_uses.get(id);
    let last_used = api::AccessKeyLastUsed {
        last_used_date: used.map(|used| used.at.truncated_to_seconds()),
        service_name: used.map_or_else(unknown, |used| used.service.clone()),
        region: used.and_then(|used| used.region.clone()).unwrap_or_else(unknown),
    };
    Ok(api::GetAccessKeyLastUsedOutput { user_name: Some(name), access_key_last_used: Some(last_used) })
}

/// The user who is named, or asks, or has the key.
fn owner(turn: &Turn<'_>, named: Option<String>, key: &str) -> Result<String, IamError> {
    let by_key = || turn.account().key_owners.get(key).cloned();
    let name = named.or_else(|| turn.caller().map(str::to_owned)).or_else(by_key);
    name.ok_or_else(|| missing(key))
}

fn missing(key: &str) -> IamError {
    no_such(format!("The Access Key with id {key} cannot be found."))
}
