//! Filter patterns: which messages a filter, a subscription or `FilterLogEvents` means.
//!
//! There are three languages: terms (`ERROR -"exit 0"`), selectors of JSON (`{ $.level = "warn" && $.ms > 5 }`), and
//! fields between blanks (`[ip, ..., status = 4*]`). Each has a file below `filter_pattern/`; `scan.rs` is what they
//! are read with, `condition.rs` what they compare with.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>

mod condition;
mod fields;
mod json;
mod scan;
mod terms;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use self::{fields::Fields, json::Selection, scan::Scan, terms::Terms};
use crate::error::{LogsError, invalid};

/// The longest pattern. Characters.
pub const MAX_LENGTH: usize = 1024;
/// Parentheses within parentheses.
const MAX_DEPTH: usize = 32;

/// A pattern that was read; as a row it is its text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FilterPattern {
    text: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    /// No condition.
    All,
    Terms(Terms),
    Json(Selection),
    Fields(Fields),
}

/// Why a text is no pattern, in AWS's words where they are known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidPattern(pub String);

impl FilterPattern {
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        if text.chars().count() > MAX_LENGTH {
            return Err(InvalidPattern::new("Invalid filter pattern"));
        }
        let mut scan = Scan::new(text);
        let kind = match scan.peek() {
            None => Kind::All,
            Some('{') => Kind::Json(Selection::read(&mut scan)?),
            Some('[') => Kind::Fields(Fields::read(&mut scan)?),
            Some(_) => Kind::Terms(Terms::read(&mut scan)?),
        };
        if scan.peek().is_some() {
            return Err(InvalidPattern::new("Invalid filter pattern"));
        }
        Ok(Self { text: text.to_owned(), kind })
    }

    /// What matches everything.
    pub fn all() -> Self {
        Self { text: String::new(), kind: Kind::All }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn matches(&self, message: &str) -> bool {
        match &self.kind {
            Kind::All => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::Json(selection) => selection.matches(message),
            Kind::Fields(fields) => fields.matches(message),
        }
    }

    /// What a metric could be made of: the fields of the message, or what selectors of the pattern find in it.
    pub fn extract(&self, message: &str) -> BTreeMap<String, String> {
        match &self.kind {
            Kind::All | Kind::Terms(_) => BTreeMap::new(),
            Kind::Json(selection) => selection.extract(message),
            Kind::Fields(fields) => fields.extract(message),
        }
    }
}

impl InvalidPattern {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl TryFrom<String> for FilterPattern {
    type Error = InvalidPattern;

    fn try_from(text: String) -> Result<Self, InvalidPattern> {
        Self::parse(&text)
    }
}

impl From<FilterPattern> for String {
    fn from(pattern: FilterPattern) -> Self {
        pattern.text
    }
}

impl fmt::Debug for FilterPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FilterPattern").field(&self.text).finish()
    }
}

impl PartialEq for FilterPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPattern {}

impl From<InvalidPattern> for LogsError {
    fn from(pattern: InvalidPattern) -> Self {
        invalid(pattern.0)
    }
}
