//! `RestoreTableToPointInTime`: a new table with what another one had at a moment.

use std::sync::Arc;

use ruststack_core::{clock::Timestamp, error::AwsError, operation::Call};

use super::restored_table::{Origin, Overrides, restore};
use crate::{
    DynamoDb,
    api::{RestoreTableToPointInTimeInput, RestoreTableToPointInTimeOutput},
    error::{DynamoDbError, invalid},
    table::{Stored, Table},
    tables::TableName,
};

pub(super) async fn restore_table_to_point_in_time(
    call: Call<DynamoDb>,
    input: RestoreTableToPointInTimeInput,
) -> Result<RestoreTableToPointInTimeOutput, AwsError> {
    let source = source(&call, &input)?;
    let at = match (input.use_latest_restorable_time, input.restore_date_time) {
        (Some(true), Some(_)) => {
            return Err(invalid(
                "Specify either UseLatestRestorableTime or RestoreDateTime, but not both, to restore to a point in time",
            )
            .into());
        }
        (_, Some(at)) => at,
        (Some(true), None) => call.now(),
        (_, None) => {
            return Err(
                invalid("Specify UseLatestRestorableTime or RestoreDateTime to restore to a point in time").into()
            );
        }
    };
    let items = items_at(&call, &source, at)?;
    let overrides = Overrides {
        billing_mode: input.billing_mode_override,
        global: input.global_secondary_index_override,
        local: input.local_secondary_index_override,
        provisioned: input.provisioned_throughput_override,
        on_demand: input.on_demand_throughput_override,
        encryption: input.sse_specification_override,
    };
    let origin = Origin { settings: source.settings(), backup_arn: None, at };
    let description = restore(&call, &input.target_table_name, origin, overrides, items)?;
    Ok(RestoreTableToPointInTimeOutput { table_description: Some(description) })
}

fn source(call: &Call<DynamoDb>, input: &RestoreTableToPointInTimeInput) -> Result<Arc<Table>, DynamoDbError> {
    let named = input.source_table_arn.as_deref().or(input.source_table_name.as_deref());
    let named = named.ok_or_else(|| invalid("SourceTableName or SourceTableArn must be provided"))?;
    let TableName { scope, name } = TableName::parse(named, call.scope());
    let table = call.service().tables(&scope).get(&name);
    table.ok_or(DynamoDbError::TableNotFoundException { name })
}

/// What a table had at a moment that it can be restored to.
pub(super) fn items_at(call: &Call<DynamoDb>, table: &Table, at: Timestamp) -> Result<Vec<Stored>, DynamoDbError> {
    let locked = table.lock_all()?;
    let now = call.now();
    let earliest = table.history.earliest(now);
    let earliest =
        earliest.ok_or_else(|| DynamoDbError::PointInTimeRecoveryUnavailableException { name: table.name.clone() })?;
    // Seconds are what AWS restores to; the one that recovery began in counts.
    if at.seconds() < earliest.seconds() || at > now {
        return Err(DynamoDbError::InvalidRestoreTimeException {
            message: format!(
                "The specified RestoreDateTime {at} is not between the earliest restorable time {earliest} and the latest \
                 restorable time {now}"
            ),
        });
    }
    Ok(table.history.restored(table, locked.all(), at))
}
