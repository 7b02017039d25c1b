//! `PutItem`: an item in place of the one that was there.

use ruststack_core::operation::Call;

use super::write_answer::{self, Returned};
use crate::{
    DynamoDb,
    api::{PutItemInput, PutItemOutput},
    error::{ItemError, invalid},
    expression::ExpressionKind,
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    service::table_of,
    writing::{self, Change, Write, check_index_keys},
};

pub(super) async fn put_item(call: Call<DynamoDb>, input: PutItemInput) -> Result<PutItemOutput, ItemError> {
    let item = input.item.get(LAYER)?;
    let present = Present {
        others: &[
            ("Expected", input.expected.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
        expressions: &[(ExpressionKind::Condition, input.condition_expression.is_some())],
        takes_values: &[ExpressionKind::Condition],
    };
    let placeholders =
        Placeholders::read(input.expression_attribute_names, input.expression_attribute_values, &present)?;
    check_return_values(input.return_values.as_deref())?;
    let mut binding = placeholders.binding();
    let condition =
        parameters::condition(ExpressionKind::Condition, input.condition_expression.as_deref(), &mut binding)?;
    let condition = match condition {
        Some(condition) => Some(condition),
        None => parameters::expected(input.expected, input.conditional_operator.as_deref())?,
    };
    let stored = writing::stored(item)?;
    binding.check_used()?;
    let table = table_of(&call, &input.table_name)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    table.schema.check_item(&stored.item).map_err(|fault| fault.refusal())?;
    check_index_keys(&table.indexes(), &stored.item, false)?;
    let key = table.key_of(&stored.item);
    let tells_item = input.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
    let write = Write { table: table.clone(), key, condition, change: Change::Put(stored.clone()), tells_item };
    let written = write.make(call.ctx())?;
    let Returned { consumed_capacity, item_collection_metrics } = write_answer::returned(
        &table,
        &input.table_name,
        &written,
        &stored.item,
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    Ok(PutItemOutput {
        attributes: write_answer::all_old(input.return_values.as_deref(), &written),
        consumed_capacity,
        item_collection_metrics,
    })
}

/// Of operations that show no new item.
pub(super) fn check_return_values(given: Option<&str>) -> Result<(), ItemError> {
    match given {
        None | Some("NONE" | "ALL_OLD") => Ok(()),
        Some(_) => Err(invalid("ReturnValues can only be ALL_OLD or NONE").into()),
    }
}
