//! For tests: an emulator in the test's own process, without sockets, with a clock that stands still and seeded ids.
//!
//! Requests go through the gateway, so resolving, identity and error bodies are real. A service's tests hand their
//! services to [`Emulator::of`]; [`Answer::wire`] is what snapshots compare.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answer;
mod documentation;
mod sent;

use std::{path::Path, sync::Arc};

use http::Method;
use ruststack_auth::{Mode, authenticator::Authenticator, issued_keys::IssuedKeys};
use ruststack_core::{
    clock::{Clock, Timestamp},
    context::{Context, Endpoint, NewContext},
    gateway::{Gateway, Settings},
    identity::{Identity, Principal},
    ids::Ids,
    journal::{
        Ephemeral, Journal,
        sqlite::{Durability, Sqlite},
    },
    registry::Registry,
    scope::{AccountId, Region, Scope},
    service::{Protocol, Runtime, Service},
};

pub use answer::Answer;
pub use documentation::check_operations;
pub use sent::Sent;

/// The account of requests that do not say otherwise.
pub const ACCOUNT: &str = "000000000000";
/// The host that requests are sent to.
pub const HOST: &str = "localhost:4566";
/// When it is: 2026-10-21T07:28:00Z, until a test moves the clock.
pub const NOW: Timestamp = Timestamp::from_seconds(1_792_567_680);

/// RustStack without a server.
pub struct Emulator {
    gateway: Gateway,
}

impl Emulator {
    /// With these services, which may share `keys` with the authenticator. The first one answers what nothing else
    /// claims.
    pub fn of(services: impl FnOnce(&IssuedKeys) -> Vec<Arc<dyn Service>>) -> Self {
        Self::with_journal(services, |_| Arc::new(Ephemeral))
    }

    /// The same, with what an emulator that is no more kept in this folder.
    pub fn kept_in(folder: &Path, services: impl FnOnce(&IssuedKeys) -> Vec<Arc<dyn Service>>) -> Self {
        Self::with_journal(services, |registry| {
            let journal = Sqlite::open(&folder.join("state.db"), Durability::Normal, &registry.tables()).unwrap();
            registry.load(&journal).unwrap();
            Arc::new(journal)
        })
    }

    fn with_journal(
        services: impl FnOnce(&IssuedKeys) -> Vec<Arc<dyn Service>>,
        journal: impl FnOnce(&Registry) -> Arc<dyn Journal>,
    ) -> Self {
        let keys = IssuedKeys::default();
        let services = services(&keys);
        let fallback = services.first().map_or("", |service| service.spec().name);
        let registry = Arc::new(Registry::new(services).unwrap().with_fallback(fallback));
        let runtime = Runtime::new(Clock::frozen_at(NOW), Ids::seeded(1), journal(&registry));
        runtime.bus.connect(&registry, &runtime.tasks);
        let authenticator = Authenticator::new(auth(), keys);
        let settings = Settings { default_region: Region::US_EAST_1 };
        Self { gateway: Gateway::new(registry, Arc::new(authenticator), runtime, settings) }
    }

    /// With the background work of its services, which [`Emulator::settle`] hurries on.
    pub async fn started(self) -> Self {
        self.gateway.registry().start(self.gateway.runtime()).await.unwrap();
        self
    }

    /// Returns when all that is due is done.
    pub async fn settle(&self) {
        self.gateway.runtime().bus.settle().await;
    }

    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    pub fn clock(&self) -> &Clock {
        &self.gateway.runtime().clock
    }

    /// The context of a call by name, of the account's root.
    pub fn context(&self) -> Context {
        let account: AccountId = ACCOUNT.parse().unwrap();
        Context::new(NewContext {
            request_id: "00000000-0000-0000-0000-000000000000".to_owned(),
            scope: Scope::new(account, Region::US_EAST_1),
            identity: Identity { principal: Principal::Root, ..Identity::anonymous(account) },
            protocol: Protocol::RestJson,
            endpoint: Endpoint { scheme: "http", host: HOST.to_owned() },
            trace_id: None,
            hops: 0,
            runtime: self.gateway.runtime().clone(),
        })
    }

    pub fn request(&self, method: Method, uri: &str) -> Sent<'_> {
        Sent::new(self, method, uri)
    }

    pub fn get(&self, uri: &str) -> Sent<'_> {
        self.request(Method::GET, uri)
    }

    pub fn head(&self, uri: &str) -> Sent<'_> {
        self.request(Method::HEAD, uri)
    }

    pub fn put(&self, uri: &str) -> Sent<'_> {
        self.request(Method::PUT, uri)
    }

    pub fn post(&self, uri: &str) -> Sent<'_> {
        self.request(Method::POST, uri)
    }

    pub fn delete(&self, uri: &str) -> Sent<'_> {
        self.request(Method::DELETE, uri)
    }
}

fn auth() -> ruststack_auth::Config {
    ruststack_auth::Config {
        mode: Mode::Off,
        verified_when_presigned: Vec::new(),
        ports: Vec::new(),
        domains: Vec::new(),
        default_account: AccountId::DEFAULT,
        allows_nonstandard_regions: false,
        has_accounts_in_aws_keys: false,
    }
}
