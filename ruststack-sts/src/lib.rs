//! AWS Security Token Service: who am I, and temporary credentials. The smallest service, kept exemplary.
//!
//! Read [`operations`], its table of contents; what it issues is known to the whole emulator, because [`IssuedKeys`] is
//! shared with the authenticator.

pub mod api;
mod assumed_role;
mod credentials;
pub mod error;
mod operations;
mod session_policy;
mod session_tags;
mod trust;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_auth::{
    Authorizer,
    issued_keys::{self, IssuedKeys},
};
use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table},
    operation::Operations,
    service::{ErrorStyle, Part, Protocol, Service, ServiceSpec, State, Unsigned},
    snapshot::Frozen,
};
use serde_json::Value;

/// How requests are recognised as STS's.
pub static SPEC: ServiceSpec = ServiceSpec {
    query_version: Some(api::VERSION),
    query_actions: api::OPERATIONS,
    host_prefixes: &["sts"],
    unsigned: Unsigned::Actions(&["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]),
    error_style: ErrorStyle { xml_namespace: Some(api::XML_NAMESPACE), ..ErrorStyle::PLAIN },
    ..ServiceSpec::named("sts", &[Protocol::AwsQuery])
};

static OPERATIONS: LazyLock<Operations<Sts>> = LazyLock::new(operations::operations);

/// What the user may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Issued keys look as AWS's do (`ASIA…`) instead of as LocalStack's (`LSIA…`).
    pub issues_aws_keys: bool,
}

/// The service.
pub struct Sts {
    config: Config,
    keys: IssuedKeys,
    /// Is there when identities are held to policies.
    authorizer: Option<Authorizer>,
}

impl Sts {
    pub fn new(config: Config, keys: IssuedKeys, authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self { config, keys, authorizer })
    }
}

#[async_trait]
impl Service for Sts {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        OPERATIONS.answer(self, ctx, request).await
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for Sts {
    fn reset(&self, part: &Part, changes: &Changes) {
        self.keys.reset(|account| part.holds(account, None), changes);
    }

    fn tables(&self) -> &'static [&'static Table] {
        issued_keys::TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        self.keys.load(reader)
    }

    fn freeze(&self) -> Option<Frozen> {
        Some(self.keys.freeze())
    }
}
