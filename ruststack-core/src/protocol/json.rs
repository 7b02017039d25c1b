//! JSON bodies held against their shapes: what no member of the model can hold is refused in AWS's words.

use serde_json::Value;

use crate::{
    protocol::scalar,
    shape::{Shape, Structure},
};

/// Checks the kinds of all members, and brings times and numbers into one form. The error is AWS's sentence.
pub fn conform_structure(structure: &Structure, value: &mut Value) -> Result<(), String> {
    let Some(members) = value.as_object_mut() else { return Err(unexpected(value)) };
    for member in structure.members {
        match members.get_mut(member.name) {
            None | Some(Value::Null) => {}
            Some(value) => conform(member.shape, value)?,
        }
    }
    Ok(())
}

fn conform(shape: &Shape, value: &mut Value) -> Result<(), String> {
    match shape {
        Shape::Structure(structure) => conform_structure(structure, value),
        Shape::List(list) => {
            let Value::Array(entries) = value else { return Err(unexpected(value)) };
            entries.iter_mut().try_for_each(|entry| conform(list.member, entry))
        }
        Shape::Map(map) => {
            let Value::Object(entries) = value else { return Err(unexpected(value)) };
            entries.values_mut().try_for_each(|entry| conform(map.value, entry))
        }
        Shape::Timestamp(_) => conform_time(shape, value),
        Shape::Integer(_) => conform_whole(value, "Integer", i64::from(i32::MIN), i64::from(i32::MAX)),
        Shape::Long(_) => conform_whole(value, "Long", i64::MIN, i64::MAX),
        Shape::Float(_) if value.is_number() => Ok(()),
        Shape::Float(_) => Err(not_convertible(value, "Double")),
        Shape::Document => Ok(()),
        Shape::Boolean if value.is_boolean() => Ok(()),
        Shape::Boolean => Err(not_convertible(value, "Boolean")),
        Shape::Text(_) | Shape::Blob(_) if value.is_string() => Ok(()),
        Shape::Text(_) | Shape::Blob(_) => Err(not_convertible(value, "String")),
    }
}

fn conform_time(shape: &Shape, value: &mut Value) -> Result<(), String> {
    let time = match &*value {
        Value::String(text) => scalar::read(shape, text).ok(),
        value => value.as_f64().map(|seconds| scalar::epoch((seconds * 1000.0).round() as i64)),
    };
    *value = time.ok_or_else(|| not_convertible(value, "Date"))?;
    Ok(())
}

/// Whole numbers may be written as fractions that are none: `1.0`.
fn conform_whole(value: &mut Value, kind: &str, min: i64, max: i64) -> Result<(), String> {
    let whole = value.as_i64().or_else(|| value.as_f64().map(|number| number.trunc() as i64));
    *value = whole
        .filter(|number| (min..=max).contains(number))
        .map(Value::from)
        .ok_or_else(|| not_convertible(value, kind))?;
    Ok(())
}

fn unexpected(value: &Value) -> String {
    match value {
        Value::Object(_) | Value::Array(_) => "Start of structure or map found where not expected.".to_owned(),
        _ => "Unexpected field type".to_owned(),
    }
}

fn not_convertible(value: &Value, kind: &str) -> String {
    let found = match value {
        Value::String(_) => "STRING_VALUE",
        Value::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        _ => return unexpected(value),
    };
    format!("{found} cannot be converted to {kind}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::shape::{Bounds, Member, Text, TimestampFormat};

    static NAME: Shape = Shape::Text(Text::ANY);
    static COUNT: Shape = Shape::Integer(Bounds::NONE);
    static AT: Shape = Shape::Timestamp(TimestampFormat::UnixTimestamp);
    static INPUT: Structure =
        Structure::new("Input", &[Member::new("Name", &NAME), Member::new("Count", &COUNT), Member::new("At", &AT)]);

    #[test]
    fn members_are_what_the_model_says() {
        let mut input = json!({"Name": "a", "Count": 2.0, "At": "2026-11-21T01:02:03Z", "Other": [1]});
        conform_structure(&INPUT, &mut input).unwrap();
        assert_eq!(input, json!({"Name": "a", "Count": 2, "At": 1_795_222_923, "Other": [1]}));
    }

    #[test]
    fn what_cannot_be_converted_is_refused() {
        for (mut input, expected) in [
            (json!({"Name": 1}), "NUMBER_VALUE cannot be converted to String"),
            (json!({"Count": "1"}), "STRING_VALUE cannot be converted to Integer"),
            (json!({"Count": true}), "TRUE_VALUE cannot be converted to Integer"),
            (json!({"Name": {}}), "Start of structure or map found where not expected."),
            (json!([]), "Start of structure or map found where not expected."),
            (json!("x"), "Unexpected field type"),
        ] {
            assert_eq!(conform_structure(&INPUT, &mut input), Err(expected.to_owned()));
        }
    }
}
