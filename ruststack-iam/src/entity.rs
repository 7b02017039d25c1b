//! What an account has by name: roles, users, groups, policies and the rest, each kind kept and found in the same way.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{
    journal::Table,
    scope::{AccountId, Partition},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{account::Account, error::IamError};

/// One kind of thing.
pub(crate) trait Entity: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// As ARNs call it.
    const RESOURCE: &'static str;

    fn table() -> &'static Table;

    fn name(&self) -> &str;

    /// From its first slash to its last.
    fn path(&self) -> &str;

    fn missing(name: &str) -> IamError;

    fn taken(name: &str) -> IamError;

    fn of(account: &Account) -> &Named<Self>;

    fn of_mut(account: &mut Account) -> &mut Named<Self>;

    /// Told of each change, for who is found by more than the name.
    fn index(_account: &mut Account, _old: Option<&Self>, _now: Option<&Self>) {}

    fn arn(&self, partition: Partition, account: AccountId) -> String {
        arn::<Self>(partition, account, self.path(), self.name())
    }
}

pub(crate) fn arn<E: Entity>(partition: Partition, account: AccountId, path: &str, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:{}{path}{name}", E::RESOURCE)
}

/// All of a kind, by their names: two that differ in their letters' case alone are one.
#[derive(Clone, Debug)]
pub(crate) struct Named<E>(BTreeMap<String, Arc<E>>);

impl<E> Default for Named<E> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<E: Entity> Named<E> {
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<E>> {
        self.0.get(&key(name)).filter(|found| found.name() == name)
    }

    /// Whether the name is taken, however it is spelled.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(&key(name))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<E>> {
        self.0.values()
    }

    pub(crate) fn insert(&mut self, entity: Arc<E>) -> Option<Arc<E>> {
        self.0.insert(key(entity.name()), entity)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Arc<E>> {
        self.0.remove(&key(name))
    }
}

/// What a name is kept under.
pub(crate) fn key(name: &str) -> String {
    name.to_lowercase()
}
