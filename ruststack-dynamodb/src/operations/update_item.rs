//! `UpdateItem`: some attributes of an item, which is made where there is none.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::operation::Call;

use super::write_answer::{self, Returned};
use crate::{
    DynamoDb,
    api::{AttributeValueUpdate, UpdateItemInput, UpdateItemOutput},
    attribute_conditions::{AttributeUpdate, update_of},
    error::ItemError,
    expression::{ExpressionKind, Update},
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    refusal::Refusal,
    service::table_of,
    table::Stored,
    value::Shown,
    writing::{Change, Write, Written},
};

pub(super) async fn update_item(call: Call<DynamoDb>, input: UpdateItemInput) -> Result<UpdateItemOutput, ItemError> {
    let key = input.key.get(LAYER)?;
    let present = Present {
        others: &[
            ("AttributeUpdates", input.attribute_updates.is_some()),
            ("Expected", input.expected.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
        expressions: &[
            (ExpressionKind::Update, input.update_expression.is_some()),
            (ExpressionKind::Condition, input.condition_expression.is_some()),
        ],
        takes_values: &[ExpressionKind::Update, ExpressionKind::Condition],
    };
    let placeholders =
        Placeholders::read(input.expression_attribute_names, input.expression_attribute_values, &present)?;
    let mut binding = placeholders.binding();
    let update = match input.update_expression.as_deref() {
        Some(text) => parameters::update(text, &mut binding)?,
        None => attribute_updates(input.attribute_updates)?,
    };
    let condition =
        parameters::condition(ExpressionKind::Condition, input.condition_expression.as_deref(), &mut binding)?;
    let condition = match condition {
        Some(condition) => Some(condition),
        None => parameters::expected(input.expected, input.conditional_operator.as_deref())?,
    };
    binding.check_used()?;
    let table = table_of(&call, &input.table_name)?;
    update.check_keys(&table.schema)?;
    key_paths::check_update(&table, &update)?;
    key_paths::check_condition(&table, condition.as_ref())?;
    table.schema.check_key(&key).map_err(|fault| fault.refusal())?;
    let tells_item = input.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
    let place = table.key_of(&key);
    let touched = update.touched();
    let change = Change::Update { key: key.clone(), update };
    let write = Write { table: table.clone(), key: place, condition, change, tells_item };
    let written = write.make(call.ctx())?;
    let Returned { consumed_capacity, item_collection_metrics } = write_answer::returned(
        &table,
        &input.table_name,
        &written,
        &key,
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    let attributes = attributes(input.return_values.as_deref(), &written, &touched);
    Ok(UpdateItemOutput { attributes, consumed_capacity, item_collection_metrics })
}

fn attributes(wanted: Option<&str>, written: &Written, touched: &crate::expression::Projection) -> Option<Shown> {
    let all = |stored: &Option<Stored>| stored.as_ref().map(|stored| Shown(Arc::clone(&stored.item)));
    let part = |stored: &Option<Stored>| {
        let part = touched.apply(&stored.as_ref()?.item);
        (!part.is_empty()).then(|| Shown::from(part))
    };
    match wanted {
        Some("ALL_OLD") => all(&written.old),
        Some("ALL_NEW") => all(&written.new),
        Some("UPDATED_OLD") => part(&written.old),
        Some("UPDATED_NEW") => part(&written.new),
        _ => None,
    }
}

fn attribute_updates(updates: Option<BTreeMap<String, AttributeValueUpdate>>) -> Result<Update, Refusal> {
    let read = updates.unwrap_or_default().into_iter().map(|(attribute, update)| {
        let value = update.value.map(|value| value.get(LAYER)).transpose()?;
        Ok((attribute, AttributeUpdate { action: update.action, value }))
    });
    update_of(read.collect::<Result<_, Refusal>>()?)
}
