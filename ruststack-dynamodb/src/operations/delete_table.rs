//! `DeleteTable`: a table and all its items, at once.

use std::sync::Arc;

use ruststack_core::{operation::Call, scope::Scope};

use super::replica_updates;

use crate::{
    DynamoDb,
    api::{
        DeleteReplicationGroupMemberAction, DeleteTableInput, DeleteTableOutput, ReplicationGroupUpdate,
        TableDescription,
    },
    error::{DynamoDbError, invalid},
    replicas, rows,
    table::Table,
    table_definition::check_table_name,
    tables::TableName,
};

pub(super) async fn delete_table(
    call: Call<DynamoDb>,
    input: DeleteTableInput,
) -> Result<DeleteTableOutput, DynamoDbError> {
    let TableName { scope, name } = TableName::parse(check_table_name(input.table_name.as_deref())?, call.scope());
    let tables = call.service().tables(&scope);
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    if let Some(table) = tables.get(&name).filter(|table| table.scope != scope) {
        return delete_replica(&call, &table, &scope);
    }
    let table = tables.delete(&name, call.now(), changes, check_unprotected)?;
    let description = table.settings().description;
    for region in replicas::regions(&description) {
        call.service().tables(&Scope::new(scope.account, region)).forget_replica(&table.name);
    }
    Ok(DeleteTableOutput { table_description: Some(being_deleted(description)) })
}

/// The table is no longer found in this region.
fn delete_replica(
    call: &Call<DynamoDb>,
    table: &Arc<Table>,
    scope: &Scope,
) -> Result<DeleteTableOutput, DynamoDbError> {
    let told = replicas::description_in(table, &scope.region);
    let before = replicas::regions(&table.settings().description);
    let changes = call.ctx().changes();
    table.change_settings(
        |settings| {
            let removed = DeleteReplicationGroupMemberAction { region_name: scope.region.as_str().to_owned() };
            let update = ReplicationGroupUpdate { delete: Some(removed), ..ReplicationGroupUpdate::default() };
            replica_updates::change(table, &mut settings.description, &update, &[])
        },
        |settings| changes.record(|rows| rows::put_table(rows, table, settings)),
    )?;
    replicas::follow(call.service(), table, &before);
    Ok(DeleteTableOutput { table_description: Some(being_deleted(told)) })
}

fn check_unprotected(table: &Table) -> Result<(), DynamoDbError> {
    if table.settings().description.deletion_protection_enabled != Some(true) {
        return Ok(());
    }
    Err(invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    ))
}

/// What AWS still tells of a table that it is deleting.
fn being_deleted(description: TableDescription) -> TableDescription {
    TableDescription {
        table_status: Some("DELETING".to_owned()),
        table_size_bytes: Some(0),
        item_count: Some(0),
        deletion_protection_enabled: description.deletion_protection_enabled,
        provisioned_throughput: description.provisioned_throughput,
        billing_mode_summary: description.billing_mode_summary,
        table_arn: description.table_arn,
        table_id: description.table_id,
        table_name: description.table_name,
        ..TableDescription::default()
    }
}
