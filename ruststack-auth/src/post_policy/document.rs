//! The policy document: JSON as AWS reads it, which is a little more than JSON.

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::{clock::Timestamp, error::AwsError};
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{MAX_POLICY_LENGTH, PostPolicy, condition::Condition};

pub(super) fn parse(encoded: &str) -> Result<PostPolicy, AwsError> {
    let encoded: String = encoded.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(encoded).map_err(|_| invalid("invalid Base64 encoding."))?;
    let text = String::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_POLICY_LENGTH);
    let text = text.ok_or_else(|| invalid("Invalid JSON."))?;
    // serde_json goes 128 levels deep and no further.
    let Ok(Value::Object(members)) = serde_json::from_str(&strict(&text)) else {
        return Err(invalid("Invalid JSON."));
    };
    let conditions = match members.get("conditions") {
        None => return Err(invalid("Policy missing conditions.")),
        Some(Value::Array(conditions)) => conditions,
        Some(_) => return Err(invalid("Invalid 'conditions' value: must be a List.")),
    };
    let expiration = expiration(&members)?;
    let conditions = conditions.iter().map(condition).collect::<Result<_, _>>()?;
    Ok(PostPolicy { expiration, conditions })
}

fn expiration(members: &Map<String, Value>) -> Result<Timestamp, AwsError> {
    let value = members.get("expiration").ok_or_else(|| invalid("Policy missing expiration."))?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let date = OffsetDateTime::parse(&text, &Rfc3339).ok().filter(|_| text.ends_with('Z'));
    date.map(Timestamp::from_date_time).ok_or_else(|| invalid(&format!("Invalid 'expiration' value: '{text}'")))
}

fn condition(value: &Value) -> Result<Condition, AwsError> {
    match value {
        Value::Object(members) => simple(members),
        Value::Array(items) => listed(items),
        _ => Err(invalid("Invalid condition test: must be a List or Object.")),
    }
}

/// `{"acl": "private"}`.
fn simple(members: &Map<String, Value>) -> Result<Condition, AwsError> {
    let mut members = members.iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        return Err(invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."));
    };
    let value = value.as_str().ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
    Ok(Condition::Equal { field: format!("${name}"), value: value.to_owned() })
}

/// `["eq", "$acl", "private"]`.
fn listed(items: &[Value]) -> Result<Condition, AwsError> {
    let operation = items.first().and_then(Value::as_str);
    let operation = operation.ok_or_else(|| invalid("Invalid Condition: missing operation identifier."))?;
    let kind = operation.to_ascii_lowercase();
    if !["eq", "starts-with", "content-length-range"].contains(&kind.as_str()) {
        return Err(invalid(&format!("Invalid Condition: unknown operation '{operation}'.")));
    }
    let [_, first, second] = items else {
        return Err(invalid(&format!("Invalid {kind}: wrong number of arguments.")));
    };
    if kind == "content-length-range" {
        return Ok(Condition::Size { min: first.clone(), max: second.clone() });
    }
    let texts = first.as_str().zip(second.as_str());
    let (field, value) = texts.ok_or_else(|| invalid(&format!("Invalid {kind}: value must be a string.")))?;
    let (field, value) = (field.to_owned(), value.to_owned());
    Ok(match kind.as_str() {
        "eq" => Condition::Equal { field, value },
        _ => Condition::StartsWith { field, prefix: value },
    })
}

/// What AWS takes beyond JSON, made JSON: `\$` and `\v` in texts, and a comma behind the last element.
fn strict(text: &str) -> String {
    let mut strict = String::with_capacity(text.len());
    let mut characters = text.chars();
    let mut is_in_text = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' if is_in_text => match characters.next() {
                Some('$') => strict.push('$'),
                Some('v') => strict.push_str("\\u000b"),
                other => {
                    strict.push('\\');
                    strict.extend(other);
                }
            },
            ',' if !is_in_text && characters.as_str().trim_start().starts_with([']', '}']) => {}
            other => {
                is_in_text ^= other == '"';
                strict.push(other);
            }
        }
    }
    strict
}

fn invalid(why: &str) -> AwsError {
    AwsError::new(400, "InvalidPolicyDocument", format!("Invalid Policy: {why}"))
}
