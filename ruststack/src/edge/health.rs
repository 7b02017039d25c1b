//! `/_localstack/health`, and the client that asks it.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::App;

/// The version of LocalStack whose surface this is; clients compare it.
pub(super) const LOCALSTACK_VERSION: &str = "4.14.1";
const TIMEOUT: Duration = Duration::from_secs(3);

/// `GET`: the state of every service, and what was PUT here.
pub(super) async fn get(State(app): State<Arc<App>>) -> Json<Value> {
    let registry = app.gateway.registry();
    let mut services = Map::new();
    for service in registry.services() {
        services.insert(service.spec().name.to_owned(), service.health().as_str().into());
    }
    for spec in registry.disabled() {
        services.insert(spec.name.to_owned(), "disabled".into());
    }
    let mut health = json!({ "services": services, "edition": "community", "version": LOCALSTACK_VERSION });
    if let Some(members) = health.as_object_mut() {
        members.extend(app.health_extra.lock().clone());
    }
    Json(health)
}

pub(super) async fn head() -> &'static str {
    "ok"
}

/// `POST {"action": "kill"}` ends the process.
pub(super) async fn post(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "invalid request").into_response();
    };
    match body["action"].as_str() {
        Some("kill") => app.request_stop(),
        Some("restart") => {
            let text = "RustStack does not restart itself; POST /_localstack/state/reset forgets all state";
            return (StatusCode::NOT_IMPLEMENTED, text).into_response();
        }
        _ => {}
    }
    "ok".into_response()
}

/// `PUT`: merged into what GET answers; `a:b` names a member of a member.
pub(super) async fn put(State(app): State<Arc<App>>, Json(sent): Json<Map<String, Value>>) -> Json<Value> {
    let mut extra = app.health_extra.lock();
    for (name, value) in sent {
        match name.split_once(':') {
            None => {
                extra.insert(name, value);
            }
            Some((outer, inner)) => {
                let outer = extra.entry(outer).or_insert_with(|| json!({}));
                if let Some(members) = outer.as_object_mut() {
                    members.insert(inner.to_owned(), value);
                }
            }
        }
    }
    Json(json!({ "status": "OK" }))
}

/// Asks a running RustStack; the error says what is wrong.
pub(crate) fn ask(endpoint: &str) -> Result<(), String> {
    let authority = endpoint.trim_end_matches('/').strip_prefix("http://");
    let authority = authority.ok_or_else(|| format!("{endpoint} does not begin with http://"))?;
    let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let wrong = |error: std::io::Error| format!("nothing answers at {endpoint}: {error}");
    let mut stream = TcpStream::connect(&authority).map_err(wrong)?;
    stream.set_read_timeout(Some(TIMEOUT)).map_err(wrong)?;
    let request = format!("GET /_localstack/health HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).map_err(wrong)?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status == "200" { Ok(()) } else { Err(format!("{endpoint} answers {status}")) }
}
