//! AWS Identity and Access Management: users, groups, roles, and the policies they have.
//!
//! Read [`operations`], its table of contents. `turn.rs` is what each operation is given; `entity.rs` and `holder.rs`
//! say what all that IAM keeps has in common. What the rest of the house knows of identities it asks of `store.rs`,
//! which is ruststack-auth's [`Directory`](ruststack_auth::directory::Directory).

mod account;
pub mod api;
mod aws_managed;
mod document;
mod entity;
pub mod error;
mod federation;
mod group;
mod holder;
mod instance_profile;
mod limits;
mod managed_policy;
mod operations;
mod paging;
mod policy_arn;
mod refusal;
mod role;
mod rows;
mod service_linked;
mod simulation;
mod store;
mod tagging;
mod turn;
mod user;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_auth::{Authorizer, issued_keys::IssuedKeys};
use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table},
    operation::{Call, Operations},
    service::{ErrorStyle, Part, Protocol, Service, ServiceSpec, State},
    snapshot::Frozen,
};
use serde_json::Value;

use crate::{
    error::IamError,
    store::Store,
    turn::{Asking, Turn},
};

/// How requests are recognised as IAM's.
pub static SPEC: ServiceSpec = ServiceSpec {
    query_version: Some(api::VERSION),
    query_actions: api::OPERATIONS,
    host_prefixes: &["iam"],
    error_style: ErrorStyle { xml_namespace: Some(api::XML_NAMESPACE), ..ErrorStyle::PLAIN },
    ..ServiceSpec::named("iam", &[Protocol::AwsQuery])
};

static OPERATIONS: LazyLock<Operations<Iam>> = LazyLock::new(operations::operations);

/// What the user may set.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Access keys look as AWS's do (`AKIA…`) instead of as LocalStack's (`LKIA…`).
    pub issues_aws_keys: bool,
}

/// The service.
pub struct Iam {
    config: Config,
    store: Arc<Store>,
    /// Is there when identities are held to policies.
    authorizer: Option<Authorizer>,
}

impl Iam {
    /// From now on `keys` knows the keys of users, and through them everybody all identities.
    pub fn new(config: Config, keys: &IssuedKeys, authorizer: Option<Authorizer>) -> Arc<Self> {
        let store = Arc::new(Store::default());
        keys.connect(store.clone());
        Arc::new(Self { config, store, authorizer })
    }

    /// Lets an operation do its work alone with its account.
    fn take_turn<T>(
        &self,
        call: &Call<Self>,
        run: impl FnOnce(&mut Turn<'_>) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        let (ctx, operation) = (call.ctx(), call.operation());
        let is_reading = ["Get", "List", "Simulate"].iter().any(|start| operation.starts_with(start));
        let _section = if is_reading { None } else { Some(ctx.changes().begin()?) };
        // Who asks is looked up in the same accounts: before one of them is locked.
        let asking = self.authorizer.as_ref().map(|authorizer| Asking::of(authorizer, ctx));
        let account = self.store.account(ctx.scope().account);
        let issues_aws_keys = self.config.issues_aws_keys;
        run(&mut Turn { ctx, operation, issues_aws_keys, asking, locked: account.write() })
    }
}

#[async_trait]
impl Service for Iam {
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

impl State for Iam {
    fn reset(&self, part: &Part, changes: &Changes) {
        self.store.reset(part, changes);
    }

    fn tables(&self) -> &'static [&'static Table] {
        rows::TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        rows::load_all(reader, &self.store)
    }

    fn freeze(&self) -> Option<Frozen> {
        Some(rows::freeze(&self.store))
    }
}
