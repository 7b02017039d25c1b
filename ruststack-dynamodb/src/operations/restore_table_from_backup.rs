//! `RestoreTableFromBackup`: a new table with what a backup has.

use ruststack_core::{error::AwsError, operation::Call};

use super::{
    backup::scope_of,
    restored_table::{Origin, Overrides, restore},
};
use crate::{
    DynamoDb,
    api::{RestoreTableFromBackupInput, RestoreTableFromBackupOutput},
};

pub(super) async fn restore_table_from_backup(
    call: Call<DynamoDb>,
    input: RestoreTableFromBackupInput,
) -> Result<RestoreTableFromBackupOutput, AwsError> {
    let backup = call.service().backups(&scope_of(&input.backup_arn, call.scope())).get(&input.backup_arn)?;
    let overrides = Overrides {
        billing_mode: input.billing_mode_override,
        global: input.global_secondary_index_override,
        local: input.local_secondary_index_override,
        provisioned: input.provisioned_throughput_override,
        on_demand: input.on_demand_throughput_override,
        encryption: input.sse_specification_override,
    };
    let origin = Origin {
        settings: backup.head.settings.clone(),
        backup_arn: Some(backup.head.arn.clone()),
        at: backup.head.created(),
    };
    let items = backup.items.clone();
    let description = restore(&call, &input.target_table_name, origin, overrides, items)?;
    Ok(RestoreTableFromBackupOutput { table_description: Some(description) })
}
