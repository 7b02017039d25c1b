//! `/_localstack/chaos/…`: faults on request, as LocalStack's users ask for them, and some more.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use ruststack_core::faults::{Effects, Faults, Rule};
use serde::de::DeserializeOwned;

use super::App;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/chaos/faults", get(rules).post(replace).patch(add).delete(remove))
        .route("/chaos/effects", get(effects).post(change_effects).delete(end_effects))
}

fn faults(app: &App) -> &Faults {
    &app.gateway.runtime().faults
}

async fn rules(State(app): State<Arc<App>>) -> Json<Vec<Rule>> {
    Json(faults(&app).rules())
}

/// `POST`: these rules, in place of those that are there.
async fn replace(State(app): State<Arc<App>>, body: Bytes) -> Response {
    answer(&app, read::<Vec<Rule>>(&body))
}

/// `PATCH`: these rules, behind those that are there.
async fn add(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let more = read::<Vec<Rule>>(&body);
    answer(&app, more.map(|more| faults(&app).rules().into_iter().chain(more).collect()))
}

/// `DELETE`: all rules, or those of the body.
async fn remove(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let unwanted = if body.is_empty() { Ok(faults(&app).rules()) } else { read::<Vec<Rule>>(&body) };
    let kept = |unwanted: Vec<Rule>| faults(&app).rules().into_iter().filter(|rule| !unwanted.contains(rule)).collect();
    answer(&app, unwanted.map(kept))
}

fn answer(app: &App, rules: Result<Vec<Rule>, String>) -> Response {
    match rules.and_then(|rules| faults(app).set_rules(rules)) {
        Ok(()) => Json(faults(app).rules()).into_response(),
        Err(text) => refuse(text),
    }
}

async fn effects(State(app): State<Arc<App>>) -> Json<Effects> {
    Json(faults(&app).effects())
}

async fn change_effects(State(app): State<Arc<App>>, body: Bytes) -> Response {
    match read(&body).and_then(|effects| faults(&app).set_effects(effects)) {
        Ok(()) => effects(State(app)).await.into_response(),
        Err(text) => refuse(text),
    }
}

async fn end_effects(State(app): State<Arc<App>>) -> Response {
    change_effects(State(app), Bytes::from_static(b"{}")).await
}

/// Whatever the content type: `curl -d` sends a form's.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body is not understood: {error}"))
}

fn refuse(mut text: String) -> Response {
    text.push('\n');
    (StatusCode::BAD_REQUEST, text).into_response()
}
