//! `CreateBackup`: a table as it is now, to be restored from.

use std::sync::Arc;

use ruststack_core::operation::Call;

use super::{backup::details, continuous_backups};
use crate::{
    DynamoDb,
    api::{CreateBackupInput, CreateBackupOutput},
    backups::Backup,
    error::DynamoDbError,
};

pub(super) async fn create_backup(
    call: Call<DynamoDb>,
    input: CreateBackupInput,
) -> Result<CreateBackupOutput, DynamoDbError> {
    let table = continuous_backups::table(&call, &input.table_name)?;
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    let locked = table.lock_all()?;
    let random = call.ids().uuid();
    let random = random.get(..8).unwrap_or_default();
    let backup = Arc::new(Backup::new(input.backup_name, table.settings(), locked.all(), call.now(), random));
    call.service().backups(&table.scope).add(&table.scope, &backup, changes);
    drop(locked);
    // Differs from AWS: the answer comes when the backup is made, which AWS answers CREATING for.
    Ok(CreateBackupOutput { backup_details: Some(details(&backup, "CREATING")) })
}
