//! S3 Select: a query in SQL over the records of one object.
//!
//! `select/parser.rs` reads the query, `select/input.rs` the records, `select/evaluate.rs` runs the one over the other, and
//! `select/output.rs` and `select/events.rs` write what comes of it.

pub(crate) mod error;
pub(crate) mod evaluate;
pub(crate) mod events;
mod functions;
pub(crate) mod input;
mod lexer;
pub(crate) mod output;
pub(crate) mod parser;
mod value;

/// Whether a text is a query that is run; for fuzzing.
pub fn takes_query(text: &str) -> bool {
    parser::parse(text).is_ok()
}

#[cfg(test)]
mod tests;
