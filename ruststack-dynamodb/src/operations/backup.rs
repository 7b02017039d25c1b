//! `DescribeBackup` and `DeleteBackup`.

use ruststack_core::{
    arn::Arn,
    operation::Call,
    scope::{Region, Scope},
};

use crate::{
    DynamoDb,
    api::{
        BackupDescription, BackupDetails, DeleteBackupInput, DeleteBackupOutput, DescribeBackupInput,
        DescribeBackupOutput, GlobalSecondaryIndexInfo, LocalSecondaryIndexInfo, ProvisionedThroughput,
        ProvisionedThroughputDescription, SourceTableDetails, SourceTableFeatureDetails, TableDescription,
        TimeToLiveDescription,
    },
    backups::Backup,
    error::DynamoDbError,
};

pub(super) async fn describe_backup(
    call: Call<DynamoDb>,
    input: DescribeBackupInput,
) -> Result<DescribeBackupOutput, DynamoDbError> {
    let backup = call.service().backups(&scope_of(&input.backup_arn, call.scope())).get(&input.backup_arn)?;
    Ok(DescribeBackupOutput { backup_description: Some(description(&backup, "AVAILABLE")) })
}

pub(super) async fn delete_backup(
    call: Call<DynamoDb>,
    input: DeleteBackupInput,
) -> Result<DeleteBackupOutput, DynamoDbError> {
    let scope = scope_of(&input.backup_arn, call.scope());
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    let backup = call.service().backups(&scope).delete(&scope, &input.backup_arn, changes)?;
    Ok(DeleteBackupOutput { backup_description: Some(description(&backup, "DELETED")) })
}

/// Where what an ARN names is.
pub(super) fn scope_of(arn: &str, caller: &Scope) -> Scope {
    let parsed = arn.parse::<Arn>().ok();
    let scope = parsed.and_then(|arn| Some(Scope::new(arn.account().parse().ok()?, Region::nonstandard(arn.region()))));
    scope.unwrap_or_else(|| caller.clone())
}

pub(super) fn details(backup: &Backup, status: &str) -> BackupDetails {
    BackupDetails {
        backup_arn: backup.head.arn.clone(),
        backup_name: backup.head.name.clone(),
        backup_size_bytes: Some(backup.head.size as i64),
        backup_status: status.to_owned(),
        backup_type: "USER".to_owned(),
        backup_creation_date_time: backup.head.created(),
        backup_expiry_date_time: None,
    }
}

fn description(backup: &Backup, status: &str) -> BackupDescription {
    BackupDescription {
        backup_details: Some(details(backup, status)),
        source_table_details: Some(source_table(backup)),
        source_table_feature_details: Some(features(backup)),
    }
}

/// What is provisioned, as it was asked for.
pub(super) fn provisioned(told: Option<&ProvisionedThroughputDescription>) -> ProvisionedThroughput {
    let units = |units: Option<i64>| units.unwrap_or_default();
    ProvisionedThroughput {
        read_capacity_units: units(told.and_then(|told| told.read_capacity_units)),
        write_capacity_units: units(told.and_then(|told| told.write_capacity_units)),
    }
}

fn source_table(backup: &Backup) -> SourceTableDetails {
    let TableDescription {
        table_name,
        table_id,
        table_arn,
        key_schema,
        creation_date_time,
        provisioned_throughput,
        on_demand_throughput,
        billing_mode_summary,
        ..
    } = backup.head.settings.description.clone();
    SourceTableDetails {
        table_name: table_name.unwrap_or_default(),
        table_id: table_id.unwrap_or_default(),
        table_arn,
        table_size_bytes: Some(backup.head.size as i64),
        key_schema: key_schema.unwrap_or_default(),
        table_creation_date_time: creation_date_time.unwrap_or_else(|| backup.head.created()),
        provisioned_throughput: provisioned(provisioned_throughput.as_ref()),
        on_demand_throughput,
        item_count: Some(backup.head.count as i64),
        billing_mode: Some(
            billing_mode_summary.and_then(|summary| summary.billing_mode).unwrap_or("PROVISIONED".to_owned()),
        ),
    }
}

fn features(backup: &Backup) -> SourceTableFeatureDetails {
    let settings = &backup.head.settings;
    let description = settings.description.clone();
    let local = description.local_secondary_indexes.map(|indexes| {
        let info = |index: crate::api::LocalSecondaryIndexDescription| LocalSecondaryIndexInfo {
            index_name: index.index_name,
            key_schema: index.key_schema,
            projection: index.projection,
        };
        indexes.into_iter().map(info).collect()
    });
    let global = description.global_secondary_indexes.map(|indexes| {
        let info = |index: crate::api::GlobalSecondaryIndexDescription| GlobalSecondaryIndexInfo {
            provisioned_throughput: Some(provisioned(index.provisioned_throughput.as_ref())),
            index_name: index.index_name,
            key_schema: index.key_schema,
            projection: index.projection,
            on_demand_throughput: index.on_demand_throughput,
        };
        indexes.into_iter().map(info).collect()
    });
    let time_to_live = settings.time_to_live.as_ref().map(|attribute| TimeToLiveDescription {
        time_to_live_status: Some("ENABLED".to_owned()),
        attribute_name: Some(attribute.clone()),
    });
    SourceTableFeatureDetails {
        local_secondary_indexes: local,
        global_secondary_indexes: global,
        stream_description: description.stream_specification,
        time_to_live_description: time_to_live,
        sse_description: description.sse_description,
        ..SourceTableFeatureDetails::default()
    }
}
