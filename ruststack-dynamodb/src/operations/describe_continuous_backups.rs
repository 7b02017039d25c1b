//! `DescribeContinuousBackups`: they are on, and restoring to a point in time is off.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{
        ContinuousBackupsDescription, DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput,
        PointInTimeRecoveryDescription,
    },
    error::DynamoDbError,
    tables::TableName,
};

pub(super) async fn describe_continuous_backups(
    call: Call<DynamoDb>,
    input: DescribeContinuousBackupsInput,
) -> Result<DescribeContinuousBackupsOutput, DynamoDbError> {
    let TableName { scope, name } = TableName::parse(&input.table_name, call.scope());
    if call.service().tables(&scope).get(&name).is_none() {
        return Err(DynamoDbError::TableNotFoundException { name });
    }
    let recovery = PointInTimeRecoveryDescription {
        point_in_time_recovery_status: Some("DISABLED".to_owned()),
        ..PointInTimeRecoveryDescription::default()
    };
    Ok(DescribeContinuousBackupsOutput {
        continuous_backups_description: Some(ContinuousBackupsDescription {
            continuous_backups_status: "ENABLED".to_owned(),
            point_in_time_recovery_description: Some(recovery),
        }),
    })
}
