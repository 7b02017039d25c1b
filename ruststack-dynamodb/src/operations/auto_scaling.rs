//! `DescribeTableReplicaAutoScaling` and `UpdateTableReplicaAutoScaling`: kept and told, nothing is scaled.

use ruststack_core::operation::Call;

use super::resource_policy::change;
use crate::{
    DynamoDb,
    api::{
        AutoScalingPolicyDescription, AutoScalingSettingsDescription, AutoScalingSettingsUpdate,
        AutoScalingTargetTrackingScalingPolicyConfigurationDescription, DescribeTableReplicaAutoScalingInput,
        DescribeTableReplicaAutoScalingOutput, ReplicaAutoScalingDescription,
        ReplicaGlobalSecondaryIndexAutoScalingDescription, TableAutoScalingDescription,
        UpdateTableReplicaAutoScalingInput, UpdateTableReplicaAutoScalingOutput,
    },
    error::{DynamoDbError, invalid},
    replicas,
    service::table_itself,
    table::{More, Table},
};

pub(super) async fn describe_table_replica_auto_scaling(
    call: Call<DynamoDb>,
    input: DescribeTableReplicaAutoScalingInput,
) -> Result<DescribeTableReplicaAutoScalingOutput, DynamoDbError> {
    let table = table_itself(&call, &input.table_name)?;
    Ok(DescribeTableReplicaAutoScalingOutput { table_auto_scaling_description: Some(description(&table)) })
}

pub(super) async fn update_table_replica_auto_scaling(
    call: Call<DynamoDb>,
    input: UpdateTableReplicaAutoScalingInput,
) -> Result<UpdateTableReplicaAutoScalingOutput, DynamoDbError> {
    let table = table_itself(&call, &input.table_name)?;
    let regions = regions(&table);
    for update in input.replica_updates.iter().flatten() {
        if !regions.contains(&update.region_name) {
            return Err(invalid(format!("There is no replica of the table in the region {}", update.region_name)));
        }
    }
    change(&call, &table, |more| {
        regions.iter().for_each(|region| set_writes(more, region, &input));
        set_reads(more, &input);
        Ok(())
    })?;
    Ok(UpdateTableReplicaAutoScalingOutput { table_auto_scaling_description: Some(description(&table)) })
}

/// All that the table is in.
fn regions(table: &Table) -> Vec<String> {
    let replicas = replicas::regions(&table.settings().description);
    std::iter::once(&table.scope.region).chain(&replicas).map(|region| region.as_str().to_owned()).collect()
}

fn description(table: &Table) -> TableAutoScalingDescription {
    let mut kept = table.settings().more.auto_scaling;
    let replica = |region: String| {
        let settings = kept.remove(&region).unwrap_or_default();
        ReplicaAutoScalingDescription {
            region_name: Some(region),
            replica_status: Some("ACTIVE".to_owned()),
            ..settings
        }
    };
    TableAutoScalingDescription {
        table_name: Some(table.name.clone()),
        table_status: Some("ACTIVE".to_owned()),
        replicas: Some(regions(table).into_iter().map(replica).collect()),
    }
}

/// Writes scale alike in all regions.
fn set_writes(more: &mut More, region: &str, input: &UpdateTableReplicaAutoScalingInput) {
    let replica = more.auto_scaling.entry(region.to_owned()).or_default();
    if let Some(update) = &input.provisioned_write_capacity_auto_scaling_update {
        replica.replica_provisioned_write_capacity_auto_scaling_settings = Some(told(update));
    }
    for update in input.global_secondary_index_updates.iter().flatten() {
        let settings = update.provisioned_write_capacity_auto_scaling_update.as_ref().map(told);
        index(replica, update.index_name.as_ref()).provisioned_write_capacity_auto_scaling_settings = settings;
    }
}

fn set_reads(more: &mut More, input: &UpdateTableReplicaAutoScalingInput) {
    for update in input.replica_updates.iter().flatten() {
        let replica = more.auto_scaling.entry(update.region_name.clone()).or_default();
        if let Some(update) = &update.replica_provisioned_read_capacity_auto_scaling_update {
            replica.replica_provisioned_read_capacity_auto_scaling_settings = Some(told(update));
        }
        for update in update.replica_global_secondary_index_updates.iter().flatten() {
            let settings = update.provisioned_read_capacity_auto_scaling_update.as_ref().map(told);
            index(replica, update.index_name.as_ref()).provisioned_read_capacity_auto_scaling_settings = settings;
        }
    }
}

fn index<'r>(
    replica: &'r mut ReplicaAutoScalingDescription,
    name: Option<&String>,
) -> &'r mut ReplicaGlobalSecondaryIndexAutoScalingDescription {
    let indexes = replica.global_secondary_indexes.get_or_insert_default();
    let place = indexes.iter().position(|index| index.index_name.as_ref() == name).unwrap_or_else(|| {
        indexes.push(ReplicaGlobalSecondaryIndexAutoScalingDescription {
            index_name: name.cloned(),
            index_status: Some("ACTIVE".to_owned()),
            ..ReplicaGlobalSecondaryIndexAutoScalingDescription::default()
        });
        indexes.len() - 1
    });
    &mut indexes[place]
}

/// Settings as they are told once they are set.
pub(super) fn told(update: &AutoScalingSettingsUpdate) -> AutoScalingSettingsDescription {
    let policy = update.scaling_policy_update.as_ref().map(|policy| {
        let given = &policy.target_tracking_scaling_policy_configuration;
        let configuration = AutoScalingTargetTrackingScalingPolicyConfigurationDescription {
            disable_scale_in: given.disable_scale_in,
            scale_in_cooldown: given.scale_in_cooldown,
            scale_out_cooldown: given.scale_out_cooldown,
            target_value: given.target_value,
        };
        AutoScalingPolicyDescription {
            policy_name: policy.policy_name.clone(),
            target_tracking_scaling_policy_configuration: Some(configuration),
        }
    });
    AutoScalingSettingsDescription {
        minimum_units: update.minimum_units,
        maximum_units: update.maximum_units,
        auto_scaling_disabled: update.auto_scaling_disabled,
        auto_scaling_role_arn: update.auto_scaling_role_arn.clone(),
        scaling_policies: policy.map(|policy| vec![policy]),
    }
}
