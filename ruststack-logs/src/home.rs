//! What an account has in a region.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::{Mutex, MutexGuard};

use crate::{
    error::{LogsError, no_such},
    group::{Group, Settings},
    query::run::Queries,
    things::{
        Delivery, DeliveryDestination, DeliverySource, Destination, ExportTask, Kept, QueryDefinition, ResourcePolicy,
    },
};

#[derive(Default)]
pub(crate) struct Home(Mutex<Things>);

/// All of it, under one lock.
#[derive(Default)]
pub(crate) struct Things {
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) resource_policies: BTreeMap<String, Arc<ResourcePolicy>>,
    pub(crate) destinations: BTreeMap<String, Arc<Destination>>,
    pub(crate) delivery_sources: BTreeMap<String, Arc<DeliverySource>>,
    pub(crate) delivery_destinations: BTreeMap<String, Arc<DeliveryDestination>>,
    pub(crate) deliveries: BTreeMap<String, Arc<Delivery>>,
    pub(crate) query_definitions: BTreeMap<String, Arc<QueryDefinition>>,
    pub(crate) export_tasks: BTreeMap<String, Arc<ExportTask>>,
    /// Of this process alone.
    pub(crate) queries: Queries,
    /// The last number of a stream or a batch.
    last_number: u64,
}

impl Home {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Things> {
        self.0.lock()
    }
}

impl Things {
    /// One that nothing has.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// A number that something has.
    pub(crate) fn know_number(&mut self, number: u64) {
        self.last_number = self.last_number.max(number);
    }

    pub(crate) fn group(&self, name: &str) -> Result<&Group, LogsError> {
        self.groups.get(name).ok_or_else(|| no_such("log group"))
    }

    pub(crate) fn group_mut(&mut self, name: &str) -> Result<&mut Group, LogsError> {
        self.groups.get_mut(name).ok_or_else(|| no_such("log group"))
    }

    /// A group's settings, to change.
    pub(crate) fn settings_mut(&mut self, name: &str) -> Result<&mut Settings, LogsError> {
        Ok(Arc::make_mut(&mut self.group_mut(name)?.settings))
    }

    pub(crate) fn kept<K: Kept>(&self, name: &str) -> Option<&Arc<K>> {
        K::all(self).get(name)
    }

    pub(crate) fn copied<K: Kept>(&self) -> Vec<Arc<K>> {
        K::all(self).values().cloned().collect()
    }
}
