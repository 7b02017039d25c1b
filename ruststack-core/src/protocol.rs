//! The wire protocols: how operations are read and answers written in each.

pub mod aws_query;
pub mod render_error;
