//! The replicas that `UpdateTable` adds, changes and removes.

use ruststack_core::{error::AwsError, scope::Region};

use crate::{
    api::{
        CreateReplicationGroupMemberAction, ReplicaDescription, ReplicaGlobalSecondaryIndex,
        ReplicaGlobalSecondaryIndexDescription, ReplicationGroupUpdate, TableClassSummary, TableDescription,
        UpdateReplicationGroupMemberAction,
    },
    error::{DynamoDbError, invalid},
    replicas::{VERSION, replica},
    table::Table,
};

/// What RustStack does not do with replicas.
pub(super) fn check(updates: &[ReplicationGroupUpdate]) -> Result<(), AwsError> {
    if updates.iter().any(|update| update.disassociate.is_some()) {
        return Err(AwsError::not_implemented("RustStack does not disassociate replicas of DynamoDB tables yet."));
    }
    Ok(())
}

pub(super) fn change(
    table: &Table,
    description: &mut TableDescription,
    update: &ReplicationGroupUpdate,
    taken: &[Region],
) -> Result<(), DynamoDbError> {
    match update {
        ReplicationGroupUpdate { create: Some(create), .. } => add(table, description, create, taken)?,
        ReplicationGroupUpdate { update: Some(update), .. } => set(description, update)?,
        ReplicationGroupUpdate { delete: Some(delete), .. } => remove(description, &delete.region_name)?,
        _ => {
            return Err(invalid(
                "One or more parameter values were invalid: One of ReplicaUpdates.Create, ReplicaUpdates.Update, \
                 ReplicaUpdates.Delete must not be null",
            ));
        }
    }
    description.replicas.take_if(|replicas| replicas.is_empty());
    description.global_table_version = description.replicas.as_ref().map(|_| VERSION.to_owned());
    Ok(())
}

fn add(
    table: &Table,
    description: &mut TableDescription,
    create: &CreateReplicationGroupMemberAction,
    taken: &[Region],
) -> Result<(), DynamoDbError> {
    let name = &create.region_name;
    let Some(region) = Region::known(name) else { return Err(invalid(format!("Unsupported region: {name}"))) };
    if region == table.scope.region {
        return Err(invalid(
            "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or \
             UpdateTable as required.",
        ));
    }
    let replicas = description.replicas.get_or_insert_default();
    if taken.contains(&region) || replicas.iter().any(|replica| replica.region_name.as_ref() == Some(name)) {
        return Err(invalid(format!(
            "Failed to create a the new replica of table with name: '{}' because one or more replicas already existed as \
             tables.",
            table.name
        )));
    }
    let class = |class: &String| TableClassSummary { table_class: Some(class.clone()), last_update_date_time: None };
    replicas.push(ReplicaDescription {
        kms_master_key_id: create.kms_master_key_id.clone(),
        provisioned_throughput_override: create.provisioned_throughput_override.clone(),
        on_demand_throughput_override: create.on_demand_throughput_override.clone(),
        global_secondary_indexes: create.global_secondary_indexes.as_deref().map(indexes),
        replica_table_class_summary: create.table_class_override.as_ref().map(class),
        ..replica(&table.scope, name, &table.name)
    });
    Ok(())
}

fn indexes(given: &[ReplicaGlobalSecondaryIndex]) -> Vec<ReplicaGlobalSecondaryIndexDescription> {
    let index = |index: &ReplicaGlobalSecondaryIndex| ReplicaGlobalSecondaryIndexDescription {
        index_name: Some(index.index_name.clone()),
        provisioned_throughput_override: index.provisioned_throughput_override.clone(),
        on_demand_throughput_override: index.on_demand_throughput_override.clone(),
        ..ReplicaGlobalSecondaryIndexDescription::default()
    };
    given.iter().map(index).collect()
}

fn no_replica() -> DynamoDbError {
    invalid("Update global table operation failed because one or more replicas were not part of the global table.")
}

fn set(description: &mut TableDescription, update: &UpdateReplicationGroupMemberAction) -> Result<(), DynamoDbError> {
    let mut replicas = description.replicas.iter_mut().flatten();
    let replica = replicas.find(|replica| replica.region_name.as_ref() == Some(&update.region_name));
    let replica = replica.ok_or_else(no_replica)?;
    if update.kms_master_key_id.is_some() {
        replica.kms_master_key_id.clone_from(&update.kms_master_key_id);
    }
    if update.provisioned_throughput_override.is_some() {
        replica.provisioned_throughput_override.clone_from(&update.provisioned_throughput_override);
    }
    if update.on_demand_throughput_override.is_some() {
        replica.on_demand_throughput_override.clone_from(&update.on_demand_throughput_override);
    }
    if let Some(given) = update.global_secondary_indexes.as_deref() {
        replica.global_secondary_indexes = Some(indexes(given));
    }
    Ok(())
}

fn remove(description: &mut TableDescription, region: &str) -> Result<(), DynamoDbError> {
    let replicas = description.replicas.get_or_insert_default();
    let count = replicas.len();
    replicas.retain(|replica| replica.region_name.as_deref() != Some(region));
    if replicas.len() == count { Err(no_replica()) } else { Ok(()) }
}
