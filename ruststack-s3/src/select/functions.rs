//! Functions of strings, of dates and of conditions.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html>

use std::time::Duration as Wait;

use time::{Duration, Month, OffsetDateTime};

use super::{
    error::SelectError,
    evaluate::Scope,
    parser::Expression,
    value::{Value, parse_timestamp},
};

const KNOWN: [&str; 9] =
    ["CHARACTER_LENGTH", "CHAR_LENGTH", "COALESCE", "LOWER", "NULLIF", "TO_STRING", "TO_TIMESTAMP", "UPPER", "UTCNOW"];

/// Those whose arguments are written as every function's.
pub(super) fn is_known(function: &str) -> bool {
    KNOWN.contains(&function)
}

pub(super) fn call(scope: &Scope<'_>, function: &str, arguments: &[Expression]) -> Result<Value, SelectError> {
    if function == "COALESCE" {
        for argument in arguments {
            let value = scope.evaluate(argument)?;
            if !value.is_nothing() {
                return Ok(value);
            }
        }
        return Ok(Value::Null);
    }
    let values: Vec<Value> = arguments.iter().map(|argument| scope.evaluate(argument)).collect::<Result<_, _>>()?;
    let wrong = || SelectError::arguments(function);
    let [first, rest @ ..] = values.as_slice() else {
        return if function == "UTCNOW" { Ok(Value::Timestamp(scope.now.to_date_time())) } else { Err(wrong()) };
    };
    if function == "NULLIF" {
        let [other] = rest else { return Err(wrong()) };
        let is_same = first.compare(other).is_some_and(|order| order.is_eq());
        return Ok(if is_same { Value::Null } else { first.clone() });
    }
    if values.iter().any(Value::is_nothing) {
        return Ok(Value::Null);
    }
    match (function, values.as_slice()) {
        ("LOWER", [Value::Text(text)]) => Ok(Value::Text(text.to_lowercase())),
        ("UPPER", [Value::Text(text)]) => Ok(Value::Text(text.to_uppercase())),
        ("CHAR_LENGTH" | "CHARACTER_LENGTH", [Value::Text(text)]) => {
            Ok(Value::Integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
        }
        ("TRIM", [Value::Text(side), Value::Text(text), Value::Text(letters)]) => {
            Ok(Value::Text(trim(side, text, letters)))
        }
        ("SUBSTRING", [Value::Text(text), start, rest @ ..]) if rest.len() < 2 => {
            substring(text, start, rest.first()).ok_or_else(wrong)
        }
        ("TO_TIMESTAMP", [value]) => timestamp(value).map(Value::Timestamp),
        ("TO_STRING", [value, Value::Text(pattern)]) => Ok(Value::Text(written(timestamp(value)?, pattern))),
        ("EXTRACT", [Value::Text(part), value]) => {
            extract(part, timestamp(value)?).map(Value::Integer).ok_or_else(wrong)
        }
        ("DATE_ADD", [Value::Text(part), Value::Integer(count), value]) => {
            add(part, *count, timestamp(value)?).map(Value::Timestamp).ok_or_else(wrong)
        }
        ("DATE_DIFF", [Value::Text(part), from, to]) => {
            difference(part, timestamp(from)?, timestamp(to)?).map(Value::Integer).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

fn trim(side: &str, text: &str, letters: &str) -> String {
    let is_trimmed = |letter: char| letters.contains(letter);
    match side {
        "LEADING" => text.trim_start_matches(is_trimmed),
        "TRAILING" => text.trim_end_matches(is_trimmed),
        _ => text.trim_matches(is_trimmed),
    }
    .to_owned()
}

/// Places count from 1; what lies before is passed over, but counts.
fn substring(text: &str, start: &Value, length: Option<&Value>) -> Option<Value> {
    let integer = |value: &Value| if let Value::Integer(value) = value { Some(*value) } else { None };
    let start = integer(start)?;
    let end = match length.map(integer) {
        Some(length) => start.checked_add(length.filter(|length| *length >= 0)?)?,
        None => i64::MAX,
    };
    let place = |at: i64| usize::try_from(at.max(1) - 1).unwrap_or(usize::MAX);
    let count = place(end).saturating_sub(place(start));
    Some(Value::Text(text.chars().skip(place(start)).take(count).collect()))
}

/// `%` stands for any letters, `_` for any one.
pub(super) fn is_like(text: &str, pattern: &str, escape: Option<char>) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            letter if Some(letter) == escape => letters.next().map_or(Part::Letter(letter), Part::Letter),
            '%' => Part::Many,
            '_' => Part::One,
            letter => Part::Letter(letter),
        });
    }
    let (mut at, mut part) = (0, 0);
    // Where to go on when what follows the last `%` does not fit.
    let mut again = None;
    while at < text.len() {
        match parts.get(part) {
            Some(Part::Many) => {
                again = Some((part + 1, at));
                part += 1;
                continue;
            }
            Some(Part::One) => {}
            Some(Part::Letter(letter)) if *letter == text[at] => {}
            _ => {
                let Some((after, from)) = again else { return false };
                again = Some((after, from + 1));
                (part, at) = (after, from + 1);
                continue;
            }
        }
        (at, part) = (at + 1, part + 1);
    }
    parts[part.min(parts.len())..].iter().all(|part| *part == Part::Many)
}

#[derive(PartialEq)]
enum Part {
    Many,
    One,
    Letter(char),
}

fn timestamp(value: &Value) -> Result<OffsetDateTime, SelectError> {
    match value {
        Value::Timestamp(moment) => Ok(*moment),
        other => parse_timestamp(&other.to_text()).ok_or_else(|| SelectError::cast(&other.to_text(), "TIMESTAMP")),
    }
}

fn extract(part: &str, moment: OffsetDateTime) -> Option<i64> {
    Some(match part {
        "year" => moment.year().into(),
        "month" => u8::from(moment.month()).into(),
        "day" => moment.day().into(),
        "hour" => moment.hour().into(),
        "minute" => moment.minute().into(),
        "second" => moment.second().into(),
        "timezone_hour" => moment.offset().whole_hours().into(),
        "timezone_minute" => moment.offset().minutes_past_hour().into(),
        _ => return None,
    })
}

fn add(part: &str, count: i64, moment: OffsetDateTime) -> Option<OffsetDateTime> {
    let months = match part {
        "year" => count.checked_mul(12)?,
        "month" => count,
        _ => return moment.checked_add(Duration::seconds(count.checked_mul(seconds(part)?)?)),
    };
    let months = i64::from(moment.year()) * 12 + i64::from(u8::from(moment.month())) - 1 + months;
    let year = i32::try_from(months.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(months.rem_euclid(12) + 1).ok()?).ok()?;
    // The last day of a shorter month.
    let day = moment.day().min(month.length(year));
    let first = moment.replace_day(1).ok()?.replace_year(year).ok()?.replace_month(month).ok()?;
    first.replace_day(day).ok()
}

fn difference(part: &str, from: OffsetDateTime, to: OffsetDateTime) -> Option<i64> {
    let (sign, early, late) = if from <= to { (1, from, to) } else { (-1, to, from) };
    if let Some(seconds) = seconds(part) {
        return Some(sign * ((late - early).whole_seconds() / seconds));
    }
    let months = |moment: OffsetDateTime| i64::from(moment.year()) * 12 + i64::from(u8::from(moment.month()));
    let rest = |moment: OffsetDateTime| (moment.day(), moment.time());
    let whole = months(late) - months(early) - i64::from(rest(late) < rest(early));
    match part {
        "month" => Some(sign * whole),
        "year" => Some(sign * (whole / 12)),
        _ => None,
    }
}

fn seconds(part: &str) -> Option<i64> {
    let wait = match part {
        "day" => Wait::from_secs(24 * 60 * 60),
        "hour" => Wait::from_secs(60 * 60),
        "minute" => Wait::from_secs(60),
        "second" => Wait::from_secs(1),
        _ => return None,
    };
    i64::try_from(wait.as_secs()).ok()
}

/// Of a pattern, letters that repeat are one field; others stand for themselves.
fn written(moment: OffsetDateTime, pattern: &str) -> String {
    let mut text = String::new();
    let letters: Vec<char> = pattern.chars().collect();
    for group in letters.chunk_by(|one, other| one == other) {
        let width = group.len();
        let number = |value: i64| format!("{value:0width$}");
        text.push_str(&match group[0] {
            'y' if width == 2 => format!("{:02}", moment.year().rem_euclid(100)),
            'y' => number(moment.year().into()),
            'M' if width == 3 => moment.month().to_string()[..3].to_owned(),
            'M' if width > 3 => moment.month().to_string(),
            'M' => number(u8::from(moment.month()).into()),
            'd' => number(moment.day().into()),
            'H' => number(moment.hour().into()),
            'h' => number(i64::from((moment.hour() + 11) % 12) + 1),
            'm' => number(moment.minute().into()),
            's' => number(moment.second().into()),
            'S' => format!("{:09}", moment.nanosecond())[..width.min(9)].to_owned(),
            'a' => if moment.hour() < 12 { "AM" } else { "PM" }.to_owned(),
            'X' if moment.offset().is_utc() => "Z".to_owned(),
            'X' | 'x' => {
                let (hours, minutes, _) = moment.offset().as_hms();
                format!("{}{:02}{:02}", if hours < 0 || minutes < 0 { '-' } else { '+' }, hours.abs(), minutes.abs())
            }
            letter => letter.to_string().repeat(width),
        });
    }
    text
}
