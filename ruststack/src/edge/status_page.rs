//! What a person sees who opens the endpoint in a browser.

use axum::{
    http::{Method, Request, header},
    response::{Html, IntoResponse as _, Response},
};

use super::App;

/// An unsigned `GET /` that wants HTML.
pub(super) fn is_wanted<B>(request: &Request<B>) -> bool {
    let accepts = || request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    request.method() == Method::GET
        && request.uri().path() == "/"
        && request.uri().query().is_none()
        && !request.headers().contains_key(header::AUTHORIZATION)
        && accepts().is_some_and(|accept| accept.contains("text/html"))
}

pub(super) fn render(app: &App) -> Response {
    let services = app.gateway.registry().services().iter();
    let rows: String =
        services.map(|service| format!("<li>{}: {}</li>", service.spec().name, service.health().as_str())).collect();
    let version = env!("CARGO_PKG_VERSION");
    Html(format!(
        "<!doctype html><title>RustStack</title><h1>RustStack {version}</h1><p>A local AWS. Point AWS_ENDPOINT_URL here.</p>\
         <ul>{rows}</ul><p><a href=\"/_localstack/health\">health</a></p>"
    ))
    .into_response()
}
