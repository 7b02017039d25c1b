//! A managed policy of the account's own, with its versions.

use ruststack_auth::policy::stored::StoredPolicy;
use ruststack_core::{clock::Timestamp, journal::Table, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    entity::{Entity, Named},
    error::{IamError, exists, no_such},
};

pub(crate) static TABLE: Table = Table::new("iam", "policies", 1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
    /// In the order in which they were made; never empty.
    pub(crate) versions: Vec<Version>,
    /// The number of the one that counts.
    pub(crate) default: u32,
    /// How many versions there ever were.
    pub(crate) made: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u32,
    pub(crate) document: StoredPolicy,
    pub(crate) created: Timestamp,
}

impl Entity for ManagedPolicy {
    const RESOURCE: &'static str = "policy";

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
        no_such(format!("Policy {name} was not found."))
    }

    fn taken(name: &str) -> IamError {
        exists(format!("A policy called {name} already exists. Duplicate names are not allowed."))
    }

    fn of(account: &Account) -> &Named<Self> {
        &account.policies
    }

    fn of_mut(account: &mut Account) -> &mut Named<Self> {
        &mut account.policies
    }
}

impl ManagedPolicy {
    pub(crate) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id() == id)
    }

    /// What it says now.
    pub(crate) fn document(&self) -> Option<&StoredPolicy> {
        self.versions.iter().find(|version| version.number == self.default).map(|version| &version.document)
    }

    pub(crate) fn default_id(&self) -> String {
        format!("v{}", self.default)
    }

    pub(crate) fn add(&mut self, document: StoredPolicy, created: Timestamp, becomes_default: bool) -> Version {
        self.made += 1;
        let version = Version { number: self.made, document, created };
        self.versions.push(version.clone());
        self.updated = created;
        if becomes_default {
            self.default = version.number;
        }
        version
    }
}

impl Version {
    pub(crate) fn id(&self) -> String {
        format!("v{}", self.number)
    }
}
