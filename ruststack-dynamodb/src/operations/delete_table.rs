//! `DeleteTable`: a table and all its items, at once.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{DeleteTableInput, DeleteTableOutput, TableDescription},
    error::{DynamoDbError, invalid},
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
    let table = tables.delete(&name, call.now(), changes, check_unprotected)?;
    Ok(DeleteTableOutput { table_description: Some(being_deleted(table.settings().description)) })
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
