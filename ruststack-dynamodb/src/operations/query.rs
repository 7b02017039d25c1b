//! `Query`: items of one partition of a table or an index, in the order of their range keys.

use ruststack_core::operation::Call;

use super::page;
use crate::{
    DynamoDb,
    api::{QueryInput, QueryOutput},
    attribute_conditions::clauses_of_key_conditions,
    capacity::Direction,
    error::{DynamoDbError, ItemError, invalid},
    expression::{Condition, ExpressionKind, KeyClauses, KeyCondition, Path},
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    reading::Source,
    service::table_of,
    table::{PartitionRange, RowKey},
    value::{Given, Item},
};

const INVALID_START: &str = "The provided starting key is invalid";

pub(super) async fn query(call: Call<DynamoDb>, mut input: QueryInput) -> Result<QueryOutput, ItemError> {
    check_limit(input.limit)?;
    let placeholders = placeholders(&mut input)?;
    let mut binding = placeholders.binding();
    let start = input.exclusive_start_key.take().map(|start| start.get(LAYER)).transpose()?;
    let filter = match input.filter_expression.as_deref() {
        None => parameters::filter(input.query_filter.take(), input.conditional_operator.as_deref())?,
        text => parameters::condition(ExpressionKind::Filter, text, &mut binding)?,
    };
    let (has_attributes, has_projection) = (input.attributes_to_get.is_some(), input.projection_expression.is_some());
    let select = input.select.as_deref();
    page::check_select(select, has_attributes, has_projection, input.index_name.is_some())?;
    let key_condition = input.key_condition_expression.as_deref();
    let clauses = match parameters::condition(ExpressionKind::KeyCondition, key_condition, &mut binding)? {
        Some(condition) => KeyClauses::of(&condition)?,
        None => clauses(input.key_conditions.take())?,
    };
    let projection = match input.projection_expression.as_deref() {
        None => parameters::attributes_to_get(input.attributes_to_get.as_deref())?,
        text => parameters::projection(text, &mut binding)?,
    };
    binding.check_used()?;
    let table = table_of(&call, &input.table_name)?;
    let source = page::source(table, input.index_name.as_deref(), input.consistent_read)?;
    let condition = clauses.against(source.schema())?;
    let from = page::start(&source, start.as_ref(), INVALID_START)?;
    let range = range(&source, &condition)?;
    if let (Some(start), Some(from)) = (&start, &from) {
        check_start(&source, &condition, start, from, &range)?;
    }
    let is_legacy = input.filter_expression.is_none();
    key_paths::check_projection(&source.table, projection.as_ref())?;
    filter.as_ref().map_or(Ok(()), |filter| check_filter(&source, filter, is_legacy))?;
    let view = page::view(&source, select, filter, projection, input.consistent_read)?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok());
    let through = source.query(&range, from.as_ref(), input.scan_index_forward != Some(false), limit);
    let page = source.show(&through.map_err(DynamoDbError::from)?, &view)?;
    Ok(QueryOutput {
        items: (!view.is_count).then_some(page.items),
        count: Some(page.count as i32),
        scanned_count: Some(page.scanned_count as i32),
        last_evaluated_key: page.last.map(Given::from),
        consumed_capacity: page.units.told(
            &input.table_name,
            input.return_consumed_capacity.as_deref(),
            Direction::Untold,
        ),
    })
}

/// In words that no other operation has.
fn check_limit(limit: Option<i32>) -> Result<(), DynamoDbError> {
    if limit.is_none_or(|limit| limit >= 1) {
        return Ok(());
    }
    Err(invalid(
        "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than \
         or equal to 1",
    ))
}

fn placeholders(input: &mut QueryInput) -> Result<Placeholders, ItemError> {
    let present = Present {
        others: &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("QueryFilter", input.query_filter.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
            // They go with the expressions of what is shown.
            ("KeyConditions", input.key_conditions.is_some() && input.key_condition_expression.is_some()),
        ],
        expressions: &[
            (ExpressionKind::Projection, input.projection_expression.is_some()),
            (ExpressionKind::Filter, input.filter_expression.is_some()),
            (ExpressionKind::KeyCondition, input.key_condition_expression.is_some()),
        ],
        takes_values: &[ExpressionKind::Filter, ExpressionKind::KeyCondition],
    };
    let (names, values) = (input.expression_attribute_names.take(), input.expression_attribute_values.take());
    Ok(Placeholders::read(names, values, &present)?)
}

fn clauses(
    conditions: Option<std::collections::BTreeMap<String, crate::api::Condition>>,
) -> Result<KeyClauses, ItemError> {
    let conditions = conditions.ok_or_else(|| {
        invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    })?;
    Ok(clauses_of_key_conditions(&parameters::attribute_conditions(conditions)?)?)
}

fn range(source: &Source, condition: &KeyCondition) -> Result<PartitionRange, DynamoDbError> {
    // The values were checked to be of the types of the keys.
    let hash = condition.hash_bytes(source.schema()).ok_or_else(|| invalid(INVALID_START))?;
    Ok(PartitionRange::new(&hash, &condition.range()))
}

/// Refuses a start that no page of this query ended at.
fn check_start(
    source: &Source,
    condition: &KeyCondition,
    start: &Item,
    from: &RowKey,
    range: &PartitionRange,
) -> Result<(), DynamoDbError> {
    const AT_MOST_ONE: &str = "The query can return at most one row and cannot be restarted";
    let bytes = source.schema().bytes_of(start).ok_or_else(|| invalid(INVALID_START))?;
    let is_in_partition = condition.hash_bytes(source.schema()).as_ref() == Some(&bytes.hash);
    let has_range = condition.range() != crate::key::ByteRange::default();
    if !condition.range().contains(&bytes.range) {
        return Err(invalid("The provided starting key does not match the range key predicate"));
    }
    let message = match (is_in_partition, has_range) {
        (true, _) if range.contains(from) => return Ok(()),
        (_, true) => AT_MOST_ONE,
        (_, false) if source.index.is_none() && source.schema().range.is_empty() => {
            "The provided exclusive start key is invalid"
        }
        (_, false) => "The provided starting key is outside query boundaries based on provided conditions",
    };
    Err(invalid(message))
}

/// What is said of keys is said by the key condition.
fn check_filter(source: &Source, filter: &Condition, is_legacy: bool) -> Result<(), DynamoDbError> {
    let parameter = if is_legacy { "QueryFilter" } else { "Filter Expression" };
    filter.check_filter(source.schema(), parameter)?;
    key_paths::check_condition(&source.table, Some(filter))?;
    check_projected(source, filter)
}

/// An index of either kind is filtered by what it holds.
fn check_projected(source: &Source, filter: &Condition) -> Result<(), DynamoDbError> {
    let Some(index) = &source.index else { return Ok(()) };
    let mut lacking = std::collections::BTreeSet::new();
    filter.visit_paths(&mut |path: &Path| {
        if !index.projects(&path.attribute) {
            lacking.insert(path.attribute.as_str());
        }
    });
    if lacking.is_empty() {
        return Ok(());
    }
    let (name, lacking) = (&index.name, Vec::from_iter(lacking).join(", "));
    Err(invalid(format!(
        "One or more parameter values were invalid: Secondary index {name} does not project one or more filter \
         attributes: [{lacking}]"
    )))
}
