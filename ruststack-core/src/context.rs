//! What is known of a request besides its bytes.

use std::{
    fmt,
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    arn::Arn,
    bus::{Bus, MAX_HOPS},
    clock::{Clock, Timestamp},
    error::AwsError,
    faults::{Blow, Strike},
    identity::Identity,
    ids::Ids,
    journal::Changes,
    scope::{Region, Scope},
    service::{Protocol, Runtime, ServiceSpec},
};

/// The circumstances of one request; cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Parts>);

struct Parts {
    request_id: String,
    scope: Scope,
    identity: Identity,
    protocol: Protocol,
    endpoint: Endpoint,
    trace_id: Option<String>,
    hops: u8,
    runtime: Runtime,
    changes: Arc<Changes>,
    operation: OnceLock<String>,
    /// The operation of the request that this one goes back to.
    cause_operation: Option<String>,
    client: Client,
    /// Of the service that the gateway chose.
    spec: Option<&'static ServiceSpec>,
    /// The client is to get no answer.
    is_dropped: AtomicBool,
}

/// Where a client's request came from, and what its answer is called beside the request id; empty of what a delivery
/// causes.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Client {
    pub peer: Option<Peer>,
    /// `x-amz-id-2`, of services that have one.
    pub host_id: Option<String>,
}

/// How the client reached us: what URLs that it can use again are made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// `Host` as sent, with its port.
    pub host: String,
}

/// The address that a request came from; it is among the request's extensions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub IpAddr);

/// How the connection that a request came over is encrypted; it is among the extensions of such requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tls {
    /// `TLSv1.3`.
    pub version: &'static str,
    /// `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: &'static str,
}

/// What a [`Context`] is made of.
pub struct NewContext {
    pub request_id: String,
    pub scope: Scope,
    pub identity: Identity,
    pub protocol: Protocol,
    pub endpoint: Endpoint,
    /// `X-Amzn-Trace-Id` as sent.
    pub trace_id: Option<String>,
    /// How many deliveries led to this request; 0 for a client's own.
    pub hops: u8,
    pub runtime: Runtime,
}

impl Context {
    pub fn new(new: NewContext) -> Self {
        Self::caused_by(new, None)
    }

    pub(crate) fn caused_by(new: NewContext, cause_operation: Option<String>) -> Self {
        let NewContext { request_id, scope, identity, protocol, endpoint, trace_id, hops, runtime } = new;
        let (changes, operation) = (Arc::new(Changes::of(Arc::clone(&runtime.journal))), OnceLock::new());
        Self(Arc::new(Parts {
            request_id,
            scope,
            identity,
            protocol,
            endpoint,
            trace_id,
            hops,
            runtime,
            changes,
            operation,
            cause_operation,
            client: Client::default(),
            spec: None,
            is_dropped: AtomicBool::new(false),
        }))
    }

    /// The same request, for a service: said before anybody else has the context.
    #[must_use]
    pub(crate) fn for_service(mut self, spec: &'static ServiceSpec) -> Self {
        if let Some(parts) = Arc::get_mut(&mut self.0) {
            parts.spec = Some(spec);
        }
        self
    }

    /// The same request, of a client: said before anybody else has the context.
    #[must_use]
    pub fn with_client(mut self, client: Client) -> Self {
        if let Some(parts) = Arc::get_mut(&mut self.0) {
            parts.client = client;
        }
        self
    }

    /// The same request in another protocol: said before anybody else has the context.
    #[must_use]
    pub(crate) fn speaking(mut self, protocol: Protocol) -> Self {
        if let Some(parts) = Arc::get_mut(&mut self.0) {
            parts.protocol = protocol;
        }
        self
    }

    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Account and region whose state the request sees.
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub fn protocol(&self) -> Protocol {
        self.0.protocol
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The trace that the request is part of.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    pub fn hops(&self) -> u8 {
        self.0.hops
    }

    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub fn now(&self) -> Timestamp {
        self.0.runtime.clock.now()
    }

    pub fn clock(&self) -> &Clock {
        &self.0.runtime.clock
    }

    pub fn ids(&self) -> &Ids {
        &self.0.runtime.ids
    }

    pub fn bus(&self) -> &Bus {
        &self.0.runtime.bus
    }

    /// What this request changes; its answer waits until that is durable.
    pub fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// The context of what a delivery to `target` causes; `None` when the chain is too long.
    pub fn next_hop(&self, target: &Arn) -> Option<Self> {
        let hops = self.0.hops + 1;
        let account = target.account().parse().unwrap_or(self.0.scope.account);
        let region = match target.region() {
            "" => self.0.scope.region.clone(),
            name => Region::nonstandard(name),
        };
        (hops <= MAX_HOPS).then(|| {
            let new = NewContext {
                request_id: self.0.request_id.clone(),
                scope: Scope::new(account, region),
                identity: self.0.identity.clone(),
                protocol: self.0.protocol,
                endpoint: self.0.endpoint.clone(),
                trace_id: self.0.trace_id.clone(),
                hops,
                runtime: self.0.runtime.clone(),
            };
            Self::caused_by(new, self.cause_operation().map(str::to_owned))
        })
    }

    /// The same request, once its sender is better known than its head told.
    #[must_use]
    pub fn with_identity(&self, identity: Identity) -> Self {
        let region = identity.region.clone().unwrap_or_else(|| self.0.scope.region.clone());
        Self(Arc::new(Parts {
            request_id: self.0.request_id.clone(),
            scope: Scope::new(identity.account, region),
            identity,
            protocol: self.0.protocol,
            endpoint: self.0.endpoint.clone(),
            trace_id: self.0.trace_id.clone(),
            hops: self.0.hops,
            runtime: self.0.runtime.clone(),
            // The answer that waits for them is the same.
            changes: Arc::clone(&self.0.changes),
            operation: self.0.operation.clone(),
            cause_operation: self.0.cause_operation.clone(),
            client: self.0.client.clone(),
            spec: self.0.spec,
            is_dropped: AtomicBool::new(self.is_dropped()),
        }))
    }

    /// The request has come to its operation: notes which, and lets the faults strike that users asked for.
    /// They strike once, whatever the request is called after that.
    pub async fn begin_operation(&self, name: &str) -> Result<(), AwsError> {
        if self.operation().is_some() {
            return Ok(());
        }
        self.note_operation(name);
        let strike = self.0.spec.and_then(|spec| self.0.runtime.faults.strike(spec, &self.0.scope.region, name));
        match strike {
            None => Ok(()),
            Some(strike) => self.suffer(strike).await,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "delays are of the client's time, not the emulator's")]
    async fn suffer(&self, strike: Strike) -> Result<(), AwsError> {
        if !strike.delay.is_zero() {
            tokio::time::sleep(strike.delay).await;
        }
        match strike.blow {
            None => Ok(()),
            Some(Blow::Refused(error)) => Err(error),
            Some(Blow::Dropped) => {
                self.0.is_dropped.store(true, Ordering::Release);
                Err(AwsError::new(503, "ConnectionDropped", "The connection was dropped on request."))
            }
        }
    }

    /// Whether the connection ends in place of an answer.
    pub fn is_dropped(&self) -> bool {
        self.0.is_dropped.load(Ordering::Acquire)
    }

    /// Notes which operation the request turned out to be, for the log. The first note stays.
    pub fn note_operation(&self, name: &str) {
        let is_first = self.0.operation.set(name.to_owned()).is_ok();
        // What a delivery causes runs in the span of the request that it came from.
        if is_first && self.0.hops == 0 {
            tracing::Span::current().record("operation", name);
        }
    }

    pub fn operation(&self) -> Option<&str> {
        self.0.operation.get().map(String::as_str)
    }

    /// The operation of the client's request that this one goes back to, if it goes back to one.
    pub fn cause_operation(&self) -> Option<&str> {
        self.0.cause_operation.as_deref().or_else(|| self.operation().filter(|_| self.0.hops == 0))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.0.request_id)
            .field("scope", &self.0.scope)
            .field("operation", &self.operation())
            .finish_non_exhaustive()
    }
}
