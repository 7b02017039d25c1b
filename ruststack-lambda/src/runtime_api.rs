//! The Runtime API: what the runtime of an environment and its extensions talk to. One listener per environment.
//!
//! `session.rs` is the state of an environment as its runtime tells it; `server.rs` reads requests and answers them;
//! `extensions.rs` is the part of extensions. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

mod extensions;
mod server;
mod session;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use tokio::sync::mpsc;

pub(crate) use self::{
    server::{Listener, Names},
    session::Session,
};

/// The largest response of a function. Bytes: 6 MiB and a hundred for the envelope.
pub(crate) const MAX_RESPONSE: usize = 6_291_556;

/// The largest response of a function that streams it. Bytes.
pub(crate) const MAX_STREAMED_RESPONSE: usize = 200 * 1024 * 1024;

/// How many pieces of a streamed response may wait for the client.
const MAX_WAITING_PIECES: usize = 64;

/// The content type of a streamed response that begins with its status and headers.
pub(crate) const INTEGRATION_RESPONSE: &str = "application/vnd.awslambda.http-integration-response";

/// What an environment is told of one invocation.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    /// In milliseconds since 1970.
    pub(crate) deadline: i64,
    pub(crate) function_arn: String,
    pub(crate) trace_id: String,
    pub(crate) client_context: Option<String>,
    pub(crate) body: Bytes,
}

/// What the runtime answers to it.
#[derive(Debug)]
pub(crate) enum Answer {
    Response(Bytes),
    /// The response as it is written.
    Stream(ResponseStream),
    /// The handler failed, in the runtime's words.
    Error(Bytes),
    TooLarge,
}

/// A response that is being written.
#[derive(Debug)]
pub(crate) struct ResponseStream {
    pub(crate) content_type: Option<String>,
    pub(crate) pieces: mpsc::Receiver<Piece>,
}

/// A part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    Data(Bytes),
    /// What follows the last part where all went well.
    End,
    /// The handler failed on its way.
    Error {
        error_type: String,
        body: String,
    },
}
