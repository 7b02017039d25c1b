//! `Scan`: all items of a table or an index, or of one segment of them.

use ruststack_core::operation::Call;

use super::page;
use crate::{
    DynamoDb,
    api::{ScanInput, ScanOutput},
    capacity::Direction,
    error::{DynamoDbError, ItemError, invalid},
    expression::ExpressionKind,
    key_paths,
    parameters::{self, LAYER, Placeholders, Present},
    reading::Segment,
    service::table_of,
    table::RowKey,
    value::Given,
};

const INVALID_START: &str = "The provided starting key is invalid: The provided key element does not match the schema";

pub(super) async fn scan(call: Call<DynamoDb>, mut input: ScanInput) -> Result<ScanOutput, ItemError> {
    let placeholders = placeholders(&mut input)?;
    let mut binding = placeholders.binding();
    let start = input.exclusive_start_key.take().map(|start| start.get(LAYER)).transpose()?;
    let filter = match input.filter_expression.as_deref() {
        None => parameters::filter(input.scan_filter.take(), input.conditional_operator.as_deref())?,
        text => parameters::condition(ExpressionKind::Filter, text, &mut binding)?,
    };
    let (has_attributes, has_projection) = (input.attributes_to_get.is_some(), input.projection_expression.is_some());
    let select = input.select.as_deref();
    page::check_select(select, has_attributes, has_projection, input.index_name.is_some())?;
    let projection = match input.projection_expression.as_deref() {
        None => parameters::attributes_to_get(input.attributes_to_get.as_deref())?,
        text => parameters::projection(text, &mut binding)?,
    };
    let segment = segment(input.segment, input.total_segments)?;
    binding.check_used()?;
    let table = table_of(&call, &input.table_name)?;
    let source = page::source(table, input.index_name.as_deref(), input.consistent_read)?;
    let from = page::start(&source, start.as_ref(), INVALID_START)?;
    from.as_ref().map_or(Ok(()), |from| check_segment(segment, from))?;
    key_paths::check_projection(&source.table, projection.as_ref())?;
    key_paths::check_condition(&source.table, filter.as_ref())?;
    let view = page::view(&source, select, filter, projection, input.consistent_read)?;
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok());
    let through = source.scan(segment, from.as_ref(), limit).map_err(DynamoDbError::from)?;
    let page = source.show(&through, &view)?;
    Ok(ScanOutput {
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

fn placeholders(input: &mut ScanInput) -> Result<Placeholders, ItemError> {
    let present = Present {
        others: &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("ScanFilter", input.scan_filter.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
        expressions: &[
            (ExpressionKind::Projection, input.projection_expression.is_some()),
            (ExpressionKind::Filter, input.filter_expression.is_some()),
        ],
        takes_values: &[ExpressionKind::Filter],
    };
    let (names, values) = (input.expression_attribute_names.take(), input.expression_attribute_values.take());
    Ok(Placeholders::read(names, values, &present)?)
}

fn segment(number: Option<i32>, total: Option<i32>) -> Result<Segment, DynamoDbError> {
    let message = match (number, total) {
        (None, None) => return Ok(Segment::ALL),
        (Some(number), Some(total)) if number < total => {
            // The model's constraints have it that neither is negative.
            return Ok(Segment { number: number.unsigned_abs(), total: total.unsigned_abs() });
        }
        (Some(number), Some(total)) => format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {number} is \
             not less than TotalSegments: {total}"
        ),
        (Some(_), None) => "The TotalSegments parameter is required but was not present in the request when Segment \
                            parameter is present"
            .to_owned(),
        (None, Some(_)) => "The Segment parameter is required but was not present in the request when parameter \
                            TotalSegments is present"
            .to_owned(),
    };
    Err(invalid(message))
}

fn check_segment(segment: Segment, from: &RowKey) -> Result<(), DynamoDbError> {
    if segment.holds(from) {
        return Ok(());
    }
    let Segment { number, total } = segment;
    Err(invalid(format!(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct \
         Segment. TotalSegments: {total} Segment: {number}"
    )))
}
