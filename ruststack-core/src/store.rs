//! State by account and region.

use std::sync::Arc;

use dashmap::DashMap;

use crate::{
    journal::Changes,
    scope::{AccountId, Scope},
    service::{Part, State},
};

/// One `T` for each account and region that was ever asked for.
pub struct Scoped<T>(DashMap<Scope, Arc<T>>);

/// One `T` for each account: services that have no regions.
pub struct ByAccount<T>(DashMap<AccountId, Arc<T>>);

impl<T> Default for Scoped<T> {
    fn default() -> Self {
        Self(DashMap::new())
    }
}

impl<T: Default> Scoped<T> {
    pub fn get(&self, scope: &Scope) -> Arc<T> {
        if let Some(found) = self.0.get(scope) {
            return Arc::clone(&found);
        }
        Arc::clone(&self.0.entry(scope.clone()).or_default())
    }

    /// All that exist, in no order.
    pub fn all(&self) -> Vec<(Scope, Arc<T>)> {
        self.0.iter().map(|entry| (entry.key().clone(), Arc::clone(entry.value()))).collect()
    }
}

impl<T> Scoped<T> {
    /// Forgets what `part` selects.
    pub fn reset(&self, part: &Part) {
        self.0.retain(|scope, _| !part.holds(scope.account, Some(&scope.region)));
    }
}

impl<T> Default for ByAccount<T> {
    fn default() -> Self {
        Self(DashMap::new())
    }
}

impl<T: Default> ByAccount<T> {
    pub fn get(&self, account: AccountId) -> Arc<T> {
        if let Some(found) = self.0.get(&account) {
            return Arc::clone(&found);
        }
        Arc::clone(&self.0.entry(account).or_default())
    }
}

impl<T> ByAccount<T> {
    /// All that exist, in no order.
    pub fn all(&self) -> Vec<(AccountId, Arc<T>)> {
        self.0.iter().map(|entry| (*entry.key(), Arc::clone(entry.value()))).collect()
    }
}

/// The state of a service that has none.
pub struct Stateless;

impl State for Stateless {
    fn reset(&self, _part: &Part, _changes: &Changes) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Region;

    #[test]
    fn a_reset_forgets_the_part_it_names() {
        let store = Scoped::<String>::default();
        let scope =
            |number, region| Scope::new(AccountId::from_number(number).unwrap(), Region::known(region).unwrap());
        let scopes = [scope(1, "us-east-1"), scope(1, "eu-west-1"), scope(2, "us-east-1")];
        scopes.iter().for_each(|scope| drop(store.get(scope)));
        store.reset(&Part { account: AccountId::from_number(1), region: Region::known("us-east-1") });
        assert_eq!(store.all().len(), 2);
        store.reset(&Part { account: AccountId::from_number(1), region: None });
        assert_eq!(store.all()[0].0, scopes[2]);
        store.reset(&Part::default());
        assert!(store.all().is_empty());
    }
}
