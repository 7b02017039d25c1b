//! A group: who is in it is kept with the users.

use ruststack_core::{clock::Timestamp, journal::Table};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    api,
    entity::{Entity, Named},
    error::{IamError, exists, no_such},
    holder::{Holder, Permissions},
    limits::MAX_GROUP_POLICY_SIZE,
    turn::Turn,
};

pub(crate) static TABLE: Table = Table::new("iam", "groups", 1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) permissions: Permissions,
}

impl Entity for Group {
    const RESOURCE: &'static str = "group";

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
        no_such(format!("The group with name {name} cannot be found."))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("Group with name {name} already exists."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.groups
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.groups
    }
}

impl Holder for Group {
    const MAX_INLINE_SIZE: usize = MAX_GROUP_POLICY_SIZE;
    const QUOTA: &'static str = "Group";

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

impl Group {
    pub(crate) fn described(&self, turn: &Turn<'_>) -> api::Group {
        api::Group {
            path: self.path.clone(),
            group_name: self.name.clone(),
            group_id: self.id.clone(),
            arn: turn.arn_of(self),
            create_date: self.created,
        }
    }
}
