//! Expressions: conditions, filters, key conditions, projections and updates.
//!
//! A text is parsed once, without its placeholders ([`ParsedCondition`], [`ParsedProjection`], [`ParsedUpdate`]: these
//! can be kept), then bound to names and values ([`Binding`]), which makes what is evaluated: [`Condition`],
//! [`Projection`], [`Update`], and of a condition a [`KeyCondition`].

mod binding;
mod condition;
mod grammar;
pub(crate) mod kept;
mod key_condition;
mod key_rules;
mod lexer;
mod path;
mod projection;
mod reserved;
mod rules;
mod update;
mod written;

pub use binding::{Binding, check_names, check_only_with_expressions, check_values};
pub use condition::{Comparator, Condition, Operand};
pub use grammar::{ParsedCondition, ParsedProjection, ParsedUpdate};
pub use key_condition::{KeyClauses, KeyCondition};
pub use key_rules::KeysOf;
pub use path::{Path, Step};
pub use projection::Projection;
pub use update::{Action, Source, Update};

use crate::refusal::Refusal;

/// The longest expression, in bytes as it is sent.
const MAX_SIZE: usize = 4096;
/// The most operators and functions in one expression.
const MAX_OPERATORS: usize = 300;
/// The most operands of an `IN`.
const MAX_IN_OPERANDS: usize = 100;
/// The most steps of a path.
const MAX_PATH: usize = 32;

/// Which parameter of a request an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ExpressionKind {
    Condition,
    Filter,
    KeyCondition,
    Projection,
    Update,
}

impl ExpressionKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Condition => "ConditionExpression",
            Self::Filter => "FilterExpression",
            Self::KeyCondition => "KeyConditionExpression",
            Self::Projection => "ProjectionExpression",
            Self::Update => "UpdateExpression",
        }
    }

    /// What AWS says of a wrong one.
    fn invalid(self, reason: impl AsRef<str>) -> Refusal {
        Refusal::plain(format!("Invalid {}: {}", self.name(), reason.as_ref()))
    }
}

#[cfg(test)]
mod tests;
