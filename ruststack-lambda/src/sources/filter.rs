//! Which records of a source a function is to see: any that one of the patterns matches.

use ruststack_core::pattern::{Dialect, Pattern};
use serde_json::Value;

use crate::{
    api::FilterCriteria,
    error::{LambdaError, invalid},
};

/// How many patterns a mapping has at most.
const MAX_FILTERS: usize = 5;

/// The patterns of a mapping; none let everything through.
#[derive(Default)]
pub(crate) struct Filters(Vec<Pattern>);

impl Filters {
    pub(crate) fn of(criteria: Option<&FilterCriteria>) -> Result<Self, LambdaError> {
        let filters = criteria.and_then(|criteria| criteria.filters.as_ref());
        let refused = || invalid("Invalid filter pattern definition.");
        let mut patterns = Vec::new();
        for filter in filters.into_iter().flatten() {
            let text = filter.pattern.as_deref().ok_or_else(refused)?;
            patterns.push(Pattern::parse(text, Dialect::RULE).map_err(|_| refused())?);
        }
        if patterns.len() > MAX_FILTERS {
            return Err(invalid("Number of filters exceeds the limit of 5."));
        }
        Ok(Self(patterns))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a function is to see a record. What stands in `body` as JSON text is looked into.
    pub(crate) fn lets_through(&self, record: &Value) -> bool {
        if self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(record)) {
            return true;
        }
        let Some(body) = record["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok()) else {
            return false;
        };
        let mut opened = record.clone();
        opened["body"] = body;
        self.0.iter().any(|pattern| pattern.matches(&opened))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::Filter;

    fn filters(patterns: &[&str]) -> Result<Filters, LambdaError> {
        let filters = patterns.iter().map(|pattern| Filter { pattern: Some((*pattern).to_owned()) });
        Filters::of(Some(&FilterCriteria { filters: Some(filters.collect()) }))
    }

    #[test]
    fn one_of_several_patterns_is_enough() {
        let filters = filters(&[r#"{"body":{"a":[1]}}"#, r#"{"eventName":["INSERT"]}"#]).unwrap();
        assert!(filters.lets_through(&json!({"body": "{\"a\":1}"})));
        assert!(!filters.lets_through(&json!({"body": "{\"a\":2}"})));
        assert!(!filters.lets_through(&json!({"body": "no json"})));
        assert!(filters.lets_through(&json!({"eventName": "INSERT"})));
        assert!(Filters::default().lets_through(&json!({})));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["", "simple string", "{\"eventName\": [\"INSERT\"=123}", "{\"eventName\": [\"INSERT\" 123}"] {
            assert_eq!(filters(&[pattern]).err(), Some(invalid("Invalid filter pattern definition.")), "{pattern}");
        }
    }
}
