//! An instance profile: a name under which one role is given to machines.

use ruststack_core::{clock::Timestamp, journal::Table, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    api,
    entity::{Entity, Named},
    error::{IamError, exists, no_such},
    role::Role,
    tagging,
    turn::Turn,
};

pub(crate) static TABLE: Table = Table::new("iam", "instance_profiles", 1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// By name.
    pub(crate) role: Option<String>,
}

impl Entity for InstanceProfile {
    const RESOURCE: &'static str = "instance-profile";

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
        no_such(format!("Instance Profile {name} cannot be found."))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("Instance Profile {name} already exists."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.instance_profiles
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.instance_profiles
    }
}

impl InstanceProfile {
    /// As lists show it: without tags.
    pub(crate) fn listed(&self, turn: &Turn<'_>) -> api::InstanceProfile {
        let role = self.role.as_deref().and_then(|name| Role::of(turn.account()).get(name));
        api::InstanceProfile {
            path: self.path.clone(),
            instance_profile_name: self.name.clone(),
            instance_profile_id: self.id.clone(),
            arn: turn.arn_of(self),
            create_date: self.created,
            roles: role.map(|role| api::Role { max_session_duration: None, ..role.listed(turn) }).into_iter().collect(),
            tags: None,
        }
    }

    pub(crate) fn described(&self, turn: &Turn<'_>) -> api::InstanceProfile {
        api::InstanceProfile { tags: tagging::described(&self.tags), ..self.listed(turn) }
    }
}
