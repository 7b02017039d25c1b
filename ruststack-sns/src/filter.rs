//! Filter policies: which messages a subscription takes, by their attributes or by their bodies.

use ruststack_core::{
    bus::MessageAttribute,
    pattern::{Dialect, Fields, InvalidPattern, Pattern},
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::{
    attribute_value::{Asked, parse_failure},
    error::{SnsError, invalid},
    message_attributes::{self, Attributes},
};

/// What of a message a filter policy is about.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) enum FilterScope {
    #[default]
    MessageAttributes,
    MessageBody,
}

impl FilterScope {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::MessageAttributes, Self::MessageBody].into_iter().find(|scope| scope.as_str() == text)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::MessageAttributes => "MessageAttributes",
            Self::MessageBody => "MessageBody",
        }
    }

    fn dialect(self) -> Dialect {
        match self {
            Self::MessageAttributes => Dialect::ATTRIBUTES,
            Self::MessageBody => Dialect::BODY,
        }
    }
}

/// A filter policy, parsed.
#[derive(Debug)]
pub(crate) struct Filter {
    scope: FilterScope,
    pattern: Pattern,
}

impl Filter {
    pub(crate) fn parse(asked: Asked, text: &str, scope: FilterScope) -> Result<Self, SnsError> {
        let refuse = |what: &str| asked.refuse(format!("FilterPolicy: {what}"));
        if serde_json::from_str::<IgnoredAny>(text).is_err() {
            return Err(refuse(&parse_failure(text)));
        }
        let pattern = Pattern::parse(text, scope.dialect()).map_err(|fault| match fault {
            InvalidPattern::Nested => invalid(fault),
            fault => refuse(&fault.to_string()),
        })?;
        Ok(Self { scope, pattern })
    }

    pub(crate) fn takes(&self, filtered: &Filtered<'_>) -> bool {
        match self.scope {
            FilterScope::MessageAttributes => self.pattern.matches_fields(&filtered.attributes),
            FilterScope::MessageBody => filtered.body.as_ref().is_some_and(|body| self.pattern.matches_fields(body)),
        }
    }
}

/// What filters look at, as values.
pub(crate) struct Values {
    attributes: Value,
    /// Only an object can be filtered.
    body: Option<Value>,
}

/// The same, taken apart once for many filters.
pub(crate) struct Filtered<'v> {
    attributes: Fields<'v>,
    body: Option<Fields<'v>>,
}

impl Values {
    pub(crate) fn of(body: &str, attributes: &Attributes) -> Self {
        let attributes: Map<String, Value> =
            attributes.iter().filter_map(|(name, value)| Some((name.clone(), value_of(value)?))).collect();
        let body = serde_json::from_str(body).ok().filter(Value::is_object);
        Self { attributes: Value::Object(attributes), body }
    }

    pub(crate) fn filtered(&self) -> Filtered<'_> {
        Filtered { attributes: Fields::of(&self.attributes), body: self.body.as_ref().map(Fields::of) }
    }
}

/// Bytes match nothing.
fn value_of(attribute: &MessageAttribute) -> Option<Value> {
    let text = message_attributes::text(attribute)?;
    let parsed = || serde_json::from_str::<Value>(text).ok();
    match attribute.data_type.as_str() {
        "String.Array" => Some(parsed().filter(Value::is_array).unwrap_or_else(|| text.into())),
        "Number" => Some(parsed().filter(Value::is_number).unwrap_or_else(|| text.into())),
        _ => Some(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message_attributes::of_texts;

    fn takes(policy: &str, scope: FilterScope, body: &str, attributes: &[(&str, &str, &str)]) -> bool {
        let filter = Filter::parse(Asked::Alone, policy, scope).unwrap();
        filter.takes(&Values::of(body, &of_texts(attributes)).filtered())
    }

    #[test]
    fn attributes_are_matched_by_their_types() {
        let scope = FilterScope::MessageAttributes;
        let numeric = r#"{"attr1":[{"numeric":[">",0,"<=",100]}]}"#;
        for (policy, attribute, expected) in [
            (numeric, ("attr1", "Number", "99.12"), true),
            (numeric, ("attr1", "Number", "111"), false),
            (numeric, ("attr1", "String", "99"), false),
            (r#"{"a":["x"]}"#, ("a", "String", "x"), true),
            (r#"{"a":["x"]}"#, ("a", "String.Array", r#"["y","x"]"#), true),
            (r#"{"a":["x"]}"#, ("b", "String", "x"), false),
            (r#"{"a":[{"exists":false}]}"#, ("b", "String", "x"), true),
        ] {
            assert_eq!(takes(policy, scope, "", &[attribute]), expected, "{policy} {attribute:?}");
        }
    }

    #[test]
    fn bodies_that_are_no_objects_are_not_taken() {
        let scope = FilterScope::MessageBody;
        let policy = r#"{"object":{"key":[{"prefix":"auto-"}]}}"#;
        assert!(takes(policy, scope, r#"{"object":{"key":"auto-test"}}"#, &[]));
        for body in ["text", "[]", r#"{"object":"auto-"}"#, r#"{"object":{"key":"x"}}"#] {
            assert!(!takes(policy, scope, body, &[]), "{body}");
        }
    }

    /// Recorded: test_sub_filter_policy_nested_property, test_validate_set_sub_attributes.
    #[test]
    fn policies_that_are_none_are_refused_in_awss_words() {
        let refused = |text: &str| {
            let parsed = Filter::parse(Asked::AmongOthers, text, FilterScope::MessageAttributes);
            parsed.unwrap_err().to_string()
        };
        assert_eq!(
            refused(r#"{"object":{"key":["x"]}}"#),
            "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy"
        );
        assert!(refused("invalid").starts_with(
            "Invalid parameter: Attributes Reason: FilterPolicy: failed to parse JSON. Unrecognized token 'invalid'"
        ));
    }
}
