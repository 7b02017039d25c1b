//! A role, and what the API shows of it.

use ruststack_auth::policy::stored::StoredPolicy;
use ruststack_core::{clock::Timestamp, journal::Table, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    api,
    document::encoded,
    entity::{Entity, Named},
    error::{IamError, exists, no_such},
    holder::{Holder, Permissions},
    limits::MAX_ROLE_POLICY_SIZE,
    tagging,
    turn::Turn,
};

pub(crate) static TABLE: Table = Table::new("iam", "roles", 1);

/// Where roles stand that services make for themselves.
pub(crate) const SERVICE_PATH: &str = "/aws-service-role/";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) description: Option<String>,
    pub(crate) max_session_seconds: i32,
    pub(crate) trust: StoredPolicy,
    pub(crate) tags: Tags,
    pub(crate) permissions: Permissions,
}

impl Entity for Role {
    const RESOURCE: &'static str = "role";

    fn table() -> &'static Table {
        &TABLE
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn missing(name: &str) -> IamError {
        no_such(format!("The role with name {name} cannot be found."))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("Role with name {name} already exists."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.roles
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.roles
    }
}

impl Holder for Role {
    const MAX_INLINE_SIZE: usize = MAX_ROLE_POLICY_SIZE;
    const QUOTA: &'static str = "Role";

    fn id(&self) -> &str {
        &self.id
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }

    fn check_modifiable(&self) -> Result<(), IamError> {
        if !self.is_service_linked() {
            return Ok(());
        }
        let message = format!(
            "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
            self.name
        );
        Err(IamError::UnmodifiableEntity { message })
    }
}

impl Role {
    pub(crate) fn is_service_linked(&self) -> bool {
        self.path.starts_with(SERVICE_PATH)
    }

    /// As lists show it: without tags, boundary and last use.
    pub(crate) fn listed(&self, turn: &Turn<'_>) -> api::Role {
        api::Role {
            path: self.path.clone(),
            role_name: self.name.clone(),
            role_id: self.id.clone(),
            arn: turn.arn_of(self),
            create_date: self.created,
            assume_role_policy_document: Some(encoded(self.trust.text())),
            description: self.description.clone(),
            max_session_duration: Some(self.max_session_seconds),
            ..api::Role::default()
        }
    }

    /// All of it.
    pub(crate) fn described(&self, turn: &Turn<'_>) -> api::Role {
        api::Role {
            tags: tagging::described(&self.tags),
            permissions_boundary: turn.boundary(&self.permissions),
            role_last_used: Some(api::RoleLastUsed::default()),
            ..self.listed(turn)
        }
    }
}
