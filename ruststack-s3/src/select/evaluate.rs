//! Runs a query over records.

use std::cmp::Ordering;

use ruststack_core::clock::Timestamp;
use serde_json::Value as Json;

use super::{
    error::SelectError,
    functions,
    input::Record,
    parser::{Aggregate, Columns, Expression, Parsed, Step},
    value::Value,
};

/// What a record, or all of them, comes to: values with the names that JSON gives them.
pub(crate) type Row = Vec<(String, Value)>;

/// A query that is being run.
pub(crate) struct Run<'q> {
    parsed: &'q Parsed,
    totals: Vec<Total>,
    now: Timestamp,
    given: u64,
}

/// An aggregate in the making.
#[derive(Clone, Default)]
struct Total {
    count: u64,
    value: Option<Value>,
}

impl<'q> Run<'q> {
    pub(crate) fn of(parsed: &'q Parsed, now: Timestamp) -> Self {
        Self { parsed, totals: vec![Total::default(); parsed.aggregates.len()], now, given: 0 }
    }

    /// Whether no record that follows changes anything.
    pub(crate) fn is_done(&self) -> bool {
        self.totals.is_empty() && self.parsed.query.limit.is_some_and(|limit| self.given >= limit)
    }

    /// The rows that one record gives.
    pub(crate) fn rows(&mut self, record: &Record) -> Result<Vec<Row>, SelectError> {
        let mut rows = Vec::new();
        for record in record.parts(&self.parsed.query.from) {
            if self.is_done() {
                break;
            }
            let scope = Scope { record: &record, totals: &[], now: self.now };
            let condition = self.parsed.query.condition.as_ref();
            if !condition
                .map_or(Ok(true), |condition| scope.evaluate(condition).map(|value| value == Value::Boolean(true)))?
            {
                continue;
            }
            if self.totals.is_empty() {
                rows.push(self.row(&scope)?);
                self.given += 1;
                continue;
            }
            for (total, (aggregate, operand)) in self.totals.iter_mut().zip(&self.parsed.aggregates) {
                let value = operand.as_ref().map(|operand| scope.evaluate(operand)).transpose()?;
                total.add(*aggregate, value)?;
            }
        }
        Ok(rows)
    }

    /// The one row of a query with aggregates.
    pub(crate) fn last_row(&self) -> Result<Option<Row>, SelectError> {
        if self.totals.is_empty() || self.parsed.query.limit == Some(0) {
            return Ok(None);
        }
        let totals: Vec<Value> = self
            .totals
            .iter()
            .zip(&self.parsed.aggregates)
            .map(|(total, (aggregate, _))| total.value(*aggregate))
            .collect();
        let scope = Scope { record: &Record::Json(Json::Null), totals: &totals, now: self.now };
        self.row(&scope).map(Some)
    }

    fn row(&self, scope: &Scope<'_>) -> Result<Row, SelectError> {
        let Columns::Named(columns) = &self.parsed.query.columns else { return Ok(scope.record.all()) };
        let named = columns.iter().enumerate().map(|(at, column)| {
            let name = column.name.clone().unwrap_or_else(|| format!("_{}", at + 1));
            scope.evaluate(&column.expression).map(|value| (name, value))
        });
        named.collect()
    }
}

impl Total {
    fn add(&mut self, aggregate: Aggregate, value: Option<Value>) -> Result<(), SelectError> {
        let Some(value) = value else {
            self.count += 1;
            return Ok(());
        };
        if value.is_nothing() {
            return Ok(());
        }
        self.count += 1;
        let value = match aggregate {
            Aggregate::Count => return Ok(()),
            Aggregate::Sum | Aggregate::Average => {
                value.as_number().ok_or_else(|| SelectError::cast(&value.to_text(), "DECIMAL"))?
            }
            Aggregate::Min | Aggregate::Max => value.as_number().unwrap_or(value),
        };
        self.value = Some(match self.value.take() {
            None => value,
            Some(current) => match aggregate {
                Aggregate::Sum | Aggregate::Average => calculate("+", &current, &value)?,
                Aggregate::Min if value.compare(&current) == Some(Ordering::Less) => value,
                Aggregate::Max if value.compare(&current) == Some(Ordering::Greater) => value,
                _ => current,
            },
        });
        Ok(())
    }

    fn value(&self, aggregate: Aggregate) -> Value {
        match (aggregate, &self.value) {
            (Aggregate::Count, _) => Value::Integer(i64::try_from(self.count).unwrap_or(i64::MAX)),
            (_, None) => Value::Null,
            #[expect(clippy::cast_precision_loss, reason = "an average is a decimal")]
            (Aggregate::Average, Some(sum)) => {
                sum.as_decimal().map_or(Value::Null, |sum| Value::Decimal(sum / self.count as f64))
            }
            (_, Some(value)) => value.clone(),
        }
    }
}

/// What expressions speak of.
pub(super) struct Scope<'r> {
    record: &'r Record,
    totals: &'r [Value],
    pub(super) now: Timestamp,
}

impl Scope<'_> {
    pub(super) fn evaluate(&self, expression: &Expression) -> Result<Value, SelectError> {
        match expression {
            Expression::Literal(value) => Ok(value.clone()),
            Expression::Path(steps) => self.record.get(steps),
            Expression::Not(inner) => Ok(match self.evaluate(inner)? {
                Value::Boolean(value) => Value::Boolean(!value),
                _ => Value::Null,
            }),
            Expression::Negative(inner) => calculate("-", &Value::Integer(0), &self.evaluate(inner)?),
            Expression::Binary(operator, sides) => self.binary(operator, &sides[0], &sides[1]),
            Expression::Like(sides, escape) => self.like(&sides[0], &sides[1], *escape),
            Expression::Between(parts) => {
                let [value, low, high] =
                    [self.evaluate(&parts[0])?, self.evaluate(&parts[1])?, self.evaluate(&parts[2])?];
                let orders = value.compare(&low).zip(value.compare(&high));
                Ok(orders.map_or(Value::Null, |(low, high)| Value::Boolean(low.is_ge() && high.is_le())))
            }
            Expression::In(value, list) => self.is_in(value, list),
            Expression::IsNull(inner) => Ok(Value::Boolean(self.evaluate(inner)?.is_nothing())),
            Expression::IsMissing(inner) => Ok(Value::Boolean(self.evaluate(inner)? == Value::Missing)),
            Expression::Cast(inner, target) => self.evaluate(inner)?.cast(target),
            Expression::Call(function, arguments) => functions::call(self, function, arguments),
            Expression::Aggregate(at) => Ok(self.totals.get(*at).cloned().unwrap_or(Value::Null)),
            Expression::Case(branches, otherwise) => {
                for (condition, value) in branches {
                    if self.evaluate(condition)? == Value::Boolean(true) {
                        return self.evaluate(value);
                    }
                }
                otherwise.as_ref().map_or(Ok(Value::Null), |value| self.evaluate(value))
            }
        }
    }

    fn binary(&self, operator: &str, left: &Expression, right: &Expression) -> Result<Value, SelectError> {
        let left = self.evaluate(left)?;
        // What the other side says may not be asked for.
        match (operator, &left) {
            ("AND", Value::Boolean(false)) | ("OR", Value::Boolean(true)) => return Ok(left),
            _ => {}
        }
        let right = self.evaluate(right)?;
        match operator {
            "AND" => Ok(match (left, right) {
                (_, Value::Boolean(false)) => Value::Boolean(false),
                (Value::Boolean(true), Value::Boolean(true)) => Value::Boolean(true),
                _ => Value::Null,
            }),
            "OR" => Ok(match (left, right) {
                (_, Value::Boolean(true)) => Value::Boolean(true),
                (Value::Boolean(false), Value::Boolean(false)) => Value::Boolean(false),
                _ => Value::Null,
            }),
            "+" | "-" | "*" | "/" | "%" => calculate(operator, &left, &right),
            "||" if left.is_nothing() || right.is_nothing() => Ok(Value::Null),
            "||" => Ok(Value::Text(left.to_text() + &right.to_text())),
            _ => Ok(compared(operator, &left, &right)),
        }
    }

    fn like(&self, value: &Expression, pattern: &Expression, escape: Option<char>) -> Result<Value, SelectError> {
        match (self.evaluate(value)?, self.evaluate(pattern)?) {
            (value, pattern) if value.is_nothing() || pattern.is_nothing() => Ok(Value::Null),
            (Value::Text(text), Value::Text(pattern)) => {
                Ok(Value::Boolean(functions::is_like(&text, &pattern, escape)))
            }
            _ => Err(SelectError::new(
                "LikeInvalidInputs",
                "Invalid argument given to the LIKE clause in the SQL expression.",
            )),
        }
    }

    fn is_in(&self, value: &Expression, list: &[Expression]) -> Result<Value, SelectError> {
        let value = self.evaluate(value)?;
        if value.is_nothing() {
            return Ok(Value::Null);
        }
        for candidate in list {
            if compared("=", &value, &self.evaluate(candidate)?) == Value::Boolean(true) {
                return Ok(Value::Boolean(true));
            }
        }
        Ok(Value::Boolean(false))
    }
}

/// Nothing is neither equal nor unequal to anything.
fn compared(operator: &str, left: &Value, right: &Value) -> Value {
    if left.is_nothing() || right.is_nothing() {
        return Value::Null;
    }
    let order = left.compare(right);
    Value::Boolean(match operator {
        "=" => order == Some(Ordering::Equal),
        "<>" | "!=" => order != Some(Ordering::Equal),
        "<" => order == Some(Ordering::Less),
        ">" => order == Some(Ordering::Greater),
        "<=" => order.is_some_and(Ordering::is_le),
        _ => order.is_some_and(Ordering::is_ge),
    })
}

pub(super) fn calculate(operator: &str, left: &Value, right: &Value) -> Result<Value, SelectError> {
    if left.is_nothing() || right.is_nothing() {
        return Ok(Value::Null);
    }
    let number = |value: &Value| value.as_number().ok_or_else(|| SelectError::cast(&value.to_text(), "DECIMAL"));
    if let (Value::Integer(left), Value::Integer(right)) = (number(left)?, number(right)?) {
        let result = match operator {
            "+" => left.checked_add(right),
            "-" => left.checked_sub(right),
            "*" => left.checked_mul(right),
            "/" => left.checked_div(right),
            _ => left.checked_rem(right),
        };
        let overflow =
            || SelectError::new("IntegerOverflow", "An integer overflow or underflow occurred in the SQL expression.");
        return result.map(Value::Integer).ok_or_else(overflow);
    }
    let (left, right) = (left.as_decimal().unwrap_or_default(), right.as_decimal().unwrap_or_default());
    Ok(Value::Decimal(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    }))
}

/// Follows a path into JSON.
pub(super) fn follow(json: &Json, steps: &[Step]) -> Value {
    let mut found = json;
    for (at, step) in steps.iter().enumerate() {
        let next = match step {
            Step::Name { name, is_exact } => named(found, name, *is_exact),
            Step::Index(index) => found.get(index),
            Step::All => {
                let Json::Array(entries) = found else { return Value::Missing };
                let rest = entries
                    .iter()
                    .map(|entry| follow(entry, &steps[at + 1..]))
                    .filter(|value| *value != Value::Missing);
                return Value::Nested(rest.map(|value| value.to_json()).collect());
            }
        };
        match next {
            Some(next) => found = next,
            None => return Value::Missing,
        }
    }
    Value::of_json(found)
}

fn named<'j>(json: &'j Json, name: &str, is_exact: bool) -> Option<&'j Json> {
    let members = json.as_object()?;
    let exact = members.get(name);
    if is_exact || exact.is_some() {
        return exact;
    }
    members.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
