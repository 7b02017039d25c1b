//! The service: its spec, its settings, its state, and how a call finds its queue.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use ruststack_auth::Authorizer;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    bus::{DeliveryError, Payload, Reply, Sender},
    clock::Timestamp,
    context::{Context, Peer},
    error::AwsError,
    faults::Throttling,
    journal::{Changes, LoadError, Reader, Table},
    measure::Measure,
    operation::{Call, Operations},
    scope::{Region, Scope},
    service::{ErrorStyle, Part, Protocol, Runtime, Service, ServiceSpec, StartError, State, Unsigned},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use crate::{
    EndpointStrategy,
    access::{self, Asking},
    api,
    error::SqsError,
    inspection,
    live_queue::{LiveQueue, QueueState, change_both},
    move_task::{self, Movers},
    operations,
    overrides::Overrides,
    query_as_json, query_at_url,
    queue::Counts,
    queue_url::Location,
    queues::Queues,
    rows, sending,
};

/// How requests are recognised as SQS's.
pub static SPEC: ServiceSpec = ServiceSpec {
    target_prefix: Some("AmazonSQS"),
    query_version: Some(api::VERSION),
    query_actions: api::OPERATIONS,
    host_prefixes: &["sqs", "queue"],
    host_markers: &["queue"],
    paths: &[inspection::PATHS],
    resource_paths: &["/{account}/{name}", "/queue/{region}/{account}/{name}"],
    error_style: ErrorStyle {
        type_namespace: Some("com.amazonaws.sqs"),
        xml_namespace: Some(api::XML_NAMESPACE),
        has_query_error_header: true,
        has_detail: true,
        ..ErrorStyle::PLAIN
    },
    // Policies may open a queue to all.
    unsigned: Unsigned::Any,
    throttling: Throttling {
        status: 403,
        code: "RequestThrottled",
        message: "The request was denied due to request throttling.",
    },
    ..ServiceSpec::named("sqs", &[Protocol::AwsJson10, Protocol::AwsQuery])
};

static OPERATIONS: LazyLock<Operations<Sqs>> = LazyLock::new(operations::operations);

/// What the user may set.
#[derive(Clone, Debug)]
pub struct Config {
    pub endpoint_strategy: EndpointStrategy,
    /// The domain of the URLs that do not have the request's own host.
    pub domain: String,
    /// A queue is purged at most once a minute.
    pub delays_purges: bool,
    /// A queue's name is free a minute after it was deleted.
    pub delays_recreation: bool,
    pub enforces_retention: bool,
    /// At most ten messages are received at once.
    pub limits_received: bool,
}

/// The service.
pub struct Sqs {
    pub(crate) config: Config,
    /// There where identities are held to policies.
    pub(crate) authorizer: Option<Authorizer>,
    queues: Scoped<Queues>,
    pub(crate) movers: Movers,
}

impl Sqs {
    pub fn new(config: Config, authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self { config, authorizer, queues: Scoped::default(), movers: Movers::default() })
    }

    pub(crate) fn queues(&self, scope: &Scope) -> Arc<Queues> {
        self.queues.get(scope)
    }

    pub(crate) fn all_queues(&self) -> Vec<(Scope, Arc<Queues>)> {
        self.queues.all()
    }

    pub(crate) fn by_arn(&self, arn: &Arn) -> Option<Arc<LiveQueue>> {
        let account = arn.account().parse().ok()?;
        let scope = Scope::new(account, Region::nonstandard(arn.region()));
        (arn.service() == SPEC.name).then(|| self.queues(&scope).get(arn.resource()))?
    }

    pub(crate) fn at(&self, location: &Location) -> Option<Arc<LiveQueue>> {
        self.queues(&location.scope).get(&location.name)
    }

    /// The queue that gave-up messages of `queue` go to, and how often they must have been received.
    pub(crate) fn dead_letter_queue_of(&self, queue: &LiveQueue) -> Option<(Arc<LiveQueue>, u32)> {
        let policy = queue.look(|state| state.settings.attributes.redrive_policy().cloned())?;
        // A queue may name itself, and then keeps its messages.
        let policy = Some(policy).filter(|policy| policy.dead_letter_target_arn != queue.arn)?;
        Some((self.by_arn(&policy.dead_letter_target_arn)?, policy.max_receive_count))
    }

    pub(crate) fn url(&self, queue: &LiveQueue, ctx: &Context) -> String {
        self.config.endpoint_strategy.url(queue, &self.config.domain, ctx.endpoint())
    }

    async fn answer(self: Arc<Self>, ctx: Context, mut request: Request) -> Result<Response, AwsError> {
        if let Some(overrides) = Overrides::of(request.headers()) {
            request.extensions_mut().insert(overrides);
        }
        if let Some(authorizer) = &self.authorizer {
            let peer = request.extensions().get::<Peer>().copied();
            let asking = Asking::of(authorizer, &ctx, Some(request.headers()), peer);
            request.extensions_mut().insert(Arc::new(asking));
        }
        if request.uri().path().starts_with(inspection::PATHS) {
            return inspection::answer(&self, &ctx, request).await;
        }
        match ctx.protocol() {
            Protocol::AwsQuery => match query_at_url::complete(&ctx, request).await? {
                Some(request) => OPERATIONS.answer(self, ctx, request).await,
                None => Ok(query_at_url::nothing()),
            },
            _ => OPERATIONS.answer(self, ctx, request).await,
        }
    }

    /// The queue that `sender` may deliver to.
    fn target_of(&self, ctx: &Context, sender: &Sender, target: &Arn) -> Result<Arc<LiveQueue>, DeliveryError> {
        let queue = self.by_arn(target).ok_or_else(|| DeliveryError::NoSuchResource(target.clone()))?;
        let is_let = access::lets_deliver(self, ctx, sender, &queue);
        if is_let { Ok(queue) } else { Err(DeliveryError::Denied(target.clone())) }
    }

    /// Looks at a queue as it stands at a time.
    pub(crate) fn look_at<T>(&self, now: Timestamp, queue: &LiveQueue, at: impl FnOnce(&QueueState) -> T) -> T {
        queue.look_at(now, self.config.enforces_retention, at)
    }

    /// Changes a queue as it stands now.
    pub(crate) fn change<T>(
        &self,
        ctx: &Context,
        queue: &LiveQueue,
        work: impl FnOnce(&mut QueueState) -> Result<T, SqsError>,
    ) -> Result<T, SqsError> {
        let _section = ctx.changes().begin()?;
        queue.change(ctx.changes(), |state| {
            if state.is_deleted {
                return Err(no_queue(ctx));
            }
            state.advance(ctx.now(), self.config.enforces_retention);
            work(state)
        })
    }

    /// Changes a queue, and with it the one that may take something from it.
    pub(crate) fn change_with<T>(
        &self,
        ctx: &Context,
        queue: &LiveQueue,
        other: &LiveQueue,
        work: impl FnOnce(&mut QueueState, &mut QueueState) -> Result<T, SqsError>,
    ) -> Result<T, SqsError> {
        let _section = ctx.changes().begin()?;
        change_both(ctx.changes(), queue, other, |state, other| {
            if state.is_deleted {
                return Err(no_queue(ctx));
            }
            state.advance(ctx.now(), self.config.enforces_retention);
            work(state, other)
        })
    }
}

/// The queue that a call's `QueueUrl` means, if the caller may do to it what it asks.
pub(crate) fn queue_of(call: &Call<Sqs>, queue_url: &str) -> Result<Arc<LiveQueue>, SqsError> {
    let location = Location::parse(queue_url, call.scope());
    let location = location.ok_or_else(|| SqsError::InvalidAddress { address: queue_url.to_owned() })?;
    let queue = call.service().at(&location).ok_or_else(|| no_queue(call.ctx()))?;
    access::check(call, &queue)?;
    Ok(queue)
}

/// The text is of the protocol.
pub(crate) fn no_queue(ctx: &Context) -> SqsError {
    match ctx.protocol() {
        Protocol::AwsQuery => SqsError::QueueDoesNotExistForVersion {},
        _ => SqsError::QueueDoesNotExist {},
    }
}

#[async_trait]
impl Service for Sqs {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        if !query_as_json::is_wanted(&ctx, request.headers()) {
            return self.answer(ctx, request).await;
        }
        let answer = self.answer(ctx.clone(), request).await;
        Ok(query_as_json::answer(&ctx, answer))
    }

    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        runtime.tasks.spawn(move_task::resume(self, runtime.clone()));
        Ok(())
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    async fn deliver(
        self: Arc<Self>,
        ctx: Context,
        sender: Sender,
        target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        let queue = self.target_of(&ctx, &sender, &target)?;
        sending::deliver(&ctx, &self, &queue, payload).map_err(|error| DeliveryError::Refused(error.into()))
    }

    async fn probe(self: Arc<Self>, ctx: Context, sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        self.target_of(&ctx, sender, target).map(drop)
    }

    fn measure(&self, tell: &mut dyn FnMut(Measure)) {
        for (_, queues) in self.queues.all() {
            queues.all().iter().for_each(|queue| measure(queue, tell));
        }
    }

    fn state(&self) -> &dyn State {
        self
    }
}

/// As of the last request that looked at the queue.
fn measure(queue: &LiveQueue, tell: &mut dyn FnMut(Measure)) {
    let Counts { ready, in_flight, delayed } = queue.look(|state| state.messages.counts());
    for (standing, count) in [("ready", ready), ("in_flight", in_flight), ("delayed", delayed)] {
        tell(Measure {
            name: "queue_messages",
            help: "Messages of a queue by what becomes of them",
            labels: vec![
                ("account", queue.scope.account.to_string()),
                ("region", queue.scope.region.to_string()),
                ("queue", queue.name.clone()),
                ("standing", standing.to_owned()),
            ],
            value: count as u64,
        });
    }
}

impl State for Sqs {
    fn reset(&self, part: &Part, changes: &Changes) {
        for (scope, queues) in self.queues.all() {
            if part.holds(scope.account, Some(&scope.region)) {
                queues.clear(&scope, changes);
            }
        }
    }

    fn tables(&self) -> &'static [&'static Table] {
        rows::TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        rows::load_all(reader, self)?;
        self.movers.tell_restored();
        Ok(())
    }

    fn freeze(&self) -> Option<Frozen> {
        Some(rows::freeze(self))
    }
}
