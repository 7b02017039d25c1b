//! A comparison of an attribute with a list of values, by an operator that has a name.

use super::{attribute_operand, value_operand};
use crate::{
    expression::{Comparator, Condition, Path},
    refusal::Refusal,
    value::{AttributeValue, Type},
};

/// An element of `QueryFilter`, `ScanFilter` or `KeyConditions`.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct AttributeCondition {
    pub comparison_operator: String,
    pub attribute_value_list: Vec<AttributeValue>,
}

/// How many values an operator takes.
const ARGUMENTS: [(&str, std::ops::RangeInclusive<usize>); 13] = [
    ("NULL", 0..=0),
    ("NOT_NULL", 0..=0),
    ("EQ", 1..=1),
    ("NE", 1..=1),
    ("LE", 1..=1),
    ("LT", 1..=1),
    ("GE", 1..=1),
    ("GT", 1..=1),
    ("CONTAINS", 1..=1),
    ("NOT_CONTAINS", 1..=1),
    ("BEGINS_WITH", 1..=1),
    ("BETWEEN", 2..=2),
    ("IN", 1..=usize::MAX),
];

impl AttributeCondition {
    /// Whether a query can read a range by it.
    pub(super) fn is_indexable(&self) -> bool {
        ["EQ", "LE", "LT", "GE", "GT", "BEGINS_WITH", "BETWEEN"].contains(&self.comparison_operator.as_str())
    }

    pub(super) fn condition(&self, attribute: &str) -> Result<Condition, Refusal> {
        check_count(&self.comparison_operator, self.attribute_value_list.len())?;
        condition(attribute, &self.comparison_operator, &self.attribute_value_list)
    }
}

pub(super) fn check_count(operator: &str, count: usize) -> Result<(), Refusal> {
    let arguments = ARGUMENTS.iter().find(|(name, _)| *name == operator);
    let (_, arguments) = arguments.ok_or_else(|| Refusal::parameter("Invalid comparison operator"))?;
    if arguments.contains(&count) {
        return Ok(());
    }
    Err(Refusal::parameter(format_args!("Invalid number of argument(s) for the {operator} ComparisonOperator")))
}

/// The condition of an operator and as many values as it takes.
pub(super) fn condition(attribute: &str, operator: &str, values: &[AttributeValue]) -> Result<Condition, Refusal> {
    check_types(operator, values)?;
    let operand = attribute_operand(attribute);
    let compare =
        |by, value| Condition::Compare { left: attribute_operand(attribute), by, right: value_operand(value) };
    Ok(match (operator, values) {
        ("NULL", _) => Condition::NotExists(Path::top(attribute)),
        ("NOT_NULL", _) => Condition::Exists(Path::top(attribute)),
        ("EQ", [value]) => compare(Comparator::Equal, value),
        ("NE", [value]) => compare(Comparator::NotEqual, value),
        ("LE", [value]) => compare(Comparator::LessOrEqual, value),
        ("LT", [value]) => compare(Comparator::Less, value),
        ("GE", [value]) => compare(Comparator::GreaterOrEqual, value),
        ("GT", [value]) => compare(Comparator::Greater, value),
        ("BEGINS_WITH", [start]) => Condition::BeginsWith(operand, value_operand(start)),
        ("CONTAINS", [part]) => Condition::Contains(operand, value_operand(part)),
        // Other than with expressions, an attribute that is not there does not lack the part.
        ("NOT_CONTAINS", [part]) => Condition::All(vec![
            Condition::Exists(Path::top(attribute)),
            Condition::Not(Box::new(Condition::Contains(operand, value_operand(part)))),
        ]),
        ("BETWEEN", [low, high]) => {
            check_bounds(low, high)?;
            Condition::Between { operand, low: value_operand(low), high: value_operand(high) }
        }
        (_, candidates) => Condition::In { operand, candidates: candidates.iter().map(value_operand).collect() },
    })
}

fn check_types(operator: &str, values: &[AttributeValue]) -> Result<(), Refusal> {
    let takes = |of: Type| match operator {
        "LT" | "LE" | "GT" | "GE" | "IN" | "BETWEEN" => of.is_scalar(),
        "BEGINS_WITH" => matches!(of, Type::S | Type::B),
        "CONTAINS" | "NOT_CONTAINS" => of.is_scalar() || matches!(of, Type::Bool | Type::Null),
        _ => true,
    };
    let types = || values.iter().map(AttributeValue::value_type);
    if let Some(of) = types().find(|of| !takes(*of)) {
        return Err(Refusal::parameter(format_args!(
            "ComparisonOperator {operator} is not valid for {} AttributeValue type",
            of.name()
        )));
    }
    if types().zip(types().skip(1)).any(|(one, other)| one != other) {
        return Err(Refusal::parameter("AttributeValues inside AttributeValueList must be of same type"));
    }
    Ok(())
}

fn check_bounds(low: &AttributeValue, high: &AttributeValue) -> Result<(), Refusal> {
    if low.compare(high).is_some_and(std::cmp::Ordering::is_gt) {
        return Err(Refusal::plain(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        ));
    }
    Ok(())
}
