//! What a bucket was told of notifications, and which of them an event of a key is for.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_core::arn::Arn;
use serde::{Deserialize, Serialize};

use super::event::Event;

/// What Java's `URLEncoder` leaves as it is, and the slash.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/').remove(b' ');

/// One of a bucket's notifications.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Notification {
    pub(crate) id: String,
    pub(crate) destination: Destination,
    /// With their `s3:`.
    pub(crate) events: Vec<String>,
    /// In the order given.
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
}

/// Who is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Destination {
    Queue(Arn),
    Topic(Arn),
    Function(Arn),
    EventBridge(Arn),
    /// A URL that is posted to.
    Webhook(String),
}

/// Which keys it is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) kind: RuleKind,
    pub(crate) value: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum RuleKind {
    Prefix,
    Suffix,
}

impl RuleKind {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Prefix, Self::Suffix].into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Prefix => "Prefix",
            Self::Suffix => "Suffix",
        }
    }
}

impl Destination {
    /// What it is called in the configuration.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Queue(arn) | Self::Topic(arn) | Self::Function(arn) | Self::EventBridge(arn) => arn.as_str(),
            Self::Webhook(url) => url,
        }
    }
}

impl Notification {
    /// Keys may be given as they are, or encoded as in records.
    pub(crate) fn wants(&self, event: &Event, key: &str, encoded_key: &str) -> bool {
        let has = |rule: &Rule| rule.takes(key) || rule.takes(encoded_key);
        self.events.iter().any(|name| event.is_named_by(name)) && self.rules.iter().all(has)
    }

    /// The value of its rule; none is empty.
    pub(crate) fn rule(&self, kind: RuleKind) -> &str {
        self.rules.iter().find(|rule| rule.kind == kind).map_or("", |rule| &rule.value)
    }
}

impl Rule {
    fn takes(&self, key: &str) -> bool {
        match self.kind {
            RuleKind::Prefix => key.starts_with(&self.value),
            RuleKind::Suffix => key.ends_with(&self.value),
        }
    }
}

/// A key as records show it.
pub(crate) fn encoded_key(key: &str) -> String {
    utf8_percent_encode(key, KEY).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::event::Creation;

    /// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    #[test]
    fn keys_are_encoded_as_in_forms_but_for_the_slash() {
        for (key, expected) in [
            ("red flower.jpg", "red+flower.jpg"),
            ("a@b", "a%40b"),
            ("a+b/c", "a%2Bb/c"),
            ("é~*", "%C3%A9%7E*"),
            ("%20", "%2520"),
        ] {
            assert_eq!(encoded_key(key), expected);
        }
    }

    #[test]
    fn a_notification_wants_events_of_keys_that_have_prefix_and_suffix() {
        let rule = |kind, value: &str| Rule { kind, value: value.to_owned() };
        let notification = |rules| Notification {
            id: "id".to_owned(),
            destination: Destination::Webhook("http://localhost".to_owned()),
            events: vec!["s3:ObjectCreated:*".to_owned()],
            rules,
        };
        let (prefix, suffix) = (rule(RuleKind::Prefix, "images/"), rule(RuleKind::Suffix, ".jpg"));
        for (rules, key, expected) in [
            (vec![], "any", true),
            (vec![prefix.clone()], "images/a.png", true),
            (vec![prefix.clone(), suffix.clone()], "images/a.png", false),
            (vec![prefix, suffix], "images/a.jpg", true),
            (vec![rule(RuleKind::Suffix, "")], "any", true),
            (vec![rule(RuleKind::Prefix, "a b")], "a b/c", true),
            (vec![rule(RuleKind::Prefix, "a+b")], "a b/c", true),
        ] {
            let wants = |event| notification(rules.clone()).wants(&event, key, &encoded_key(key));
            assert_eq!(wants(Event::ObjectCreated(Creation::Copy)), expected, "{key}");
            assert!(!wants(Event::ObjectTaggingPut));
        }
    }
}
