//! The Axum edge: internal endpoints, CORS, the log line, and behind them the gateway.

mod admin;
mod cors;
mod expectation;
pub(crate) mod health;
mod status_page;

use std::{sync::Arc, time::Instant};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use parking_lot::Mutex;
use ruststack_core::gateway::{Gateway, Outcome};
use tokio::sync::Notify;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{config::Config, edge::expectation::Expectation, init::Hooks};

/// Whether a connection is encrypted.
#[derive(Clone, Copy)]
pub(crate) struct IsTls(pub(crate) bool);

/// What the edge's handlers share.
pub(crate) struct App {
    pub(crate) gateway: Gateway,
    pub(crate) config: Arc<Config>,
    pub(crate) hooks: Hooks,
    pub(crate) started: Instant,
    pub(crate) session_id: String,
    /// What was PUT to the health endpoint.
    pub(crate) health_extra: Mutex<serde_json::Map<String, serde_json::Value>>,
    stop: Notify,
}

impl App {
    pub(crate) fn new(gateway: Gateway, config: Arc<Config>, hooks: Hooks) -> Self {
        let session_id = gateway.runtime().ids.uuid();
        let health_extra = Mutex::default();
        Self { gateway, config, hooks, started: Instant::now(), session_id, health_extra, stop: Notify::new() }
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

/// All routes; what is not an internal endpoint goes to the gateway.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let internal = admin::routes().layer(axum::middleware::from_fn_with_state(Arc::clone(app), around));
    Router::new()
        .nest("/_localstack", internal.clone())
        .nest("/_ruststack", internal)
        .fallback(to_gateway)
        .layer(CatchPanicLayer::new())
        .with_state(Arc::clone(app))
}

/// API requests: not behind a layer, for they are the many.
async fn to_gateway(
    State(app): State<Arc<App>>,
    Extension(IsTls(is_tls)): Extension<IsTls>,
    request: Request,
) -> Response {
    framed(&app, request, |request| ask_gateway(&app, is_tls, request)).await
}

async fn ask_gateway(app: &App, is_tls: bool, request: Request) -> Response {
    if status_page::is_wanted(&request) {
        return status_page::render(app);
    }
    let request = request.map(ruststack_core::body::Body::stream);
    app.gateway.handle(request, is_tls).await.map(Body::new)
}

async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    framed(&app, request, |request| next.run(request)).await
}

/// CORS before, the headers of every answer and the log line after.
async fn framed<F>(app: &App, request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let begin = Instant::now();
    let method = request.method().clone();
    let expectation = Expectation::of(&request);
    let verdict = cors::judge(&app.config.cors, request.method(), request.headers());
    let mut response = match &verdict {
        cors::Verdict::Refused => cors::refuse(request.headers()),
        cors::Verdict::Preflight(_) => cors::preflight(),
        cors::Verdict::Passes(_) => answer(request).await,
    };
    verdict.write_to(&app.config.cors, response.headers_mut());
    let closes = expectation.ends_connection(response.status());
    let headers = response.headers_mut();
    if closes {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if app.config.has_localstack_header {
        headers.insert("x-localstack", HeaderValue::from_static("true"));
    }
    if !headers.contains_key(header::SERVER) {
        headers.insert(header::SERVER, HeaderValue::from_static(concat!("RustStack/", env!("CARGO_PKG_VERSION"))));
    }
    log(&method, &response, begin);
    response
}

/// One line per request; internal endpoints are quiet.
fn log(method: &Method, response: &Response, begin: Instant) {
    let Some(outcome) = response.extensions().get::<Outcome>() else { return };
    let elapsed_ms = begin.elapsed().as_secs_f64() * 1e3;
    tracing::info!(
        service = outcome.service,
        operation = outcome.operation.as_deref(),
        %method,
        status = response.status().as_u16(),
        error_code = outcome.error_code.as_deref(),
        elapsed_ms,
        request_id = outcome.request_id,
        "request"
    );
}
