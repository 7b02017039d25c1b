//! What stands before s3s: it sees only requests that it reads rightly.
//!
//! In order: bucket and key from host and path (`before/address.rs`); the sub-resource guard (`before/sub_resource.rs`);
//! the body, decoded (`aws_chunked.rs`) or read as a document (`before/document.rs`); and the few headers and query
//! parameters that s3s's typed inputs need. All others the operations read from the [`Head`] as the client sent them.
//! HTML forms go another way (`before/form.rs`), which s3s has no part in.

pub(crate) mod address;
pub(crate) mod document;
pub(crate) mod form;
pub(crate) mod leftover;
mod query;
pub(crate) mod sub_resource;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header, request::Parts};
use ruststack_core::{Request, context::Context, error::AwsError};

use crate::{
    S3, aws_chunked,
    before::{address::Address, form::Form, sub_resource::Verdict},
    call::{Call, Exchange, Head, Trailers},
    direct::Operation,
    error::S3Error,
    proof, recorded,
};

/// The longest key. Bytes.
const MAX_KEY_LENGTH: usize = 1024;

/// Headers that s3s's typed inputs are made of; it refuses what it cannot read in any other.
const PASSED_HEADERS: [HeaderName; 4] = [
    HeaderName::from_static("x-amz-expected-bucket-owner"),
    HeaderName::from_static("x-amz-source-expected-bucket-owner"),
    HeaderName::from_static("x-amz-bucket-object-lock-enabled"),
    HeaderName::from_static("x-amz-object-attributes"),
];
const COPY_SOURCE: HeaderName = HeaderName::from_static("x-amz-copy-source");
/// Makes s3s route to a copy; which object it is of, the operation reads itself.
const SOME_COPY_SOURCE: HeaderValue = HeaderValue::from_static("bucket/key");

/// A request whose operation can be called.
pub(crate) enum Prepared {
    /// By s3s; the exchange goes beside it.
    Typed { request: http::Request<s3s::Body>, exchange: Exchange },
    /// Without s3s.
    Direct { call: Call, operation: &'static Operation },
    /// Without s3s, too.
    Form { call: Call, form: Form },
}

pub(crate) async fn prepare(s3: &Arc<S3>, ctx: &Context, request: Request) -> Result<Prepared, AwsError> {
    let (mut parts, body) = request.into_parts();
    let address = Address::of(&parts, &s3.config.domains, |name| s3.buckets.get(name).is_ok())?;
    check_key_length(address.key.as_deref().unwrap_or_default())?;
    query::hoist_headers(&mut parts);
    let (takes, direct) = match sub_resource::judge(&parts.method, &parts.headers, address.level(), parts.uri.query()) {
        Verdict::Passes(takes) => (takes, None),
        Verdict::Direct(operation) => (operation.takes, Some(operation)),
        Verdict::Refused(error) => return Err(error),
    };
    if takes == sub_resource::Takes::Form {
        return Box::pin(form::prepare(s3, ctx, parts, address, body)).await;
    }
    let (path, content_length) = (address.path(&parts), content_length(&parts.headers)?);
    let trailers = Trailers::default();
    let decoded = aws_chunked::decode(&parts.headers, body, &trailers, proof::chain(ctx))?;
    let (body, document) = match takes {
        sub_resource::Takes::Bytes => (Some(proof::checked(ctx, decoded)), None),
        sub_resource::Takes::Document | sub_resource::Takes::Text => {
            let document = match takes {
                sub_resource::Takes::Text => document::read_text(ctx, &parts, decoded).await?,
                _ => document::read(ctx, &parts, decoded).await?,
            };
            recorded::note_document(&parts, &document);
            // That there is no such bucket is said before a document is looked into.
            if let Some(bucket) = address.bucket.as_deref().filter(|_| parts.uri.query().is_some()) {
                s3.buckets.get(bucket)?;
            }
            (None, Some(document))
        }
        sub_resource::Takes::Form | sub_resource::Takes::Nothing => (Some(decoded), None),
    };
    // What is no XML, operations read from the head.
    let for_codec = document
        .clone()
        .map(|text| if takes == sub_resource::Takes::Text { Bytes::new() } else { document::for_codec(text) });
    let codec_request = match direct {
        None => Some(codec_request(&parts, &path, for_codec)?),
        Some(_) => None,
    };
    let peer = parts.extensions.get().copied();
    let Address { bucket, key, .. } = address;
    let Parts { method, uri, headers, .. } = parts;
    let head = Head { method, uri, headers, content_length, document, bucket, key, peer };
    let exchange = Exchange::new(ctx.clone(), head, body, trailers);
    let call = Call { s3: Arc::clone(s3), exchange: exchange.clone() };
    match (codec_request, direct) {
        (_, Some(operation)) => Ok(Prepared::Direct { call, operation }),
        (Some(mut request), None) => {
            request.extensions_mut().insert(call);
            Ok(Prepared::Typed { request, exchange })
        }
        (None, None) => unreachable!("what is not direct is made for the codec"),
    }
}

fn check_key_length(key: &str) -> Result<(), S3Error> {
    match key.len() {
        size if size > MAX_KEY_LENGTH => Err(S3Error::KeyTooLongError { size, limit: MAX_KEY_LENGTH }),
        _ => Ok(()),
    }
}

/// What s3s gets to see.
fn codec_request(parts: &Parts, path: &str, document: Option<Bytes>) -> Result<http::Request<s3s::Body>, AwsError> {
    let mut headers = HeaderMap::new();
    for name in &PASSED_HEADERS {
        if let Some(value) = parts.headers.get(name) {
            headers.insert(name.clone(), value.clone());
        }
    }
    if parts.headers.contains_key(COPY_SOURCE) && parts.method == Method::PUT {
        headers.insert(COPY_SOURCE, SOME_COPY_SOURCE);
    }
    let query = query::for_codec(parts.uri.query());
    let uri = match parts.uri.query() {
        // Nothing to leave out, nothing to rewrite: the most frequent case costs nothing.
        None if path == parts.uri.path() && parts.uri.authority().is_none() => parts.uri.clone(),
        _ if query.is_empty() => path.parse::<Uri>().map_err(|_| S3Error::InvalidURI {})?,
        _ => format!("{path}?{query}").parse().map_err(|_| S3Error::InvalidURI {})?,
    };
    let mut request = http::Request::new(document.map_or_else(s3s::Body::empty, s3s::Body::from));
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The length of the object's bytes, without the framing of aws-chunked.
fn content_length(headers: &HeaderMap) -> Result<Option<u64>, S3Error> {
    let decoded = headers.get(aws_chunked::DECODED_CONTENT_LENGTH);
    let Some(value) = decoded.or_else(|| headers.get(header::CONTENT_LENGTH)) else { return Ok(None) };
    let length = value.to_str().ok().and_then(|text| text.parse().ok());
    length.map(Some).ok_or(S3Error::InvalidContentLength {})
}
