//! The service: its spec, its state, and how a call finds its table.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table as RowTable},
    operation::{Call, Operations},
    scope::Scope,
    service::{ErrorStyle, Part, Protocol, Service, ServiceSpec, State},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use crate::{
    backups::Backups,
    error::{DynamoDbError, no_resource, no_table},
    globals::Globals,
    operations, rows,
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
    error_style: ErrorStyle {
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
    },
    has_crc32: true,
    ..ServiceSpec::named("dynamodb", &[Protocol::AwsJson10])
};

pub(crate) static OPERATIONS: LazyLock<Operations<DynamoDb>> = LazyLock::new(operations::operations);

/// The service.
#[derive(Default)]
pub struct DynamoDb {
    tables: Scoped<Tables>,
    backups: Scoped<Backups>,
    transfers: Scoped<Transfers>,
    globals: Scoped<Globals>,
    /// None for those who want none.
    trouble: Option<Trouble>,
    throughput: Option<Throughput>,
}

impl DynamoDb {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn in_trouble(trouble: Trouble) -> Arc<Self> {
        Arc::new(Self {
            trouble: trouble.is_random().then_some(trouble),
            throughput: trouble.enforces_throughput.then(Throughput::default),
            ..Self::default()
        })
    }

    pub(crate) fn tables(&self, scope: &Scope) -> Arc<Tables> {
        self.tables.get(scope)
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
        if let Some(trouble) = &self.trouble {
            trouble.check(&ctx, &request)?;
        }
        if let Some(throughput) = &self.throughput {
            return throughput.answer(&self, ctx, request).await;
        }
        OPERATIONS.answer(self, ctx, request).await
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
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
