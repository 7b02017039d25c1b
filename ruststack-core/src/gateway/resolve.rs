//! Which service is a request for, and which protocol does its client speak? Pure functions over the request head and
//! the registry; `cases.txt` shows what comes out.

use std::sync::Arc;

use http::{HeaderMap, Method, header, request::Parts};

use crate::{
    identity::{Credential, SignatureKind},
    protocol::aws_query::Form,
    registry::{KnownService, Registry},
    scope::{AccountId, Region},
    service::{Protocol, Service, ServiceSpec},
};

/// How much of an unsigned form is read to find its `Action`: SQS takes messages of 1 MiB, three times as much encoded.
pub const MAX_FORM: usize = 4 * 1024 * 1024;

/// What a request turned out to be for.
pub enum Resolution {
    Service(Match),
    /// Only the form in the body says it; see [`resolve_form`].
    NeedsForm,
    /// AWS has the service, RustStack has not.
    NotImplemented {
        service: &'static str,
        protocol: Protocol,
    },
    /// The user switched the service off.
    Disabled {
        service: &'static str,
        protocol: Protocol,
    },
    /// The signature names a service that AWS has not.
    UnknownService,
    /// Nothing here.
    NotFound,
}

/// The service that answers, and how the client speaks to it.
pub struct Match {
    pub service: Arc<dyn Service>,
    pub protocol: Protocol,
}

/// Decides by the head alone; the first step that knows decides.
pub fn resolve(head: &Parts, credential: Option<&Credential<'_>>, registry: &Registry) -> Resolution {
    by_path(head, registry)
        .or_else(|| by_rpc_path(head, registry))
        .or_else(|| by_target(head, registry))
        .or_else(|| by_scope(head, credential, registry))
        .or_else(|| by_action(head, registry))
        .or_else(|| by_host(head, registry))
        .or_else(|| by_form(head, registry))
        .unwrap_or_else(|| otherwise(head, credential, registry))
}

/// Below it are the emulator's own resources, which services claim by their paths; never a bucket.
const EMULATORS_OWN: &str = "/_aws/";

/// 1. Some paths are one service's, whatever the host and the signature.
fn by_path(head: &Parts, registry: &Registry) -> Option<Resolution> {
    let path = head.uri.path();
    let claims = |service: &&Arc<dyn Service>| service.spec().paths.iter().any(|prefix| path.starts_with(prefix));
    let claimed = registry.services().iter().find(claims).map(|service| matched(service, &head.headers));
    claimed.or_else(|| path.starts_with(EMULATORS_OWN).then_some(Resolution::NotFound))
}

/// 1b. RPC v2 CBOR says so in a header, or its content type, and names service and operation in its path.
fn by_rpc_path(head: &Parts, registry: &Registry) -> Option<Resolution> {
    let is_rpc = head.headers.contains_key("smithy-protocol");
    if !is_rpc && content_type(&head.headers) != "application/cbor" {
        return None;
    }
    let name = head.uri.path().rsplit_once("/operation/").and_then(|(path, _)| path.rsplit_once("/service/"));
    let name = name.map(|(_, name)| name);
    let is_it = |spec: &ServiceSpec| spec.target_prefix.is_some() && spec.target_prefix == name;
    let known = || {
        let known = registry.known().iter().find(|known| name.is_some_and(|name| known.target_prefix == name))?;
        Some(absent(known, &head.headers))
    };
    find(head, registry, is_it).or_else(known).or(is_rpc.then_some(Resolution::NotFound))
}

/// 2. `X-Amz-Target` names service and operation, parted by its last dot.
fn by_target(head: &Parts, registry: &Registry) -> Option<Resolution> {
    let target = head.headers.get("x-amz-target")?.to_str().ok()?;
    let (prefix, _operation) = target.rsplit_once('.')?;
    let is_it = |spec: &ServiceSpec| spec.target_prefix == Some(prefix);
    find(head, registry, is_it).or_else(|| {
        let known = registry.known().iter().find(|known| known.target_prefix == prefix)?;
        Some(absent(known, &head.headers))
    })
}

/// 3. The scope of a Version 4 signature names the service.
fn by_scope(head: &Parts, credential: Option<&Credential<'_>>, registry: &Registry) -> Option<Resolution> {
    let name = credential?.service.as_deref()?;
    // What shares another's signing name and is known by its paths was found before.
    let is_it = |spec: &ServiceSpec| spec.signing_name == name && (spec.paths.is_empty() || spec.name == name);
    let known = || {
        let known = registry.known().iter().find(|known| known.signing_name == name)?;
        Some(absent(known, &head.headers))
    };
    find(head, registry, is_it).or_else(known).or(Some(Resolution::UnknownService))
}

/// 4. `Action` in the query string of an unsigned request.
fn by_action(head: &Parts, registry: &Registry) -> Option<Resolution> {
    let form = Form::of_query(head.uri.query()?);
    of_form(&form, head, registry)
}

/// 5. The host begins with a service's endpoint, or marks one of its resources.
fn by_host(head: &Parts, registry: &Registry) -> Option<Resolution> {
    let host = host(head)?.to_ascii_lowercase();
    let begins = |prefix: &&str| host.strip_prefix(*prefix).is_some_and(|rest| rest.starts_with('.'));
    let marked = |marker: &&str| host.contains(&format!(".{marker}.")) || host.contains(&format!(".{marker}-"));
    let is_it = |spec: &ServiceSpec| spec.host_prefixes.iter().any(&begins) || spec.host_markers.iter().any(&marked);
    let reserved = || registry.reserved_hosts().iter().find(|reserved| marked(&reserved.marker));
    find(head, registry, is_it)
        .or_else(|| {
            let service = reserved()?.service;
            Some(Resolution::NotImplemented { service, protocol: Protocol::RestJson })
        })
        .or_else(|| by_known_endpoint(head, &host, registry))
}

/// 5b. The regional endpoint of a service that is not here: `kms.eu-west-1.…`. Without a region it may be a bucket.
fn by_known_endpoint(head: &Parts, host: &str, registry: &Registry) -> Option<Resolution> {
    let is_regional = |prefix: &str| {
        let rest = host.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
        rest.and_then(|rest| Region::known(rest.split('.').next()?)).is_some()
    };
    let is_it = |known: &&KnownService| !known.host_prefix.is_empty() && is_regional(known.host_prefix);
    let known = registry.known().iter().find(is_it)?;
    Some(absent(known, &head.headers))
}

/// 6. An unsigned form says in its body what it wants.
fn by_form(head: &Parts, registry: &Registry) -> Option<Resolution> {
    let is_form = content_type(&head.headers).starts_with("application/x-www-form-urlencoded");
    let path = head.uri.path();
    let is_resource = |spec: &ServiceSpec| spec.resource_paths.iter().any(|pattern| is_path(pattern, path));
    let mut specs = registry.services().iter().map(|service| service.spec());
    let may_be_form = is_form && head.method == Method::POST && (path == "/" || specs.any(is_resource));
    may_be_form.then_some(Resolution::NeedsForm)
}

/// Whether a path is one of those that a pattern means: see [`ServiceSpec::resource_paths`].
fn is_path(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some("{account}"), Some(segment)) if segment.parse::<AccountId>().is_ok() => {}
            (Some(name), Some(segment)) if name.starts_with('{') && name != "{account}" && !segment.is_empty() => {}
            (Some(literal), Some(segment)) if literal == segment => {}
            _ => return false,
        }
    }
}

/// 7. Requests for something under a path, and those signed the old way, are the fallback's.
fn otherwise(head: &Parts, credential: Option<&Credential<'_>>, registry: &Registry) -> Resolution {
    let is_old =
        credential.is_some_and(|found| matches!(found.kind, SignatureKind::SigV2Header | SignatureKind::SigV2Query));
    let is_about_something = head.uri.path().len() > 1 || is_old;
    let host = || host(head).map(|host| host.split(':').next().unwrap_or(host).to_ascii_lowercase());
    match registry.fallback() {
        Some(service) if is_about_something || host().is_some_and(|host| service.has_host(&host)) => {
            matched(service, &head.headers)
        }
        _ => Resolution::NotFound,
    }
}

/// Decides by the form in an unsigned request's body.
pub fn resolve_form(head: &Parts, body: &[u8], registry: &Registry) -> Resolution {
    of_form(&Form::parse(body), head, registry).unwrap_or(Resolution::NotFound)
}

/// Actions that several services have are told apart by their `Version`.
fn of_form(form: &Form, head: &Parts, registry: &Registry) -> Option<Resolution> {
    let action = form.get("Action")?;
    let version = form.get("Version");
    let is_version = |spec: &ServiceSpec| version.is_none() || spec.query_version == version;
    find(head, registry, |spec| spec.query_actions.contains(&action) && is_version(spec))
}

fn find(head: &Parts, registry: &Registry, is_it: impl Fn(&ServiceSpec) -> bool) -> Option<Resolution> {
    if let Some(service) = registry.services().iter().find(|service| is_it(service.spec())) {
        return Some(matched(service, &head.headers));
    }
    let disabled = registry.disabled().iter().find(|spec| is_it(spec))?;
    Some(Resolution::Disabled { service: disabled.name, protocol: protocol(disabled, &head.headers) })
}

fn matched(service: &Arc<dyn Service>, headers: &HeaderMap) -> Resolution {
    Resolution::Service(Match { service: Arc::clone(service), protocol: protocol(service.spec(), headers) })
}

fn absent(known: &KnownService, headers: &HeaderMap) -> Resolution {
    let spoken = spoken(headers).unwrap_or(known.protocol);
    Resolution::NotImplemented { service: known.name, protocol: spoken }
}

/// The content type decides where a service speaks several protocols; without one, who names no target sends a query.
fn protocol(spec: &ServiceSpec, headers: &HeaderMap) -> Protocol {
    let query = || (!headers.contains_key("x-amz-target")).then_some(Protocol::AwsQuery);
    let is_spoken = |protocol: &Protocol| spec.protocols.contains(protocol);
    spoken(headers).filter(is_spoken).or_else(|| query().filter(is_spoken)).unwrap_or(spec.protocols[0])
}

/// The protocol that a content type gives away.
fn spoken(headers: &HeaderMap) -> Option<Protocol> {
    match content_type(headers) {
        "application/x-amz-json-1.0" => Some(Protocol::AwsJson10),
        "application/x-amz-json-1.1" => Some(Protocol::AwsJson11),
        "application/cbor" => Some(Protocol::RpcV2Cbor),
        text if text.starts_with("application/x-www-form-urlencoded") => Some(Protocol::AwsQuery),
        _ => None,
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn host(head: &Parts) -> Option<&str> {
    let header = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| head.uri.authority().map(|authority| authority.as_str()))
}

#[cfg(test)]
mod tests;
