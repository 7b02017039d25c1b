//! Amazon DynamoDB: tables, their indexes and items, over JSON.
//!
//! Read [`operations`], its table of contents, then `table.rs`, which keeps items. What values, keys and expressions are
//! stands in modules that know nothing of the service: [`value`], [`number`], [`key`], [`expression`].

pub mod api;
pub mod attribute_conditions;
mod backend;
mod backups;
mod capacity;
pub mod error;
mod expiring;
pub mod expression;
mod globals;
mod history;
pub mod key;
mod key_paths;
pub mod number;
mod operations;
mod parameters;
pub mod partiql;
mod proxy;
mod reading;
pub mod refusal;
mod replicas;
mod rows;
mod service;
mod stream;
pub mod streams;
mod table;
mod table_definition;
mod tables;
mod throughput;
mod tokens;
mod transfers;
mod trouble;
pub mod untrusted;
pub mod value;
mod writing;

pub use backend::{Backend, JAR, Local};
pub use service::{Config, DynamoDb, SPEC};
pub use streams::DynamoDbStreams;
pub use trouble::Trouble;
