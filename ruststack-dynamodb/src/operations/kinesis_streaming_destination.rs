//! Destinations in Kinesis: enabled, disabled, described, updated, and kept with their table. Nothing is sent there,
//! for there is no Kinesis here.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{
        DescribeKinesisStreamingDestinationInput, DescribeKinesisStreamingDestinationOutput,
        DisableKinesisStreamingDestinationInput, DisableKinesisStreamingDestinationOutput,
        EnableKinesisStreamingDestinationInput, EnableKinesisStreamingDestinationOutput, KinesisDataStreamDestination,
        UpdateKinesisStreamingDestinationInput, UpdateKinesisStreamingDestinationOutput,
    },
    error::{DynamoDbError, invalid},
    rows,
    service::table_itself,
    table::Table,
};

const ACTIVE: &str = "ACTIVE";
const DISABLED: &str = "DISABLED";
/// Of those that are active.
const MAX_DESTINATIONS: usize = 2;

type Destinations = Vec<KinesisDataStreamDestination>;

pub(super) async fn enable_kinesis_streaming_destination(
    call: Call<DynamoDb>,
    input: EnableKinesisStreamingDestinationInput,
) -> Result<EnableKinesisStreamingDestinationOutput, DynamoDbError> {
    let table = table_itself(&call, &input.table_name)?;
    let given = input.enable_kinesis_streaming_configuration.unwrap_or_default();
    let precision = given.approximate_creation_date_time_precision.clone();
    change(&call, &table, |destinations| enable(destinations, &input.stream_arn, precision))?;
    Ok(EnableKinesisStreamingDestinationOutput {
        table_name: Some(table.name.clone()),
        stream_arn: Some(input.stream_arn),
        destination_status: Some("ENABLING".to_owned()),
        enable_kinesis_streaming_configuration: Some(given),
    })
}

fn enable(destinations: &mut Destinations, arn: &str, precision: Option<String>) -> Result<(), DynamoDbError> {
    if active(destinations, arn).is_some() {
        return Err(wrong_state("enable", "DISABLED or ENABLE_FAILED", "ENABLE"));
    }
    destinations.retain(|known| known.stream_arn.as_deref() != Some(arn));
    let is_active = |known: &&KinesisDataStreamDestination| known.destination_status.as_deref() == Some(ACTIVE);
    if destinations.iter().filter(is_active).count() >= MAX_DESTINATIONS {
        // Assumed: that there may be two is documented, the words are not.
        let message = format!("A table can have at most {MAX_DESTINATIONS} active Kinesis Streaming Destinations");
        return Err(DynamoDbError::LimitExceededException { message });
    }
    destinations.push(KinesisDataStreamDestination {
        stream_arn: Some(arn.to_owned()),
        destination_status: Some(ACTIVE.to_owned()),
        approximate_creation_date_time_precision: precision,
        ..KinesisDataStreamDestination::default()
    });
    Ok(())
}

pub(super) async fn disable_kinesis_streaming_destination(
    call: Call<DynamoDb>,
    input: DisableKinesisStreamingDestinationInput,
) -> Result<DisableKinesisStreamingDestinationOutput, DynamoDbError> {
    let table = table_itself(&call, &input.table_name)?;
    change(&call, &table, |destinations| {
        let found = active(destinations, &input.stream_arn);
        let found = found.ok_or_else(|| wrong_state("disable", "ACTIVE", "DISABLE"))?;
        found.destination_status = Some(DISABLED.to_owned());
        Ok(())
    })?;
    Ok(DisableKinesisStreamingDestinationOutput {
        table_name: Some(table.name.clone()),
        stream_arn: Some(input.stream_arn),
        destination_status: Some("DISABLING".to_owned()),
        enable_kinesis_streaming_configuration: input.enable_kinesis_streaming_configuration,
    })
}

pub(super) async fn describe_kinesis_streaming_destination(
    call: Call<DynamoDb>,
    input: DescribeKinesisStreamingDestinationInput,
) -> Result<DescribeKinesisStreamingDestinationOutput, DynamoDbError> {
    let table = table_itself(&call, &input.table_name)?;
    Ok(DescribeKinesisStreamingDestinationOutput {
        table_name: Some(table.name.clone()),
        kinesis_data_stream_destinations: Some(table.settings().kinesis_destinations),
    })
}

pub(super) async fn update_kinesis_streaming_destination(
    call: Call<DynamoDb>,
    input: UpdateKinesisStreamingDestinationInput,
) -> Result<UpdateKinesisStreamingDestinationOutput, DynamoDbError> {
    let given = input.update_kinesis_streaming_configuration.unwrap_or_default();
    let wanted = given.approximate_creation_date_time_precision.clone().ok_or_else(|| {
        invalid(
            "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot \
             be null or contain only null values",
        )
    })?;
    let table = table_itself(&call, &input.table_name)?;
    let table_id = table.settings().description.table_id.unwrap_or_default();
    change(&call, &table, |destinations| {
        let found = active(destinations, &input.stream_arn).ok_or_else(|| {
            invalid(format!(
                "Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with \
                 streamArn: {} found for table with tableName: {}",
                input.stream_arn, table.name
            ))
        })?;
        if found.approximate_creation_date_time_precision.as_ref() == Some(&wanted) {
            return Err(invalid(format!(
                "Invalid Request: Precision is already set to the desired value of {wanted} for tableId: {table_id}, \
                 kdsArn: {}",
                input.stream_arn
            )));
        }
        found.approximate_creation_date_time_precision = Some(wanted);
        Ok(())
    })?;
    Ok(UpdateKinesisStreamingDestinationOutput {
        table_name: Some(table.name.clone()),
        stream_arn: Some(input.stream_arn),
        destination_status: Some("UPDATING".to_owned()),
        update_kinesis_streaming_configuration: Some(given),
    })
}

fn change(
    call: &Call<DynamoDb>,
    table: &Arc<Table>,
    change: impl FnOnce(&mut Destinations) -> Result<(), DynamoDbError>,
) -> Result<(), DynamoDbError> {
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    table.change_settings(
        |settings| change(&mut settings.kinesis_destinations),
        |settings| changes.record(|rows| rows::put_table(rows, table, settings)),
    )
}

fn active<'d>(destinations: &'d mut Destinations, arn: &str) -> Option<&'d mut KinesisDataStreamDestination> {
    destinations
        .iter_mut()
        .find(|known| known.stream_arn.as_deref() == Some(arn) && known.destination_status.as_deref() == Some(ACTIVE))
}

fn wrong_state(to: &str, wanted: &str, operation: &str) -> DynamoDbError {
    invalid(format!(
        "Table is not in a valid state to {to} Kinesis Streaming Destination: KinesisStreamingDestination must be \
         {wanted} to perform {operation} operation."
    ))
}
