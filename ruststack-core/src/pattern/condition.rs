//! What one value may be.

use std::{cmp::Ordering, net::IpAddr};

use serde_json::{Number, Value};

use super::{cidr::Network, wildcard::Wildcard};

/// One alternative of a leaf.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Null,
    Boolean(bool),
    Number(Number),
    Text(String),
    /// The same address, however it is written.
    Address(IpAddr),
    Prefix(String),
    Suffix(String),
    /// These three are kept in lower case.
    EqualsIgnoreCase(String),
    PrefixIgnoreCase(String),
    SuffixIgnoreCase(String),
    Wildcard(Wildcard),
    Numeric(Range),
    Cidr(Network),
    /// None of these.
    AnythingBut(Vec<Condition>),
    Exists,
    /// Not of a value: of there being none.
    Absent,
}

/// Numbers between two.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Range {
    pub(super) bottom: Option<Bound>,
    pub(super) top: Option<Bound>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) value: f64,
    pub(super) is_open: bool,
}

impl Condition {
    /// Whether a value that is neither an object nor an array is like this.
    pub(super) fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Null => value.is_null(),
            Self::Boolean(wanted) => value.as_bool() == Some(*wanted),
            Self::Number(wanted) => matches!(value, Value::Number(number) if equal(number, wanted)),
            Self::Numeric(range) => value.as_f64().is_some_and(|number| range.contains(number)),
            Self::AnythingBut(conditions) => !conditions.iter().any(|condition| condition.holds(value)),
            Self::Exists => true,
            Self::Absent => false,
            textual => value.as_str().is_some_and(|text| textual.holds_text(text)),
        }
    }

    fn holds_text(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => text == wanted,
            Self::Address(wanted) => text.parse() == Ok(*wanted),
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Self::EqualsIgnoreCase(wanted) => text.to_lowercase() == *wanted,
            Self::PrefixIgnoreCase(prefix) => text.to_lowercase().starts_with(prefix.as_str()),
            Self::SuffixIgnoreCase(suffix) => text.to_lowercase().ends_with(suffix.as_str()),
            Self::Wildcard(wildcard) => wildcard.matches(text),
            Self::Cidr(network) => network.contains(text),
            _ => false,
        }
    }
}

impl Range {
    pub(super) fn exactly(value: f64) -> Self {
        let bound = Some(Bound { value, is_open: false });
        Self { bottom: bound, top: bound }
    }

    fn contains(&self, number: f64) -> bool {
        let above = |bound: Bound| if bound.is_open { number > bound.value } else { number >= bound.value };
        let below = |bound: Bound| if bound.is_open { number < bound.value } else { number <= bound.value };
        self.bottom.is_none_or(above) && self.top.is_none_or(below)
    }
}

/// `300`, `300.0` and `3e2` are one number; whole numbers are compared to the last digit.
fn equal(one: &Number, other: &Number) -> bool {
    one == other
        || (one.is_f64() || other.is_f64()) && one.as_f64().partial_cmp(&other.as_f64()).is_some_and(Ordering::is_eq)
}
