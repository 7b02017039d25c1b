//! Internal endpoints, under `/_localstack` and `/_ruststack` alike.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ruststack_core::{
    bus::TRACE_LENGTH,
    clock::Timestamp,
    journal::Changes,
    scope::Region,
    service::{Part, Service},
};
use serde::Deserialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{App, chaos, diagnose, health, metrics, snapshots};
use crate::{init::Stage, request_log::MAX_KEPT};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/health", get(health::get).head(health::head).post(health::post).put(health::put))
        .route("/info", get(info))
        .route("/init", get(init))
        .route("/init/{stage}", get(init_stage))
        .route("/plugins", get(plugins))
        .route("/config", get(config).post(change_config))
        .route("/diagnose", get(diagnose::diagnose))
        .route("/usage", get(diagnose::usage))
        .route("/state/reset", post(reset_all))
        .route("/state/{service}/reset", post(reset_one))
        .route("/clock", get(clock).post(move_clock).delete(reset_clock))
        .route("/settle", get(settle).post(settle))
        .route("/trace", get(trace))
        .route("/metrics", get(metrics::get))
        .route("/requests", get(requests).delete(forget_requests))
        .merge(chaos::routes())
        .merge(snapshots::routes())
        .fallback(not_found)
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn info(State(app): State<Arc<App>>) -> Json<Value> {
    Json(describe(&app))
}

pub(super) fn describe(app: &App) -> Value {
    let now = app.gateway.runtime().clock.now().to_iso_8601();
    json!({
        "version": health::LOCALSTACK_VERSION,
        "ruststack_version": env!("CARGO_PKG_VERSION"),
        "edition": "community",
        "is_license_activated": false,
        "session_id": app.session_id,
        "machine_id": "ruststack",
        "system": std::env::consts::OS,
        "is_docker": app.config.is_in_container,
        "server_time_utc": now.trim_end_matches('Z'),
        "uptime": app.started.elapsed().as_secs(),
    })
}

async fn init(State(app): State<Arc<App>>) -> Json<Value> {
    Json(app.hooks.describe())
}

async fn init_stage(State(app): State<Arc<App>>, Path(name): Path<String>) -> Response {
    match Stage::parse(&name) {
        Some(stage) => Json(app.hooks.describe_stage(stage)).into_response(),
        None => (StatusCode::NOT_FOUND, format!("no such stage {name}")).into_response(),
    }
}

async fn plugins() -> Json<Value> {
    Json(json!({}))
}

async fn config(State(app): State<Arc<App>>) -> Response {
    if app.config.allows_config_updates {
        Json(json!(app.config.values())).into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// LocalStack's `{"variable": "DEBUG", "value": 1}`.
#[derive(Deserialize)]
struct Change {
    variable: String,
    #[serde(rename = "value")]
    _value: Value,
}

async fn change_config(State(app): State<Arc<App>>, body: Bytes) -> Response {
    if !app.config.allows_config_updates {
        return StatusCode::NOT_FOUND.into_response();
    }
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match serde_json::from_slice::<Change>(&body) {
        Ok(change) if is_name(&change.variable) => {
            let text = format!(
                "RustStack reads its settings once, at its start; start it again with another {}",
                change.variable
            );
            (StatusCode::NOT_IMPLEMENTED, text).into_response()
        }
        _ => (StatusCode::BAD_REQUEST, Json(json!({}))).into_response(),
    }
}

/// Which part of the state is meant; all when nothing is named.
#[derive(Deserialize)]
struct PartQuery {
    account: Option<String>,
    region: Option<String>,
}

impl PartQuery {
    fn parse(self) -> Result<Part, (StatusCode, String)> {
        let account = self.account.map(|account| account.parse()).transpose();
        let account = account
            .map_err(|error: ruststack_core::scope::InvalidAccountId| (StatusCode::BAD_REQUEST, error.to_string()))?;
        Ok(Part { account, region: self.region.map(Region::nonstandard) })
    }
}

async fn reset_all(State(app): State<Arc<App>>, Query(part): Query<PartQuery>) -> Response {
    let part = match part.parse() {
        Ok(part) => part,
        Err(refusal) => return refusal.into_response(),
    };
    reset(&app, app.gateway.registry().services(), &part).await
}

async fn reset_one(State(app): State<Arc<App>>, Path(name): Path<String>, Query(part): Query<PartQuery>) -> Response {
    let Some(service) = app.gateway.registry().by_name(&name) else {
        return (StatusCode::NOT_FOUND, format!("no such service {name}")).into_response();
    };
    match part.parse() {
        Ok(part) => reset(&app, &[service], &part).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Answers when what was forgotten does not come back.
async fn reset(app: &App, services: &[Arc<dyn Service>], part: &Part) -> Response {
    let changes = Changes::of(Arc::clone(&app.gateway.runtime().journal));
    let forgotten = changes.begin().map(|_section| {
        services.iter().for_each(|service| service.state().reset(part, &changes));
    });
    if forgotten.is_ok() && changes.committed().await.is_ok() {
        return StatusCode::OK.into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, "the disk does not take changes; the log says why").into_response()
}

/// How much of the trace is wanted.
#[derive(Deserialize)]
struct TraceQuery {
    limit: Option<usize>,
}

/// The last deliveries between services, oldest first, each with the request that it goes back to.
async fn trace(State(app): State<Arc<App>>, Query(query): Query<TraceQuery>) -> Json<Value> {
    Json(json!({ "steps": app.gateway.runtime().bus.trace(query.limit.unwrap_or(TRACE_LENGTH)) }))
}

async fn clock(State(app): State<Arc<App>>) -> Json<Value> {
    let clock = &app.gateway.runtime().clock;
    Json(json!({ "now": clock.now().to_iso_8601_millis(), "frozen": clock.is_frozen() }))
}

/// One or several of these, in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Movement {
    set: Option<String>,
    advance_seconds: Option<u64>,
    freeze: Option<bool>,
}

/// Whatever the content type: `curl -d` sends a form's.
async fn move_clock(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let movement: Movement = match serde_json::from_slice(&body) {
        Ok(movement) => movement,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("the body is not understood: {error}")).into_response(),
    };
    let time = &app.gateway.runtime().clock;
    if let Some(text) = movement.set {
        let Ok(date) = OffsetDateTime::parse(&text, &Rfc3339) else {
            return (StatusCode::BAD_REQUEST, "'set' wants a date such as 2026-11-21T08:00:00Z").into_response();
        };
        time.set(Timestamp::from_date_time(date));
    }
    if let Some(seconds) = movement.advance_seconds {
        time.advance(Duration::from_secs(seconds));
    }
    match movement.freeze {
        Some(true) => time.freeze(),
        Some(false) => time.resume(),
        None => {}
    }
    clock(State(app)).await.into_response()
}

async fn reset_clock(State(app): State<Arc<App>>) -> Json<Value> {
    app.gateway.runtime().clock.reset();
    clock(State(app)).await
}

async fn settle(State(app): State<Arc<App>>) -> StatusCode {
    app.gateway.runtime().bus.settle().await;
    StatusCode::OK
}

/// How many of the last records; all that are kept when nothing is said.
#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

async fn requests(State(app): State<Arc<App>>, Query(Limit { limit }): Query<Limit>) -> Response {
    let Some(log) = &app.request_log else { return no_request_log() };
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, log.document(limit.unwrap_or(MAX_KEPT))).into_response()
}

async fn forget_requests(State(app): State<Arc<App>>) -> Response {
    let Some(log) = &app.request_log else { return no_request_log() };
    log.forget();
    StatusCode::OK.into_response()
}

fn no_request_log() -> Response {
    (StatusCode::NOT_FOUND, "requests are not recorded; start RustStack with RUSTSTACK_REQUEST_LOG=1\n").into_response()
}
