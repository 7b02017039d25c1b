//! Snapshots over HTTP: by name, as files, and as LocalStack's `state/save`, `state/load` and Cloud Pods.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::App;
use crate::snapshots::{Emulated, Failure, Snapshots};

/// Pieces of an archive that wait between a thread and a connection.
const PIECES: usize = 8;
/// Of such a piece that is sent. Bytes.
const PIECE_SIZE: usize = 64 * 1024;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/snapshots", get(list))
        .route("/snapshots/{name}", get(describe).put(create).post(create).delete(delete))
        .route("/snapshots/{name}/restore", post(restore))
        .route("/snapshots/{name}/file", get(download).put(upload))
        .route("/state/file", get(download_state).put(upload_state))
        .route("/state/save", post(save_all))
        .route("/state/load", post(load_all))
        .route("/state/{service}/save", post(save_one))
        .route("/state/{service}/load", post(load_one))
        .route("/pods/{name}", post(save_pod).put(load_pod).delete(delete))
}

/// Which services are meant: `services=s3,sts`; all when nothing is named.
#[derive(Deserialize)]
struct Selection {
    services: Option<String>,
}

impl Selection {
    fn names(self) -> Option<Vec<String>> {
        let names = |list: String| list.split(',').map(|name| name.trim().to_owned()).collect();
        self.services.map(names)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, format!("{}\n", self.text)).into_response()
    }
}

/// Snapshots and whose state they are of, on a thread that may block.
async fn on_thread<T: Send + 'static>(
    app: Arc<App>,
    work: impl FnOnce(&Snapshots, &Emulated<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = spawn_blocking(move || {
        let (registry, runtime) = (app.gateway.registry(), app.gateway.runtime());
        work(&app.snapshots, &Emulated { registry, runtime })
    });
    let panicked = |_| Failure {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        text: "a bug in RustStack ended this; the log says more".to_owned(),
    };
    done.await.map_err(panicked)?
}

async fn list(State(app): State<Arc<App>>) -> Json<Value> {
    Json(app.snapshots.list())
}

async fn describe(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Json<Value>, Failure> {
    app.snapshots.describe(&name).map(Json)
}

async fn create(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(selection): Query<Selection>,
) -> Result<Response, Failure> {
    let services = selection.names();
    on_thread(app, move |snapshots, emulated| {
        let is_new = snapshots.create(&name, emulated, services.as_deref())?;
        kept(snapshots, &name, is_new)
    })
    .await
}

fn kept(snapshots: &Snapshots, name: &str, is_new: bool) -> Result<Response, Failure> {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(snapshots.describe(name)?)).into_response())
}

async fn delete(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<StatusCode, Failure> {
    on_thread(app, move |snapshots, _| snapshots.delete(&name)).await.map(|()| StatusCode::NO_CONTENT)
}

async fn restore(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(selection): Query<Selection>,
) -> Result<Json<Value>, Failure> {
    let services = selection.names();
    let restored = on_thread(app, move |snapshots, to| snapshots.restore(&name, to, services.as_deref())).await?;
    Ok(Json(json!({ "services": restored })))
}

async fn save_all(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    on_thread(app, |snapshots, of| snapshots.save(of, None)).await.map(lines)
}

async fn save_one(State(app): State<Arc<App>>, Path(service): Path<String>) -> Result<Response, Failure> {
    on_thread(app, move |snapshots, of| snapshots.save(of, Some(&[service]))).await.map(lines)
}

async fn load_all(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    on_thread(app, |snapshots, to| snapshots.load(to, None)).await.map(lines)
}

async fn load_one(State(app): State<Arc<App>>, Path(service): Path<String>) -> Result<Response, Failure> {
    on_thread(app, move |snapshots, to| snapshots.load(to, Some(&[service]))).await.map(lines)
}

/// LocalStack's answer: a line of JSON for each service.
fn lines(services: Vec<String>) -> Response {
    ndjson(services.into_iter().map(|service| json!({ "service": service, "status": "ok" })))
}

fn ndjson(values: impl IntoIterator<Item = Value>) -> Response {
    let lines: String = values.into_iter().map(|value| format!("{value}\n")).collect();
    ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
}

async fn save_pod(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response, Failure> {
    let pod = on_thread(app, move |snapshots, of| {
        snapshots.create(&name, of, None)?;
        snapshots.describe(&name)
    });
    pod.await.map(|pod| pod_events("save", &pod["services"]))
}

async fn load_pod(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response, Failure> {
    let services = on_thread(app, move |snapshots, to| snapshots.restore(&name, to, None)).await?;
    Ok(pod_events("load", &json!(services)))
}

/// What LocalStack's clients of Cloud Pods read, up to the completion.
fn pod_events(operation: &str, services: &Value) -> Response {
    let of_service =
        |service: &Value| json!({ "event": "service", "service": service, "status": "ok", "operation": operation });
    let completion = json!({ "event": "completion", "status": "ok", "operation": operation });
    ndjson(services.as_array().into_iter().flatten().map(of_service).chain([completion]))
}

async fn download(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response, Failure> {
    app.snapshots.describe(&name)?;
    Ok(archive(app, Some(name)))
}

async fn download_state(State(app): State<Arc<App>>) -> Response {
    archive(app, None)
}

/// Sends an archive while it is written; when that fails the connection ends before the archive does.
fn archive(app: Arc<App>, name: Option<String>) -> Response {
    let (sender, receiver) = mpsc::channel(PIECES);
    let writing = spawn_blocking(move || {
        let (registry, runtime) = (app.gateway.registry(), app.gateway.runtime());
        let mut sending = Sending { sender, piece: Vec::with_capacity(PIECE_SIZE) };
        let written = app.snapshots.write_archive(name.as_deref(), &Emulated { registry, runtime }, &mut sending);
        if let Err(failure) = written {
            tracing::warn!(cause = failure.text, "a snapshot's file was not sent to its end");
            sending.send(Err(io::Error::other(failure.text)));
        }
    });
    // Who receives nothing any more lets it end.
    drop(writing);
    let pieces = stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) });
    ([(header::CONTENT_TYPE, "application/zstd")], Body::from_stream(pieces)).into_response()
}

/// Writes to a connection, from a thread that may block.
struct Sending {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Sending {
    /// False when nobody receives any more.
    fn send(&self, piece: io::Result<Bytes>) -> bool {
        self.sender.blocking_send(piece).is_ok()
    }
}

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_SIZE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        let is_sent = piece.is_empty() || self.send(Ok(piece.into()));
        if is_sent { Ok(()) } else { Err(io::ErrorKind::ConnectionAborted.into()) }
    }
}

async fn upload(State(app): State<Arc<App>>, Path(name): Path<String>, body: Body) -> Result<Response, Failure> {
    let from = Receiving::of(&app, body);
    on_thread(app, move |snapshots, _| {
        let is_new = snapshots.read_archive(&name, from)?;
        kept(snapshots, &name, is_new)
    })
    .await
}

async fn upload_state(State(app): State<Arc<App>>, body: Body) -> Result<Json<Value>, Failure> {
    let from = Receiving::of(&app, body);
    let restored = on_thread(app, move |snapshots, to| snapshots.restore_archive(to, from)).await?;
    Ok(Json(json!({ "services": restored })))
}

/// Reads from a connection, on a thread that may block.
struct Receiving {
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Receiving {
    fn of(app: &App, body: Body) -> Self {
        let (sender, receiver) = mpsc::channel(PIECES);
        app.gateway.runtime().tasks.spawn(async move {
            let mut pieces = body.into_data_stream();
            while let Some(piece) = pieces.next().await {
                let piece = piece.map_err(|error| io::Error::new(io::ErrorKind::ConnectionAborted, error));
                // Who is refused reads that only when all was taken from him.
                let _refused = sender.send(piece).await;
            }
        });
        Self { receiver, piece: Bytes::new() }
    }
}

impl Read for Receiving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.receiver.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.piece = piece?,
            }
        }
        let size = buffer.len().min(self.piece.len());
        buffer[..size].copy_from_slice(&self.piece.split_to(size));
        Ok(size)
    }
}
