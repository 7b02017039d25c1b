//! Which service, operation and protocol is a request for? A pure function over the request head and the registry.

use std::sync::Arc;

use http::request::Parts;

use crate::{
    identity::Credential,
    registry::Registry,
    service::{Protocol, Service},
};

/// What a request turned out to be for.
pub enum Resolution {
    Service(Match),
    /// Nothing here.
    NotFound,
}

/// The service that answers, and how the client speaks to it.
pub struct Match {
    pub service: Arc<dyn Service>,
    pub protocol: Protocol,
}

/// Decides by the head alone.
pub fn resolve(_head: &Parts, credential: Option<&Credential<'_>>, registry: &Registry) -> Resolution {
    let signing_name = credential.and_then(|credential| credential.service.as_deref());
    let by_scope = registry.services().iter().find(|service| Some(service.spec().signing_name) == signing_name);
    match by_scope.or(registry.fallback()) {
        Some(service) => {
            Resolution::Service(Match { service: Arc::clone(service), protocol: service.spec().protocols[0] })
        }
        None => Resolution::NotFound,
    }
}
