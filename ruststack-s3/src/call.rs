//! What travels beside s3s's typed input and output: the request as the client sent it, its body, and what the answer
//! needs that s3s cannot carry.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use parking_lot::Mutex;
use ruststack_core::{
    body::Body,
    context::{Context, Peer},
    error::AwsError,
};

use crate::S3;

/// One request and its answer in the making; shared by `before.rs`, the operation and `after.rs` through the
/// request's extensions.
#[derive(Clone)]
pub(crate) struct Exchange(Arc<Inner>);

struct Inner {
    ctx: Context,
    head: Head,
    body: Mutex<Option<Body>>,
    trailers: Trailers,
    reply: Mutex<ReplyParts>,
}

/// The request's head as the client sent it, before anything was moved or removed for s3s's sake.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    /// Length of the object's bytes: `x-amz-decoded-content-length` or `Content-Length`.
    pub(crate) content_length: Option<u64>,
    /// The XML document of operations that take one, as sent.
    pub(crate) document: Option<Bytes>,
    /// What the request names, in its host or path; decoded.
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    /// Where it came from; known where identities are held to policies.
    pub(crate) peer: Option<Peer>,
}

/// Headers that follow the body; filled when the body was read to its end.
#[derive(Clone, Default)]
pub(crate) struct Trailers(Arc<OnceLock<HeaderMap>>);

/// What the answer has beyond s3s's typed output.
#[derive(Default)]
pub(crate) struct ReplyParts {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    /// Replaces what s3s wrote: object bytes, or XML that s3s would write wrongly.
    pub(crate) body: Option<Body>,
    pub(crate) failure: Option<AwsError>,
}

impl Exchange {
    pub(crate) fn new(ctx: Context, head: Head, body: Option<Body>, trailers: Trailers) -> Self {
        let reply = Mutex::default();
        Self(Arc::new(Inner { ctx, head, body: Mutex::new(body), trailers, reply }))
    }

    pub(crate) fn ctx(&self) -> &Context {
        &self.0.ctx
    }

    pub(crate) fn head(&self) -> &Head {
        &self.0.head
    }

    /// The object's bytes, decoded from aws-chunked; can be taken once.
    pub(crate) fn take_body(&self) -> Option<Body> {
        self.0.body.lock().take()
    }

    /// Empty until the body was read to its end.
    pub(crate) fn trailers(&self) -> &Trailers {
        &self.0.trailers
    }

    /// Keeps of an operation's answer what s3s cannot carry; gives what it can.
    pub(crate) fn keep<T>(&self, reply: Reply<T>) -> T {
        self.with_reply(|parts| {
            parts.status = reply.status;
            parts.headers.extend(reply.headers);
            parts.body = reply.body;
        });
        reply.output
    }

    pub(crate) fn with_reply<R>(&self, edit: impl FnOnce(&mut ReplyParts) -> R) -> R {
        edit(&mut self.0.reply.lock())
    }
}

impl Trailers {
    pub(crate) fn set(&self, headers: HeaderMap) {
        // The decoder reaches the end of a body once.
        self.0.set(headers).unwrap_or_else(|_| tracing::error!("trailers were set twice"));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&HeaderValue> {
        self.0.get().and_then(|headers| headers.get(name))
    }
}

/// What an operation is given besides its typed input.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) s3: Arc<S3>,
    pub(crate) exchange: Exchange,
}

impl Call {
    pub(crate) fn ctx(&self) -> &Context {
        self.exchange.ctx()
    }

    /// A request header as the client sent it, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        // Requests have few headers: comparing them takes less than hashing a name does.
        let mut headers = self.exchange.head().headers.iter();
        let found = headers.find(|(found, _)| found.as_str().eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.to_str().ok())
    }
}

/// An operation's answer: s3s's typed output, and what s3s cannot carry.
pub(crate) struct Reply<T> {
    pub(crate) output: T,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Option<Body>,
}

impl<T> From<T> for Reply<T> {
    fn from(output: T) -> Self {
        Self { output, status: None, headers: Vec::new(), body: None }
    }
}

impl<T> Reply<T> {
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn with_body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }
}
