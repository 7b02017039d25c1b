//! `DeleteItem`: one item less.

use ruststack_core::operation::Call;

use super::{
    put_item::check_return_values,
    write_answer::{self, Returned},
};
use crate::{
    DynamoDb,
    api::{DeleteItemInput, DeleteItemOutput},
    error::ItemError,
    expression::ExpressionKind,
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    service::table_of,
    writing::{Change, Write},
};

pub(super) async fn delete_item(call: Call<DynamoDb>, input: DeleteItemInput) -> Result<DeleteItemOutput, ItemError> {
    let key = input.key.get(LAYER)?;
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
    binding.check_used()?;
    let table = table_of(&call, &input.table_name)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    table.schema.check_key(&key).map_err(|fault| fault.refusal())?;
    let tells_item = input.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
    let place = table.key_of(&key);
    let write = Write { table: table.clone(), key: place, condition, change: Change::Delete, tells_item };
    let written = write.make(call.ctx())?;
    let Returned { consumed_capacity, item_collection_metrics } = write_answer::returned(
        &table,
        &input.table_name,
        &written,
        &key,
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    Ok(DeleteItemOutput {
        attributes: write_answer::all_old(input.return_values.as_deref(), &written),
        consumed_capacity,
        item_collection_metrics,
    })
}
