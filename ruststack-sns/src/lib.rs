//! Amazon Simple Notification Service: topics and who subscribes to them, pushes to mobile devices, text messages.
//!
//! Read [`operations`], its table of contents; `publishing.rs` says what becomes of a message, and `delivering.rs` how it
//! gets to its subscribers.

mod access;
pub mod api;
mod arns;
mod attribute_value;
mod confirming;
mod deduplication;
mod delivering;
mod delivery_policy;
mod delivery_status;
mod envelope;
pub mod error;
mod filter;
mod inspection;
mod kept_messages;
mod limits;
mod message;
mod message_attributes;
mod operations;
mod pages;
mod phone;
mod platforms;
mod policy;
mod protocol;
mod publishing;
mod regional;
mod rows;
mod service;
mod signing;
mod sms;
mod subscription;
mod subscription_attributes;
mod tags;
mod token;
mod topic;
mod topic_attributes;
mod topics;
mod topics_of_calls;
pub mod untrusted;

pub use service::{Config, SPEC, Sns};
