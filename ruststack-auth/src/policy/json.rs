//! JSON as policies need it: a name that occurs twice is seen, and depth has a limit.
//!
//! A parser that kept the last of two `Condition`s would widen what the author wrote.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::error::InvalidPolicy;

/// How deep lists and objects may nest: a condition's values are on level 6.
const MAX_DEPTH: usize = 8;

/// A JSON value. Numbers and booleans are kept as text: conditions take them for strings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Json {
    Null,
    Scalar(String),
    String(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

pub(super) fn parse(text: &[u8]) -> Result<Json, InvalidPolicy> {
    let fault = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Level { depth: 0, fault: &fault }.deserialize(&mut deserializer);
    let value = value.and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|_| fault.take().unwrap_or(InvalidPolicy::NotJson))
}

/// Reads a value this many levels down, and says what was wrong besides syntax.
#[derive(Clone, Copy)]
struct Level<'a> {
    depth: usize,
    fault: &'a RefCell<Option<InvalidPolicy>>,
}

impl Level<'_> {
    fn fail<T, E: serde::de::Error>(self, fault: InvalidPolicy) -> Result<T, E> {
        let error = E::custom(&fault);
        self.fault.replace(Some(fault));
        Err(error)
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return self.fail(InvalidPolicy::TooDeep);
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let deeper = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = access.next_element_seed(deeper)? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let deeper = self.deeper()?;
        let mut object: Vec<(String, Json)> = Vec::new();
        while let Some(name) = access.next_key::<String>()? {
            if object.iter().any(|(other, _)| *other == name) {
                return self.fail(InvalidPolicy::DuplicateField(name));
            }
            object.push((name, access.next_value_seed(deeper)?));
        }
        Ok(Json::Object(object))
    }
}

impl Json {
    /// An element that is a string.
    pub(super) fn string(self, element: &str) -> Result<String, InvalidPolicy> {
        match self {
            Self::String(text) => Ok(text),
            _ => Err(InvalidPolicy::WrongType(element.to_owned())),
        }
    }

    /// An element that is a string or a list of strings.
    pub(super) fn strings(self, element: &str) -> Result<Vec<String>, InvalidPolicy> {
        match self {
            Self::List(list) => list.into_iter().map(|value| value.string(element)).collect(),
            one => Ok(vec![one.string(element)?]),
        }
    }

    /// A condition's values: numbers and booleans are strings there.
    pub(super) fn condition_values(self, element: &str) -> Result<Vec<String>, InvalidPolicy> {
        let text = |value| match value {
            Self::Scalar(text) => Ok(text),
            other => other.string(element),
        };
        match self {
            Self::List(list) => list.into_iter().map(text).collect(),
            one => Ok(vec![text(one)?]),
        }
    }

    pub(super) fn object(self, element: &str) -> Result<Vec<(String, Json)>, InvalidPolicy> {
        match self {
            Self::Object(object) => Ok(object),
            _ => Err(InvalidPolicy::WrongType(element.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_parsers_pass_over_is_refused() {
        let nested = format!("{}{}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
        for (text, expected) in [
            (r#"{"a": 1, "a": 2}"#, InvalidPolicy::DuplicateField("a".to_owned())),
            (r#"{"a": 1} x"#, InvalidPolicy::NotJson),
            (r#"{"a": 1"#, InvalidPolicy::NotJson),
            ("", InvalidPolicy::NotJson),
            (&nested, InvalidPolicy::TooDeep),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(expected), "{text}");
        }
    }

    #[test]
    fn numbers_and_booleans_of_conditions_are_strings() {
        let values = parse(br#"["a", 1, -2, 1.5, true]"#).unwrap().condition_values("Condition").unwrap();
        assert_eq!(values, ["a", "1", "-2", "1.5", "true"]);
        assert!(parse(b"[null]").unwrap().condition_values("Condition").is_err());
        assert!(parse(b"[1]").unwrap().strings("Action").is_err());
    }
}
