//! Connections: plain or TLS on the same port, HTTP/1.1 or HTTP/2.

use std::{
    fmt, io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::{Request, Version, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use ruststack_core::{
    Response,
    context::{Context, Peer, Tls},
    gateway::Outcome,
    tasks::Tasks,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use super::{header_case::Spellings, tls, tls::Acceptor};
use crate::edge::{Edge, MAX_HEAD_SIZE};

/// The first byte of a TLS connection.
const TLS_HANDSHAKE: u8 = 0x16;
/// How long a client may take for its first byte and the TLS handshake together.
const OPENING_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may take for a request's head; also until the first request has come at all.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How many headers a request may have: 10 tags and 2 KB of metadata need far fewer.
const MAX_HEADERS: usize = 256;
/// How long to wait when the process has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn serve(listener: TcpListener, edge: Edge, tls: Acceptor, tasks: Tasks) {
    let edge = Arc::new(Answering { edge, spellings: Spellings::learn().await });
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (edge, tls, stopping) = (Arc::clone(&edge), tls.clone(), tasks.stopping());
                tasks.spawn_draining(async move {
                    if let Err(error) = connection(stream, Peer(peer.ip()), edge, tls, stopping).await {
                        tracing::debug!(error, "connection ended early");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                pause(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The edge, whose answers have headers as AWS spells them.
struct Answering {
    edge: Edge,
    spellings: Spellings,
}

impl Answering {
    /// An error where there is to be no answer.
    async fn answer(&self, request: Request<Incoming>, is_tls: bool) -> Result<Response, Dropped> {
        // HTTP/2 has no capitals.
        let is_spelled = request.version() <= Version::HTTP_11;
        let mut response = self.edge.answer(request, is_tls).await;
        let ctx = response.extensions().get::<Outcome>().and_then(|outcome| outcome.ctx.as_ref());
        if ctx.is_some_and(Context::is_dropped) {
            return Err(Dropped);
        }
        if is_spelled {
            self.spellings.spell(&mut response);
        }
        Ok(response)
    }
}

/// The user asked for a connection that breaks.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("dropped on request")
    }
}

impl std::error::Error for Dropped {}

#[expect(clippy::disallowed_methods, reason = "the machine's time, not the emulator's")]
async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

type ConnectionError = Box<dyn std::error::Error + Send + Sync>;

async fn connection(
    stream: TcpStream,
    peer: Peer,
    edge: Arc<Answering>,
    tls: Acceptor,
    stopping: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ConnectionError> {
    stream.set_nodelay(true)?;
    let mut stopping = Box::pin(stopping);
    // A connection on which nothing comes must not hold up the end.
    let opened = tokio::select! {
        opened = open_in_time(stream, &tls) => opened?,
        () = &mut stopping => return Ok(()),
    };
    match opened {
        Opened::Plain(stream) => http(TokioIo::new(stream), peer, edge, None, stopping).await,
        Opened::Tls(stream) => {
            let tls = tls::describe(&stream);
            http(TokioIo::new(*stream), peer, edge, Some(tls), stopping).await
        }
    }
}

enum Opened {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

async fn open_in_time(stream: TcpStream, tls: &Acceptor) -> Result<Opened, ConnectionError> {
    Ok(tokio::time::timeout(OPENING_TIMEOUT, open(stream, tls)).await??)
}

async fn open(stream: TcpStream, tls: &Acceptor) -> io::Result<Opened> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first[0] == TLS_HANDSHAKE {
        Ok(Opened::Tls(Box::new(tls.accept(stream).await?)))
    } else {
        Ok(Opened::Plain(stream))
    }
}

async fn http<I>(
    io: I,
    peer: Peer,
    edge: Arc<Answering>,
    tls: Option<Tls>,
    mut stopping: Pin<Box<impl Future<Output = ()>>>,
) -> Result<(), ConnectionError>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_headers(MAX_HEADERS);
    builder.http2().timer(TokioTimer::new()).max_header_list_size(MAX_HEAD_SIZE as u32);
    let has_begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&has_begun);
    let service = service_fn(move |mut request: Request<Incoming>| {
        begins.store(true, Ordering::Relaxed);
        // Policies and access logs speak of addresses.
        request.extensions_mut().insert(peer);
        if let Some(tls) = tls {
            request.extensions_mut().insert(tls);
        }
        let edge = Arc::clone(&edge);
        async move { edge.answer(request, tls.is_some()).await }
    });
    let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
    tokio::select! {
        ended = connection.as_mut() => return ended,
        // Half a head is no request yet: nothing is lost with it.
        () = stopping.as_mut() => match has_begun.load(Ordering::Relaxed) {
            true => connection.as_mut().graceful_shutdown(),
            false => return Ok(()),
        },
        () = too_late(&has_begun) => return Err("no request came in time".into()),
    }
    connection.await
}

/// hyper limits how long heads take once it knows which HTTP is spoken; until then there is only this.
async fn too_late(has_begun: &AtomicBool) {
    pause(HEAD_TIMEOUT).await;
    if has_begun.load(Ordering::Relaxed) {
        std::future::pending().await
    }
}

/// What went wrong while TLS was set up.
pub(super) fn tls_error(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// Time stands still but jumps ahead when everything waits.
    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_or_stalls_in_its_handshake_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tls = Acceptor::new(None).unwrap();
        for sent in [&[][..], &[TLS_HANDSHAKE], &[TLS_HANDSHAKE, 3, 1, 2, 0]] {
            let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            client.write_all(sent).await.unwrap();
            let (stream, _) = listener.accept().await.unwrap();
            let Err(error) = open_in_time(stream, &tls).await else { panic!("{sent:?} opened a connection") };
            assert!(error.is::<tokio::time::error::Elapsed>(), "{sent:?}: {error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_must_begin_in_time() {
        too_late(&AtomicBool::new(false)).await;
        let begun = AtomicBool::new(true);
        assert!(tokio::time::timeout(10 * HEAD_TIMEOUT, too_late(&begun)).await.is_err());
    }
}
