//! The keys and aliases of an account in a region, under one lock.
//!
//! Whatever changes them goes through [`Contents::put`] and its kin, which record what became of it: call them in a
//! section of the request's changes.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::{Mutex, MutexGuard};
use ruststack_core::{clock::Timestamp, journal::Changes, scope::Scope};
use serde::{Deserialize, Serialize};

use crate::{error::KmsError, key::Key, rows};

#[derive(Default)]
pub(crate) struct Keys(Mutex<Contents>);

#[derive(Clone, Default)]
pub(crate) struct Contents {
    keys: BTreeMap<String, Arc<Key>>,
    /// By name, with `alias/`.
    aliases: BTreeMap<String, Arc<Alias>>,
    /// When something is due by the clock; nothing is due before.
    due: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Alias {
    pub(crate) key_id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// Where changes are made, and where their rows go.
#[derive(Clone, Copy)]
pub(crate) struct Journaled<'c> {
    pub(crate) scope: &'c Scope,
    pub(crate) changes: &'c Changes,
}

impl Keys {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Contents> {
        self.0.lock()
    }

    /// Lets time pass: keys are deleted, and get new material.
    pub(crate) fn advance(&self, at: Journaled<'_>, now: Timestamp) -> Result<(), KmsError> {
        if !self.lock().is_due(now) {
            return Ok(());
        }
        let _section = at.changes.begin()?;
        self.lock().advance(at, now)
    }
}

impl Contents {
    pub(crate) fn key(&self, id: &str) -> Option<&Arc<Key>> {
        self.keys.get(id)
    }

    pub(crate) fn alias(&self, name: &str) -> Option<&Arc<Alias>> {
        self.aliases.get(name)
    }

    /// By id.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.keys.values()
    }

    /// By name.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = (&str, &Arc<Alias>)> {
        self.aliases.iter().map(|(name, alias)| (name.as_str(), alias))
    }

    pub(crate) fn put(&mut self, at: Journaled<'_>, key: Key) -> Arc<Key> {
        let key = Arc::new(key);
        at.changes.record(|rows| rows::put_key(rows, at.scope, &key));
        self.restore(Arc::clone(&key));
        key
    }

    pub(crate) fn put_alias(&mut self, at: Journaled<'_>, name: String, alias: Alias) {
        at.changes.record(|rows| rows::put_alias(rows, at.scope, &name, &alias));
        self.restore_alias(name, alias);
    }

    pub(crate) fn remove_alias(&mut self, at: Journaled<'_>, name: &str) {
        at.changes.record(|rows| rows::remove_alias(rows, at.scope, name));
        self.aliases.remove(name);
    }

    /// A key that was kept.
    pub(crate) fn restore(&mut self, key: Arc<Key>) {
        self.due = [self.due, key.due()].into_iter().flatten().min();
        self.keys.insert(key.id.clone(), key);
    }

    /// An alias that was kept.
    pub(crate) fn restore_alias(&mut self, name: String, alias: Alias) {
        self.aliases.insert(name, Arc::new(alias));
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self, at: Journaled<'_>) {
        at.changes.record(|rows| rows::remove_scope(rows, at.scope));
        *self = Self::default();
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    fn advance(&mut self, at: Journaled<'_>, now: Timestamp) -> Result<(), KmsError> {
        let due = |key: &&Arc<Key>| key.due().is_some_and(|due| due <= now);
        let due: Vec<_> = self.keys.values().filter(due).cloned().collect();
        for key in due {
            if key.is_gone(now) {
                self.remove(at, &key);
            } else {
                let mut rotated = Key::clone(&key);
                rotated.rotate_until(now)?;
                self.put(at, rotated);
            }
        }
        self.due = self.keys.values().filter_map(|key| key.due()).min();
        Ok(())
    }

    /// With its aliases.
    fn remove(&mut self, at: Journaled<'_>, key: &Key) {
        let names = self.aliases.iter().filter(|(_, alias)| alias.key_id == key.id);
        let names: Vec<_> = names.map(|(name, _)| name.clone()).collect();
        names.iter().for_each(|name| self.remove_alias(at, name));
        at.changes.record(|rows| rows::remove_key(rows, at.scope, &key.id));
        self.keys.remove(&key.id);
    }
}
