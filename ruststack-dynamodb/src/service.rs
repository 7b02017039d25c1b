//! The service: its spec, its state, and how a call finds its table.

use std::{
    sync::{Arc, LazyLock, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table as RowTable},
    operation::{Call, Operations},
    scope::Scope,
    service::{ErrorStyle, Health, Part, Protocol, Runtime, Service, ServiceSpec, StartError, State},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use crate::{
    backend::Backend,
    backups::Backups,
    error::{DynamoDbError, no_resource, no_table},
    expiring,
    globals::Globals,
    operations,
    proxy::{self, LocalProcess, Upstream},
    rows,
    table::Table,
    tables::{TableName, Tables},
    throughput::Throughput,
    transfers::Transfers,
    trouble::Trouble,
};

/// How requests are recognised as DynamoDB's.
pub static SPEC: ServiceSpec = ServiceSpec {
    target_prefix: Some("DynamoDB_20120810"),
    host_prefixes: &["dynamodb"],
    paths: &[expiring::PATHS],
    error_style: ERROR_STYLE,
    has_crc32: true,
    compresses_answers: true,
    ..ServiceSpec::named("dynamodb", &[Protocol::AwsJson10])
};

/// Of both services.
pub(crate) const ERROR_STYLE: ErrorStyle = ErrorStyle {
    type_namespace: Some("com.amazonaws.dynamodb.v20120810"),
    type_namespaces_of: &[
        ("com.amazon.coral.validate", &["ValidationException"]),
        (
            "com.amazon.coral.service",
            &[
                "AccessDeniedException",
                "IncompleteSignatureException",
                "InternalFailure",
                "InvalidSignatureException",
                "MissingAuthenticationTokenException",
                "SerializationException",
                "UnknownOperationException",
                "UnrecognizedClientException",
            ],
        ),
    ],
    ..ErrorStyle::PLAIN
};

pub(crate) static OPERATIONS: LazyLock<Operations<DynamoDb>> = LazyLock::new(operations::operations);

/// What the user may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Items that expired are removed as time passes, not only when somebody asks for it.
    pub removes_expired: bool,
    /// How often that is done.
    pub expiry_period: Duration,
    pub trouble: Trouble,
    /// Who keeps the items.
    pub backend: Backend,
}

/// The service.
pub struct DynamoDb {
    pub(crate) config: Config,
    tables: Scoped<Tables>,
    backups: Scoped<Backups>,
    transfers: Scoped<Transfers>,
    globals: Scoped<Globals>,
    /// For tables that are held to what is provisioned.
    throughput: Option<Throughput>,
    /// There once it was started.
    runtime: OnceLock<Runtime>,
    /// Who keeps the items, if it is not we.
    upstream: Option<Upstream>,
}

impl DynamoDb {
    pub fn new(config: Config) -> Arc<Self> {
        let upstream = match config.backend.clone() {
            Backend::Engine => None,
            Backend::Endpoint(url) => Some(Upstream::Endpoint(url)),
            Backend::Local(local) => Some(Upstream::Local(LocalProcess::new(local))),
        };
        Arc::new(Self {
            throughput: config.trouble.enforces_throughput.then(Throughput::default),
            config,
            tables: Scoped::default(),
            backups: Scoped::default(),
            transfers: Scoped::default(),
            globals: Scoped::default(),
            runtime: OnceLock::new(),
            upstream,
        })
    }

    /// Answers without anybody's help.
    pub(crate) async fn answer_here(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        OPERATIONS.answer(self, ctx, request).await
    }

    pub(crate) async fn request_here(
        self: Arc<Self>,
        ctx: Context,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    /// Forgets a table that could not be made elsewhere.
    pub(crate) fn forget(&self, table: &TableName, ctx: &Context) -> Result<(), AwsError> {
        let _section = ctx.changes().begin()?;
        self.tables(&table.scope).delete(&table.name, ctx.now(), ctx.changes(), |_| Ok(()))?;
        Ok(())
    }

    pub(crate) fn tables(&self, scope: &Scope) -> Arc<Tables> {
        self.tables.get(scope)
    }

    pub(crate) fn upstream(&self) -> Option<&Upstream> {
        self.upstream.as_ref()
    }

    pub(crate) fn backups(&self, scope: &Scope) -> Arc<Backups> {
        self.backups.get(scope)
    }

    pub(crate) fn transfers(&self, scope: &Scope) -> Arc<Transfers> {
        self.transfers.get(scope)
    }

    pub(crate) fn all_transfers(&self) -> Vec<(Scope, Arc<Transfers>)> {
        self.transfers.all()
    }

    pub(crate) fn globals(&self, scope: &Scope) -> Arc<Globals> {
        self.globals.get(scope)
    }

    pub(crate) fn all_globals(&self) -> Vec<(Scope, Arc<Globals>)> {
        self.globals.all()
    }

    pub(crate) fn all_backups(&self) -> Vec<(Scope, Arc<Backups>)> {
        self.backups.all()
    }

    pub(crate) fn all_tables(&self) -> Vec<(Scope, Arc<Tables>)> {
        self.tables.all()
    }
}

/// The table whose items a call reads or writes, by name or ARN.
pub(crate) fn table_of(call: &Call<DynamoDb>, name: &str) -> Result<Arc<Table>, DynamoDbError> {
    let TableName { scope, name } = TableName::parse(name, call.scope());
    call.service().tables(&scope).get(&name).ok_or_else(no_resource)
}

/// The table that a call is about itself.
pub(crate) fn table_itself(call: &Call<DynamoDb>, name: &str) -> Result<Arc<Table>, DynamoDbError> {
    let TableName { scope, name } = TableName::parse(name, call.scope());
    call.service().tables(&scope).get(&name).ok_or_else(|| no_table(&name))
}

#[async_trait]
impl Service for DynamoDb {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        if request.uri().path().starts_with(expiring::PATHS) {
            return expiring::answer(&self, &ctx, &request.into_parts().0).await;
        }
        if self.config.trouble.is_random() {
            self.config.trouble.check(&ctx, &request)?;
        }
        let service = Arc::clone(&self);
        match (&self.upstream, &self.throughput) {
            (Some(upstream), _) => proxy::answer(service, upstream, ctx, request).await,
            (None, Some(throughput)) => throughput.answer(&self, ctx, request).await,
            (None, None) => service.answer_here(ctx, request).await,
        }
    }

    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        if self.runtime.set(runtime.clone()).is_ok() {
            runtime.tasks.spawn(expiring::work(Arc::clone(&self), runtime.clone()));
            if let Some(Upstream::Local(process)) = &self.upstream {
                process.start(&self, runtime)?;
            }
        }
        Ok(())
    }

    fn health(&self) -> Health {
        match &self.upstream {
            Some(Upstream::Local(process)) => process.health(),
            _ => Health::Running,
        }
    }

    async fn catch_up(self: Arc<Self>) {
        if let Some(runtime) = self.runtime.get() {
            expiring::catch_up(&self, runtime).await;
        }
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        let service = Arc::clone(&self);
        match &self.upstream {
            None => service.request_here(ctx, operation, input).await,
            Some(upstream) => proxy::request(service, upstream, ctx, operation, input).await,
        }
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for DynamoDb {
    fn reset(&self, part: &Part, changes: &Changes) {
        for (scope, tables) in self.tables.all() {
            if part.holds(scope.account, Some(&scope.region)) {
                tables.clear(changes, &scope);
                self.backups(&scope).clear();
                self.transfers(&scope).clear();
                self.globals(&scope).clear();
            }
        }
        // What was replicated from there is no longer found elsewhere.
        for (scope, tables) in self.tables.all() {
            for table in tables.all() {
                if table.scope != scope && part.holds(table.scope.account, Some(&table.scope.region)) {
                    tables.forget_replica(&table.name);
                }
            }
        }
    }

    fn tables(&self) -> &'static [&'static RowTable] {
        rows::TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        rows::load_all(reader, self)
    }

    fn freeze(&self) -> Option<Frozen> {
        Some(rows::freeze(self))
    }
}
