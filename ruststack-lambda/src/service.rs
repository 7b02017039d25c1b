//! The service: its state, and how requests, deliveries and the clock reach it.

use std::{
    path::PathBuf,
    sync::{Arc, LazyLock, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use http::request::Parts;
use ruststack_auth::Authorizer;
use ruststack_core::{
    Request, Response,
    arn::Arn,
    bus::{DeliveryError, Payload, Reply, Sender},
    context::Context,
    error::AwsError,
    faults::Throttling,
    journal::{Changes, LoadError, Reader, Table},
    measure::Measure,
    operation::Operations,
    outbox::Outbox,
    scope::Scope,
    service::{
        BodyPolicy, CrossOrigin, ErrorStyle, Part, Protocol, Runtime, Service, ServiceSpec, StartError, State, Unsigned,
    },
    snapshot::Frozen,
    store::Scoped,
};
use serde_json::Value;

use crate::{
    access, asynchronous,
    code::Archives,
    error::{self, LambdaError},
    executor::Executor,
    fleet::Fleet,
    function::Function,
    home::{Home, Things},
    limits::MAX_REQUEST,
    operations, policy, rows,
    sources::{self, Pollers},
    url::{self, Target},
};

/// How requests are recognised as Lambda's.
pub static SPEC: ServiceSpec = ServiceSpec {
    host_prefixes: &["lambda"],
    host_markers: &["lambda-url"],
    paths: &["/_aws/lambda/", "/_aws/lambda-url/"],
    error_style: ErrorStyle::PLAIN,
    // Somewhat more than operations take, who say so in words of their own.
    body: BodyPolicy::Buffered { limit: 96 * 1024 * 1024 },
    // Function URLs are called by anybody.
    unsigned: Unsigned::Any,
    throttling: Throttling { status: 429, code: "TooManyRequestsException", message: "Rate exceeded" },
    ..ServiceSpec::named("lambda", &[Protocol::RestJson])
};

static OPERATIONS: LazyLock<Operations<Lambda>> = LazyLock::new(operations::operations);

/// What the user may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where functions reach this RustStack; `None` to let them find AWS.
    pub endpoint_url: Option<String>,
    /// The host name, with its port, that function URLs are below of.
    pub url_domain: String,
    /// How long an idle environment is kept; zero to stop each after its invocation.
    pub keep_alive: Duration,
    /// CreateFunction answers when the function is active.
    pub creates_synchronously: bool,
    /// The bucket whose keys are folders of this machine.
    pub hot_reload_bucket: String,
    /// How long a runtime may take to start.
    pub init_patience: Duration,
    /// How long to wait before an asynchronous invocation that failed is tried again; twice as long the next time.
    pub retry_delay: Duration,
    /// Runtimes that AWS no longer takes are refused.
    pub refuses_old_runtimes: bool,
    /// How many invocations may run at once in an account and region.
    pub concurrent_executions: u32,
    /// How often empty sources are looked at again.
    pub poll_interval: Duration,
    /// Where archives are unpacked.
    pub temporary_directory: PathBuf,
}

/// The service.
pub struct Lambda {
    pub(crate) config: Config,
    pub(crate) authorizer: Option<Authorizer>,
    homes: Scoped<Home>,
    pub(crate) archives: Archives,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) outbox: Arc<Outbox<Self>>,
    pub(crate) pollers: Pollers,
    runtime: OnceLock<Runtime>,
}

impl Lambda {
    /// An executor is made of where its files may be.
    pub fn new(
        config: Config,
        authorizer: Option<Authorizer>,
        executor: impl FnOnce(PathBuf) -> Arc<dyn Executor>,
    ) -> Result<Arc<Self>, std::io::Error> {
        let archives = Archives::temporary(&config.temporary_directory)?;
        let executor = executor(archives.path().join("runtimes"));
        let fleet = Fleet::new(executor, &config);
        Ok(Arc::new(Self {
            config,
            authorizer,
            homes: Scoped::default(),
            archives,
            fleet,
            outbox: Arc::new(Outbox::new(&rows::PARCELS)),
            pollers: Pollers::default(),
            runtime: OnceLock::new(),
        }))
    }

    pub(crate) fn home(&self, scope: &Scope) -> Arc<Home> {
        self.homes.get(scope)
    }

    pub(crate) fn homes(&self) -> Vec<(Scope, Arc<Home>)> {
        self.homes.all()
    }

    /// What it was started with.
    pub(crate) fn runtime(&self) -> Option<&Runtime> {
        self.runtime.get()
    }

    /// Answers a request of the API.
    async fn answer(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        check_size(&request)?;
        access::check(&self, &ctx, &request)?;
        match operations::stream::function(request.uri().path()) {
            Some(function) => operations::stream::answer(self, ctx, &function, request).await,
            None => OPERATIONS.answer(self, ctx, request).await,
        }
    }

    /// Changes what an account has in a region.
    pub(crate) fn change<T>(
        &self,
        ctx: &Context,
        scope: &Scope,
        work: impl FnOnce(&mut Things) -> Result<T, LambdaError>,
    ) -> Result<T, LambdaError> {
        let _section = ctx.changes().begin()?;
        let home = self.home(scope);
        let mut things = home.lock();
        work(&mut things)
    }

    /// Changes a function, and records it.
    pub(crate) fn change_function<T>(
        &self,
        ctx: &Context,
        scope: &Scope,
        find: impl FnOnce(&Things) -> Result<Arc<Function>, LambdaError>,
        work: impl FnOnce(&mut Function) -> Result<T, LambdaError>,
    ) -> Result<T, LambdaError> {
        self.change(ctx, scope, |things| {
            let mut function = find(things)?;
            let result = work(Arc::make_mut(&mut function))?;
            ctx.changes().record(|rows| rows::put_function(rows, scope, &function));
            things.functions.insert(function.name.clone(), function);
            Ok(result)
        })
    }
}

#[async_trait]
impl Service for Lambda {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        match url::target(request.uri(), request.headers()) {
            Some(Target::Code(digest)) => url::code(&self, &digest),
            Some(Target::Function(id, path)) => url::answer(self, ctx, &id, &path, request).await,
            None if self.authorizer.is_some() && ctx.identity().kind.is_none() => {
                Err(AwsError::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"))
            }
            None => self.answer(ctx, request).await,
        }
        .map_err(error::shaped)
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        if self.runtime.set(runtime.clone()).is_err() {
            return Err(StartError("Lambda was started twice".to_owned()));
        }
        self.fleet.start(runtime);
        self.outbox.start(&self, runtime);
        sources::start_all(&self);
        Ok(())
    }

    async fn catch_up(self: Arc<Self>) {
        self.pollers.hurry();
    }

    async fn probe(self: Arc<Self>, ctx: Context, sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        policy::check_delivery(&self, &ctx, sender, target).map(drop)
    }

    async fn deliver(
        self: Arc<Self>,
        ctx: Context,
        sender: Sender,
        target: Arn,
        payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        asynchronous::take_delivery(&self, &ctx, &sender, &target, payload).await
    }

    /// Function URLs say themselves who may call them.
    fn cross_origin(&self, head: &Parts) -> CrossOrigin {
        match url::target(&head.uri, &head.headers) {
            Some(Target::Function(..)) => CrossOrigin::Service,
            _ => CrossOrigin::Edge,
        }
    }

    fn measure(&self, tell: &mut dyn FnMut(Measure)) {
        tell(Measure::of_outbox(SPEC.name, self.outbox.len()));
    }

    fn state(&self) -> &dyn State {
        self
    }
}

/// Refuses requests that are too large, in the name of their operation.
fn check_size(request: &Request) -> Result<(), AwsError> {
    if request.body().as_bytes().is_none_or(|bytes| bytes.len() <= MAX_REQUEST) {
        return Ok(());
    }
    let operation = match request.uri().path().trim_end_matches('/') {
        path if path.ends_with("/code") => "UpdateFunctionCode",
        path if path.ends_with("/functions") => "CreateFunction",
        path if path.contains("/layers/") => "PublishLayerVersion",
        _ => "requested",
    };
    let message = format!("Request must be smaller than {MAX_REQUEST} bytes for the {operation} operation");
    Err(LambdaError::RequestEntityTooLargeException { message }.into())
}

impl State for Lambda {
    fn reset(&self, part: &Part, changes: &Changes) {
        let homes = self.homes();
        self.homes.reset(part);
        for (scope, home) in homes.into_iter().filter(|(scope, _)| part.holds(scope.account, Some(&scope.region))) {
            changes.record(|rows| rows::remove_scope(rows, &scope));
            home.lock().functions.values().for_each(|function| self.fleet.retire(&function.arn, Vec::new()));
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
