//! The wire protocols: how operations are read and answers written in each.

pub mod render_error;
