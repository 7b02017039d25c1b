//! Stands for a service that takes deliveries, and remembers them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    bus::{DeliveryError, Payload, Reply, Sender},
    context::Context,
    error::AwsError,
    service::{Protocol, Service, ServiceSpec, State},
    store::Stateless,
};
use serde_json::Value;

static SQS: ServiceSpec = ServiceSpec::named("sqs", &[Protocol::AwsJson10]);
static SNS: ServiceSpec = ServiceSpec::named("sns", &[Protocol::AwsQuery]);
static EVENTS: ServiceSpec = ServiceSpec::named("events", &[Protocol::AwsJson11]);
static LAMBDA: ServiceSpec = ServiceSpec::named("lambda", &[Protocol::RestJson]);

/// All resources are there but those whose names say that they are missing, or forbidden.
pub(crate) struct Mailbox {
    spec: &'static ServiceSpec,
    /// By ARN.
    letters: Mutex<BTreeMap<String, Vec<Payload>>>,
    is_closed: AtomicBool,
    tries: AtomicUsize,
}

impl Mailbox {
    fn of(spec: &'static ServiceSpec) -> Arc<Self> {
        Arc::new(Self {
            spec,
            letters: Mutex::default(),
            is_closed: AtomicBool::new(false),
            tries: AtomicUsize::new(0),
        })
    }

    pub(crate) fn sqs() -> Arc<Self> {
        Self::of(&SQS)
    }

    pub(crate) fn sns() -> Arc<Self> {
        Self::of(&SNS)
    }

    pub(crate) fn events() -> Arc<Self> {
        Self::of(&EVENTS)
    }

    pub(crate) fn lambda() -> Arc<Self> {
        Self::of(&LAMBDA)
    }

    /// While it is closed it fails.
    pub(crate) fn close(&self, is_closed: bool) {
        self.is_closed.store(is_closed, Ordering::Relaxed);
    }

    /// Whether something came so often, closed or not.
    pub(crate) fn was_tried(&self, times: usize) -> bool {
        self.tries.load(Ordering::Relaxed) >= times
    }

    /// What came for a resource, and is taken away.
    pub(crate) fn take(&self, arn: &str) -> Vec<Payload> {
        self.letters.lock().unwrap().remove(arn).unwrap_or_default()
    }

    /// The same, as JSON.
    pub(crate) fn take_documents(&self, arn: &str) -> Vec<Value> {
        self.take(arn).iter().map(|payload| serde_json::from_slice(&payload.body).unwrap()).collect()
    }

    /// The one record of each.
    pub(crate) fn take_records(&self, arn: &str) -> Vec<Value> {
        self.take_documents(arn).into_iter().map(|mut document| document["Records"][0].take()).collect()
    }
}

#[async_trait]
impl Service for Mailbox {
    fn spec(&self) -> &'static ServiceSpec {
        self.spec
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
        Arc::clone(&self).probe(ctx, &sender, &target).await?;
        assert_eq!(sender.principal, "s3.amazonaws.com");
        tokio::task::yield_now().await;
        self.tries.fetch_add(1, Ordering::Relaxed);
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(DeliveryError::Refused(AwsError::new(503, "ServiceUnavailable", "closed")));
        }
        self.letters.lock().unwrap().entry(target.to_string()).or_default().push(payload);
        Ok(Reply::default())
    }

    async fn probe(self: Arc<Self>, _ctx: Context, _sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        match target.resource() {
            name if name.contains("missing") => Err(DeliveryError::NoSuchResource(target.clone())),
            name if name.contains("forbidden") => Err(DeliveryError::Denied(target.clone())),
            _ => Ok(()),
        }
    }
}
