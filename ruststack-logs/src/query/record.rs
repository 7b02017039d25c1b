//! What a query sees of an event: fields of CloudWatch Logs' own, those that it discovers in JSON, those a query makes.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use ruststack_core::clock::Timestamp;
use serde_json::Value as Json;

/// Fields that are discovered in one message; AWS's number.
const MAX_DISCOVERED: usize = 200;
/// Members within members that are discovered.
const MAX_DEPTH: usize = 20;

/// Fields and their values; those of rows of `stats` have no event.
#[derive(Clone, Default, Debug)]
pub(crate) struct Record {
    pub(super) fields: BTreeMap<String, Value>,
}

impl Record {
    /// Of an event with its time and when it was ingested; further fields are CloudWatch Logs' own.
    pub(crate) fn of_event(message: &str, (timestamp, ingested_at): (i64, i64), own: [(&str, &String); 3]) -> Self {
        let mut fields = fields_of(message);
        fields.insert("@timestamp".to_owned(), Value::Time(timestamp));
        fields.insert("@ingestionTime".to_owned(), Value::Time(ingested_at));
        fields.insert("@message".to_owned(), Value::text(message));
        fields.extend(own.map(|(name, value)| (name.to_owned(), Value::text(value))));
        Self { fields }
    }

    pub(crate) fn shown(&self) -> BTreeMap<String, String> {
        self.fields.iter().map(|(name, value)| (name.clone(), value.shown().into_owned())).collect()
    }
}

/// What a field holds.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Text(Arc<str>),
    Number(f64),
    /// Milliseconds since 1970; shown as a date.
    Time(i64),
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn of_bool(value: bool) -> Self {
        Self::Number(if value { 1.0 } else { 0.0 })
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Time(millis) => Some(*millis as f64),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        }
    }

    pub(super) fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(shown_number(*number)),
            Self::Time(millis) => {
                let iso_8601 = Timestamp::from_millis(*millis).to_iso_8601_millis();
                Cow::Owned(iso_8601.trim_end_matches('Z').replacen('T', " ", 1))
            }
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Number(number) => *number != 0.0,
            Self::Time(_) => true,
            Self::Text(text) => !text.is_empty() && &**text != "0" && !text.eq_ignore_ascii_case("false"),
        }
    }

    /// Numbers by their values, texts by their letters, numbers first.
    pub(super) fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self.number(), other.number()) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => self.shown().cmp(&other.shown()),
        }
    }
}

/// Without a fraction where there is none, with four digits of it at most.
fn shown_number(number: f64) -> String {
    let rounded = (number * 10_000.0).round() / 10_000.0;
    format!("{rounded}")
}

/// The fields that the JSON of a message has; none of what is no JSON.
pub(crate) fn discovered(message: &str) -> BTreeMap<String, String> {
    fields_of(message).into_iter().map(|(name, value)| (name, value.shown().into_owned())).collect()
}

pub(super) fn fields_of(message: &str) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::new();
    // The JSON may stand behind other text, as what functions log does.
    let start = message.find('{').unwrap_or(message.len());
    if let Ok(Json::Object(members)) = serde_json::from_str(message[start..].trim_end()) {
        members.iter().for_each(|(name, value)| discover(name, value, 0, &mut fields));
    }
    fields
}

fn discover(name: &str, value: &Json, depth: usize, fields: &mut BTreeMap<String, Value>) {
    if fields.len() >= MAX_DISCOVERED || depth > MAX_DEPTH {
        return;
    }
    let found = match value {
        Json::Null => return,
        Json::Bool(value) => Value::of_bool(*value),
        Json::Number(number) => number.as_f64().map_or_else(|| Value::text(&number.to_string()), Value::Number),
        Json::String(text) => Value::text(text),
        Json::Array(entries) => {
            for (index, entry) in entries.iter().enumerate().take(MAX_DISCOVERED) {
                discover(&format!("{name}.{index}"), entry, depth + 1, fields);
            }
            return;
        }
        Json::Object(members) => {
            for (member, value) in members {
                discover(&format!("{name}.{member}"), value, depth + 1, fields);
            }
            return;
        }
    };
    fields.insert(name.to_owned(), found);
}
