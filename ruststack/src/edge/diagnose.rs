//! `/_localstack/diagnose` and `usage`: what a report of a fault should have, with `DEBUG=1`.

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Map, Value, json};

use super::{App, admin, health};

const NO_DOCKER: &str = "RustStack does not ask Docker";

pub(super) async fn diagnose(State(app): State<Arc<App>>) -> Response {
    if !app.config.is_debug {
        return StatusCode::NOT_FOUND.into_response();
    }
    Json(json!({
        "version": {
            "image-version": Value::Null,
            "localstack-version": {
                "build-date": Value::Null,
                "build-git-hash": option_env!("RUSTSTACK_GIT_HASH"),
                "build-version": health::LOCALSTACK_VERSION,
            },
            "ruststack-version": env!("CARGO_PKG_VERSION"),
            "host": { "kernel": read("/proc/version") },
        },
        "info": admin::describe(&app),
        "services": health::describe(&app)["services"],
        "config": app.config.values(),
        "docker-inspect": NO_DOCKER,
        "docker-dependent-image-hashes": {},
        "file-tree": file_tree(&app),
        "important-endpoints": important_endpoints(&app),
        "logs": { "docker": "the log is on standard error" },
        "usage": resources(&app),
    }))
    .into_response()
}

pub(super) async fn usage(State(app): State<Arc<App>>) -> Response {
    if app.config.is_debug { Json(resources(&app)).into_response() } else { StatusCode::NOT_FOUND.into_response() }
}

/// The scripts that were found, by folder.
fn file_tree(app: &App) -> Value {
    let names = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let folders = app.config.init_directories.iter().flat_map(|directory| app.hooks.folders(directory));
    folders.map(|folder| (folder.display().to_string(), names(&folder).into())).collect::<Map<_, _>>().into()
}

/// Where requests are answered.
fn important_endpoints(app: &App) -> Value {
    let mut endpoints = Map::new();
    endpoints.insert("endpoint".to_owned(), format!("http://{}", app.authority()).into());
    endpoints.insert("listen".to_owned(), app.addresses.iter().map(SocketAddr::to_string).collect::<Vec<_>>().into());
    endpoints.into()
}

/// `VmRSS:   12345 kB` and its like, as the kernel counts them; nothing where there is no /proc.
fn resources(app: &App) -> Value {
    let status = read("/proc/self/status").unwrap_or_default();
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    json!({
        "uptime": app.started.elapsed().as_secs(),
        "memory_bytes": number("VmRSS").map(|kilobytes| kilobytes * 1024),
        "peak_memory_bytes": number("VmHWM").map(|kilobytes| kilobytes * 1024),
        "threads": number("Threads"),
    })
}

fn read(path: &str) -> Option<String> {
    // Not there outside Linux: then nothing is said.
    std::fs::read_to_string(path).ok().map(|text| text.trim_end().to_owned())
}
