//! How services reach each other: `publish`, `deliver`, `request`; and `settle`, which waits until all that is done.
//!
//! - [`Bus::publish`]: something happened; I do not know who cares.
//! - [`Bus::deliver`]: the user's configuration names this target; [`Bus::probe`] asks whether it is one.
//! - [`Bus::request`]: call an AWS operation by name, as an SDK client would; [`Bus::exchange`] where bodies must stream.

mod delivery;
mod trace;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, Weak},
    time::Instant,
};

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::{
    Request, Response, arn::Arn, context::Context, error::AwsError, registry::Registry, scope::Scope, service::Service,
    tasks::Tasks,
};

pub use delivery::{DeliveryError, MessageAttribute, MessageAttributeValue, Payload, Reply, Sender};
pub use trace::{Cause, Step, TRACE_LENGTH};

use self::trace::Trace;

/// How many deliveries may follow from one request: topic to function to topic and so on.
pub const MAX_HOPS: u8 = 16;

/// How many events may wait for one subscriber.
pub const SUBSCRIBER_QUEUE_LENGTH: usize = 10_000;

/// Names a kind of event: `s3:object`, `lambda:log-lines`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EventKind(pub &'static str);

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    pub kind: EventKind,
    pub scope: Scope,
    /// Request id of the cause.
    pub request_id: String,
    /// How many deliveries led to it.
    pub hops: u8,
    pub detail: Value,
}

/// The bus; cheap to clone. It knows the services once [`Bus::connect`] was called.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    wiring: OnceLock<Wiring>,
    /// Events published or deliveries begun that are not done yet.
    in_flight: watch::Sender<usize>,
    trace: Trace,
}

struct Wiring {
    /// Weak, for services hold what holds the bus.
    registry: Weak<Registry>,
    subscribers: HashMap<EventKind, Vec<Subscriber>>,
}

struct Subscriber {
    name: &'static str,
    queue: mpsc::Sender<(Arc<Event>, InFlight)>,
}

/// Counts as work under way until it is dropped.
pub(crate) struct InFlight(Arc<Inner>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.send_modify(|count| *count -= 1);
    }
}

impl Default for Bus {
    fn default() -> Self {
        let (wiring, in_flight) = (OnceLock::new(), watch::Sender::new(0));
        Self(Arc::new(Inner { wiring, in_flight, trace: Trace::default() }))
    }
}

impl Bus {
    /// Makes the services known to each other, and starts one worker per subscriber.
    pub fn connect(&self, registry: &Arc<Registry>, tasks: &Tasks) {
        let mut subscribers: HashMap<EventKind, Vec<Subscriber>> = HashMap::new();
        for service in registry.services() {
            let (queue, events) = mpsc::channel(SUBSCRIBER_QUEUE_LENGTH);
            for kind in service.subscriptions() {
                let subscriber = Subscriber { name: service.spec().name, queue: queue.clone() };
                subscribers.entry(*kind).or_default().push(subscriber);
            }
            if !service.subscriptions().is_empty() {
                tasks.spawn(observe(Arc::clone(service), events));
            }
        }
        if self.0.wiring.set(Wiring { registry: Arc::downgrade(registry), subscribers }).is_err() {
            tracing::error!("the bus was connected twice");
        }
    }

    /// Tells whoever subscribed to the event's kind; order is kept per subscriber.
    pub fn publish(&self, event: Event) {
        let Some(subscribers) = self.0.wiring.get().and_then(|wiring| wiring.subscribers.get(&event.kind)) else {
            return;
        };
        let event = Arc::new(event);
        for subscriber in subscribers {
            if subscriber.queue.try_send((Arc::clone(&event), self.begin())).is_err() {
                let kind = event.kind.0;
                tracing::error!(subscriber = subscriber.name, kind, "event lost: the subscriber's queue is full");
            }
        }
    }

    /// Hands `payload` to the service that owns `target`, and waits until what that changes is durable.
    pub async fn deliver(
        &self,
        ctx: &Context,
        sender: &Sender,
        target: &Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        let _in_flight = self.begin();
        let ctx = ctx.next_hop(target).ok_or_else(|| DeliveryError::TooManyHops(target.clone()))?;
        let begun = Instant::now();
        let reply = self.hand_over(&ctx, sender, target, payload).await;
        self.0.trace.note(&ctx, (sender, target), reply.as_ref().err(), begun.elapsed());
        reply
    }

    async fn hand_over(
        &self,
        ctx: &Context,
        sender: &Sender,
        target: &Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        let service = self.service_of(target)?;
        let reply = service.deliver(ctx.clone(), sender.clone(), target.clone(), payload).await?;
        ctx.changes().committed().await.map_err(|refused| DeliveryError::Refused(refused.into()))?;
        Ok(reply)
    }

    /// Asks whether `target` exists and takes deliveries of `sender`.
    pub async fn probe(&self, ctx: &Context, sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        let service = self.service_of(target)?;
        let ctx = ctx.next_hop(target).ok_or_else(|| DeliveryError::TooManyHops(target.clone()))?;
        service.probe(ctx, sender, target).await
    }

    /// The last deliveries, oldest first; at most [`TRACE_LENGTH`] are remembered.
    pub fn trace(&self, count: usize) -> Vec<Step> {
        self.0.trace.last(count)
    }

    /// Calls an operation of a service by name, its input and output as JSON.
    pub async fn request(
        &self,
        ctx: &Context,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, AwsError> {
        let _in_flight = self.begin();
        let found = self.registry().and_then(|registry| registry.by_name(service));
        let found = found.ok_or_else(|| AwsError::not_implemented(format!("there is no service '{service}' here")))?;
        let output = found.request(ctx.clone(), operation, input).await?;
        ctx.changes().committed().await?;
        Ok(output)
    }

    /// Sends the owner of `target` a request of its API, in the name of whoever sent `ctx`'s; bodies stream.
    /// Its protocol is the service's default, its URL path-style: `/bucket/key`, with a `Host`.
    pub async fn exchange(&self, ctx: &Context, target: &Arn, request: Request) -> Result<Response, AwsError> {
        let _in_flight = self.begin();
        let service = self
            .service_of(target)
            .map_err(|_| AwsError::not_implemented(format!("there is no service '{}' here", target.service())))?;
        let too_long = || AwsError::new(400, "InvalidRequest", format!("Too many deliveries led to {target}."));
        let ctx = ctx.next_hop(target).ok_or_else(too_long)?.speaking(service.spec().protocols[0]);
        let answer = service.call(ctx.clone(), request).await;
        ctx.changes().committed().await?;
        answer
    }

    /// Returns when nothing is in flight and nothing is due.
    pub async fn settle(&self) {
        if let Some(registry) = self.registry() {
            for service in registry.services() {
                Arc::clone(service).catch_up().await;
            }
        }
        // The sender lives as long as the bus, so waiting cannot fail.
        let mut in_flight = self.0.in_flight.subscribe();
        let _closed = in_flight.wait_for(|count| *count == 0).await;
    }

    /// What [`Bus::settle`] waits for until it is dropped.
    pub(crate) fn begin(&self) -> InFlight {
        self.0.in_flight.send_modify(|count| *count += 1);
        InFlight(Arc::clone(&self.0))
    }

    fn registry(&self) -> Option<Arc<Registry>> {
        self.0.wiring.get()?.registry.upgrade()
    }

    fn service_of(&self, target: &Arn) -> Result<Arc<dyn Service>, DeliveryError> {
        let service = self.registry().and_then(|registry| registry.by_name(target.service()));
        service.ok_or_else(|| DeliveryError::NotATarget(target.clone()))
    }
}

async fn observe(service: Arc<dyn Service>, mut events: mpsc::Receiver<(Arc<Event>, InFlight)>) {
    while let Some((event, in_flight)) = events.recv().await {
        Arc::clone(&service).observe(event).await;
        drop(in_flight);
    }
}
