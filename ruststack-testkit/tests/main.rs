//! Core's protocols as clients see them: one small service that speaks them all, through the gateway.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bus;
mod by_name;
mod json_protocols;
mod query_protocol;
mod rest_protocols;
mod shelf;
