//! The parameters that there were before expressions, made into what expressions are made into.
//!
//! `Expected`, `QueryFilter`, `ScanFilter` and `KeyConditions` say something of each attribute; `AttributeUpdates` and
//! `AttributesToGet` name attributes. AWS words their faults otherwise than those of expressions.

use std::collections::BTreeMap;

use crate::{
    expression::{Condition, ExpressionKind, KeyClauses, Operand, Path, Projection},
    refusal::Refusal,
    value::{AttributeValue, Layer, fault_of_name},
};

mod comparison;
mod expected;
mod updates;

pub use comparison::AttributeCondition;
pub use expected::Expected;
pub use updates::{AttributeUpdate, update_of};

/// How conditions on attributes are joined.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum ConditionalOperator {
    #[default]
    And,
    Or,
}

impl ConditionalOperator {
    /// Of the parameter, which is only taken where there are so many conditions that they are joined.
    pub fn read(given: Option<&str>, conditions: usize) -> Result<Self, Refusal> {
        let refused = match (given, conditions) {
            (None, _) => return Ok(Self::And),
            (Some(_), 0) => "ConditionalOperator cannot be used without Filter or Expected",
            (Some(_), 1) => "ConditionalOperator can only be used when Filter or Expected has two or more elements",
            (Some("AND"), _) => return Ok(Self::And),
            (Some("OR"), _) => return Ok(Self::Or),
            // ALL is AWS's.
            (Some(_), _) => "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]",
        };
        Err(Refusal::request(refused))
    }

    fn join(self, conditions: Vec<Condition>) -> Condition {
        match self {
            Self::And => Condition::All(conditions),
            Self::Or => Condition::Any(conditions),
        }
    }
}

/// The condition that `Expected` is.
pub fn condition_of_expected(
    expected: &BTreeMap<String, Expected>,
    by: ConditionalOperator,
) -> Result<Condition, Refusal> {
    expected.keys().try_for_each(|attribute| check_name(attribute))?;
    let conditions = expected.iter().map(|(attribute, expected)| expected.condition(attribute));
    Ok(by.join(conditions.collect::<Result<_, _>>()?))
}

/// The condition that a `QueryFilter` or a `ScanFilter` is.
pub fn condition_of_filter(
    filter: &BTreeMap<String, AttributeCondition>,
    by: ConditionalOperator,
) -> Result<Condition, Refusal> {
    let conditions = filter.iter().map(|(attribute, condition)| condition.condition(attribute));
    Ok(by.join(conditions.collect::<Result<_, _>>()?))
}

/// The clauses that `KeyConditions` are.
pub fn clauses_of_key_conditions(conditions: &BTreeMap<String, AttributeCondition>) -> Result<KeyClauses, Refusal> {
    let mut clauses = Vec::with_capacity(conditions.len());
    for (attribute, condition) in conditions {
        let clause = condition.condition(attribute)?;
        if !condition.is_indexable() {
            return Err(Refusal::plain("Attempted conditional constraint is not an indexable operation"));
        }
        clauses.push(clause);
    }
    KeyClauses::of(&Condition::All(clauses))
}

/// The projection that `AttributesToGet` are.
pub fn projection_of(attributes_to_get: &[String]) -> Result<Projection, Refusal> {
    attributes_to_get.iter().try_for_each(|attribute| check_name(attribute))?;
    for (index, attribute) in attributes_to_get.iter().enumerate() {
        if attributes_to_get[..index].contains(attribute) {
            return Err(Refusal::parameter(format_args!("Duplicate value in attribute name: {attribute}")));
        }
    }
    Ok(Projection::of_attributes(attributes_to_get))
}

/// Refuses a request that has both parameters of this module and expressions, each by its name.
pub fn check_not_mixed(parameters: &[&str], expressions: &[ExpressionKind]) -> Result<(), Refusal> {
    if parameters.is_empty() || expressions.is_empty() {
        return Ok(());
    }
    let expressions: Vec<&str> = expressions.iter().map(|kind| kind.name()).collect();
    Err(Refusal::request(format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {{{}}} Expression parameters: {{{}}}",
        parameters.join(", "),
        expressions.join(", ")
    )))
}

/// Refuses what cannot be the name of an attribute. Filters name none such either, which AWS does not mind.
fn check_name(attribute: &str) -> Result<(), Refusal> {
    fault_of_name(attribute).map_or(Ok(()), |fault| Err(fault.refusal(Layer::Older)))
}

fn attribute_operand(attribute: &str) -> Operand {
    Operand::Path(Path::top(attribute))
}

fn value_operand(value: &AttributeValue) -> Operand {
    Operand::Value(value.clone())
}

#[cfg(test)]
mod tests;
