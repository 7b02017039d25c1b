//! Expressions: comparisons, logic, arithmetic, functions.

use regex::Regex;

use super::record::{Record, Value};

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Field(String),
    Constant(Value),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    Compare(Box<Self>, Comparison, Box<Self>),
    Like(Box<Self>, Regex),
    In(Box<Self>, Vec<Self>),
    Arithmetic(Box<Self>, char, Box<Self>),
    Call(Function, Vec<Self>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Function {
    /// Of a time and the length of a period in milliseconds.
    Bin,
    IsPresent,
    IsEmpty,
    IsBlank,
    IsMissing,
    Coalesce,
    StrLen,
    ToUpper,
    ToLower,
    Trim,
    StrContains,
    Concat,
    Substr,
    Replace,
    Abs,
    Ceil,
    Floor,
    Sqrt,
    Least,
    Greatest,
    FromMillis,
    ToMillis,
}

impl Function {
    /// Names in small letters, and how many arguments there may be.
    pub(super) const ALL: [(&'static str, Self, usize, usize); 23] = [
        ("bin", Self::Bin, 2, 2),
        ("datefloor", Self::Bin, 2, 2),
        ("ispresent", Self::IsPresent, 1, 1),
        ("isempty", Self::IsEmpty, 1, 1),
        ("isblank", Self::IsBlank, 1, 1),
        ("ismissing", Self::IsMissing, 1, 1),
        ("coalesce", Self::Coalesce, 1, 100),
        ("strlen", Self::StrLen, 1, 1),
        ("toupper", Self::ToUpper, 1, 1),
        ("tolower", Self::ToLower, 1, 1),
        ("trim", Self::Trim, 1, 1),
        ("strcontains", Self::StrContains, 2, 2),
        ("concat", Self::Concat, 1, 100),
        ("substr", Self::Substr, 2, 3),
        ("replace", Self::Replace, 3, 3),
        ("abs", Self::Abs, 1, 1),
        ("ceil", Self::Ceil, 1, 1),
        ("floor", Self::Floor, 1, 1),
        ("sqrt", Self::Sqrt, 1, 1),
        ("least", Self::Least, 1, 100),
        ("greatest", Self::Greatest, 1, 100),
        ("frommillis", Self::FromMillis, 1, 1),
        ("tomillis", Self::ToMillis, 1, 1),
    ];
}

impl Expression {
    pub(super) fn value(&self, record: &Record) -> Option<Value> {
        match self {
            Self::Field(name) => record.fields.get(name).cloned(),
            Self::Constant(value) => Some(value.clone()),
            Self::Arithmetic(left, sign, right) => {
                arithmetic(left.value(record)?.number()?, *sign, right.value(record)?.number()?).map(Value::Number)
            }
            Self::Call(function, arguments) => call(*function, arguments, record),
            _ => Some(Value::of_bool(self.holds(record))),
        }
    }

    pub(super) fn holds(&self, record: &Record) -> bool {
        match self {
            Self::Not(inner) => !inner.holds(record),
            Self::And(parts) => parts.iter().all(|part| part.holds(record)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(record)),
            Self::Compare(left, comparison, right) => compare(left.value(record), *comparison, right.value(record)),
            Self::Like(text, regex) => text.value(record).is_some_and(|value| regex.is_match(&value.shown())),
            Self::In(value, list) => value.value(record).is_some_and(|value| {
                list.iter().any(|entry| entry.value(record).is_some_and(|e| is_equal(&e, &value)))
            }),
            _ => self.value(record).is_some_and(|value| value.is_true()),
        }
    }
}

fn is_equal(one: &Value, other: &Value) -> bool {
    match (one.number(), other.number()) {
        (Some(one), Some(other)) => one == other,
        _ => one.shown() == other.shown(),
    }
}

/// What is missing is unequal to everything, and in no order with it.
fn compare(left: Option<Value>, comparison: Comparison, right: Option<Value>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return comparison == Comparison::NotEqual };
    match comparison {
        Comparison::Equal => is_equal(&left, &right),
        Comparison::NotEqual => !is_equal(&left, &right),
        Comparison::Less => left.compare(&right).is_lt(),
        Comparison::LessOrEqual => left.compare(&right).is_le(),
        Comparison::Greater => left.compare(&right).is_gt(),
        Comparison::GreaterOrEqual => left.compare(&right).is_ge(),
    }
}

fn arithmetic(left: f64, sign: char, right: f64) -> Option<f64> {
    let result = match sign {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        '/' => left / right,
        '%' => left % right,
        _ => left.powf(right),
    };
    result.is_finite().then_some(result)
}

fn call(function: Function, arguments: &[Expression], record: &Record) -> Option<Value> {
    let first = arguments.first()?.value(record);
    let number = |at: usize| arguments.get(at)?.value(record)?.number();
    let text = |at: usize| arguments.get(at)?.value(record).map(|value| value.shown().into_owned());
    let numbers = || arguments.iter().filter_map(|argument| argument.value(record)?.number());
    match function {
        Function::IsPresent => Some(Value::of_bool(first.is_some())),
        Function::IsMissing => Some(Value::of_bool(first.is_none())),
        Function::IsEmpty => Some(Value::of_bool(first.is_none_or(|value| value.shown().is_empty()))),
        Function::IsBlank => Some(Value::of_bool(first.is_none_or(|value| value.shown().trim().is_empty()))),
        Function::Coalesce => arguments.iter().find_map(|argument| argument.value(record)),
        Function::StrLen => Some(Value::Number(text(0)?.chars().count() as f64)),
        Function::ToUpper => Some(Value::text(&text(0)?.to_uppercase())),
        Function::ToLower => Some(Value::text(&text(0)?.to_lowercase())),
        Function::Trim => Some(Value::text(text(0)?.trim())),
        Function::StrContains => Some(Value::of_bool(text(0)?.contains(&text(1)?))),
        Function::Concat => Some(Value::text(&(0..arguments.len()).filter_map(text).collect::<String>())),
        Function::Replace => replaced(&text(0)?, &text(1)?, &text(2)?),
        Function::Substr => {
            let (from, length) = (number(1)?.max(0.0) as usize, number(2).map(|length| length.max(0.0) as usize));
            Some(Value::text(&text(0)?.chars().skip(from).take(length.unwrap_or(usize::MAX)).collect::<String>()))
        }
        Function::Abs => Some(Value::Number(number(0)?.abs())),
        Function::Ceil => Some(Value::Number(number(0)?.ceil())),
        Function::Floor => Some(Value::Number(number(0)?.floor())),
        Function::Sqrt => arithmetic(number(0)?, '^', 0.5).map(Value::Number),
        Function::Least => numbers().min_by(f64::total_cmp).map(Value::Number),
        Function::Greatest => numbers().max_by(f64::total_cmp).map(Value::Number),
        Function::FromMillis => number(0).map(|millis| Value::Time(millis as i64)),
        Function::ToMillis => number(0).map(Value::Number),
        Function::Bin => {
            let (time, period) = (number(0)?, number(1).filter(|period| *period >= 1.0)?);
            Some(Value::Time(((time / period).floor() * period) as i64))
        }
    }
}

/// How long a text may become. Bytes.
const MAX_REPLACED: usize = 1 << 20;

fn replaced(text: &str, from: &str, to: &str) -> Option<Value> {
    let count = if from.is_empty() { 0 } else { text.matches(from).count() };
    let fits = text.len().saturating_add(count.saturating_mul(to.len())) <= MAX_REPLACED;
    fits.then(|| if count == 0 { Value::text(text) } else { Value::text(&text.replace(from, to)) })
}
