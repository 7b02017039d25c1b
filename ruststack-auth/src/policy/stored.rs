//! A policy that is kept as it was given, with what it says beside it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    document::{Kind, Policy, Rules},
    error::InvalidPolicy,
    evaluate::NamedPolicy,
};

/// Byte for byte what its author sent, and parsed once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Kept", into = "Kept")]
pub struct StoredPolicy {
    kind: Kind,
    text: Arc<str>,
    policy: Arc<Policy>,
}

/// What outlives the process.
#[derive(Serialize, Deserialize)]
struct Kept {
    kind: Kind,
    text: String,
}

impl StoredPolicy {
    pub fn parse(text: &[u8], rules: Rules) -> Result<Self, InvalidPolicy> {
        let policy = Policy::parse(text, rules)?;
        let text = std::str::from_utf8(text).map_err(|_| InvalidPolicy::NotJson)?;
        Ok(Self { kind: rules.kind, text: text.into(), policy: Arc::new(policy) })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// For an evaluation, under the name that the log calls it by.
    pub fn named(&self, name: &str) -> NamedPolicy {
        NamedPolicy { name: name.into(), policy: Arc::clone(&self.policy) }
    }
}

impl From<StoredPolicy> for Kept {
    fn from(stored: StoredPolicy) -> Self {
        Self { kind: stored.kind, text: stored.text.as_ref().to_owned() }
    }
}

impl TryFrom<Kept> for StoredPolicy {
    type Error = InvalidPolicy;

    /// It was within its limit when it was taken.
    fn try_from(kept: Kept) -> Result<Self, InvalidPolicy> {
        Self::parse(kept.text.as_bytes(), Rules { kind: kept.kind, max_bytes: usize::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_kept_as_it_was_written() {
        let text = "{ \"Statement\" : {\"Effect\":\"Allow\",\n\"Action\":\"*\",\"Resource\":\"*\"} }";
        let stored = StoredPolicy::parse(text.as_bytes(), Rules::IDENTITY).unwrap();
        let kept = serde_json::to_string(&stored).unwrap();
        let read: StoredPolicy = serde_json::from_str(&kept).unwrap();
        assert_eq!((read.text(), &read), (text, &stored));
        assert!(serde_json::from_str::<StoredPolicy>(r#"{"kind":"Identity","text":"{}"}"#).is_err());
    }
}
