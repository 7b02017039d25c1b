//! Simple values as text: in forms, headers, paths, query strings and XML.

use serde_json::Value;
use time::{
    OffsetDateTime, PrimitiveDateTime,
    format_description::well_known::{Rfc2822, Rfc3339},
    macros::format_description,
};

use crate::{
    clock::Timestamp,
    shape::{Shape, TimestampFormat},
};

/// A text that is no value of its kind.
#[derive(Debug, PartialEq, Eq)]
pub struct NotA {
    /// `integer`, as messages name it.
    pub kind: &'static str,
    pub text: String,
}

/// The value that `text` stands for.
pub fn read(shape: &Shape, text: &str) -> Result<Value, NotA> {
    let not_a = |kind| NotA { kind, text: text.to_owned() };
    match shape {
        Shape::Integer(_) => text.trim().parse::<i32>().map(Value::from).map_err(|_| not_a("integer")),
        Shape::Long(_) => text.trim().parse::<i64>().map(Value::from).map_err(|_| not_a("long")),
        Shape::Float(_) => text.trim().parse::<f64>().map(Value::from).map_err(|_| not_a("double")),
        Shape::Boolean => boolean(text).map(Value::from).ok_or_else(|| not_a("boolean")),
        Shape::Timestamp(_) => seconds(text.trim()).ok_or_else(|| not_a("timestamp")),
        _ => Ok(Value::from(text)),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "True" | "TRUE" | "1" => Some(true),
        "false" | "False" | "FALSE" | "0" => Some(false),
        _ => None,
    }
}

/// Clients send any of the three formats, whatever the model asks for.
fn seconds(text: &str) -> Option<Value> {
    if let Ok(number) = text.parse::<f64>() {
        return Some(epoch((number * 1000.0).round() as i64));
    }
    let without_zone = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let date_time = OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822))
        .or_else(|_| PrimitiveDateTime::parse(text, without_zone).map(PrimitiveDateTime::assume_utc));
    date_time.ok().map(|date_time| epoch(Timestamp::from_date_time(date_time).millis()))
}

/// Seconds since 1970 as JSON has them: whole where they are.
pub fn epoch(millis: i64) -> Value {
    if millis % 1000 == 0 { Value::from(millis / 1000) } else { Value::from(millis as f64 / 1000.0) }
}

/// A value as text; structures have none.
pub fn write(shape: &Shape, value: &Value) -> Option<String> {
    match (shape, value) {
        (Shape::Timestamp(format), value) => value.as_f64().map(|seconds| timestamp(*format, seconds)),
        (_, Value::String(text)) => Some(text.clone()),
        (_, Value::Bool(_) | Value::Number(_)) => Some(value.to_string()),
        _ => None,
    }
}

fn timestamp(format: TimestampFormat, seconds: f64) -> String {
    let time = Timestamp::from_millis((seconds * 1000.0).round() as i64);
    match format {
        TimestampFormat::UnixTimestamp => epoch(time.millis()).to_string(),
        TimestampFormat::HttpDate => time.to_http_date(),
        TimestampFormat::Iso8601 if time.millis() % 1000 == 0 => time.to_iso_8601(),
        TimestampFormat::Iso8601 => time.to_iso_8601_millis(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::shape::Bounds;

    #[test]
    fn times_are_read_in_every_format_and_written_in_the_models() {
        let iso = Shape::Timestamp(TimestampFormat::Iso8601);
        for text in ["2026-11-21T01:02:03Z", "Sat, 21 Nov 2026 01:02:03 GMT", "1795222923", "2026-11-21T01:02:03"] {
            assert_eq!(read(&iso, text), Ok(json!(1_795_222_923)), "{text}");
        }
        assert_eq!(write(&iso, &json!(1_795_222_923)).as_deref(), Some("2026-11-21T01:02:03Z"));
        assert_eq!(write(&iso, &json!(1_795_222_923.5)).as_deref(), Some("2026-11-21T01:02:03.500Z"));
        let http = Shape::Timestamp(TimestampFormat::HttpDate);
        assert_eq!(write(&http, &json!(1_795_222_923)).as_deref(), Some("Sat, 21 Nov 2026 01:02:03 GMT"));
        assert!(read(&iso, "yesterday").is_err());
    }

    #[test]
    fn numbers_and_booleans_are_what_they_say() {
        assert_eq!(read(&Shape::Integer(Bounds::NONE), "12"), Ok(json!(12)));
        let error = read(&Shape::Integer(Bounds::NONE), "3000000000").unwrap_err();
        assert_eq!((error.kind, error.text.as_str()), ("integer", "3000000000"));
        assert_eq!(read(&Shape::Long(Bounds::NONE), "3000000000"), Ok(json!(3_000_000_000_i64)));
        assert_eq!(read(&Shape::Boolean, "true"), Ok(json!(true)));
        assert!(read(&Shape::Boolean, "yes").is_err());
    }
}
