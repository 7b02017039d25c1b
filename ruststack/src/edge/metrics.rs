//! `/_ruststack/metrics`, and `/metrics` for Prometheus.

use std::{fs, path::Path, sync::Arc};

use axum::{
    extract::State,
    http::{Method, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use ruststack_core::measure::Measure;

use super::App;
use crate::metrics::CONTENT_TYPE;

/// `GET /metrics` is a bucket's listing, unless it is unsigned and wants what Prometheus wants.
pub(super) fn is_scrape<B>(request: &Request<B>) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    request.uri().path() == "/metrics"
        && request.method() == Method::GET
        && header(header::AUTHORIZATION).is_none()
        && header(header::ACCEPT)
            .is_some_and(|accept| accept.contains("openmetrics") || accept.contains("version=0.0.4"))
}

pub(super) async fn get(State(app): State<Arc<App>>) -> Response {
    render(&app)
}

pub(super) fn render(app: &App) -> Response {
    match app.metrics.render(measures(app)) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn measures(app: &App) -> Vec<Measure> {
    let mut measures = vec![uptime(app)];
    for service in app.gateway.registry().services() {
        service.measure(&mut |measure| measures.push(measure));
    }
    if let Some(persistence) = &app.config.persistence {
        measures.extend(["state.db", "state.db-wal"].map(|name| journal(&persistence.directory, name)));
    }
    measures
}

fn uptime(app: &App) -> Measure {
    let value = app.started.elapsed().as_secs();
    Measure { name: "uptime_seconds", help: "Since the start of the process", labels: Vec::new(), value }
}

fn journal(directory: &Path, name: &str) -> Measure {
    let size = fs::metadata(directory.join(name)).map(|file| file.len());
    Measure {
        name: "journal_bytes",
        help: "The files that hold the state of all services, objects beside it not counted",
        labels: vec![("file", name.to_owned())],
        value: size.unwrap_or(0),
    }
}
