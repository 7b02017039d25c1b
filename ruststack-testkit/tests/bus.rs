//! The bus: events seen in order, deliveries answered, loops ended, and `settle`.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    bus::{DeliveryError, Event, EventKind, MAX_HOPS, Payload, Reply, Sender},
    context::Context,
    error::AwsError,
    service::{Protocol, Service, ServiceSpec, State},
    store::Stateless,
};
use ruststack_testkit::Emulator;
use serde_json::{Value, json};

const CHANGED: EventKind = EventKind("shelf:changed");
static SPEC: ServiceSpec = ServiceSpec::named("reader", &[Protocol::AwsJson10]);

/// Remembers the events it saw; a delivery for `loop` is delivered to itself again.
#[derive(Default)]
struct Reader {
    seen: Mutex<Vec<Value>>,
}

#[async_trait]
impl Service for Reader {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, _ctx: Context, _request: Request) -> Result<Response, AwsError> {
        Ok(Response::default())
    }

    fn state(&self) -> &dyn State {
        &Stateless
    }

    async fn deliver(
        self: Arc<Self>,
        ctx: Context,
        sender: Sender,
        target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        if target.resource() == "loop" {
            return ctx.bus().deliver(&ctx, &sender, &target, payload).await;
        }
        let scope = format!("{} {}", ctx.scope().account, ctx.scope().region);
        Ok(Reply { body: payload.body, attributes: [("scope".to_owned(), scope)].into() })
    }

    fn subscriptions(&self) -> &'static [EventKind] {
        &[CHANGED]
    }

    async fn observe(self: Arc<Self>, event: Arc<Event>) {
        tokio::task::yield_now().await;
        self.seen.lock().unwrap().push(event.detail.clone());
    }
}

fn emulator() -> (Arc<Reader>, Emulator) {
    let reader = Arc::new(Reader::default());
    let service = Arc::clone(&reader);
    (reader, Emulator::of(|_| vec![service]))
}

fn sender() -> Sender {
    Sender::of("writer", &"arn:aws:writer:us-east-1:000000000000:desk".parse().unwrap())
}

fn event(emulator: &Emulator, kind: EventKind, detail: Value) -> Event {
    let ctx = emulator.context();
    Event { kind, scope: ctx.scope().clone(), request_id: ctx.request_id().to_owned(), hops: 0, detail }
}

#[tokio::test]
async fn events_are_seen_in_order_and_settle_waits_for_them() {
    let (reader, emulator) = emulator();
    let bus = &emulator.gateway().runtime().bus;
    for number in 0..100 {
        bus.publish(event(&emulator, CHANGED, json!(number)));
        bus.publish(event(&emulator, EventKind("shelf:other"), json!("nobody asked for it")));
    }
    bus.settle().await;
    assert_eq!(*reader.seen.lock().unwrap(), (0..100).map(Value::from).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_delivery_is_answered_in_the_account_and_region_of_its_target() {
    let (_reader, emulator) = emulator();
    let target: Arn = "arn:aws:reader:eu-west-1:123456789012:shelf".parse().unwrap();
    let ctx = emulator.context();
    let reply = ctx.bus().deliver(&ctx, &sender(), &target, Payload::of("book")).await.unwrap();
    assert_eq!((&reply.body[..], reply.attributes["scope"].as_str()), (&b"book"[..], "123456789012 eu-west-1"));
}

#[tokio::test]
async fn loops_end_and_targets_that_are_none_are_told() {
    let (_reader, emulator) = emulator();
    let deliver = |arn: &str| {
        let target: Arn = arn.parse().unwrap();
        let ctx = emulator.context();
        async move { ctx.bus().deliver(&ctx, &sender(), &target, Payload::default()).await.unwrap_err() }
    };
    let looped = deliver("arn:aws:reader:us-east-1:000000000000:loop").await;
    assert!(matches!(looped, DeliveryError::TooManyHops(_)));
    assert!(looped.to_string().starts_with(&format!("more than {MAX_HOPS} deliveries led to arn:aws:reader")));
    let missing = deliver("arn:aws:nothing:us-east-1:000000000000:x").await;
    assert!(matches!(missing, DeliveryError::NotATarget(_)));
    emulator.gateway().runtime().bus.settle().await;
}

#[tokio::test]
async fn the_trace_tells_what_caused_what() {
    let (_reader, emulator) = emulator();
    let ctx = emulator.context();
    ctx.note_operation("WriteBook");
    for shelf in ["a", "loop"] {
        let target: Arn = format!("arn:aws:reader:us-east-1:000000000000:{shelf}").parse().unwrap();
        // The second one is refused in the end.
        drop(ctx.bus().deliver(&ctx, &sender(), &target, Payload::default()).await);
    }
    let trace = ctx.bus().trace(100);
    let hops: Vec<u8> = trace.iter().map(|step| step.hop).collect();
    assert_eq!((hops[0], hops.len()), (1, 1 + usize::from(MAX_HOPS)), "{hops:?}");
    assert_eq!(trace[0].error, None);
    assert!(trace[1].error.as_ref().unwrap().contains("most likely loops"), "the innermost is done first");
    for step in &trace {
        assert_eq!(step.cause.request_id, ctx.request_id());
        assert_eq!(step.cause.operation.as_deref(), Some("WriteBook"));
        assert_eq!((step.principal.as_str(), step.source.as_str()), ("writer.amazonaws.com", sender().source.as_str()));
    }
    assert_eq!(ctx.bus().trace(1), trace[trace.len() - 1..]);
}
