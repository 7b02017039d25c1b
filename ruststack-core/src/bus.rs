//! How services reach each other: `publish`, `deliver`, `request`; and `settle`, which waits until all that is done.
//!
//! - [`Bus::publish`]: something happened; I do not know who cares.
//! - [`Bus::deliver`]: the user's configuration names this target.
//! - [`Bus::request`]: call an AWS operation by name, as an SDK client would.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::{
    arn::Arn, context::Context, error::AwsError, registry::Registry, scope::Scope, service::Service, tasks::Tasks,
};

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

/// What is delivered to a target.
#[derive(Clone, Default, Debug)]
pub struct Payload {
    pub body: Bytes,
    /// What the target's kind may use: message attributes, group and deduplication ids, invocation type.
    pub attributes: BTreeMap<String, String>,
}

/// What a target answers.
#[derive(Clone, Default, Debug)]
pub struct Reply {
    pub body: Bytes,
    pub attributes: BTreeMap<String, String>,
}

/// Why something could not be delivered.
#[derive(Debug, Clone)]
pub enum DeliveryError {
    /// Nothing here has such an ARN, or nothing that takes deliveries.
    NotATarget(Arn),
    /// The chain of deliveries is longer than [`MAX_HOPS`]: most likely a loop.
    TooManyHops(Arn),
    /// The target refused.
    Refused(AwsError),
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATarget(arn) => write!(f, "nothing here takes deliveries for {arn}"),
            Self::TooManyHops(arn) => {
                write!(f, "more than {MAX_HOPS} deliveries led to {arn}: the configuration most likely loops")
            }
            Self::Refused(error) => write!(f, "the target refused: {error}"),
        }
    }
}

impl std::error::Error for DeliveryError {}

/// The bus; cheap to clone. It knows the services once [`Bus::connect`] was called.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    wiring: OnceLock<Wiring>,
    /// Events published or deliveries begun that are not done yet.
    in_flight: watch::Sender<usize>,
}

struct Wiring {
    registry: Arc<Registry>,
    subscribers: HashMap<EventKind, Vec<Subscriber>>,
}

struct Subscriber {
    name: &'static str,
    queue: mpsc::Sender<(Arc<Event>, InFlight)>,
}

/// Counts as work under way until it is dropped.
struct InFlight(Arc<Inner>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.send_modify(|count| *count -= 1);
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self(Arc::new(Inner { wiring: OnceLock::new(), in_flight: watch::Sender::new(0) }))
    }
}

impl Bus {
    /// Makes the services known to each other, and starts one worker per subscriber.
    pub fn connect(&self, registry: Arc<Registry>, tasks: &Tasks) {
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
        if self.0.wiring.set(Wiring { registry, subscribers }).is_err() {
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

    /// Hands `payload` to the service that owns `target`, and waits for its answer.
    pub async fn deliver(&self, ctx: &Context, target: &Arn, payload: Payload) -> Result<Reply, DeliveryError> {
        let _in_flight = self.begin();
        let service = self.service_of(target)?;
        let ctx = ctx.next_hop(target).ok_or_else(|| DeliveryError::TooManyHops(target.clone()))?;
        let reply = service.deliver(ctx.clone(), target.clone(), payload).await?;
        ctx.changes().committed().await.map_err(|refused| DeliveryError::Refused(refused.into()))?;
        Ok(reply)
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
        let found = self.0.wiring.get().and_then(|wiring| wiring.registry.by_name(service));
        let found = found.ok_or_else(|| AwsError::not_implemented(format!("there is no service '{service}' here")))?;
        let output = found.request(ctx.clone(), operation, input).await?;
        ctx.changes().committed().await?;
        Ok(output)
    }

    /// Returns when nothing is in flight and nothing is due.
    pub async fn settle(&self) {
        let services = self.0.wiring.get().map_or(&[][..], |wiring| wiring.registry.services());
        for service in services {
            Arc::clone(service).catch_up().await;
        }
        // The sender lives as long as the bus, so waiting cannot fail.
        let mut in_flight = self.0.in_flight.subscribe();
        let _closed = in_flight.wait_for(|count| *count == 0).await;
    }

    fn begin(&self) -> InFlight {
        self.0.in_flight.send_modify(|count| *count += 1);
        InFlight(Arc::clone(&self.0))
    }

    fn service_of(&self, target: &Arn) -> Result<Arc<dyn Service>, DeliveryError> {
        let wiring = self.0.wiring.get();
        let service = wiring.and_then(|wiring| wiring.registry.by_name(target.service()));
        service.ok_or_else(|| DeliveryError::NotATarget(target.clone()))
    }
}

async fn observe(service: Arc<dyn Service>, mut events: mpsc::Receiver<(Arc<Event>, InFlight)>) {
    while let Some((event, in_flight)) = events.recv().await {
        Arc::clone(&service).observe(event).await;
        drop(in_flight);
    }
}
