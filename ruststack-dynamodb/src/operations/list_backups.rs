//! `ListBackups`: the backups of a table, or of all, oldest first.

use std::sync::Arc;

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{BackupSummary, ListBackupsInput, ListBackupsOutput},
    backups::Backup,
    error::DynamoDbError,
    tables::TableName,
};

const MAX_PAGE: usize = 100;

pub(super) async fn list_backups(
    call: Call<DynamoDb>,
    input: ListBackupsInput,
) -> Result<ListBackupsOutput, DynamoDbError> {
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_PAGE);
    let table = input.table_name.as_deref().map(|name| TableName::parse(name, call.scope()));
    let scope = table.as_ref().map_or(call.scope(), |table| &table.scope);
    let is_listed = |backup: &Arc<Backup>| {
        let head = &backup.head;
        table.as_ref().is_none_or(|table| table.name == head.table_name)
            && input.time_range_lower_bound.is_none_or(|from| head.created() >= from)
            && input.time_range_upper_bound.is_none_or(|to| head.created() < to)
            && matches!(input.backup_type.as_deref(), None | Some("ALL" | "USER"))
    };
    let mut backups: Vec<_> = call.service().backups(scope).all().into_iter().filter(is_listed).collect();
    if let Some(start) = &input.exclusive_start_backup_arn
        && let Some(place) = backups.iter().position(|backup| backup.head.arn == *start)
    {
        backups.drain(..=place);
    }
    let is_cut = backups.len() > limit;
    backups.truncate(limit);
    let last_evaluated_backup_arn = backups.last().filter(|_| is_cut).map(|last| last.head.arn.clone());
    let backup_summaries = Some(backups.iter().map(|backup| summary(backup)).collect());
    Ok(ListBackupsOutput { backup_summaries, last_evaluated_backup_arn })
}

fn summary(backup: &Backup) -> BackupSummary {
    let head = &backup.head;
    BackupSummary {
        table_name: Some(head.table_name.clone()),
        table_id: head.settings.description.table_id.clone(),
        table_arn: Some(head.settings.arn()),
        backup_arn: Some(head.arn.clone()),
        backup_name: Some(head.name.clone()),
        backup_creation_date_time: Some(head.created()),
        backup_status: Some("AVAILABLE".to_owned()),
        backup_type: Some("USER".to_owned()),
        backup_size_bytes: Some(head.size as i64),
        backup_expiry_date_time: None,
    }
}
