//! `CreateServiceSpecificCredential` and its kin: passwords of users for services that do not sign requests.
//!
//! Recorded: TestIAMServiceSpecificCredentials, 2025.

use ruststack_auth::issued_keys::encode;

use crate::{
    api, entity,
    error::{IamError, exceeds, no_such},
    limits::MAX_SERVICE_CREDENTIALS,
    paging::page,
    turn::Turn,
    user::{ServiceCredential, User},
};

const SERVICES: [&str; 2] = ["codecommit.amazonaws.com", "cassandra.amazonaws.com"];
/// It ends in a sign of its own, though it is no base64.
const PASSWORD_LENGTH: usize = 59;

fn check_service(name: &str) -> Result<(), IamError> {
    if SERVICES.contains(&name) {
        return Ok(());
    }
    Err(no_such(format!("No such service {name} is supported for Service Specific Credentials")))
}

fn missing(id: &str) -> IamError {
    no_such(format!("No such credential {id} exists"))
}

pub(super) fn create_service_specific_credential(
    turn: &mut Turn<'_>,
    input: api::CreateServiceSpecificCredentialInput,
) -> Result<api::CreateServiceSpecificCredentialOutput, IamError> {
    let mut user = turn.edit::<User>(&input.user_name)?;
    check_service(&input.service_name)?;
    let of_service = user.service_credentials.iter().filter(|one| one.service == input.service_name);
    if of_service.count() >= MAX_SERVICE_CREDENTIALS {
        return Err(exceeds("ServiceSpecificCredentialsPerUser", MAX_SERVICE_CREDENTIALS));
    }
    let credential = ServiceCredential {
        id: format!("{}{}", encode("ACCA", turn.account_id(), turn.ids().number()), turn.ids().upper_alphanumeric(1)),
        service: input.service_name,
        password: new_password(turn),
        created: turn.now(),
        status: "Active".to_owned(),
    };
    user.service_credentials.push(credential.clone());
    let user = turn.put(user);
    let described = shown(turn, &user, credential);
    Ok(api::CreateServiceSpecificCredentialOutput { service_specific_credential: Some(described) })
}

pub(super) fn list_service_specific_credentials(
    turn: &mut Turn<'_>,
    input: api::ListServiceSpecificCredentialsInput,
) -> Result<api::ListServiceSpecificCredentialsOutput, IamError> {
    let users = if input.all_users.unwrap_or(false) {
        turn.list::<User>(None)?.into_iter().map(|(_, user)| user).collect()
    } else {
        vec![turn.find::<User>(&turn.user_name(input.user_name)?)?]
    };
    input.service_name.as_deref().map_or(Ok(()), check_service)?;
    let is_wanted = |one: &&ServiceCredential| input.service_name.as_ref().is_none_or(|name| *name == one.service);
    let all = users.iter().flat_map(|user| {
        let found = user.service_credentials.iter().filter(is_wanted);
        found.map(|one| (format!("{} {}", entity::key(&user.name), one.id), listed(turn, user, one)))
    });
    let page = page(all, input.marker.as_deref(), input.max_items)?;
    // Where nobody asked for pages, nothing is said of them.
    let is_truncated = page.marker.is_some().then_some(true);
    Ok(api::ListServiceSpecificCredentialsOutput {
        service_specific_credentials: Some(page.entries),
        marker: page.marker,
        is_truncated,
    })
}

pub(super) fn update_service_specific_credential(
    turn: &mut Turn<'_>,
    input: api::UpdateServiceSpecificCredentialInput,
) -> Result<api::UpdateServiceSpecificCredentialOutput, IamError> {
    change(turn, input.user_name, &input.service_specific_credential_id, |one| one.status = input.status)?;
    Ok(api::UpdateServiceSpecificCredentialOutput {})
}

pub(super) fn reset_service_specific_credential(
    turn: &mut Turn<'_>,
    input: api::ResetServiceSpecificCredentialInput,
) -> Result<api::ResetServiceSpecificCredentialOutput, IamError> {
    let password = new_password(turn);
    let id = &input.service_specific_credential_id;
    let (user, credential) = change(turn, input.user_name, id, |one| one.password = password)?;
    let described = shown(turn, &user, credential);
    Ok(api::ResetServiceSpecificCredentialOutput { service_specific_credential: Some(described) })
}

pub(super) fn delete_service_specific_credential(
    turn: &mut Turn<'_>,
    input: api::DeleteServiceSpecificCredentialInput,
) -> Result<api::DeleteServiceSpecificCredentialOutput, IamError> {
    let id = &input.service_specific_credential_id;
    let (mut user, _) = found(turn, input.user_name, id)?;
    user.service_credentials.retain(|one| one.id != *id);
    turn.put(user);
    Ok(api::DeleteServiceSpecificCredentialOutput {})
}

/// A user, and which of theirs it is.
fn found(turn: &Turn<'_>, user: Option<String>, id: &str) -> Result<(User, usize), IamError> {
    let owner = || {
        let has = |user: &User| user.service_credentials.iter().any(|one| one.id == id);
        turn.account().users.iter().find(|user| has(user)).map(|user| user.name.clone())
    };
    let name = user.or_else(|| turn.caller().map(str::to_owned)).or_else(owner).ok_or_else(|| missing(id))?;
    let user = turn.edit::<User>(&name)?;
    let index = user.service_credentials.iter().position(|one| one.id == id).ok_or_else(|| missing(id))?;
    Ok((user, index))
}

fn change(
    turn: &mut Turn<'_>,
    user: Option<String>,
    id: &str,
    edit: impl FnOnce(&mut ServiceCredential),
) -> Result<(User, ServiceCredential), IamError> {
    let (mut user, index) = found(turn, user, id)?;
    edit(&mut user.service_credentials[index]);
    let credential = user.service_credentials[index].clone();
    turn.put(user.clone());
    Ok((user, credential))
}

fn new_password(turn: &Turn<'_>) -> String {
    format!("{}=", turn.ids().alphanumeric(PASSWORD_LENGTH))
}

fn shown(turn: &Turn<'_>, user: &User, credential: ServiceCredential) -> api::ServiceSpecificCredential {
    api::ServiceSpecificCredential {
        create_date: credential.created,
        service_name: credential.service,
        service_user_name: Some(ServiceCredential::user_name(&user.name, turn.account_id())),
        service_password: Some(credential.password),
        service_specific_credential_id: credential.id,
        user_name: user.name.clone(),
        status: credential.status,
        ..api::ServiceSpecificCredential::default()
    }
}

fn listed(turn: &Turn<'_>, user: &User, credential: &ServiceCredential) -> api::ServiceSpecificCredentialMetadata {
    api::ServiceSpecificCredentialMetadata {
        user_name: user.name.clone(),
        status: credential.status.clone(),
        service_user_name: Some(ServiceCredential::user_name(&user.name, turn.account_id())),
        create_date: credential.created,
        service_specific_credential_id: credential.id.clone(),
        service_name: credential.service.clone(),
        ..api::ServiceSpecificCredentialMetadata::default()
    }
}
