//! Amazon Simple Queue Service: standard and FIFO queues over JSON and the query protocol.
//!
//! Read [`operations`], its table of contents, and [`queue`], which says what becomes of messages.

mod access;
pub mod api;
mod attributes;
mod batch;
pub mod delivery;
pub mod error;
mod fifo;
mod inspection;
mod limits;
mod live_queue;
pub mod message;
mod move_task;
mod operations;
mod overrides;
mod policy;
mod query_as_json;
mod query_at_url;
pub mod queue;
mod queue_url;
mod queues;
mod receipt_handle;
mod receiving;
mod redrive;
mod rows;
mod sending;
mod service;
mod tracked;
pub mod untrusted;

pub use queue_url::EndpointStrategy;
pub use service::{Config, SPEC, Sqs};
