//! How AWS spells the names of headers in HTTP/1.1: `ETag`, `Content-Length`, `x-amz-id-2`.
//!
//! hyper writes lower case, except where an answer carries the spellings that hyper kept of a request: so it is shown
//! one with AWS's, once.

use std::{convert::Infallible, sync::OnceLock};

use hyper::{
    Request, Response,
    body::Incoming,
    header::{self, HeaderName},
    http::Extensions,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use ruststack_core::body::Body;
use tokio::io::AsyncWriteExt as _;

/// What most answers have.
const USUAL: &str = "GET / HTTP/1.1\r\n\
    Accept-Ranges: x\r\n\
    Content-Length: 0\r\n\
    Content-Type: x\r\n\
    Date: x\r\n\
    ETag: x\r\n\
    Last-Modified: x\r\n\
    Server: x\r\n\
    Connection: close\r\n\r\n";
/// The other names in `SPELLED`.
const RARE: [HeaderName; 16] = [
    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
    header::ACCESS_CONTROL_ALLOW_HEADERS,
    header::ACCESS_CONTROL_ALLOW_METHODS,
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    header::ACCESS_CONTROL_EXPOSE_HEADERS,
    header::ACCESS_CONTROL_MAX_AGE,
    header::ALLOW,
    header::CACHE_CONTROL,
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_RANGE,
    header::EXPIRES,
    header::LOCATION,
    header::VARY,
    HeaderName::from_static("x-amzn-requestid"),
];
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

/// What answers carry: it is copied for each of them, and most need little of it.
#[derive(Default)]
pub(super) struct Spellings {
    usual: Extensions,
    all: Extensions,
}

impl Spellings {
    pub(super) async fn learn() -> Self {
        Self { usual: kept_of(USUAL).await, all: kept_of(SPELLED).await }
    }

    pub(super) fn spell(&self, response: &mut ruststack_core::Response) {
        let is_usual = !response.headers().keys().any(|name| RARE.contains(name));
        let spellings = if is_usual { &self.usual } else { &self.all };
        response.extensions_mut().extend(spellings.clone());
    }
}

/// The spellings that hyper keeps of a request; nothing should it ever keep none.
async fn kept_of(shown: &str) -> Extensions {
    let (mut client, server) = tokio::io::duplex(shown.len());
    let kept = OnceLock::new();
    let service = service_fn(|request: Request<Incoming>| {
        kept.get_or_init(|| request.extensions().clone());
        async { Ok::<_, Infallible>(Response::new(Body::empty())) }
    });
    let mut builder = http1::Builder::new();
    let connection = builder.preserve_header_case(true).serve_connection(TokioIo::new(server), service);
    let shown = async { client.write_all(shown.as_bytes()).await };
    if let (Err(error), _) | (_, Err(error)) =
        tokio::join!(async { connection.await.map_err(std::io::Error::other) }, shown)
    {
        tracing::warn!(%error, "headers are written in lower case");
    }
    kept.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelled_name_is_usual_or_rare() {
        let names = |shown: &'static str| shown.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0));
        let usual: Vec<_> = names(USUAL).collect();
        for name in names(SPELLED).filter(|name| !usual.contains(name)) {
            assert!(RARE.iter().any(|rare| rare.as_str().eq_ignore_ascii_case(name)), "{name}");
        }
        assert!(names(USUAL).all(|name| names(SPELLED).any(|spelled| spelled == name)));
    }
}
