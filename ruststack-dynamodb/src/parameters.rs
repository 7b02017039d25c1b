//! The parameters of requests that conditions, updates, filters and projections are made of, in AWS's order of checks.

use std::collections::BTreeMap;

use crate::{
    api::{self, ExpectedAttributeValue},
    attribute_conditions::{
        AttributeCondition, ConditionalOperator, Expected, check_not_mixed, condition_of_expected, condition_of_filter,
        projection_of,
    },
    expression::{
        Binding, Condition, ExpressionKind, Projection, Update, check_names, check_only_with_expressions, check_values,
        kept,
    },
    refusal::Refusal,
    value::{Given, Item, Layer},
};

/// The reader whose words are recorded, of us-east-1.
pub(crate) const LAYER: Layer = Layer::Older;

/// `ExpressionAttributeNames` and `ExpressionAttributeValues`.
#[derive(Default)]
pub(crate) struct Placeholders {
    names: BTreeMap<String, String>,
    values: Item,
}

/// Which parameters a request has.
#[derive(Default)]
pub(crate) struct Present<'p> {
    /// Those from before expressions, by name.
    pub(crate) others: &'p [(&'static str, bool)],
    pub(crate) expressions: &'p [(ExpressionKind, bool)],
    /// The expressions that could use values.
    pub(crate) takes_values: &'p [ExpressionKind],
}

impl Placeholders {
    pub(crate) fn read(
        names: Option<BTreeMap<String, String>>,
        values: Option<Given<Item>>,
        present: &Present<'_>,
    ) -> Result<Self, Refusal> {
        let others: Vec<&str> =
            present.others.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect();
        let expressions: Vec<ExpressionKind> =
            present.expressions.iter().filter(|(_, is_there)| *is_there).map(|(kind, _)| *kind).collect();
        check_not_mixed(&others, &expressions)?;
        check_only_with_expressions(names.is_some(), values.is_some(), &expressions, present.takes_values)?;
        names.as_ref().map_or(Ok(()), check_names)?;
        let values = values.map(|values| values.get_expression_values(LAYER)).transpose()?;
        values.as_ref().map_or(Ok(()), check_values)?;
        Ok(Self { names: names.unwrap_or_default(), values: values.unwrap_or_default() })
    }

    pub(crate) fn binding(&self) -> Binding<'_> {
        Binding::new(&self.names, &self.values)
    }
}

pub(crate) fn condition(
    kind: ExpressionKind,
    text: Option<&str>,
    binding: &mut Binding<'_>,
) -> Result<Option<Condition>, Refusal> {
    text.map(|text| kept::condition(kind, text)?.bind(binding)).transpose()
}

pub(crate) fn projection(text: Option<&str>, binding: &mut Binding<'_>) -> Result<Option<Projection>, Refusal> {
    text.map(|text| kept::projection(text)?.bind(binding)).transpose()
}

pub(crate) fn update(text: &str, binding: &mut Binding<'_>) -> Result<Update, Refusal> {
    kept::update(text)?.bind(binding)
}

/// The projection of `AttributesToGet`, where there are such.
pub(crate) fn attributes_to_get(attributes: Option<&[String]>) -> Result<Option<Projection>, Refusal> {
    attributes.map(projection_of).transpose()
}

/// The condition of `Expected` and `ConditionalOperator`.
pub(crate) fn expected(
    expected: Option<BTreeMap<String, ExpectedAttributeValue>>,
    operator: Option<&str>,
) -> Result<Option<Condition>, Refusal> {
    let by = ConditionalOperator::read(operator, expected.as_ref().map_or(0, BTreeMap::len))?;
    let Some(expected) = expected else { return Ok(None) };
    let read = expected.into_iter().map(|(attribute, expected)| {
        let ExpectedAttributeValue { value, exists, comparison_operator, attribute_value_list } = expected;
        let value = value.map(|value| value.get(LAYER)).transpose()?;
        let attribute_value_list = attribute_value_list.map(|list| list.get(LAYER)).transpose()?;
        Ok((attribute, Expected { value, exists, comparison_operator, attribute_value_list }))
    });
    condition_of_expected(&read.collect::<Result<_, Refusal>>()?, by).map(Some)
}

/// The condition of a `QueryFilter` or a `ScanFilter` and `ConditionalOperator`.
pub(crate) fn filter(
    filter: Option<BTreeMap<String, api::Condition>>,
    operator: Option<&str>,
) -> Result<Option<Condition>, Refusal> {
    let by = ConditionalOperator::read(operator, filter.as_ref().map_or(0, BTreeMap::len))?;
    filter.map(|filter| condition_of_filter(&attribute_conditions(filter)?, by)).transpose()
}

pub(crate) fn attribute_conditions(
    conditions: BTreeMap<String, api::Condition>,
) -> Result<BTreeMap<String, AttributeCondition>, Refusal> {
    let read = conditions.into_iter().map(|(attribute, condition)| {
        let values = condition.attribute_value_list.map(|list| list.get_deeper(LAYER)).transpose()?;
        let comparison_operator = condition.comparison_operator;
        Ok((attribute, AttributeCondition { comparison_operator, attribute_value_list: values.unwrap_or_default() }))
    });
    read.collect()
}
