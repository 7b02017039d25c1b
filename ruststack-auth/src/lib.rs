//! Who is calling: credentials in requests, AWS's signatures, and the keys that RustStack issued.
//!
//! [`credential`] finds what a request shows, [`authenticator`] says who that is and, when verification is on, holds
//! the request to its signature ([`sigv4`], [`sigv2`]). Streams are held to theirs by who reads them ([`proof`]), and so
//! are HTML forms ([`authenticator::form`]), whose limits are in their [`post_policy`].
//! Whether they may do what they ask for is [`policy`]'s to say; [`authorizer`] knows the policies of each from who keeps
//! identities ([`directory`]), and decides for them ([`access`]); [`service_sender`] decides for services that deliver to each other.

pub mod access;
pub mod authenticator;
pub mod authorizer;
pub mod credential;
pub mod directory;
pub mod issued_keys;
pub mod policy;
pub mod post_policy;
pub mod proof;
mod query;
pub mod service_sender;
pub mod sigv2;
pub mod sigv4;

pub use authenticator::{Authenticator, Config, Mode};
pub use authorizer::Authorizer;
