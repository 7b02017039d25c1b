//! One condition of a policy.

use std::{fmt, ops::RangeInclusive};

use serde_json::Value;

use super::Fields;

/// What a field's value, or the file's size, must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    /// `{"acl": "private"}` and `["eq", "$acl", "private"]`.
    Equal { field: String, value: String },
    /// `["starts-with", "$key", "user/"]`.
    StartsWith { field: String, prefix: String },
    /// `["content-length-range", 1, 10]`, as it stands in the document.
    Size { min: Value, max: Value },
}

impl Condition {
    pub(super) fn holds(&self, fields: &Fields, bucket: &str) -> bool {
        match self {
            Self::Equal { field, value } => found(field, fields, bucket) == Some(value),
            Self::StartsWith { field, prefix } => {
                found(field, fields, bucket).is_some_and(|found| starts_with(field, found, prefix))
            }
            Self::Size { .. } => self.sizes().is_some(),
        }
    }

    /// Of the sizes those that this condition allows, too.
    pub(super) fn narrowed(&self, sizes: RangeInclusive<u64>) -> RangeInclusive<u64> {
        match self.sizes() {
            Some((min, max)) => min.max(*sizes.start())..=max.min(*sizes.end()),
            None => sizes,
        }
    }

    pub(super) fn is_about(&self, name: &str) -> bool {
        match self {
            Self::Equal { field, .. } | Self::StartsWith { field, .. } => {
                field.strip_prefix('$').is_some_and(|field| field.eq_ignore_ascii_case(name))
            }
            Self::Size { .. } => false,
        }
    }

    fn sizes(&self) -> Option<(u64, u64)> {
        match self {
            Self::Size { min, max } => size(min).zip(size(max)),
            _ => None,
        }
    }
}

/// As refusals show it.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text: &str| Value::from(text).to_string();
        match self {
            Self::Equal { field, value } => write!(f, "[\"eq\", {}, {}]", text(field), text(value)),
            Self::StartsWith { field, prefix } => write!(f, "[\"starts-with\", {}, {}]", text(field), text(prefix)),
            Self::Size { min, max } => write!(f, "[\"content-length-range\", {min}, {max}]"),
        }
    }
}

/// The value of `$field`; without the sign there is none.
fn found<'f>(field: &str, fields: &'f Fields, bucket: &'f str) -> Option<&'f str> {
    match field.strip_prefix('$')? {
        name if name.eq_ignore_ascii_case("bucket") => Some(bucket),
        name => fields.get(name),
    }
}

/// A list of content types begins as it must when each of them does.
fn starts_with(field: &str, found: &str, prefix: &str) -> bool {
    if field.eq_ignore_ascii_case("$content-type") {
        return found.split(',').all(|one| one.trim_start().starts_with(prefix));
    }
    found.starts_with(prefix)
}

/// A number, or a text that is one.
fn size(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
