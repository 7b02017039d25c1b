//! The JSON paths that inputs are taken from: `$.detail.list[0]['a key']`, with `*` for all.

use serde_json::Value;

/// A step from a value to those within it.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Member(String),
    Element(usize),
    All,
}

/// A path that was parsed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JsonPath {
    steps: Vec<Step>,
}

impl JsonPath {
    /// `None` of what is no path.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, behind) = match rest.strip_prefix('[') {
                Some(inside) => bracketed(inside)?,
                None => named(rest.strip_prefix('.')?)?,
            };
            steps.push(step);
            rest = behind;
        }
        Some(Self { steps })
    }

    /// What the path leads to: one value, all where the path says so, or none.
    pub(crate) fn find(&self, value: &Value) -> Option<Value> {
        let mut found = vec![value];
        for step in &self.steps {
            found = found.into_iter().flat_map(|value| step.of(value)).collect();
        }
        match self.steps.contains(&Step::All) {
            true => Some(Value::Array(found.into_iter().cloned().collect())),
            false => found.first().map(|value| Value::clone(value)),
        }
    }
}

impl Step {
    fn of<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Self::Member(name), value) => value.get(name).into_iter().collect(),
            (Self::Element(index), value) => value.get(*index).into_iter().collect(),
            (Self::All, Value::Array(elements)) => elements.iter().collect(),
            (Self::All, Value::Object(members)) => members.values().collect(),
            (Self::All, _) => Vec::new(),
        }
    }
}

/// The step that ends at the bracket's end, and what is behind it.
fn bracketed(inside: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(quoted) = inside.strip_prefix(quote) {
            let (name, behind) = quoted.split_once(quote)?;
            return Some((Step::Member(name.to_owned()), behind.strip_prefix(']')?));
        }
    }
    let (index, behind) = inside.split_once(']')?;
    let step = if index == "*" { Step::All } else { Step::Element(index.parse().ok()?) };
    Some((step, behind))
}

fn named(text: &str) -> Option<(Step, &str)> {
    let (name, behind) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    match name {
        "" => None,
        "*" => Some((Step::All, behind)),
        name => Some((Step::Member(name.to_owned()), behind)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let event = json!({ "detail-type": "t", "detail": { "list": [{ "a b": 1 }, { "a b": 2 }] } });
        let find = |path: &str| JsonPath::parse(path).unwrap().find(&event);
        assert_eq!(find("$"), Some(event.clone()));
        assert_eq!(find("$.detail-type"), Some(json!("t")));
        assert_eq!(find("$['detail'].list[1]['a b']"), Some(json!(2)));
        assert_eq!(find("$.detail.list[*]['a b']"), Some(json!([1, 2])));
        assert_eq!(find("$.detail.list[2]"), None);
        assert_eq!(find("$.detail-type.x"), None);
    }

    #[test]
    fn what_is_no_path_is_none() {
        for text in ["", "detail", "$detail", "$.", "$..a", "$.a[", "$.a[x]", "$['a]"] {
            assert_eq!(JsonPath::parse(text), None, "{text}");
        }
    }
}
