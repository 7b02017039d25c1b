//! Holds a streamed body to its signature, where signatures are verified: the digest in `x-amz-content-sha256` must be
//! that of the bytes that came.

use std::{
    pin::Pin,
    task::{Context as TaskContext, Poll},
};

use bytes::Bytes;
use http_body::Frame;
use ring::digest;
use ruststack_auth::{
    authenticator::form::FormAuthenticator,
    proof::{BodyProof, ChunkChain},
};
use ruststack_core::{
    body::{Body, BodyError},
    context::Context,
    error::AwsError,
};

use crate::error::S3Error;

fn proof(ctx: &Context) -> Option<&BodyProof> {
    ctx.identity().body_proof.as_ref().and_then(|proof| proof.downcast_ref())
}

/// What checks the signatures of the body's chunks.
pub(crate) fn chain(ctx: &Context) -> Option<ChunkChain> {
    match proof(ctx) {
        Some(BodyProof::Chunks(chain)) => Some(chain.clone()),
        _ => None,
    }
}

/// What finds out who signed a form.
pub(crate) fn form(ctx: &Context) -> Option<&FormAuthenticator> {
    match proof(ctx) {
        Some(BodyProof::Form(form)) => Some(form),
        _ => None,
    }
}

/// The body, failing at its end when its digest is not the signed one.
pub(crate) fn checked(ctx: &Context, body: Body) -> Body {
    match proof(ctx) {
        Some(BodyProof::Sha256(expected)) => {
            Body::stream(Checked { body, digest: Some(digest::Context::new(&digest::SHA256)), expected: *expected })
        }
        _ => body,
    }
}

struct Checked {
    body: Body,
    /// Taken at the end.
    digest: Option<digest::Context>,
    expected: [u8; 32],
}

impl http_body::Body for Checked {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        match (&frame, &mut self.digest) {
            (Some(Ok(frame)), Some(digest)) => frame.data_ref().into_iter().for_each(|bytes| digest.update(bytes)),
            (None, digest) => {
                let calculated = digest.take().map(digest::Context::finish);
                if calculated.is_some_and(|calculated| calculated.as_ref() != self.expected) {
                    let error = AwsError::from(S3Error::XAmzContentSHA256Mismatch {});
                    return Poll::Ready(Some(Err(Box::new(error))));
                }
            }
            _ => {}
        }
        Poll::Ready(frame)
    }
}
