//! The edge: internal endpoints, CORS, limits, panics, the log line, and behind them the gateway.

mod admin;
mod chaos;
mod cors;
mod diagnose;
mod expectation;
pub(crate) mod health;
mod metrics;
mod snapshots;
mod status_page;

use std::{
    any::Any,
    fmt,
    net::SocketAddr,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header, request::Parts},
};
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use ruststack_core::{
    Response,
    body::{Body, BodyError},
    context::Context,
    error::AwsError,
    gateway::{Gateway, Outcome},
    ids::Ids,
    service::CrossOrigin,
};
use tokio::sync::Notify;
use tower_service::Service as _;

use crate::{
    config::Config, edge::expectation::Expectation, init::Hooks, metrics::Metrics, request_log::RequestLog,
    snapshots::Snapshots,
};

/// The head of a request: its line and all its headers. Bytes.
pub(crate) const MAX_HEAD_SIZE: usize = 64 * 1024;
/// The paths below which the internal endpoints are.
const INTERNAL: [&str; 2] = ["/_localstack", "/_ruststack"];

/// What the edge's handlers share.
pub(crate) struct App {
    pub(crate) gateway: Gateway,
    pub(crate) config: Arc<Config>,
    pub(crate) hooks: Hooks,
    pub(crate) snapshots: Snapshots,
    /// Of those who asked for one.
    pub(crate) request_log: Option<RequestLog>,
    pub(crate) metrics: Metrics,
    /// Where it listens, with the ports that were really given.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) started: Instant,
    pub(crate) session_id: String,
    /// What was PUT to the health endpoint.
    pub(crate) health_extra: Mutex<serde_json::Map<String, serde_json::Value>>,
    is_serving: AtomicBool,
    stop: Notify,
}

impl App {
    pub(crate) fn new(
        gateway: Gateway,
        config: Arc<Config>,
        hooks: Hooks,
        snapshots: Snapshots,
        request_log: Option<RequestLog>,
        addresses: Vec<SocketAddr>,
    ) -> Self {
        let session_id = gateway.runtime().ids.uuid();
        Self {
            gateway,
            config,
            hooks,
            snapshots,
            request_log,
            metrics: Metrics::default(),
            addresses,
            started: Instant::now(),
            session_id,
            health_extra: Mutex::default(),
            is_serving: AtomicBool::new(false),
            stop: Notify::new(),
        }
    }

    /// From now on requests are answered.
    pub(crate) fn serve(&self) {
        self.is_serving.store(true, Ordering::Release);
    }

    pub(crate) fn is_serving(&self) -> bool {
        self.is_serving.load(Ordering::Acquire)
    }

    /// `localhost:4566`: how this machine's clients reach us.
    pub(crate) fn authority(&self) -> String {
        let address = self.addresses.first().copied().unwrap_or(([127, 0, 0, 1], 0).into());
        if address.ip().is_unspecified() || address.ip().is_loopback() {
            format!("localhost:{}", address.port())
        } else {
            address.to_string()
        }
    }

    /// Asks the process to end as a signal would.
    pub(crate) fn request_stop(&self) {
        self.stop.notify_one();
    }

    /// Returns when an internal endpoint asks the process to end.
    pub(crate) async fn stop_requested(&self) {
        self.stop.notified().await;
    }
}

/// Answers every request; cheap to clone.
#[derive(Clone)]
pub(crate) struct Edge {
    app: Arc<App>,
    internal: Router,
}

impl Edge {
    pub(crate) fn new(app: Arc<App>) -> Self {
        let [localstack, ruststack] = INTERNAL;
        let routes = admin::routes();
        let internal = Router::new().nest(localstack, routes.clone()).nest(ruststack, routes);
        Self { internal: internal.with_state(Arc::clone(&app)), app }
    }

    /// CORS before, the headers of every answer and the log line after.
    pub(crate) async fn answer<B>(&self, request: Request<B>, is_tls: bool) -> Response
    where
        B: http_body::Body<Data = axum::body::Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        let begin = Instant::now();
        let method = request.method().clone();
        let expectation = Expectation::of(&request);
        let config = &self.app.config;
        let (mut head, body) = request.into_parts();
        let request_log = self.app.request_log.as_ref();
        let noted = request_log.map(|log| (log, log.note(&mut head)));
        let verdict = cors::judge(&config.cors, &head.method, &head.headers, self.cross_origin(&head));
        let request = Request::from_parts(head, body);
        let mut response = match &verdict {
            cors::Verdict::Refused => cors::refuse(request.headers()),
            cors::Verdict::Preflight(_) => cors::preflight(),
            cors::Verdict::Passes(_) => {
                let request = request.map(streamed);
                // On the heap, for it is large, and every layer around it would move it once more.
                let answer = Box::pin(self.route(request, is_tls));
                guarded(&self.app.gateway.runtime().ids, answer).await
            }
        };
        verdict.write_to(&config.cors, response.headers_mut());
        mark(config, response.headers_mut());
        if expectation.ends_connection(response.status()) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        self.note(&method, &response, begin);
        if let Some((log, noted)) = noted {
            log.write(&noted, &response, self.app.gateway.runtime());
        }
        response
    }

    /// Counts it and logs it; internal endpoints are quiet.
    fn note(&self, method: &Method, response: &Response, begin: Instant) {
        let Some(outcome) = response.extensions().get::<Outcome>() else { return };
        let (status, elapsed) = (response.status().as_u16(), begin.elapsed());
        self.app.metrics.note(outcome, status, elapsed);
        log(method, status, outcome, elapsed);
    }

    /// Who answers a browser; asked for requests of browsers alone.
    fn cross_origin(&self, head: &Parts) -> CrossOrigin {
        let is_api = head.headers.contains_key(header::ORIGIN) && !is_internal(head.uri.path());
        if is_api { self.app.gateway.cross_origin(head) } else { CrossOrigin::Edge }
    }

    /// API requests go straight to the gateway, for they are the many.
    async fn route(&self, request: ruststack_core::Request, is_tls: bool) -> Response {
        if !self.app.is_serving() {
            return starting();
        }
        if head_size(&request) > MAX_HEAD_SIZE {
            let text = format!("The request's line and headers are longer than {MAX_HEAD_SIZE} bytes together.\n");
            return plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, text);
        }
        if is_internal(request.uri().path()) {
            return Box::pin(self.ask_internal(request)).await;
        }
        if metrics::is_scrape(&request) {
            return metrics::render(&self.app).map(Body::stream);
        }
        if status_page::is_wanted(&request) {
            return status_page::render(&self.app).map(Body::stream);
        }
        self.app.gateway.handle(request, is_tls).await
    }

    async fn ask_internal(&self, request: ruststack_core::Request) -> Response {
        let answer = self.internal.clone().call(request.map(axum::body::Body::new)).await;
        answer.unwrap_or_else(|never| match never {}).map(Body::stream)
    }
}

/// Most requests have no body, and need no stream for it.
fn streamed<B>(body: B) -> Body
where
    B: http_body::Body<Data = axum::body::Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    if body.is_end_stream() { Body::empty() } else { Body::stream(body) }
}

fn is_internal(path: &str) -> bool {
    let below = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    path.starts_with("/_") && INTERNAL.iter().any(|prefix| below(prefix))
}

fn head_size(request: &ruststack_core::Request) -> usize {
    let uri = request.uri();
    let line = uri.path().len() + uri.query().map_or(0, str::len);
    line + request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>()
}

/// While scripts of boot.d and start.d run: they would wait for themselves if we did not answer at all.
fn starting() -> Response {
    let text = "RustStack is starting: it answers when the scripts in boot.d and start.d are done.\n";
    let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, text.to_owned());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn plain(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// What every answer carries.
fn mark(config: &Config, headers: &mut HeaderMap) {
    if config.has_localstack_header {
        headers.insert("x-localstack", HeaderValue::from_static("true"));
    }
    if !headers.contains_key(header::SERVER) {
        headers.insert(header::SERVER, HeaderValue::from_static(concat!("RustStack/", env!("CARGO_PKG_VERSION"))));
    }
}

/// A panic ends its own request only.
async fn guarded(ids: &Ids, answer: impl Future<Output = Response>) -> Response {
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let request_id = ids.uuid();
            Gateway::render_failure(request_id, || AwsError::internal(&Panic::of(panic.as_ref())))
        }
    }
}

/// A bug of ours, as the log tells it.
#[derive(Debug)]
struct Panic(String);

impl Panic {
    fn of(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Self(text.unwrap_or("without a word").to_owned())
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "panicked: {}", self.0)
    }
}

impl std::error::Error for Panic {}

/// One line per request.
fn log(method: &Method, status: u16, outcome: &Outcome, elapsed: Duration) {
    let elapsed_ms = elapsed.as_micros() as f64 / 1e3;
    let scope = outcome.ctx.as_ref().map(Context::scope);
    tracing::info!(
        service = outcome.service.map(|spec| spec.name),
        operation = outcome.ctx.as_ref().and_then(Context::operation),
        %method,
        status,
        error_code = outcome.error.as_ref().map(AwsError::code),
        elapsed_ms,
        account = scope.map(|scope| display(scope.account)),
        region = scope.map(|scope| scope.region.as_str()),
        request_id = outcome.request_id,
        "request"
    );
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_logged_under_the_same_request_id() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let response = guarded(&Ids::seeded(1), async { panic!("the moon is out") }).await;
        assert_eq!(response.status(), 500);
        let request_id = response.headers()["x-amzn-requestid"].to_str().unwrap().to_owned();
        assert_eq!(response.extensions().get::<Outcome>().unwrap().request_id, request_id);
        let written = String::from_utf8(log.0.lock().clone()).unwrap();
        assert!(written.contains("the moon is out") && written.contains(&request_id), "{written}");
    }

    #[test]
    fn internal_paths_are_whole_segments() {
        for (path, expected) in [
            ("/_localstack/health", true),
            ("/_ruststack", true),
            ("/_localstacks/health", false),
            ("/bucket/_localstack/health", false),
            ("/", false),
        ] {
            assert_eq!(is_internal(path), expected, "{path}");
        }
    }
}
