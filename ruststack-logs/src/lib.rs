//! Amazon CloudWatch Logs: groups, streams and events; filters, subscribers, Insights queries, deliveries.
//!
//! Read [`operations`], its table of contents; then `stream.rs`, how events are kept, `reading.rs`, how they are read,
//! and `ingestion.rs`, what an event causes. `filter_pattern.rs` and `query.rs` are the two languages.

mod access;
pub mod api;
mod batch;
pub mod courier;
pub mod error;
mod expiry;
mod exporting;
pub mod filter_pattern;
mod group;
mod home;
mod ingestion;
mod limits;
mod live_tail;
mod operations;
mod position;
pub mod query;
mod reading;
mod rows;
mod stream;
mod things;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_auth::Authorizer;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    background::Worker,
    bus::{DeliveryError, Payload, Reply, Sender},
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table},
    measure::Measure,
    operation::Operations,
    outbox::Outbox,
    scope::Scope,
    service::{Part, Protocol, Runtime, Service, ServiceSpec, StartError, State},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use self::{
    batch::Event,
    error::LogsError,
    home::{Home, Things},
    live_tail::Tails,
};

/// How requests are recognised as CloudWatch Logs'.
pub static SPEC: ServiceSpec = ServiceSpec {
    target_prefix: Some("Logs_20140328"),
    host_prefixes: &["logs", "streaming-logs"],
    ..ServiceSpec::named("logs", &[Protocol::AwsJson11])
};

static OPERATIONS: LazyLock<Operations<Logs>> = LazyLock::new(operations::operations);

/// The service.
pub struct Logs {
    /// Where callers are held to policies.
    authorizer: Option<Authorizer>,
    homes: Scoped<Home>,
    outbox: Arc<Outbox<Self>>,
    expiry: Worker,
    tails: Tails,
}

impl Logs {
    pub fn new(authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self {
            authorizer,
            homes: Scoped::default(),
            outbox: Arc::new(Outbox::new(&rows::PARCELS)),
            expiry: Worker::default(),
            tails: Tails::default(),
        })
    }

    pub(crate) fn home(&self, scope: &Scope) -> Arc<Home> {
        self.homes.get(scope)
    }

    pub(crate) fn homes(&self) -> Vec<(Scope, Arc<Home>)> {
        self.homes.all()
    }

    /// Changes what an account has in a region.
    pub(crate) fn change<T>(
        &self,
        ctx: &Context,
        scope: &Scope,
        work: impl FnOnce(&mut Things) -> Result<T, LogsError>,
    ) -> Result<T, LogsError> {
        let _section = ctx.changes().begin()?;
        let home = self.home(scope);
        let mut things = home.lock();
        work(&mut things)
    }

    /// The log group that an ARN names, if it is there.
    fn target_group(&self, ctx: &Context, target: &Arn) -> Result<String, DeliveryError> {
        let name = group::name_in(target).ok_or_else(|| DeliveryError::NotATarget(target.clone()))?;
        let is_there = self.home(ctx.scope()).lock().groups.contains_key(name);
        if is_there { Ok(name.to_owned()) } else { Err(DeliveryError::NoSuchResource(target.clone())) }
    }
}

#[async_trait]
impl Service for Logs {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        access::check(&self, &ctx, &request)?;
        let answer = OPERATIONS.answer(Arc::clone(&self), ctx.clone(), request).await?;
        Ok(self.tails.answer(ctx.request_id(), ctx.runtime()).unwrap_or(answer))
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        self.outbox.start(&self, runtime);
        if let Some(asked) = self.expiry.begin() {
            runtime.tasks.spawn(expiry::work(Arc::clone(&self), runtime.clone(), asked));
        }
        Ok(())
    }

    async fn catch_up(self: Arc<Self>) {
        self.expiry.hurry().await;
    }

    async fn probe(self: Arc<Self>, ctx: Context, _sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        self.target_group(&ctx, target).map(drop)
    }

    /// Takes an event for a log group, in a stream of its own, as AWS does it.
    // Differs from AWS: whether a resource policy lets the sender is not asked.
    async fn deliver(
        self: Arc<Self>,
        ctx: Context,
        _sender: Sender,
        target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        let group = self.target_group(&ctx, &target)?;
        let message = String::from_utf8_lossy(&payload.body);
        let stream = ctx.ids().uuid();
        let place = (ctx.scope(), group.as_str(), stream.as_str());
        self.outbox.room().await;
        let ingested = self.ensure_stream(&ctx, place).and_then(|()| {
            let event = Event(ctx.now().millis(), message.into());
            self.ingest(&ctx, place, vec![event])
        });
        ingested.map(|()| Reply::default()).map_err(|error| DeliveryError::Refused(error.into()))
    }

    fn measure(&self, tell: &mut dyn FnMut(Measure)) {
        tell(Measure::of_outbox(SPEC.name, self.outbox.len()));
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for Logs {
    fn reset(&self, part: &Part, changes: &Changes) {
        let homes = self.homes();
        self.homes.reset(part);
        for (scope, _) in homes.into_iter().filter(|(scope, _)| part.holds(scope.account, Some(&scope.region))) {
            changes.record(|rows| rows::remove_scope(rows, &scope));
        }
        self.outbox.reset(part, changes);
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
