//! The wire protocols: how operations are read and answers written in each.
//!
//! An input becomes a JSON value by its shape, whatever protocol brought it; one that is JSON and as it has to be is read
//! without that detour. An output is JSON, which the other protocols make their own of. The services see neither.

pub mod aws_json;
pub mod aws_query;
pub mod event_stream;
pub mod json;
pub mod render_error;
pub mod rest;
pub mod rest_json;
pub mod rest_xml;
pub mod scalar;
pub mod uri;
pub mod xml;
