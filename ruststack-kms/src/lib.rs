//! AWS Key Management Service: keys with names, states and policies, and what is encrypted with them.
//!
//! Read [`operations`], its table of contents. `material.rs` holds the cryptography, `key.rs` a key's life, `found.rs`
//! how calls come to their keys.

mod access;
pub mod api;
pub mod error;
mod found;
mod grant;
mod key;
mod keys;
mod limits;
mod material;
mod operations;
mod paging;
mod policy;
mod reference;
mod requested;
mod rows;
mod spec;
mod tagging;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_auth::Authorizer;
use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table},
    operation::Operations,
    scope::Scope,
    service::{Part, Protocol, Service, ServiceSpec, State},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use crate::{
    error::KmsError,
    keys::{Journaled, Keys},
};

/// How requests are recognised as KMS's.
pub static SPEC: ServiceSpec = ServiceSpec {
    target_prefix: Some("TrentService"),
    host_prefixes: &["kms"],
    ..ServiceSpec::named("kms", &[Protocol::AwsJson11])
};

static OPERATIONS: LazyLock<Operations<Kms>> = LazyLock::new(operations::operations);

/// The service.
pub struct Kms {
    keys: Scoped<Keys>,
    /// Is there when identities are held to policies.
    authorizer: Option<Authorizer>,
}

impl Kms {
    pub fn new(authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self { keys: Scoped::default(), authorizer })
    }

    pub(crate) fn keys(&self, scope: &Scope) -> Arc<Keys> {
        self.keys.get(scope)
    }

    /// As they are by the clock.
    pub(crate) fn keys_now(&self, ctx: &Context, scope: &Scope) -> Result<Arc<Keys>, KmsError> {
        let keys = self.keys(scope);
        keys.advance(Journaled { scope, changes: ctx.changes() }, ctx.now())?;
        Ok(keys)
    }

    pub(crate) fn all_keys(&self) -> Vec<(Scope, Arc<Keys>)> {
        self.keys.all()
    }
}

#[async_trait]
impl Service for Kms {
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

impl State for Kms {
    fn reset(&self, part: &Part, changes: &Changes) {
        for (scope, keys) in self.all_keys() {
            if part.holds(scope.account, Some(&scope.region)) {
                keys.lock().clear(Journaled { scope: &scope, changes });
            }
        }
    }

    fn tables(&self) -> &'static [&'static Table] {
        rows::TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        rows::load_all(reader, self)
    }

    fn freeze(&self) -> Option<Frozen> {
        Some(rows::freeze(self))
    }
}
