//! The values of queries. What comes of CSV is text, and counts as a number where one is wanted.

use std::cmp::Ordering;

use serde_json::Value as Json;
use time::{OffsetDateTime, format_description::well_known::Iso8601};

use super::error::SelectError;

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Missing,
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
    Timestamp(OffsetDateTime),
    /// A list or an object.
    Nested(Json),
}

impl Value {
    pub(crate) fn of_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Boolean(*value),
            Json::Number(number) => match number.as_i64() {
                Some(integer) => Self::Integer(integer),
                None => Self::Decimal(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => Self::Text(text.clone()),
            nested => Self::Nested(nested.clone()),
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Missing | Self::Null => Json::Null,
            Self::Boolean(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Decimal(value) => (*value).into(),
            Self::Text(text) => text.as_str().into(),
            Self::Timestamp(_) => self.to_text().into(),
            Self::Nested(nested) => nested.clone(),
        }
    }

    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Missing | Self::Null => String::new(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Decimal(value) => value.to_string(),
            Self::Text(text) => text.clone(),
            // Years that cannot be written are none that could be read.
            Self::Timestamp(moment) => moment.format(&Iso8601::DEFAULT).unwrap_or_default(),
            Self::Nested(nested) => nested.to_string(),
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Missing | Self::Null)
    }

    /// A number, or a text that is one.
    pub(crate) fn as_number(&self) -> Option<Self> {
        match self {
            Self::Integer(_) | Self::Decimal(_) => Some(self.clone()),
            Self::Text(text) => parse_number(text),
            _ => None,
        }
    }

    pub(crate) fn as_decimal(&self) -> Option<f64> {
        match self.as_number()? {
            #[expect(clippy::cast_precision_loss, reason = "decimals have the precision that they have")]
            Self::Integer(value) => Some(value as f64),
            Self::Decimal(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => Some(one.cmp(other)),
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Boolean(one), Self::Boolean(other)) => Some(one.cmp(other)),
            (Self::Boolean(one), Self::Text(text)) => Some(one.cmp(&parse_boolean(text)?)),
            (Self::Text(text), Self::Boolean(other)) => Some(parse_boolean(text)?.cmp(other)),
            (Self::Timestamp(one), Self::Timestamp(other)) => Some(one.cmp(other)),
            (Self::Nested(one), Self::Nested(other)) => (one == other).then_some(Ordering::Equal),
            _ => self.as_decimal()?.partial_cmp(&other.as_decimal()?),
        }
    }

    pub(crate) fn cast(&self, target: &str) -> Result<Self, SelectError> {
        if self.is_nothing() {
            return Ok(self.clone());
        }
        let text = self.to_text();
        let cast = match target {
            "INT" | "INTEGER" => self.as_number().and_then(|number| number.truncated()),
            "FLOAT" | "DECIMAL" | "NUMERIC" | "DOUBLE" => self.as_decimal().map(Self::Decimal),
            "BOOL" | "BOOLEAN" => parse_boolean(&text).map(Self::Boolean),
            "TIMESTAMP" => parse_timestamp(&text).map(Self::Timestamp),
            _ => Some(Self::Text(text.clone())),
        };
        cast.ok_or_else(|| SelectError::cast(&text, target))
    }

    fn truncated(self) -> Option<Self> {
        match self {
            #[expect(clippy::cast_possible_truncation, reason = "it was looked at whether it fits")]
            Self::Decimal(value) if value.abs() < 9.2e18 => Some(Self::Integer(value.trunc() as i64)),
            Self::Integer(_) => Some(self),
            _ => None,
        }
    }
}

pub(super) fn parse_number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(integer) = text.parse() {
        return Some(Value::Integer(integer));
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|value: &f64| is_number && value.is_finite()).map(Value::Decimal)
}

fn parse_boolean(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") || text == "1" => Some(true),
        text if text.eq_ignore_ascii_case("false") || text == "0" => Some(false),
        _ => None,
    }
}

/// `2007T`, `2007-02T`, `2007-02-23`, with and without a time of day, in UTC where no offset is named.
pub(super) fn parse_timestamp(text: &str) -> Option<OffsetDateTime> {
    let (date, time) = text.trim().split_once('T').unwrap_or((text.trim(), ""));
    let date = match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    let time = match time {
        "" => "00:00:00Z".to_owned(),
        time if time.ends_with('Z') || time.contains(['+', '-']) => time.to_owned(),
        time => format!("{time}Z"),
    };
    OffsetDateTime::parse(&format!("{date}T{time}"), &Iso8601::DEFAULT).ok()
}
