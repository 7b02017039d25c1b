//! Event patterns: what an event must be like to be taken, parsed and checked once, matched often.
//!
//! The language is AWS's (rules of an event bus, filter policies of a subscription); where they differ is in
//! [`Dialect`]. A leaf is a list of alternatives, different keys must all hold, `$or` has branches, and keys are joined
//! with dots, in the pattern as in the event.

mod cidr;
mod condition;
mod dialect;
mod fields;
mod operators;
mod parse;
#[cfg(test)]
mod tests;
mod tokens;
mod wildcard;

use std::sync::Arc;

use serde_json::Value;

use self::condition::Condition;
pub use self::{dialect::Dialect, fields::Fields};

/// How deep a pattern may nest, which is far deeper than AWS's limits on its length let one nest usefully.
const MAX_DEPTH: usize = 100;

/// Into how many branches the `$or`s of a pattern may multiply; AWS's number.
const MAX_BRANCHES: usize = 1000;

/// A pattern that was parsed and found valid.
#[derive(Debug, Clone)]
pub struct Pattern {
    branches: Vec<Branch>,
}

/// Conditions that must all hold.
#[derive(Debug, Clone, Default)]
struct Branch {
    leaves: Vec<Leaf>,
}

/// One field, and what it may be.
#[derive(Debug, Clone)]
struct Leaf {
    /// The keys that lead to it, joined with dots.
    path: Arc<str>,
    /// How many bytes of the path are its outermost key.
    top_bytes: usize,
    /// How many keys lead to it.
    depth: u64,
    conditions: Arc<[Condition]>,
}

/// Why a pattern is not valid, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidPattern {
    /// It is no pattern; with the place, as AWS tells it.
    Syntax(String),
    TooManyKeys {
        limit: usize,
    },
    TooComplex,
    /// Keys within keys, where only flat attributes are matched.
    Nested,
}

impl std::fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax(text) => f.write_str(text),
            Self::TooManyKeys { limit } => write!(f, "Filter policy can not have more than {limit} keys"),
            Self::TooComplex => f.write_str("Filter policy is too complex"),
            Self::Nested => f.write_str("Filter policy scope MessageAttributes does not support nested filter policy"),
        }
    }
}

impl std::error::Error for InvalidPattern {}

impl Pattern {
    /// Parses `text`, or says in AWS's words what is wrong with it.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, InvalidPattern> {
        let pattern = Self { branches: parse::branches(text, dialect)? };
        dialect.check(&pattern)?;
        Ok(pattern)
    }

    /// Whether `event` is like this.
    pub fn matches(&self, event: &Value) -> bool {
        self.matches_fields(&Fields::of(event))
    }

    /// The same, for an event that many patterns are asked about.
    pub fn matches_fields(&self, event: &Fields<'_>) -> bool {
        self.branches.iter().any(|branch| event.satisfy(&branch.leaves))
    }
}

impl Branch {
    /// A key that comes twice counts as it comes last.
    fn put(&mut self, leaf: Leaf) {
        match self.leaves.iter_mut().find(|known| known.path == leaf.path) {
            Some(known) => *known = leaf,
            None => self.leaves.push(leaf),
        }
    }
}
