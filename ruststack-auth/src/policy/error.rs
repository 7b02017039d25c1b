//! What can be wrong with a policy. Each service has its own words for it, so these name the fault and no more.

use std::fmt;

/// Why a text is no policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InvalidPolicy {
    /// Longer than its kind may be.
    TooLarge {
        limit_bytes: usize,
    },
    /// No JSON, or the first byte is not `{`.
    NotJson,
    /// Lists and objects nested deeper than any policy needs.
    TooDeep,
    /// The same name twice in one object.
    DuplicateField(String),
    /// A string where an object belongs, and the like; names the element.
    WrongType(String),
    UnknownField(String),
    MissingField(&'static str),
    /// `Action` beside `NotAction`, and the like.
    ConflictingFields(&'static str, &'static str),
    /// An element that this kind of policy must not have: `Principal` in an identity's.
    ForbiddenField(&'static str),
    /// Neither 2008-10-17 nor 2012-10-17.
    InvalidVersion(String),
    InvalidEffect(String),
    InvalidSid(String),
    DuplicateSid(String),
    /// `"Statement": []`.
    NoStatements,
    InvalidPrincipal(String),
    InvalidAction(String),
    InvalidResource(String),
    UnknownOperator(String),
    InvalidConditionKey(String),
    InvalidConditionValue {
        operator: String,
        value: String,
    },
}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit_bytes } => write!(f, "longer than {limit_bytes} bytes"),
            Self::NotJson => f.write_str("no JSON object"),
            Self::TooDeep => f.write_str("nested too deeply"),
            Self::DuplicateField(name) => write!(f, "{name:?} occurs twice"),
            Self::WrongType(name) => write!(f, "{name} has the wrong type"),
            Self::UnknownField(name) => write!(f, "unknown element {name:?}"),
            Self::MissingField(name) => write!(f, "{name} is missing"),
            Self::ConflictingFields(one, other) => write!(f, "both {one} and {other}"),
            Self::ForbiddenField(name) => write!(f, "{name} does not belong in this kind of policy"),
            Self::InvalidVersion(text) => write!(f, "unknown version {text:?}"),
            Self::InvalidEffect(text) => write!(f, "unknown effect {text:?}"),
            Self::InvalidSid(text) => write!(f, "invalid statement id {text:?}"),
            Self::DuplicateSid(text) => write!(f, "two statements have the id {text:?}"),
            Self::NoStatements => f.write_str("no statement"),
            Self::InvalidPrincipal(text) => write!(f, "invalid principal {text:?}"),
            Self::InvalidAction(text) => write!(f, "invalid action {text:?}"),
            Self::InvalidResource(text) => write!(f, "invalid resource {text:?}"),
            Self::UnknownOperator(text) => write!(f, "unknown condition operator {text:?}"),
            Self::InvalidConditionKey(text) => write!(f, "invalid condition key {text:?}"),
            Self::InvalidConditionValue { operator, value } => write!(f, "{operator} cannot compare with {value:?}"),
        }
    }
}

impl std::error::Error for InvalidPolicy {}
