//! What `Expected` says of one attribute.

use super::{attribute_operand, comparison, value_operand};
use crate::{
    expression::{Comparator, Condition, Path},
    refusal::Refusal,
    value::AttributeValue,
};

/// An element of `Expected`: a comparison, or whether there is a value.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Expected {
    pub value: Option<AttributeValue>,
    pub exists: Option<bool>,
    pub comparison_operator: Option<String>,
    pub attribute_value_list: Option<Vec<AttributeValue>>,
}

impl Expected {
    pub(super) fn condition(&self, attribute: &str) -> Result<Condition, Refusal> {
        self.check_members(attribute)?;
        match &self.comparison_operator {
            Some(operator) => self.comparison(attribute, operator),
            None => self.existence(attribute),
        }
    }

    /// Refuses members that do not go together.
    fn check_members(&self, attribute: &str) -> Result<(), Refusal> {
        let refused = if self.exists.is_some() && self.comparison_operator.is_some() {
            "Exists and ComparisonOperator cannot be used together"
        } else if self.value.is_some() && self.attribute_value_list.is_some() {
            "Value and AttributeValueList cannot be used together"
        } else if self.attribute_value_list.is_some() && self.comparison_operator.is_none() {
            "AttributeValueList can only be used with a ComparisonOperator"
        } else {
            return Ok(());
        };
        Err(of(attribute, refused))
    }

    fn comparison(&self, attribute: &str, operator: &str) -> Result<Condition, Refusal> {
        let values = match (&self.attribute_value_list, &self.value) {
            (Some(list), _) => list.as_slice(),
            (None, Some(value)) => std::slice::from_ref(value),
            (None, None) => &[],
        };
        if let Err(refusal) = comparison::check_count(operator, values.len()) {
            let is_known = comparison::check_count(operator, 1).is_ok() || comparison::check_count(operator, 2).is_ok();
            let has_none = self.attribute_value_list.is_none() && self.value.is_none();
            return Err(if is_known && has_none {
                of(attribute, &format!("Value or AttributeValueList must be used with ComparisonOperator: {operator}"))
            } else {
                refusal
            });
        }
        comparison::condition(attribute, operator, values)
    }

    fn existence(&self, attribute: &str) -> Result<Condition, Refusal> {
        match (self.exists, &self.value) {
            (Some(false), None) => Ok(Condition::NotExists(Path::top(attribute))),
            (Some(true) | None, Some(value)) => Ok(Condition::Compare {
                left: attribute_operand(attribute),
                by: Comparator::Equal,
                right: value_operand(value),
            }),
            (Some(false), Some(_)) => Err(of(attribute, "Value cannot be used when Exists is false")),
            (Some(true), None) => Err(of(attribute, "Value must be provided when Exists is true")),
            (None, None) => Err(of(attribute, "Value must be provided when Exists is null")),
        }
    }
}

fn of(attribute: &str, refused: &str) -> Refusal {
    Refusal::parameter(format_args!("{refused} for Attribute: {attribute}"))
}
