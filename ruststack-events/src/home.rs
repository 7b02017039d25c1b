//! What an account has in a region: buses with their rules, archives, replays, connections, API destinations.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use parking_lot::{Mutex, MutexGuard};

use crate::{
    archive::ArchiveEntry,
    bus::{Bus, BusEntry, DEFAULT},
    connection::{ApiDestination, Connection},
    error::{EventsError, no_bus, no_rule, not_found},
    replay::Replay,
    rule::Rule,
};

#[derive(Default)]
pub(crate) struct Home(Mutex<Things>);

/// All of it, under one lock.
pub(crate) struct Things {
    pub(crate) buses: BTreeMap<String, BusEntry>,
    pub(crate) archives: BTreeMap<String, ArchiveEntry>,
    pub(crate) replays: BTreeMap<String, Arc<Replay>>,
    pub(crate) connections: BTreeMap<String, Arc<Connection>>,
    pub(crate) api_destinations: BTreeMap<String, Arc<ApiDestination>>,
}

impl Default for Things {
    /// The default bus is always there.
    fn default() -> Self {
        Self {
            buses: BTreeMap::from([(DEFAULT.to_owned(), BusEntry::default_bus())]),
            archives: BTreeMap::new(),
            replays: BTreeMap::new(),
            connections: BTreeMap::new(),
            api_destinations: BTreeMap::new(),
        }
    }
}

impl Home {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Things> {
        self.0.lock()
    }
}

impl Things {
    pub(crate) fn bus(&self, name: &str) -> Result<&BusEntry, EventsError> {
        self.buses.get(name).ok_or_else(|| no_bus(name))
    }

    pub(crate) fn bus_mut(&mut self, name: &str) -> Result<&mut BusEntry, EventsError> {
        self.buses.get_mut(name).ok_or_else(|| no_bus(name))
    }

    /// A bus to change.
    pub(crate) fn change_bus(&mut self, name: &str) -> Result<&mut Bus, EventsError> {
        Ok(Arc::make_mut(&mut self.bus_mut(name)?.bus))
    }

    pub(crate) fn rule(&self, bus: &str, name: &str) -> Result<&Arc<Rule>, EventsError> {
        self.bus(bus)?.rules.get(name).ok_or_else(|| no_rule(name, bus))
    }

    /// A rule to change.
    pub(crate) fn change_rule(&mut self, bus: &str, name: &str) -> Result<&mut Rule, EventsError> {
        let rule = self.bus_mut(bus)?.rules.get_mut(name).ok_or_else(|| no_rule(name, bus))?;
        Ok(Arc::make_mut(rule))
    }

    pub(crate) fn archive(&self, name: &str) -> Result<&ArchiveEntry, EventsError> {
        self.archives.get(name).ok_or_else(|| not_found(format!("Archive {name} does not exist.")))
    }

    pub(crate) fn replay(&self, name: &str) -> Result<&Arc<Replay>, EventsError> {
        self.replays.get(name).ok_or_else(|| not_found(format!("Replay {name} does not exist.")))
    }

    pub(crate) fn connection(&self, name: &str) -> Result<&Arc<Connection>, EventsError> {
        let text = || format!("Failed to describe the connection(s). Connection '{name}' does not exist.");
        self.connections.get(name).ok_or_else(|| not_found(text()))
    }

    pub(crate) fn api_destination(&self, name: &str) -> Result<&Arc<ApiDestination>, EventsError> {
        let text = || format!("Failed to describe the api-destination(s). An api-destination '{name}' does not exist.");
        self.api_destinations.get(name).ok_or_else(|| not_found(text()))
    }

    /// The connection that an API destination names.
    pub(crate) fn connection_of(&self, arn: &str) -> Option<&Connection> {
        let mut parts = arn.split('/');
        let (name, id) = (parts.nth(1)?, parts.next()?);
        self.connections.get(name).filter(|connection| connection.id == id).map(|connection| &**connection)
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.buses.values().flat_map(|entry| entry.rules.values())
    }

    /// Names of archives of a bus.
    pub(crate) fn archives_of(&self, bus: &str) -> BTreeSet<String> {
        let archives = self.archives.values().filter(|entry| entry.archive.bus == bus);
        archives.map(|entry| entry.archive.name.clone()).collect()
    }
}
