//! A user with all that is theirs alone: keys, password, groups.

use std::collections::BTreeSet;

use ruststack_core::{clock::Timestamp, journal::Table, scope::AccountId, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    api,
    entity::{Entity, Named},
    error::{IamError, exists, no_such},
    holder::{Holder, Permissions},
    limits::MAX_USER_POLICY_SIZE,
    tagging,
    turn::Turn,
};

pub(crate) static TABLE: Table = Table::new("iam", "users", 1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) permissions: Permissions,
    /// By name.
    pub(crate) groups: BTreeSet<String>,
    pub(crate) access_keys: Vec<AccessKey>,
    pub(crate) password: Option<Password>,
    pub(crate) service_credentials: Vec<ServiceCredential>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessKey {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) created: Timestamp,
    pub(crate) is_active: bool,
}

/// That there is one. Nobody signs in here, so it is not kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Password {
    pub(crate) created: Timestamp,
    pub(crate) must_change: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ServiceCredential {
    pub(crate) id: String,
    pub(crate) service: String,
    pub(crate) password: String,
    pub(crate) created: Timestamp,
    pub(crate) status: String,
}

impl Entity for User {
    const RESOURCE: &'static str = "user";

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
        no_such(format!("The user with name {name} cannot be found."))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("User with name {name} already exists."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.users
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.users
    }

    /// Users are found by their keys.
    fn index(account: &mut Account, old: Option<&Self>, now: Option<&Self>) {
        for key in old.into_iter().flat_map(|user| &user.access_keys) {
            account.key_owners.remove(&key.id);
        }
        if let Some(user) = now {
            account.key_owners.extend(user.access_keys.iter().map(|key| (key.id.clone(), user.name.clone())));
        }
    }
}

impl Holder for User {
    const MAX_INLINE_SIZE: usize = MAX_USER_POLICY_SIZE;
    const QUOTA: &'static str = "User";

    fn id(&self) -> &str {
        &self.id
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }
}

impl User {
    pub(crate) fn new(name: String, path: String, id: String, created: Timestamp) -> Self {
        Self {
            name,
            path,
            id,
            created,
            tags: Tags::new(),
            permissions: Permissions::default(),
            groups: BTreeSet::new(),
            access_keys: Vec::new(),
            password: None,
            service_credentials: Vec::new(),
        }
    }

    /// As lists show them: without tags and boundary.
    pub(crate) fn listed(&self, turn: &Turn<'_>) -> api::User {
        api::User {
            path: self.path.clone(),
            user_name: self.name.clone(),
            user_id: self.id.clone(),
            arn: turn.arn_of(self),
            create_date: self.created,
            ..api::User::default()
        }
    }

    pub(crate) fn described(&self, turn: &Turn<'_>) -> api::User {
        api::User {
            tags: tagging::described(&self.tags),
            permissions_boundary: turn.boundary(&self.permissions),
            ..self.listed(turn)
        }
    }

    /// What must be gone before they can be.
    pub(crate) fn has_belongings(&self) -> bool {
        let has_keys = !self.access_keys.is_empty() || !self.service_credentials.is_empty();
        has_keys || self.password.is_some() || !self.groups.is_empty()
    }
}

impl ServiceCredential {
    /// What the credential is a name and a password for.
    pub(crate) fn user_name(user: &str, account: AccountId) -> String {
        format!("{user}-at-{account}")
    }
}

/// As the API calls it.
pub(crate) fn status(is_active: bool) -> &'static str {
    if is_active { "Active" } else { "Inactive" }
}
