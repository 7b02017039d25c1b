//! Amazon EventBridge: buses, rules, targets, archives and replays, schedules, connections and API destinations.
//!
//! Read [`operations`], its table of contents; then `routing.rs`, what an event causes, and `courier.rs`, how that
//! reaches targets. `clockwork.rs` is what the clock sets going.

mod access;
pub mod api;
mod archive;
mod bus;
mod clockwork;
mod connection;
pub mod courier;
pub mod error;
mod event;
mod home;
mod input;
mod invocation;
mod json_path;
mod limits;
mod names;
mod operations;
mod pace;
mod replay;
mod routing;
mod rows;
mod rule;
mod schedule;
mod trigger;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_auth::Authorizer;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    bus::{DeliveryError, Payload, Reply, Sender},
    context::Context,
    error::AwsError,
    journal::{Changes, LoadError, Reader, Table},
    measure::Measure,
    operation::Operations,
    outbound::Outbound,
    outbox::Outbox,
    scope::Scope,
    service::{ErrorStyle, Part, Protocol, Runtime, Service, ServiceSpec, StartError, State},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use self::{
    clockwork::Clockwork,
    connection::{AUTHORIZED, Connection},
    error::EventsError,
    event::Event,
    home::{Home, Things},
    names::BusName,
    pace::Paces,
};

/// How requests are recognised as EventBridge's.
pub static SPEC: ServiceSpec = ServiceSpec {
    target_prefix: Some("AWSEvents"),
    host_prefixes: &["events"],
    paths: &[trigger::PATHS],
    error_style: ErrorStyle::PLAIN,
    ..ServiceSpec::named("events", &[Protocol::AwsJson11])
};

static OPERATIONS: LazyLock<Operations<Events>> = LazyLock::new(operations::operations);

/// The service.
pub struct Events {
    homes: Scoped<Home>,
    outbox: Arc<Outbox<Self>>,
    clockwork: Clockwork,
    outbound: Outbound,
    /// `None`: everybody may do everything.
    authorizer: Option<Authorizer>,
    paces: Paces,
}

impl Events {
    pub fn new(authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self {
            homes: Scoped::default(),
            outbox: Arc::new(Outbox::new(&rows::PARCELS)),
            clockwork: Clockwork::default(),
            outbound: Outbound::default(),
            authorizer,
            paces: Paces::default(),
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
        work: impl FnOnce(&mut Things) -> Result<T, EventsError>,
    ) -> Result<T, EventsError> {
        let _section = ctx.changes().begin()?;
        let home = self.home(scope);
        let mut things = home.lock();
        work(&mut things)
    }

    /// A connection whose authorization endpoint gave a token is authorized.
    pub(crate) fn set_authorized(&self, ctx: &Context, connection: &Connection) {
        let scope = ctx.scope();
        let changed = self.change(ctx, scope, |things| {
            if let Some(known) = things.connections.get_mut(&connection.name) {
                let known = Arc::make_mut(known);
                AUTHORIZED.clone_into(&mut known.state);
                known.authorized_at = ctx.now();
                ctx.changes().record(|rows| rows::put_connection(rows, scope, known));
            }
            Ok(())
        });
        // A disk that takes nothing lets it be authorized the next time.
        drop(changed);
    }
}

#[async_trait]
impl Service for Events {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        if request.uri().path().starts_with(trigger::PATHS) {
            return trigger::answer(&self, &ctx, &request);
        }
        OPERATIONS.answer(self, ctx, request).await
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        self.outbox.start(&self, runtime);
        self.clockwork.start(&self, runtime);
        Ok(())
    }

    async fn catch_up(self: Arc<Self>) {
        self.clockwork.hurry().await;
    }

    async fn probe(self: Arc<Self>, _ctx: Context, _sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        let bus = BusName::of_arn(target).ok_or_else(|| DeliveryError::NotATarget(target.clone()))?;
        let is_there = self.home(&bus.scope).lock().buses.contains_key(&bus.name);
        if is_there { Ok(()) } else { Err(DeliveryError::NoSuchResource(target.clone())) }
    }

    /// Takes an event for a bus: JSON with `source`, `detail-type` and `detail`, and, where the sender knows better
    /// than the bus, `resources`, `time`, `account`, `region` and `id`.
    async fn deliver(
        self: Arc<Self>,
        ctx: Context,
        sender: Sender,
        target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        let bus = BusName::of_arn(&target).ok_or_else(|| DeliveryError::NotATarget(target.clone()))?;
        if !self.home(&bus.scope).lock().buses.contains_key(&bus.name) {
            return Err(DeliveryError::NoSuchResource(target));
        }
        let event = Event::of_envelope(&payload.body, || ctx.ids().uuid(), ctx.now(), &bus.scope);
        let mut event =
            event.ok_or_else(|| DeliveryError::Refused(error::invalid("Parameter Event is not valid.").into()))?;
        if !access::lets_deliver(&self, &ctx, &sender, &bus, &event) {
            return Err(DeliveryError::Denied(target));
        }
        if sender.source.service() == "events" && sender.source.region() != target.region() {
            // What comes from a bus of another region is another event.
            event.id = ctx.ids().uuid();
        }
        self.outbox.room().await;
        let _section = ctx.changes().begin().map_err(|refused| DeliveryError::Refused(refused.into()))?;
        self.take(&ctx, &bus.scope, &bus.name, &event, payload.trace_header.as_deref());
        Ok(Reply::default())
    }

    fn measure(&self, tell: &mut dyn FnMut(Measure)) {
        tell(Measure::of_outbox(SPEC.name, self.outbox.len()));
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for Events {
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
