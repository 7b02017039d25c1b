//! Constraints of the model, and what AWS says of an input that breaks them.
//!
//! An input is a JSON value here, whatever protocol brought it: structures by member names, blobs in base64, times in
//! seconds. Source of the texts: recorded answers of STS, SQS, Logs and DynamoDB.

use serde_json::Value;

use crate::shape::{Bounds, List, Map, Shape, Structure, Text};

/// How many broken constraints one answer tells of.
const MAX_REPORTED: usize = 10;

/// Checks all of an input; the error is AWS's sentence about what is wrong with it.
pub fn validate(shape: &Structure, input: &Value) -> Result<(), String> {
    let mut broken = Vec::new();
    check_structure(shape, input, "", &mut broken);
    if broken.is_empty() {
        return Ok(());
    }
    let errors = if broken.len() == 1 { "error" } else { "errors" };
    Err(format!("{} validation {errors} detected: {}", broken.len(), broken.join("; ")))
}

fn check_structure(shape: &Structure, input: &Value, path: &str, broken: &mut Vec<String>) {
    for member in shape.members {
        let path = join(path, &lower_first(member.name));
        match input.get(member.name) {
            None | Some(Value::Null) if member.is_required => {
                report(broken, format!("Value null at '{path}' failed to satisfy constraint: Member must not be null"));
            }
            None | Some(Value::Null) => {}
            Some(value) => check(member.shape, value, &path, broken),
        }
    }
}

fn check(shape: &Shape, value: &Value, path: &str, broken: &mut Vec<String>) {
    match shape {
        Shape::Structure(structure) => check_structure(structure, value, path, broken),
        Shape::List(list) => check_list(list, value, path, broken),
        Shape::Map(map) => check_map(map, value, path, broken),
        _ => {
            for constraint in constraints_broken(shape, value) {
                match shape {
                    // Bytes are not told back. Recorded: KMS's test_plaintext_size_for_encrypt, 2023-04-13.
                    Shape::Blob(_) => {
                        report(broken, format!("Value at '{path}' failed to satisfy constraint: {constraint}"));
                    }
                    _ => report_value(broken, value, path, &constraint),
                }
            }
        }
    }
}

fn check_list(list: &List, value: &Value, path: &str, broken: &mut Vec<String>) {
    let Some(entries) = value.as_array() else { return };
    for constraint in length_broken(list.length, entries.len()) {
        report_value(broken, value, path, &constraint);
    }
    if is_simple(list.member) {
        if entries.iter().any(|entry| !constraints_broken(list.member, entry).is_empty()) {
            report_value(broken, value, path, &nested_constraint(list.member));
        }
        return;
    }
    for (index, entry) in entries.iter().enumerate() {
        check(list.member, entry, &format!("{path}.{}.member", index + 1), broken);
    }
}

fn check_map(map: &Map, value: &Value, path: &str, broken: &mut Vec<String>) {
    let Some(entries) = value.as_object() else { return };
    for constraint in length_broken(map.length, entries.len()) {
        report_value(broken, value, path, &constraint);
    }
    let is_key_broken = |key: &String| !constraints_broken(map.key, &Value::String(key.clone())).is_empty();
    if entries.keys().any(is_key_broken) {
        let constraint = nested_constraint(map.key);
        report(broken, format!("Map keys at '{path}' failed to satisfy constraint: {constraint}"));
    }
    for (key, entry) in entries {
        check(map.value, entry, &format!("{path}.{key}.member"), broken);
    }
}

fn is_simple(shape: &Shape) -> bool {
    !matches!(shape, Shape::Structure(_) | Shape::List(_) | Shape::Map(_))
}

/// The constraints of a simple shape that a value breaks.
fn constraints_broken(shape: &Shape, value: &Value) -> Vec<String> {
    match (shape, value) {
        (Shape::Text(text), Value::String(value)) => text_broken(text, value),
        (Shape::Integer(bounds) | Shape::Long(bounds), value) => {
            value.as_i64().map_or_else(Vec::new, |number| outside(*bounds, number, "have value"))
        }
        (Shape::Float(bounds), value) => value.as_f64().map_or_else(Vec::new, |number| float_outside(*bounds, number)),
        (Shape::Blob(bounds), Value::String(base64)) => length_broken(*bounds, decoded_length(base64)),
        _ => Vec::new(),
    }
}

fn text_broken(text: &Text, value: &str) -> Vec<String> {
    let mut broken = Vec::new();
    if !text.values.is_empty() && !text.values.contains(&value) {
        broken.push(enumeration(text.values));
    }
    if let Some(pattern) = text.pattern.as_ref().filter(|pattern| !pattern.is_match(value)) {
        broken.push(format!("Member must satisfy regular expression pattern: {}", pattern.text));
    }
    broken.extend(length_broken(text.length, value.chars().count()));
    broken
}

fn enumeration(values: &[&str]) -> String {
    format!("Member must satisfy enum value set: [{}]", values.join(", "))
}

/// Whether a text, or bytes in base64, keeps to the constraints of its shape.
pub(crate) fn is_text_fit(shape: &Shape, value: &str) -> bool {
    match shape {
        Shape::Text(text) => {
            (text.values.is_empty() || text.values.contains(&value))
                && text.pattern.as_ref().is_none_or(|pattern| pattern.is_match(value))
                && (text.length.is_none() || is_count_fit(text.length, value.chars().count()))
        }
        Shape::Blob(bounds) => is_count_fit(*bounds, decoded_length(value)),
        _ => true,
    }
}

/// Whether there are as many as there may be.
pub(crate) fn is_count_fit(bounds: Bounds, count: usize) -> bool {
    is_within(bounds, i64::try_from(count).unwrap_or(i64::MAX))
}

pub(crate) fn is_whole_fit(shape: &Shape, number: i64) -> bool {
    match shape {
        Shape::Integer(bounds) | Shape::Long(bounds) => is_within(*bounds, number),
        _ => true,
    }
}

pub(crate) fn is_float_fit(shape: &Shape, number: f64) -> bool {
    match shape {
        Shape::Float(bounds) => float_outside(*bounds, number).is_empty(),
        _ => true,
    }
}

fn is_within(bounds: Bounds, number: i64) -> bool {
    bounds.min.is_none_or(|min| number >= min) && bounds.max.is_none_or(|max| number <= max)
}

fn length_broken(bounds: Bounds, length: usize) -> Vec<String> {
    outside(bounds, i64::try_from(length).unwrap_or(i64::MAX), "have length")
}

fn outside(bounds: Bounds, number: i64, what: &str) -> Vec<String> {
    let low = bounds.min.filter(|min| number < *min);
    let high = bounds.max.filter(|max| number > *max);
    bound_texts(low, high, what)
}

fn float_outside(bounds: Bounds, number: f64) -> Vec<String> {
    let low = bounds.min.filter(|min| number < *min as f64);
    let high = bounds.max.filter(|max| number > *max as f64);
    bound_texts(low, high, "have value")
}

fn bound_texts(min: Option<i64>, max: Option<i64>, what: &str) -> Vec<String> {
    let max = max.map(|max| format!("Member must {what} less than or equal to {max}"));
    let min = min.map(|min| format!("Member must {what} greater than or equal to {min}"));
    max.into_iter().chain(min).collect()
}

/// All constraints of a list's entries or a map's keys, as AWS tells them when one of them is broken.
fn nested_constraint(shape: &Shape) -> String {
    let mut all = Vec::new();
    match shape {
        Shape::Text(text) => {
            all.extend(bound_texts(text.length.min, text.length.max, "have length"));
            all.extend(
                text.pattern
                    .iter()
                    .map(|pattern| format!("Member must satisfy regular expression pattern: {}", pattern.text)),
            );
            if !text.values.is_empty() {
                all.push(enumeration(text.values));
            }
        }
        Shape::Integer(bounds) | Shape::Long(bounds) | Shape::Float(bounds) => {
            all.extend(bound_texts(bounds.min, bounds.max, "have value"));
        }
        _ => {}
    }
    format!("Member must satisfy constraint: [{}]", all.join(", "))
}

fn decoded_length(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

fn report_value(broken: &mut Vec<String>, value: &Value, path: &str, constraint: &str) {
    report(broken, format!("Value '{}' at '{path}' failed to satisfy constraint: {constraint}", shown(value)));
}

fn report(broken: &mut Vec<String>, text: String) {
    if broken.len() < MAX_REPORTED {
        broken.push(text);
    }
}

/// A value as Java prints it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(entries) => format!("[{}]", entries.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Member names in messages begin small.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::shape::{Member, Pattern};

    static NAME: Shape = Shape::Text(Text {
        length: Bounds::new(Some(2), Some(5)),
        pattern: Some(Pattern::new("[\\w-]*")),
        values: &[],
    });
    static MODE: Shape = Shape::Text(Text { values: &["ON", "OFF"], ..Text::ANY });
    static COUNT: Shape = Shape::Integer(Bounds::new(Some(1), Some(10)));
    static NAMES: Shape = Shape::List(List {
        member: &NAME,
        member_name: "member",
        is_flattened: false,
        length: Bounds::new(None, Some(2)),
    });
    static TAG: Structure = Structure::new("Tag", &[Member::new("Key", &NAME).required()]);
    static TAG_SHAPE: Shape = Shape::Structure(&TAG);
    static TAGS: Shape =
        Shape::List(List { member: &TAG_SHAPE, member_name: "member", is_flattened: false, length: Bounds::NONE });
    static INPUT: Structure = Structure::new(
        "Input",
        &[
            Member::new("Name", &NAME).required(),
            Member::new("Mode", &MODE),
            Member::new("Count", &COUNT),
            Member::new("Names", &NAMES),
            Member::new("Tags", &TAGS),
        ],
    );

    #[test]
    fn broken_constraints_are_told_in_awss_words() {
        const PREFIX: &str = "failed to satisfy constraint: Member must";
        let pattern = "satisfy regular expression pattern: [\\w-]*";
        for (input, expected) in [
            (json!({}), format!("Value null at 'name' {PREFIX} not be null")),
            (json!({"Name": "a"}), format!("Value 'a' at 'name' {PREFIX} have length greater than or equal to 2")),
            (json!({"Name": "a:b"}), format!("Value 'a:b' at 'name' {PREFIX} {pattern}")),
            (
                json!({"Name": "ab", "Mode": "on"}),
                format!("Value 'on' at 'mode' {PREFIX} satisfy enum value set: [ON, OFF]"),
            ),
            (
                json!({"Name": "ab", "Count": 11}),
                format!("Value '11' at 'count' {PREFIX} have value less than or equal to 10"),
            ),
            (
                json!({"Name": "ab", "Names": ["ab", "a"]}),
                format!(
                    "Value '[ab, a]' at 'names' {PREFIX} satisfy constraint: [Member must have length less than or equal \
                     to 5, Member must have length greater than or equal to 2, Member must {pattern}]"
                ),
            ),
            (
                json!({"Name": "ab", "Tags": [{"Key": "ab"}, {}]}),
                format!("Value null at 'tags.2.member.key' {PREFIX} not be null"),
            ),
        ] {
            assert_eq!(validate(&INPUT, &input), Err(format!("1 validation error detected: {expected}")));
        }
        assert_eq!(validate(&INPUT, &json!({"Name": "ab", "Count": 10, "Mode": "ON", "Names": []})), Ok(()));
    }

    #[test]
    fn several_errors_stand_in_one_sentence() {
        let message = validate(&INPUT, &json!({"Count": 0})).unwrap_err();
        assert_eq!(
            message,
            "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; \
             Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1"
        );
    }
}
