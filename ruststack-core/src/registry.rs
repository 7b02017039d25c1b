//! The services of this process: by name, by what their requests look like, by ARN.

use std::{collections::HashMap, fmt, sync::Arc};

use crate::{
    journal::{Journal, LoadError, Table},
    service::{Protocol, Runtime, Service, ServiceSpec, StartError},
};

/// A service that AWS has; so that a request for one that RustStack lacks gets a clear answer.
#[derive(Clone, Copy, Debug)]
pub struct KnownService {
    pub name: &'static str,
    pub signing_name: &'static str,
    pub protocol: Protocol,
    /// Empty when it has none.
    pub target_prefix: &'static str,
    pub host_prefix: &'static str,
}

/// Host names of the resources of a service that RustStack lacks: `<resource>.<marker>.<domain>`.
#[derive(Clone, Copy, Debug)]
pub struct ReservedHost {
    pub marker: &'static str,
    pub service: &'static str,
}

/// All services of the process, and what is known of those it has not.
pub struct Registry {
    services: Vec<Arc<dyn Service>>,
    by_name: HashMap<&'static str, usize>,
    /// Who answers requests that nothing else claims.
    fallback: Option<usize>,
    known: &'static [KnownService],
    reserved_hosts: &'static [ReservedHost],
    /// Implemented, but switched off by the user.
    disabled: Vec<&'static ServiceSpec>,
}

/// Two services claim the same thing: a mistake in the list of services.
#[derive(Debug)]
pub struct Collision {
    pub claim: String,
}

impl fmt::Display for Collision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "two services claim {}", self.claim)
    }
}

impl std::error::Error for Collision {}

impl Registry {
    /// Binds services; refuses two that claim the same name, target prefix or path.
    pub fn new(services: Vec<Arc<dyn Service>>) -> Result<Self, Collision> {
        let mut by_name = HashMap::new();
        let mut claims = HashMap::new();
        for (index, service) in services.iter().enumerate() {
            let spec = service.spec();
            let paths = spec.paths.iter().map(|path| format!("path {path}"));
            let prefix = spec.target_prefix.iter().map(|prefix| format!("target {prefix}"));
            let tables = service.state().tables().iter().map(|table| format!("table {}", table.full_name()));
            for claim in paths.chain(prefix).chain(tables).chain([format!("name {}", spec.name)]) {
                if claims.insert(claim.clone(), index).is_some() {
                    return Err(Collision { claim });
                }
            }
            by_name.insert(spec.name, index);
        }
        Ok(Self { services, by_name, fallback: None, known: &[], reserved_hosts: &[], disabled: Vec::new() })
    }

    /// Names the service that answers what nothing else claims.
    #[must_use]
    pub fn with_fallback(mut self, name: &str) -> Self {
        self.fallback = self.by_name.get(name).copied();
        self
    }

    #[must_use]
    pub fn with_known(mut self, known: &'static [KnownService]) -> Self {
        self.known = known;
        self
    }

    #[must_use]
    pub fn with_reserved_hosts(mut self, hosts: &'static [ReservedHost]) -> Self {
        self.reserved_hosts = hosts;
        self
    }

    #[must_use]
    pub fn with_disabled(mut self, disabled: Vec<&'static ServiceSpec>) -> Self {
        self.disabled = disabled;
        self
    }

    /// The names of those that answer, in order, for messages.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.services.iter().map(|service| service.spec().name).collect();
        names.sort_unstable();
        names
    }

    pub fn services(&self) -> &[Arc<dyn Service>] {
        &self.services
    }

    pub fn by_name(&self, name: &str) -> Option<Arc<dyn Service>> {
        self.by_name.get(name).map(|index| Arc::clone(&self.services[*index]))
    }

    pub fn fallback(&self) -> Option<&Arc<dyn Service>> {
        self.fallback.map(|index| &self.services[index])
    }

    pub fn known(&self) -> &'static [KnownService] {
        self.known
    }

    pub fn reserved_hosts(&self) -> &'static [ReservedHost] {
        self.reserved_hosts
    }

    pub fn disabled(&self) -> &[&'static ServiceSpec] {
        &self.disabled
    }

    /// The tables of all services.
    pub fn tables(&self) -> Vec<&'static Table> {
        self.services.iter().flat_map(|service| service.state().tables()).copied().collect()
    }

    /// Fills all services at once with what was kept; the first failure is returned when all have been tried.
    pub fn load(&self, journal: &dyn Journal) -> Result<(), LoadError> {
        std::thread::scope(|scope| {
            let load = |service: &Arc<dyn Service>| {
                let service = Arc::clone(service);
                scope.spawn(move || service.state().load(&*journal.reader()?))
            };
            let threads: Vec<_> = self.services.iter().map(load).collect();
            let failed = |_| LoadError("loading the state failed because of a bug in RustStack".to_owned());
            threads.into_iter().try_for_each(|thread| thread.join().map_err(failed)?)
        })
    }

    /// Starts all services at once; the first failure is returned when all have been tried.
    pub async fn start(&self, runtime: &Runtime) -> Result<(), StartError> {
        let starts = self.services.iter().map(|service| Arc::clone(service).start(runtime));
        futures_util::future::join_all(starts).await.into_iter().collect()
    }
}
