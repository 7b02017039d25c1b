//! `/_localstack/health`, and the client that asks it.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _},
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
/// How long `ruststack health` waits for each step.
const TIMEOUT: Duration = Duration::from_secs(3);
/// As much of the answer as `ruststack health` reads. Bytes.
const MAX_ANSWER: u64 = 64 * 1024;

/// `GET`: the state of every service, and what was PUT here.
pub(super) async fn get(State(app): State<Arc<App>>) -> Json<Value> {
    Json(describe(&app))
}

pub(super) fn describe(app: &App) -> Value {
    let registry = app.gateway.registry();
    let mut services = Map::new();
    for service in registry.services() {
        services.insert(service.spec().name.to_owned(), service.health().as_str().into());
    }
    for spec in registry.disabled() {
        services.insert(spec.name.to_owned(), "disabled".into());
    }
    let mut health = json!({ "services": services, "edition": "community", "version": LOCALSTACK_VERSION });
    if let Some(other) = app.config.dynamodb.backend.other() {
        health["backends"] = json!({ "dynamodb": other });
    }
    if let Some(members) = health.as_object_mut() {
        members.extend(app.health_extra.lock().clone());
    }
    health
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

/// `PUT`: merged into what GET answers; `a:b` names a member of a member. Whatever the content type.
pub(super) async fn put(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let sent: Map<String, Value> = match serde_json::from_slice(&body) {
        Ok(sent) => sent,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("a JSON object is expected: {error}")).into_response(),
    };
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
    Json(json!({ "status": "OK" })).into_response()
}

/// Where a RustStack with these settings is asked: at an address that one can connect to.
pub(crate) fn endpoint(listen: &[SocketAddr]) -> Result<String, String> {
    let mut address = *listen.first().ok_or("GATEWAY_LISTEN names no address")?;
    if address.port() == 0 {
        return Err("GATEWAY_LISTEN leaves the port open; name it: --endpoint http://127.0.0.1:4566".to_owned());
    }
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    Ok(format!("http://{address}"))
}

/// Asks a running RustStack; the error says what is wrong.
pub(crate) fn ask(endpoint: &str) -> Result<(), String> {
    let authority = endpoint.trim_end_matches('/').strip_prefix("http://");
    let authority = authority.ok_or_else(|| format!("{endpoint} does not begin with http://"))?;
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let target = if has_port { authority.to_owned() } else { format!("{authority}:80") };
    let status = status_of(&target).map_err(|error| format!("nothing answers at {endpoint}: {error}"))?;
    if status == "200" { Ok(()) } else { Err(format!("{endpoint} answers {status}")) }
}

fn status_of(target: &str) -> std::io::Result<String> {
    let mut stream = connect(target)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let request = format!("GET /_localstack/health HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or("something else than HTTP").to_owned())
}

/// The first address of a name that takes connections.
fn connect(target: &str) -> std::io::Result<TcpStream> {
    let mut outcome = Err(std::io::ErrorKind::AddrNotAvailable.into());
    for address in target.to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&address, TIMEOUT);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_is_asked_where_the_server_listens() {
        for (listen, expected) in [
            ("127.0.0.1:4567", "http://127.0.0.1:4567"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:4566", "http://[::1]:4566"),
        ] {
            assert_eq!(endpoint(&[listen.parse().unwrap()]).unwrap(), expected);
        }
        assert!(endpoint(&["127.0.0.1:0".parse().unwrap()]).unwrap_err().contains("--endpoint"));
    }
}
