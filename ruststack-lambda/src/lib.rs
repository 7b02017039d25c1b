//! AWS Lambda, which really runs code.
//!
//! Read [`operations`], its table of contents; then `invoking.rs`, what an invocation goes through, `fleet.rs`, the
//! environments that are kept warm, and [`executor`], the seam for what runs them. `asynchronous.rs` is what nobody
//! waits for, `sources.rs` what is polled, `url.rs` what comes by HTTP.

mod access;
pub mod api;
pub mod archive;
pub mod asynchronous;
mod code;
mod configuration;
mod deploying;
pub mod error;
pub mod executor;
mod fleet;
mod function;
mod home;
mod invoking;
mod limits;
mod logs;
mod names;
mod operations;
mod policy;
mod report;
mod rows;
mod runtime_api;
mod runtimes;
mod service;
mod sources;
mod sweeping;
mod url;

pub use self::service::{Config, Lambda, SPEC};
