//! CloudWatch Logs Insights' query language, a bounded part of it: `fields`, `display`, `filter`, `parse`, `sort`,
//! `limit`, `dedup` and `stats`.
//!
//! `lexer.rs` and `parser.rs` read a query, `run.rs` applies it to records (`record.rs`); `expression.rs` is what
//! stands between operators and in parentheses, `stats.rs` what `stats` counts.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html>

mod expression;
mod lexer;
mod parser;
pub(crate) mod record;
pub(crate) mod run;
mod stats;
#[cfg(test)]
mod tests;

use std::fmt;

use regex::Regex;

use self::{expression::Expression, record::Record, stats::Aggregate};

/// The longest query. Characters.
pub const MAX_LENGTH: usize = 10_000;
/// Parentheses, functions and operators within each other.
const MAX_DEPTH: usize = 32;
/// Commands of a query.
const MAX_COMMANDS: usize = 100;

/// A query that was read.
#[derive(Clone, Debug)]
pub struct Query {
    commands: Vec<Command>,
}

#[derive(Clone, Debug)]
enum Command {
    /// Shows these, and makes those that have a name of their own.
    Fields(Vec<Named>),
    /// Shows these alone.
    Display(Vec<Named>),
    Filter(Expression),
    Parse {
        source: Expression,
        pattern: Regex,
        names: Vec<String>,
    },
    Sort(Vec<(Expression, Order)>),
    Limit(usize),
    Dedup(Vec<Expression>),
    Stats {
        aggregates: Vec<(String, Aggregate)>,
        by: Vec<Named>,
    },
}

/// An expression, and what it is called in results.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    expression: Expression,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    Ascending,
    Descending,
}

/// Why a text is no query, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidQuery {
    pub message: String,
    /// Of a character.
    pub position: usize,
}

impl fmt::Display for InvalidQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.message, self.position)
    }
}

impl std::error::Error for InvalidQuery {}

impl Query {
    pub fn parse(text: &str) -> Result<Self, InvalidQuery> {
        parser::parse(text).map(|commands| Self { commands })
    }

    /// What it finds in messages that came at the beginning of time: for fuzzing.
    pub fn of_messages(&self, messages: &[&str]) -> usize {
        let own = String::new();
        let record =
            |message: &&str| Record::of_event(message, (0, 0), [("@logStream", &own), ("@log", &own), ("@ptr", &own)]);
        self.run(messages.iter().map(record), usize::MAX).rows.len()
    }
}
