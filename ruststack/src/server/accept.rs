//! Connections: plain or TLS on the same port, HTTP/1.1 or HTTP/2.

use std::{io, pin::Pin, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use ruststack_core::tasks::Tasks;
use tokio::net::{TcpListener, TcpStream};

use super::tls::Acceptor;
use crate::edge::IsTls;

/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 0x16;
/// How long a client may take for a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// All headers of a request together. Bytes.
const MAX_HEADERS_SIZE: u32 = 64 * 1024;
/// How many headers a request may have: 10 tags and 2 KB of metadata need far fewer.
const MAX_HEADERS: usize = 256;
/// How long to wait when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn serve(listener: TcpListener, router: Router, tls: Acceptor, tasks: Tasks) {
    loop {
        match listener.accept().await {
            Ok((stream, _peer)) => {
                let (router, tls, stopping) = (router.clone(), tls.clone(), tasks.stopping());
                tasks.spawn_draining(async move {
                    if let Err(error) = connection(stream, router, tls, stopping).await {
                        tracing::debug!(error, "connection ended early");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                pause().await;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the machine's time, not the emulator's")]
async fn pause() {
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

type ConnectionError = Box<dyn std::error::Error + Send + Sync>;

async fn connection(
    stream: TcpStream,
    router: Router,
    tls: Acceptor,
    stopping: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ConnectionError> {
    stream.set_nodelay(true)?;
    let mut stopping = Box::pin(stopping);
    let mut first = [0];
    // A connection on which nothing comes must not hold up the end.
    tokio::select! {
        peeked = stream.peek(&mut first) => { peeked?; }
        () = &mut stopping => return Ok(()),
    }
    if first[0] == TLS_HANDSHAKE {
        let stream = tls.accept(stream).await?;
        return http(TokioIo::new(stream), router, true, stopping).await;
    }
    http(TokioIo::new(stream), router, false, stopping).await
}

async fn http<I>(
    io: I,
    router: Router,
    is_tls: bool,
    stopping: Pin<Box<impl Future<Output = ()>>>,
) -> Result<(), ConnectionError>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_headers(MAX_HEADERS);
    builder.http2().timer(TokioTimer::new()).max_header_list_size(MAX_HEADERS_SIZE);
    let service = TowerToHyperService::new(router.layer(axum::Extension(IsTls(is_tls))));
    let connection = builder.serve_connection_with_upgrades(io, service);
    let mut connection = std::pin::pin!(connection);
    let mut stopping = stopping;
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = stopping.as_mut() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

/// What went wrong while TLS was set up.
pub(super) fn tls_error(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}
