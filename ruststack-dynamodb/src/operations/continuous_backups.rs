//! `UpdateContinuousBackups` and `DescribeContinuousBackups`: whether a table keeps what it was.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{
        ContinuousBackupsDescription, DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput,
        PointInTimeRecoveryDescription, UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput,
    },
    error::{DynamoDbError, invalid},
    history::{MAX_DAYS, Recovery},
    rows,
    table::Table,
    tables::TableName,
};

pub(super) async fn update_continuous_backups(
    call: Call<DynamoDb>,
    input: UpdateContinuousBackupsInput,
) -> Result<UpdateContinuousBackupsOutput, DynamoDbError> {
    let wanted = input.point_in_time_recovery_specification;
    let table = table(&call, &input.table_name)?;
    if wanted.recovery_period_in_days.is_some() && !wanted.point_in_time_recovery_enabled {
        return Err(invalid("RecoveryPeriodInDays can be specified only when PointInTimeRecovery is being enabled"));
    }
    let days = wanted.recovery_period_in_days;
    set(&call, &table, wanted.point_in_time_recovery_enabled, days)?;
    let continuous_backups_description = Some(description(&call, &table));
    Ok(UpdateContinuousBackupsOutput { continuous_backups_description })
}

pub(super) async fn describe_continuous_backups(
    call: Call<DynamoDb>,
    input: DescribeContinuousBackupsInput,
) -> Result<DescribeContinuousBackupsOutput, DynamoDbError> {
    let table = table(&call, &input.table_name)?;
    let continuous_backups_description = Some(description(&call, &table));
    Ok(DescribeContinuousBackupsOutput { continuous_backups_description })
}

/// The table of that name, to whoever asks for its backups.
pub(super) fn table(call: &Call<DynamoDb>, name: &str) -> Result<Arc<Table>, DynamoDbError> {
    let TableName { scope, name } = TableName::parse(name, call.scope());
    call.service().tables(&scope).get(&name).ok_or(DynamoDbError::TableNotFoundException { name })
}

/// Who is on already goes on, from when it began.
fn set(call: &Call<DynamoDb>, table: &Table, is_enabled: bool, days: Option<i32>) -> Result<(), DynamoDbError> {
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    let locked = table.lock_all()?;
    let before = table.history.recovery();
    let recovery = is_enabled.then(|| Recovery {
        since: before.map_or_else(|| call.now().millis(), |before| before.since),
        days: days.or(before.map(|before| before.days)).unwrap_or(MAX_DAYS),
    });
    table.change_settings(
        |settings| {
            settings.more.recovery = recovery;
            Ok::<_, DynamoDbError>(())
        },
        |settings| changes.record(|rows| rows::put_table(rows, table, settings)),
    )?;
    if recovery.is_none() {
        changes.record(|rows| rows::remove_history(rows, table));
    }
    table.history.set(recovery);
    drop(locked);
    Ok(())
}

fn description(call: &Call<DynamoDb>, table: &Table) -> ContinuousBackupsDescription {
    let recovery = table.history.recovery();
    let status = if recovery.is_some() { "ENABLED" } else { "DISABLED" };
    ContinuousBackupsDescription {
        continuous_backups_status: "ENABLED".to_owned(),
        point_in_time_recovery_description: Some(PointInTimeRecoveryDescription {
            point_in_time_recovery_status: Some(status.to_owned()),
            recovery_period_in_days: recovery.map(|recovery| recovery.days),
            earliest_restorable_date_time: table.history.earliest(call.now()),
            // Differs from AWS: what changed in the last five minutes can be restored as well.
            latest_restorable_date_time: recovery.map(|_| call.now()),
        }),
    }
}
