//! How AWS spells the names of headers in HTTP/1.1: `ETag`, `Content-Length`, `x-amz-id-2`.
//!
//! hyper writes lower case, except where an answer carries the spellings that hyper kept of a request: so it is shown
//! one with AWS's, once.

use std::{convert::Infallible, sync::OnceLock};

use hyper::{Request, Response, body::Incoming, http::Extensions, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ruststack_core::body::Body;
use tokio::io::AsyncWriteExt as _;

/// What is not here is in lower case.
const SPELLED: &str = "GET / HTTP/1.1\r\n\
    Accept-Ranges: x\r\n\
    Access-Control-Allow-Credentials: x\r\n\
    Access-Control-Allow-Headers: x\r\n\
    Access-Control-Allow-Methods: x\r\n\
    Access-Control-Allow-Origin: x\r\n\
    Access-Control-Expose-Headers: x\r\n\
    Access-Control-Max-Age: x\r\n\
    Allow: x\r\n\
    Cache-Control: x\r\n\
    Content-Disposition: x\r\n\
    Content-Encoding: x\r\n\
    Content-Language: x\r\n\
    Content-Length: 0\r\n\
    Content-Range: x\r\n\
    Content-Type: x\r\n\
    Date: x\r\n\
    ETag: x\r\n\
    Expires: x\r\n\
    Last-Modified: x\r\n\
    Location: x\r\n\
    Server: x\r\n\
    Vary: x\r\n\
    x-amzn-RequestId: x\r\n\
    Connection: close\r\n\r\n";

/// The spellings, for answers to carry; nothing should hyper ever keep none.
pub(super) async fn spellings() -> Extensions {
    let (mut client, server) = tokio::io::duplex(SPELLED.len());
    let kept = OnceLock::new();
    let service = service_fn(|request: Request<Incoming>| {
        kept.get_or_init(|| request.extensions().clone());
        async { Ok::<_, Infallible>(Response::new(Body::empty())) }
    });
    let mut builder = http1::Builder::new();
    let connection = builder.preserve_header_case(true).serve_connection(TokioIo::new(server), service);
    let shown = async { client.write_all(SPELLED.as_bytes()).await };
    if let (Err(error), _) | (_, Err(error)) =
        tokio::join!(async { connection.await.map_err(std::io::Error::other) }, shown)
    {
        tracing::warn!(%error, "headers are written in lower case");
    }
    kept.into_inner().unwrap_or_default()
}
