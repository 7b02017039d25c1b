//! `DescribeGlobalTableSettings` and `UpdateGlobalTableSettings`: throughput of global tables of 2017, kept and told.

use ruststack_core::{error::AwsError, operation::Call};

use super::{auto_scaling, global_table};
use crate::{
    DynamoDb,
    api::{
        BillingModeSummary, DescribeGlobalTableSettingsInput, DescribeGlobalTableSettingsOutput,
        ReplicaSettingsDescription, ReplicaSettingsUpdate, TableClassSummary, UpdateGlobalTableSettingsInput,
        UpdateGlobalTableSettingsOutput,
    },
    error::DynamoDbError,
};

pub(super) async fn describe_global_table_settings(
    call: Call<DynamoDb>,
    input: DescribeGlobalTableSettingsInput,
) -> Result<DescribeGlobalTableSettingsOutput, DynamoDbError> {
    let (_, found) = global_table::find(&call, &input.global_table_name)?;
    Ok(DescribeGlobalTableSettingsOutput {
        global_table_name: Some(input.global_table_name),
        replica_settings: Some(found.settings),
    })
}

pub(super) async fn update_global_table_settings(
    call: Call<DynamoDb>,
    input: UpdateGlobalTableSettingsInput,
) -> Result<UpdateGlobalTableSettingsOutput, AwsError> {
    if input.global_table_global_secondary_index_settings_update.is_some() {
        let text = "RustStack does not keep settings of indexes of global tables of 2017 yet.";
        return Err(AwsError::not_implemented(text));
    }
    let (scope, mut found) = global_table::find(&call, &input.global_table_name)?;
    for settings in &mut found.settings {
        set(settings, &input, call.now());
    }
    for update in input.replica_settings_update.iter().flatten() {
        let settings = found.settings.iter_mut().find(|settings| settings.region_name == update.region_name);
        let region = update.region_name.clone();
        set_replica(settings.ok_or(DynamoDbError::ReplicaNotFoundException { region })?, update);
    }
    global_table::put(&call, &scope, &input.global_table_name, found.clone())?;
    Ok(UpdateGlobalTableSettingsOutput {
        global_table_name: Some(input.global_table_name),
        replica_settings: Some(found.settings),
    })
}

fn set(
    settings: &mut ReplicaSettingsDescription,
    input: &UpdateGlobalTableSettingsInput,
    now: ruststack_core::clock::Timestamp,
) {
    if let Some(mode) = &input.global_table_billing_mode {
        let is_on_demand = mode == crate::table_definition::PAY_PER_REQUEST;
        settings.replica_billing_mode_summary = Some(BillingModeSummary {
            billing_mode: Some(mode.clone()),
            last_update_to_pay_per_request_date_time: is_on_demand.then_some(now),
        });
    }
    if input.global_table_provisioned_write_capacity_units.is_some() {
        settings.replica_provisioned_write_capacity_units = input.global_table_provisioned_write_capacity_units;
    }
    if let Some(update) = &input.global_table_provisioned_write_capacity_auto_scaling_settings_update {
        settings.replica_provisioned_write_capacity_auto_scaling_settings = Some(auto_scaling::told(update));
    }
}

fn set_replica(settings: &mut ReplicaSettingsDescription, update: &ReplicaSettingsUpdate) {
    if update.replica_provisioned_read_capacity_units.is_some() {
        settings.replica_provisioned_read_capacity_units = update.replica_provisioned_read_capacity_units;
    }
    if let Some(update) = &update.replica_provisioned_read_capacity_auto_scaling_settings_update {
        settings.replica_provisioned_read_capacity_auto_scaling_settings = Some(auto_scaling::told(update));
    }
    if let Some(class) = &update.replica_table_class {
        settings.replica_table_class_summary =
            Some(TableClassSummary { table_class: Some(class.clone()), last_update_date_time: None });
    }
}
