//! AWS's policy language: parsed ([`document`]), and evaluated for a request ([`evaluate`]).
//!
//! Pure: it knows no service and does no I/O. Who stores policies keeps them parsed, in an `Arc`.

mod compare;
pub mod condition;
pub mod context;
mod date;
pub mod document;
pub mod error;
pub mod evaluate;
mod json;
pub mod labelled;
mod network;
mod parse;
pub mod principal;
pub mod public;
pub mod stored;
pub mod variables;
mod wildcard;

#[cfg(test)]
mod tests;
