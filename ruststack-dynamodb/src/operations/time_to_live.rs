//! `UpdateTimeToLive` and `DescribeTimeToLive`: the attribute that says when items expire.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{
        DescribeTimeToLiveInput, DescribeTimeToLiveOutput, TimeToLiveDescription, UpdateTimeToLiveInput,
        UpdateTimeToLiveOutput,
    },
    error::{DynamoDbError, invalid},
    rows,
    service::table_itself,
    table::Settings,
};

pub(super) async fn update_time_to_live(
    call: Call<DynamoDb>,
    input: UpdateTimeToLiveInput,
) -> Result<UpdateTimeToLiveOutput, DynamoDbError> {
    let wanted = input.time_to_live_specification;
    let table = table_itself(&call, &input.table_name)?;
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    // Items and the attribute that they expire by change together: the index of expiries has every item.
    let mut locked = table.lock_all()?;
    let attribute = table.change_settings(
        |settings| set(settings, wanted.enabled, &wanted.attribute_name),
        |settings| changes.record(|rows| rows::put_table(rows, &table, settings)),
    )?;
    locked.set_time_to_live(attribute.as_deref());
    drop(locked);
    Ok(UpdateTimeToLiveOutput { time_to_live_specification: Some(wanted) })
}

/// The attribute from now on. Differs from AWS: it takes one change an hour, this takes any.
fn set(settings: &mut Settings, is_enabled: bool, attribute: &str) -> Result<Option<String>, DynamoDbError> {
    let message = match (settings.time_to_live.as_deref(), is_enabled) {
        (Some(current), _) if current != attribute => {
            format!("TimeToLive is active on a different AttributeName: current AttributeName is {current}")
        }
        (Some(_), true) => "TimeToLive is already enabled".to_owned(),
        (None, false) => "TimeToLive is already disabled".to_owned(),
        (Some(_), false) | (None, true) => {
            settings.time_to_live = is_enabled.then(|| attribute.to_owned());
            return Ok(settings.time_to_live.clone());
        }
    };
    Err(invalid(message))
}

pub(super) async fn describe_time_to_live(
    call: Call<DynamoDb>,
    input: DescribeTimeToLiveInput,
) -> Result<DescribeTimeToLiveOutput, DynamoDbError> {
    let attribute_name = table_itself(&call, &input.table_name)?.settings().time_to_live;
    let status = if attribute_name.is_some() { "ENABLED" } else { "DISABLED" };
    let description = TimeToLiveDescription { time_to_live_status: Some(status.to_owned()), attribute_name };
    Ok(DescribeTimeToLiveOutput { time_to_live_description: Some(description) })
}
