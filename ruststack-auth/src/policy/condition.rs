//! `Condition`: operators, their set qualifiers, and what a missing key means.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use super::{
    compare::{Family, Test},
    context::ContextKeys,
    error::InvalidPolicy,
};

/// One operator with one key: `"StringEquals": {"aws:username": ["alice", "bob"]}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    pub(super) qualifier: Option<Qualifier>,
    /// `StringNotEquals` and the like.
    pub(super) is_negated: bool,
    /// The operator ended in `IfExists`.
    pub(super) holds_if_missing: bool,
    key: String,
    pub(super) test: Test,
}

/// How an operator treats a key with several values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Qualifier {
    ForAllValues,
    ForAnyValue,
}

impl Condition {
    pub(super) fn new(
        operator: &str,
        key: String,
        values: &[String],
        has_variables: bool,
    ) -> Result<Self, InvalidPolicy> {
        let unknown = || InvalidPolicy::UnknownOperator(operator.to_owned());
        let (qualifier, name) = split_qualifier(operator).ok_or_else(unknown)?;
        let (name, holds_if_missing) = match strip_suffix_ignoring_case(name, "IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (family, is_negated) = Family::named(name).ok_or_else(unknown)?;
        if family == Family::Null && holds_if_missing {
            return Err(unknown());
        }
        if !is_key(&key) {
            return Err(InvalidPolicy::InvalidConditionKey(key));
        }
        let test = family.test(values, has_variables).map_err(|value| InvalidPolicy::InvalidConditionValue {
            operator: operator.to_owned(),
            value: value.to_owned(),
        })?;
        Ok(Self { qualifier, is_negated, holds_if_missing, key, test })
    }

    /// The key as the policy spells it.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn holds(&self, context: &ContextKeys) -> bool {
        let values = context.values(&self.key);
        // Empty values are none where AWS asks whether there are any.
        let is_null = values.iter().all(String::is_empty);
        if let Test::Null(expected) = &self.test {
            return expected.contains(&Some(is_null));
        }
        if values.is_empty() {
            return self.holds_without_key();
        }
        // AWS: a variable without a value may make the statement invalid.
        if self.is_negated && !self.test.is_resolved(context) {
            return false;
        }
        let satisfies = |value: &String| self.test.accepts(value, context) != self.is_negated;
        match self.qualifier {
            None if self.is_negated => values.iter().all(satisfies),
            None | Some(Qualifier::ForAnyValue) => values.iter().any(satisfies),
            Some(Qualifier::ForAllValues) => is_null || values.iter().all(satisfies),
        }
    }

    fn holds_without_key(&self) -> bool {
        self.holds_if_missing
            || match self.qualifier {
                None => self.is_negated,
                Some(Qualifier::ForAnyValue) => false,
                Some(Qualifier::ForAllValues) => true,
            }
    }
}

/// The qualifier before the colon, if any, and the operator.
fn split_qualifier(operator: &str) -> Option<(Option<Qualifier>, &str)> {
    match operator.split_once(':') {
        None => Some((None, operator)),
        Some((word, name)) if word.eq_ignore_ascii_case("ForAllValues") => Some((Some(Qualifier::ForAllValues), name)),
        Some((word, name)) if word.eq_ignore_ascii_case("ForAnyValue") => Some((Some(Qualifier::ForAnyValue), name)),
        Some(_) => None,
    }
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let start = text.len().checked_sub(suffix.len())?;
    text.get(start..)?.eq_ignore_ascii_case(suffix).then(|| &text[..start])
}

/// `service:name`, with a tag's key behind the name of some.
fn is_key(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty())
}
