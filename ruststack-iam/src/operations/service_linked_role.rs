//! `CreateServiceLinkedRole`, `DeleteServiceLinkedRole`, `GetServiceLinkedRoleDeletionStatus`.

use std::collections::BTreeSet;

use ruststack_core::tags::Tags;

use crate::{
    api, document,
    entity::Entity,
    error::{IamError, invalid_input, no_such},
    holder::Permissions,
    limits::DEFAULT_SESSION_SECONDS,
    role::{Role, SERVICE_PATH},
    service_linked::{self, ServiceLinked},
    turn::Turn,
};

/// Recorded: test_service_role_lifecycle and its neighbours, 2025-03-13.
pub(super) fn create_service_linked_role(
    turn: &mut Turn<'_>,
    input: api::CreateServiceLinkedRoleInput,
) -> Result<api::CreateServiceLinkedRoleOutput, IamError> {
    let service = input.aws_service_name;
    let known = service_linked::find(&service);
    let takes_suffix = known.is_none_or(|known| known.takes_suffix);
    if input.custom_suffix.is_some() && !takes_suffix {
        return Err(invalid_input(format!("Custom suffix is not allowed for {service}")));
    }
    let name = match input.custom_suffix {
        Some(suffix) => format!("{}_{suffix}", role_name(known, &service)),
        None => role_name(known, &service),
    };
    if turn.check_free::<Role>(&path(&service), &name).is_err() {
        let text = format!("Service role name {name} has been taken in this account, please try a different suffix.");
        return Err(invalid_input(text));
    }
    let description = input.description.or_else(|| known?.description.map(str::to_owned));
    let role = turn.put(Role {
        id: turn.new_id("AROA"),
        created: turn.now(),
        name,
        path: path(&service),
        description,
        max_session_seconds: DEFAULT_SESSION_SECONDS,
        trust: document::trust(&trust(&service))?,
        tags: Tags::new(),
        permissions: Permissions { attached: attached(turn, known), ..Permissions::default() },
    });
    let described = api::Role { max_session_duration: None, role_last_used: None, ..role.described(turn) };
    Ok(api::CreateServiceLinkedRoleOutput { role: Some(described) })
}

// Differs from AWS: services that are not known to have roles of their own get one, too, with a name made of theirs.
fn role_name(known: Option<&ServiceLinked>, service: &str) -> String {
    if let Some(known) = known {
        return known.role.to_owned();
    }
    let label = service.split('.').next().unwrap_or_default();
    let mut letters = label.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
    format!("AWSServiceRoleFor{}", first.chain(letters).collect::<String>())
}

fn path(service: &str) -> String {
    format!("{SERVICE_PATH}{service}/")
}

fn trust(service: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

fn attached(turn: &Turn<'_>, known: Option<&ServiceLinked>) -> BTreeSet<String> {
    let partition = turn.partition();
    let arn = |known: &ServiceLinked| format!("arn:{partition}:iam::aws:policy{SERVICE_PATH}{}", known.policy);
    known.map(arn).into_iter().collect()
}

/// It is gone at once.
pub(super) fn delete_service_linked_role(
    turn: &mut Turn<'_>,
    input: api::DeleteServiceLinkedRoleInput,
) -> Result<api::DeleteServiceLinkedRoleOutput, IamError> {
    let role = turn.find::<Role>(&input.role_name)?;
    if !role.is_service_linked() {
        return Err(Role::missing(&input.role_name));
    }
    turn.remove::<Role>(&role.name);
    let deletion_task_id = format!("task{}{}/{}", role.path, role.name, turn.ids().uuid());
    Ok(api::DeleteServiceLinkedRoleOutput { deletion_task_id })
}

// Differs from AWS: the deletion of a service-linked role always succeeds; whether its service still uses it is not asked.
pub(super) fn get_service_linked_role_deletion_status(
    turn: &mut Turn<'_>,
    input: api::GetServiceLinkedRoleDeletionStatusInput,
) -> Result<api::GetServiceLinkedRoleDeletionStatusOutput, IamError> {
    turn.allow("*")?;
    let id = input.deletion_task_id;
    let task = id.strip_prefix("task").filter(|task| task.starts_with(SERVICE_PATH));
    let Some(name) = task.and_then(|task| task.rsplit('/').nth(1)) else {
        return Err(no_such(format!("Deletion task {id} cannot be found.")));
    };
    let status = if turn.account().roles.has(name) { "NOT_STARTED" } else { "SUCCEEDED" };
    Ok(api::GetServiceLinkedRoleDeletionStatusOutput { status: status.to_owned(), reason: None })
}
