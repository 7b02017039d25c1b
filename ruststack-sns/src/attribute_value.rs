//! Values of attributes that topics and subscriptions check alike.

use serde_json::Value;

use crate::error::{SnsError, invalid};

/// How a request names the attribute that it gets wrong: alone, or as one of several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    /// `SetTopicAttributes`, `SetSubscriptionAttributes`.
    Alone,
    /// `CreateTopic`, `Subscribe`.
    AmongOthers,
}

impl Asked {
    pub(crate) fn refuse(self, what: impl std::fmt::Display) -> SnsError {
        match self {
            Self::Alone => invalid(what),
            Self::AmongOthers => invalid(format!("Attributes Reason: {what}")),
        }
    }

    /// An attribute that there is not.
    pub(crate) fn unknown(self, name: &str) -> SnsError {
        match self {
            Self::Alone => invalid("AttributeName"),
            Self::AmongOthers => self.refuse(format!("Unknown attribute {name}")),
        }
    }

    pub(crate) fn check_boolean(self, name: &str, value: &str) -> Result<(), SnsError> {
        // Any letters may be capital.
        let is_boolean = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
        self.check(is_boolean, || format!("{name}: Invalid value [{value}]. Must be true or false."))
    }

    pub(crate) fn check(self, is_fine: bool, what: impl FnOnce() -> String) -> Result<(), SnsError> {
        if is_fine { Ok(()) } else { Err(self.refuse(what())) }
    }
}

/// Whether two documents say the same; texts that are none must be the same.
pub(crate) fn is_same_document(one: &str, other: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<Value>(text).ok();
    one == other || parse(one).is_some_and(|one| Some(one) == parse(other))
}

/// A document that is no JSON, in the words of AWS's parser, as far as they are known.
pub(crate) fn parse_failure(text: &str) -> String {
    let (position, what) = first_fault(text);
    let before = &text[..position.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    format!(
        "failed to parse JSON. {what}\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); \
         line: {line}, column: {column}]"
    )
}

/// Where a text stops being JSON, and why. Only the beginnings are told in AWS's own words.
fn first_fault(text: &str) -> (usize, String) {
    const EXPECTED: &str = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    let start = text.len() - text.trim_start().len();
    let word: String = text[start..].chars().take_while(|letter| letter.is_alphanumeric()).collect();
    if !word.is_empty() && word.starts_with(|first: char| first.is_alphabetic()) {
        return (start + word.len(), format!("Unrecognized token '{word}': {EXPECTED}"));
    }
    let inside = text[start..].strip_prefix('{').map(str::trim_start);
    if let Some((rest, letter)) = inside.and_then(|rest| Some((rest, rest.chars().next()?)))
        && !matches!(letter, '"' | '}')
    {
        let code = u32::from(letter);
        let position = text.len() - rest.len();
        return (
            position,
            format!("Unexpected character ('{letter}' (code {code})): was expecting double-quote to start field name"),
        );
    }
    let error = serde_json::from_str::<Value>(text).err().map_or_else(String::new, |error| error.to_string());
    (text.len(), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_validate_set_sub_attributes, 2025-10-06; test_subscribe_invalid_filter_policy, 2026-01-13.
    #[test]
    fn what_is_no_json_is_told_in_the_parsers_words() {
        let source =
            "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column:";
        assert_eq!(
            parse_failure("{invalidjson}"),
            format!(
                "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field \
                 name{source} 2]"
            )
        );
        assert_eq!(
            parse_failure("invalid"),
            format!(
                "failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or \
                 token 'null', 'true' or 'false'){source} 8]"
            )
        );
        for text in ["", "{", "{\"a\"", "\u{e4}\n{\u{e4}", "[", "1x"] {
            assert!(parse_failure(text).starts_with("failed to parse JSON. "), "{text}");
        }
    }
}
