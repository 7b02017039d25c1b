//! The service: its spec, its settings, its state.

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
    outbox::Outbox,
    scope::Scope,
    service::{ErrorStyle, Part, Protocol, Runtime, Service, ServiceSpec, StartError, State, Unsigned},
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use crate::{
    access, api,
    arns::TopicPlace,
    delivering::Carrier,
    error::SnsError,
    inspection,
    message::Draft,
    operations,
    platforms::HeldPlatforms,
    publishing,
    regional::Regional,
    rows::{self, OUTBOX},
    sms,
    topics::Held,
};

/// How requests are recognised as SNS's.
pub static SPEC: ServiceSpec = ServiceSpec {
    query_version: Some(api::VERSION),
    query_actions: api::OPERATIONS,
    host_prefixes: &["sns"],
    paths: &[inspection::PATHS, inspection::CERTIFICATES],
    // Subscriptions are confirmed, and end, by links that anybody may follow; what topics allow is checked here.
    unsigned: Unsigned::Any,
    error_style: ErrorStyle { xml_namespace: Some(api::XML_NAMESPACE), ..ErrorStyle::PLAIN },
    ..ServiceSpec::named("sns", &[Protocol::AwsQuery])
};

static OPERATIONS: LazyLock<Operations<Sns>> = LazyLock::new(operations::operations);

/// What the user may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The host of `SigningCertURL`, for clients that insist on one of AWS's; else the one that a client used.
    pub certificate_host: Option<String>,
}

/// The service.
pub struct Sns {
    /// Where identities are held to policies.
    pub(crate) authorizer: Option<Authorizer>,
    regional: Scoped<Regional>,
    pub(crate) carrier: Arc<Carrier>,
    pub(crate) outbox: Arc<Outbox<Carrier>>,
}

impl Sns {
    pub fn new(config: Config, authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self {
            authorizer,
            regional: Scoped::default(),
            carrier: Arc::new(Carrier::new(config.certificate_host)),
            outbox: Arc::new(Outbox::new(&OUTBOX)),
        })
    }

    pub(crate) fn regional(&self, scope: &Scope) -> Arc<Regional> {
        self.regional.get(scope)
    }

    pub(crate) fn all_regional(&self) -> Vec<(Scope, Arc<Regional>)> {
        self.regional.all()
    }

    fn reset_region(&self, scope: &Scope, regional: &Regional, changes: &Changes) {
        let (mut held, mut platforms) = (regional.topics.lock(), regional.platforms.lock());
        *held = Held::default();
        *platforms = HeldPlatforms::default();
        regional.kept.clear();
        regional.sms.replace(sms::Settings::default());
        changes.record(|rows| rows::remove_scope(rows, scope));
    }
}

#[async_trait]
impl Service for Sns {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        if inspection::is_for(request.uri().path()) {
            return inspection::answer(&self, &ctx, request).await;
        }
        OPERATIONS.answer(self, ctx, request).await
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        self.outbox.start(&self.carrier, runtime);
        Ok(())
    }

    /// Publishes to a topic.
    async fn deliver(
        self: Arc<Self>,
        ctx: Context,
        sender: Sender,
        target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        let place = self.check_target(&ctx, &sender, &target)?;
        let refused = |error: SnsError| DeliveryError::Refused(error.into());
        let draft = Draft::of_payload(payload).map_err(refused)?;
        let published = publishing::to_topic(&self, &ctx, &place, vec![draft]).await.map_err(refused)?;
        let ids = published.into_iter().map(|published| ("MessageId".to_owned(), published.message_id));
        Ok(Reply { attributes: ids.collect(), ..Reply::default() })
    }

    async fn probe(self: Arc<Self>, ctx: Context, sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        self.check_target(&ctx, sender, target).map(drop)
    }

    fn measure(&self, tell: &mut dyn FnMut(Measure)) {
        tell(Measure::of_outbox(SPEC.name, self.outbox.len()));
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl Sns {
    /// Has the key made that messages are signed with, so that the first of them need not wait for it.
    pub(crate) fn prepare_key(&self, ctx: &Context) {
        if self.carrier.signer.key().is_some() {
            return;
        }
        let (carrier, ctx) = (Arc::clone(&self.carrier), ctx.clone());
        ctx.clone().runtime().tasks.spawn(async move {
            if let Err(error) = carrier.signer.key_or_new(&ctx).await {
                tracing::warn!(%error, "messages cannot be signed");
            }
        });
    }

    /// A topic that takes deliveries of this sender.
    fn check_target(&self, ctx: &Context, sender: &Sender, target: &Arn) -> Result<TopicPlace, DeliveryError> {
        let place = TopicPlace::of(target).ok_or_else(|| DeliveryError::NotATarget(target.clone()))?;
        let regional = self.regional(&place.scope);
        let settings = regional.topics.look(|held| held.topic(&place.name).map(|topic| topic.settings.clone()));
        let settings = settings.map_err(|_| DeliveryError::NoSuchResource(target.clone()))?;
        match &self.authorizer {
            Some(_) if !access::is_allowed_to_deliver(ctx, sender, &settings) => {
                Err(DeliveryError::Denied(target.clone()))
            }
            _ => Ok(place),
        }
    }
}

impl State for Sns {
    fn reset(&self, part: &Part, changes: &Changes) {
        for (scope, regional) in self.all_regional() {
            if part.holds(scope.account, Some(&scope.region)) {
                self.reset_region(&scope, &regional, changes);
            }
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
