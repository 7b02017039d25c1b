//! AWS Lambda, which really runs code.

#![allow(dead_code, unused_imports, reason = "what uses it comes next")]

pub mod api;
pub mod executor;
mod runtime_api;
