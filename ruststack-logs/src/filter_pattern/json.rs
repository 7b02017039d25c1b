//! Conditions on members of messages that are JSON: `{ $.user.id = 5 && ($.tags[0] = "a*" || $.error NOT EXISTS) }`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{InvalidPattern, MAX_DEPTH, condition::Condition, scan::Scan};

#[derive(Clone)]
pub(super) struct Selection(Expression);

#[derive(Clone)]
enum Expression {
    All(Vec<Self>),
    Any(Vec<Self>),
    Test(Selector, Test),
}

#[derive(Clone)]
enum Test {
    Compare(Condition),
    IsNull,
    IsTrue,
    IsFalse,
    Exists,
    NotExists,
}

/// `$.a.b[0]`, `$.a[*]`, `$.['a.b']`.
#[derive(Clone)]
struct Selector {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone)]
enum Step {
    Member(String),
    Index(usize),
    Each,
}

impl Selection {
    pub(super) fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        scan.expect("{")?;
        let expression = Expression::any(scan, 0)?;
        scan.expect("}")?;
        Ok(Self(expression))
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        // What is no document matches nothing; spares the parser what cannot be one.
        let is_object = message.trim_start().starts_with(['{', '[']);
        is_object && serde_json::from_str(message).is_ok_and(|document| self.0.holds(&document))
    }

    pub(super) fn extract(&self, message: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        if let Ok(document) = serde_json::from_str(message) {
            self.0.extract(&document, &mut found);
        }
        found
    }
}

impl Expression {
    fn any(scan: &mut Scan<'_>, depth: usize) -> Result<Self, InvalidPattern> {
        let mut parts = vec![Self::all(scan, depth)?];
        while scan.take("||") {
            parts.push(Self::all(scan, depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Self::Any(parts) })
    }

    fn all(scan: &mut Scan<'_>, depth: usize) -> Result<Self, InvalidPattern> {
        let mut parts = vec![Self::one(scan, depth)?];
        while scan.take("&&") {
            parts.push(Self::one(scan, depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) })
    }

    fn one(scan: &mut Scan<'_>, depth: usize) -> Result<Self, InvalidPattern> {
        if !scan.take("(") {
            let selector = Selector::read(scan)?;
            return Ok(Self::Test(selector, Test::read(scan)?));
        }
        if depth >= MAX_DEPTH {
            return Err(InvalidPattern::new("Invalid filter pattern: too many parentheses"));
        }
        let inner = Self::any(scan, depth + 1)?;
        scan.expect(")")?;
        Ok(inner)
    }

    fn holds(&self, document: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(document)),
            Self::Test(selector, test) => test.holds(&selector.select(document)),
        }
    }

    fn extract(&self, document: &Value, found: &mut BTreeMap<String, String>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.extract(document, found)),
            Self::Test(selector, _) => {
                let shown = selector.select(document).first().map(|value| shown(value));
                found.extend(shown.map(|value| (selector.text.clone(), value)));
            }
        }
    }
}

impl Test {
    fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        if scan.take_word("IS") {
            return match () {
                () if scan.take_word("NULL") => Ok(Self::IsNull),
                () if scan.take_word("TRUE") => Ok(Self::IsTrue),
                () if scan.take_word("FALSE") => Ok(Self::IsFalse),
                () => Err(scan.unexpected()),
            };
        }
        if scan.take_word("NOT") {
            return if scan.take_word("EXISTS") { Ok(Self::NotExists) } else { Err(scan.unexpected()) };
        }
        if scan.take_word("EXISTS") {
            return Ok(Self::Exists);
        }
        Condition::read(scan, "(){}|&").map(Self::Compare)
    }

    fn holds(&self, values: &[&Value]) -> bool {
        match self {
            Self::Exists => !values.is_empty(),
            Self::NotExists => values.is_empty(),
            Self::IsNull => values.iter().any(|value| value.is_null()),
            Self::IsTrue => values.iter().any(|value| **value == Value::Bool(true)),
            Self::IsFalse => values.iter().any(|value| **value == Value::Bool(false)),
            Self::Compare(condition) => values.iter().any(|value| compares(condition, value)),
        }
    }
}

fn compares(condition: &Condition, value: &Value) -> bool {
    match value {
        Value::String(text) => condition.holds_of_text(text),
        Value::Number(number) => {
            number.as_f64().is_some_and(|float| condition.holds_of_json_number(float, &number.to_string()))
        }
        Value::Bool(value) => condition.holds_of_text(if *value { "true" } else { "false" }),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Selector {
    fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        scan.expect("$")?;
        let (mut steps, mut text) = (Vec::new(), "$".to_owned());
        loop {
            match scan.peek_raw() {
                Some('.') => {
                    scan.take_while(|c| c == '.');
                    let name = scan.take_while(|c| c.is_alphanumeric() || "_-@:/".contains(c));
                    if !name.is_empty() {
                        text.push('.');
                        text.push_str(name);
                        steps.push(Step::Member(name.to_owned()));
                    } else if scan.peek_raw() != Some('[') {
                        return Err(scan.unexpected());
                    }
                }
                Some('[') => steps.push(Self::bracketed(scan, &mut text)?),
                _ if steps.is_empty() => return Err(scan.unexpected()),
                _ => return Ok(Self { text, steps }),
            }
        }
    }

    fn bracketed(scan: &mut Scan<'_>, text: &mut String) -> Result<Step, InvalidPattern> {
        scan.expect("[")?;
        let step = match scan.peek() {
            Some(mark @ ('\'' | '"')) => {
                let name = scan.quoted(mark)?;
                text.push_str(&format!("['{name}']"));
                Step::Member(name)
            }
            Some('*') => {
                scan.expect("*")?;
                text.push_str("[*]");
                Step::Each
            }
            _ => {
                let index = scan.take_while(|c| c.is_ascii_digit()).parse().map_err(|_| scan.unexpected())?;
                text.push_str(&format!("[{index}]"));
                Step::Index(index)
            }
        };
        scan.expect("]")?;
        Ok(step)
    }

    fn select<'v>(&self, document: &'v Value) -> Vec<&'v Value> {
        let mut values = vec![document];
        for step in &self.steps {
            values = match step {
                Step::Member(name) => values.into_iter().filter_map(|value| value.get(name)).collect(),
                Step::Index(index) => values.into_iter().filter_map(|value| value.get(index)).collect(),
                Step::Each => values.into_iter().filter_map(Value::as_array).flatten().collect(),
            };
        }
        values
    }
}
