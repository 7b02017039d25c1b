//! What a target is given of an event: all of it, a part, a constant, or what a template makes of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    api::{InputTransformer, Target},
    error::{EventsError, invalid},
    json_path::JsonPath,
};

/// What names that begin so stand for is not in the target's map.
const RESERVED: [&str; 5] = [
    "aws.events.rule-arn",
    "aws.events.rule-name",
    "aws.events.event.ingestion-time",
    "aws.events.event.json",
    "aws.events.event",
];

/// The circumstances in which an event comes to a target.
pub(crate) struct Arrival<'a> {
    pub(crate) event: &'a Value,
    pub(crate) rule_arn: &'a str,
    pub(crate) rule_name: &'a str,
    /// ISO 8601.
    pub(crate) ingestion_time: &'a str,
}

/// Refuses a target whose input cannot be made.
pub(crate) fn check(target: &Target) -> Result<(), EventsError> {
    let Target { id, input, input_path, input_transformer, .. } = target;
    let ways = [input.is_some(), input_path.is_some(), input_transformer.is_some()];
    if ways.into_iter().filter(|is_given| *is_given).count() > 1 {
        let text = format!("Only one of Input, InputPath, or InputTransformer must be provided for target {id}.");
        return Err(invalid(text));
    }
    if input.as_deref().is_some_and(|input| serde_json::from_str::<Value>(input).is_err()) {
        return Err(invalid(format!("JSON syntax error in input for target {id} .")));
    }
    let paths = input_transformer.iter().flat_map(|transformer| transformer.input_paths_map.iter().flatten());
    let mut paths = input_path.iter().chain(paths.map(|(_, path)| path));
    if let Some(path) = paths.find(|path| JsonPath::parse(path).is_none()) {
        return Err(invalid(format!("Invalid JSON path {path} for target {id}.")));
    }
    input_transformer.as_ref().map_or(Ok(()), |transformer| check_template(id, transformer))
}

fn check_template(id: &str, transformer: &InputTransformer) -> Result<(), EventsError> {
    let map = transformer.input_paths_map.as_ref();
    let is_known = |name: &str| RESERVED.contains(&name) || map.is_some_and(|map| map.contains_key(name));
    match pieces(&transformer.input_template).find_map(|piece| piece.placeholder().filter(|name| !is_known(name))) {
        Some(unknown) => Err(invalid(format!("InputTemplate for target {id} contains invalid placeholder {unknown}."))),
        None => Ok(()),
    }
}

/// What `target` is given; `None` when nothing can be made of the event.
pub(crate) fn of(target: &Target, arrival: &Arrival<'_>) -> Option<String> {
    if let Some(input) = &target.input {
        return Some(input.clone());
    }
    if let Some(path) = &target.input_path {
        return JsonPath::parse(path)?.find(arrival.event).map(|value| value.to_string());
    }
    match &target.input_transformer {
        Some(transformer) => transformed(transformer, arrival),
        None => Some(arrival.event.to_string()),
    }
}

fn transformed(transformer: &InputTransformer, arrival: &Arrival<'_>) -> Option<String> {
    let empty = BTreeMap::new();
    let paths = transformer.input_paths_map.as_ref().unwrap_or(&empty);
    let value = |name: &str| match paths.get(name) {
        Some(path) => JsonPath::parse(path)?.find(arrival.event),
        None => arrival.reserved(name),
    };
    if !transformer.input_template.trim_start().starts_with('{') {
        return Some(text_of(&transformer.input_template, value));
    }
    let json = json_of(&transformer.input_template, value);
    serde_json::from_str::<Value>(&json).is_ok().then_some(json)
}

/// A template of texts: values stand in it without quotes.
fn text_of(template: &str, value: impl Fn(&str) -> Option<Value>) -> String {
    pieces(template).fold(String::new(), |mut text, piece| {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Placeholder(name) => match value(name) {
                Some(Value::String(found)) => text.push_str(&found),
                Some(found) => text.push_str(&found.to_string().replace('"', "")),
                None => {}
            },
        }
        text
    })
}

/// A template of an object: values stand in it as JSON, or, within quotes, as what they say.
fn json_of(template: &str, value: impl Fn(&str) -> Option<Value>) -> String {
    let mut json = String::new();
    let mut in_quotes = false;
    for piece in pieces(template) {
        match piece {
            Piece::Text(literal) => {
                in_quotes = ends_in_quotes(literal, in_quotes);
                json.push_str(literal);
            }
            Piece::Placeholder(name) => {
                let found = value(name).unwrap_or_else(|| Value::String(String::new()));
                let written = found.to_string();
                match &found {
                    Value::String(_) if in_quotes => json.push_str(&written[1..written.len() - 1]),
                    _ => json.push_str(&written),
                }
            }
        }
    }
    json
}

fn ends_in_quotes(text: &str, mut in_quotes: bool) -> bool {
    let mut is_escaped = false;
    for character in text.chars() {
        in_quotes ^= character == '"' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
    }
    in_quotes
}

enum Piece<'t> {
    Text(&'t str),
    Placeholder(&'t str),
}

impl<'t> Piece<'t> {
    fn placeholder(&self) -> Option<&'t str> {
        match self {
            Self::Placeholder(name) => Some(name),
            Self::Text(_) => None,
        }
    }
}

/// A template as it alternates between text and `<placeholder>`.
fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, behind)) = leading_placeholder(rest) {
            rest = behind;
            return Some(Piece::Placeholder(name));
        }
        let start = rest.match_indices('<').map(|(at, _)| at).find(|at| leading_placeholder(&rest[*at..]).is_some());
        let (text, behind) = rest.split_at(start.unwrap_or(rest.len()));
        rest = behind;
        Some(Piece::Text(text))
    })
}

fn leading_placeholder(text: &str) -> Option<(&str, &str)> {
    let (name, behind) = text.strip_prefix('<')?.split_once('>')?;
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    (!name.is_empty() && name.chars().all(is_of_name)).then_some((name, behind))
}

impl Arrival<'_> {
    fn reserved(&self, name: &str) -> Option<Value> {
        Some(match name {
            "aws.events.rule-arn" => self.rule_arn.into(),
            "aws.events.rule-name" => self.rule_name.into(),
            "aws.events.event.ingestion-time" => self.ingestion_time.into(),
            "aws.events.event.json" => self.event.clone(),
            "aws.events.event" => self.without_detail(),
            _ => return None,
        })
    }

    fn without_detail(&self) -> Value {
        let members = self.event.as_object().into_iter().flatten();
        let members = members.filter(|(name, _)| *name != "detail");
        members.map(|(name, value)| (if name == "detail-type" { "detailType" } else { name }, value.clone())).collect()
    }
}
