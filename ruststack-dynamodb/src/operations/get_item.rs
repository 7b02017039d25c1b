//! `GetItem`: one item, or parts of it.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{GetItemInput, GetItemOutput},
    capacity::{Direction, Units, read_units},
    error::{DynamoDbError, ItemError},
    expression::ExpressionKind,
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    service::table_of,
    value::Shown,
};

pub(super) async fn get_item(call: Call<DynamoDb>, input: GetItemInput) -> Result<GetItemOutput, ItemError> {
    let key = input.key.get(LAYER)?;
    let present = Present {
        others: &[("AttributesToGet", input.attributes_to_get.is_some())],
        expressions: &[(ExpressionKind::Projection, input.projection_expression.is_some())],
        takes_values: &[],
    };
    let placeholders = Placeholders::read(input.expression_attribute_names, None, &present)?;
    let mut binding = placeholders.binding();
    let projection = match input.projection_expression.as_deref() {
        None => parameters::attributes_to_get(input.attributes_to_get.as_deref())?,
        text => parameters::projection(text, &mut binding)?,
    };
    binding.check_used()?;
    let table = table_of(&call, &input.table_name)?;
    key_paths::check_projection(&table, projection.as_ref())?;
    table.schema.check_key(&key).map_err(|fault| fault.refusal())?;
    let found = table.get(&table.key_of(&key)).map_err(DynamoDbError::from)?;
    let size = found.as_ref().map_or(0, |stored| stored.size);
    let units = Units::of_table(read_units(size, input.consistent_read == Some(true)));
    let item = found.map(|stored| match &projection {
        Some(projection) => projection.apply(&stored.item).into(),
        None => Shown(stored.item),
    });
    let wanted = input.return_consumed_capacity.as_deref();
    Ok(GetItemOutput { item, consumed_capacity: units.told(&input.table_name, wanted, Direction::Untold) })
}
