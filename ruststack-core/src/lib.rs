//! What every service of RustStack leans on; knows no service by name.
//!
//! Read in this order: [`service`] (the plug-in seam), [`gateway`] (a request's life), [`operation`] and [`protocol`]
//! (typed operations and the wire), [`error`], [`context`], [`store`], [`journal`], [`bus`],
//! [`outbox`].

pub mod arn;
pub mod background;
pub mod body;
pub mod bus;
pub mod clock;
pub mod context;
pub mod current_request;
pub mod error;
pub mod faults;
pub mod gateway;
pub mod identity;
pub mod ids;
pub mod journal;
pub mod measure;
pub mod operation;
pub mod outbound;
pub mod outbox;
pub mod page;
pub mod pattern;
pub mod protocol;
pub mod record;
pub mod registry;
pub mod scope;
pub mod service;
pub mod shape;
pub mod snapshot;
pub mod store;
pub mod tags;
pub mod tasks;
pub mod validate;
pub mod wire;

/// A request as it came off the wire: nothing decoded, nothing buffered.
pub type Request = http::Request<body::Body>;
/// A response ready for the wire.
pub type Response = http::Response<body::Body>;
