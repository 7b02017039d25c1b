//! The table of contents of DynamoDB: its operations, one file each, or one for each small sub-resource.

mod backup;
mod batch_execute_statement;
mod batch_get_item;
mod batch_write_item;
mod continuous_backups;
mod create_backup;
mod create_table;
mod delete_item;
mod delete_table;
mod describe_endpoints;
mod describe_limits;
mod describe_table;
mod execute_statement;
mod execute_transaction;
mod get_item;
mod list_backups;
mod list_tables;
mod page;
mod put_item;
mod query;
mod restore_table_from_backup;
mod restore_table_to_point_in_time;
mod restored_table;
mod scan;
mod statements;
mod table_settings;
mod table_tags;
mod time_to_live;
mod transact_get_items;
mod transact_write_items;
mod update_item;
mod update_table;
mod write_answer;

use ruststack_core::{
    error::AwsError,
    operation::Operations,
    record::{Recording, Resource},
    scope::Scope,
    service::Protocol,
};
use serde_json::Value;

use crate::{DynamoDb, api, error::invalid, tables::TableName};

/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html>
static RECORDING: Recording = Recording {
    data: &[
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    ],
    reads: &["BatchGetItem", "Query", "Scan", "TransactGetItems"],
    hidden: &[
        "AttributeUpdates",
        "Attributes",
        "Expected",
        "ExpressionAttributeValues",
        "Item",
        "Items",
        "KeyConditions",
        "Parameters",
        "QueryFilter",
        "RequestItems",
        "Responses",
        "ScanFilter",
        "Statement",
        "Statements",
        "TransactItems",
        "TransactStatements",
    ],
    resource: table,
    ..Recording::USUAL
};

/// The table that an input names.
fn table(scope: &Scope, input: &Value) -> Option<Resource> {
    let TableName { scope, name } = TableName::parse(input.get("TableName")?.as_str()?, scope);
    let arn = format!("arn:{}:dynamodb:{}:{}:table/{name}", scope.partition(), scope.region, scope.account);
    Some(Resource::new("AWS::DynamoDB::Table", arn).of(Some(scope.account.to_string())))
}

pub(crate) fn operations() -> Operations<DynamoDb> {
    Operations::new(&api::MODEL)
        .refusing_with(refusal)
        .recorded_as(&RECORDING)
        .on::<api::BatchExecuteStatement, _, _, _>(batch_execute_statement::batch_execute_statement)
        .on::<api::BatchGetItem, _, _, _>(batch_get_item::batch_get_item)
        .on::<api::BatchWriteItem, _, _, _>(batch_write_item::batch_write_item)
        .on::<api::CreateBackup, _, _, _>(create_backup::create_backup)
        .on::<api::CreateTable, _, _, _>(create_table::create_table)
        .on::<api::DeleteBackup, _, _, _>(backup::delete_backup)
        .on::<api::DeleteItem, _, _, _>(delete_item::delete_item)
        .on::<api::DeleteTable, _, _, _>(delete_table::delete_table)
        .on::<api::DescribeBackup, _, _, _>(backup::describe_backup)
        .on::<api::DescribeContinuousBackups, _, _, _>(continuous_backups::describe_continuous_backups)
        .on::<api::DescribeEndpoints, _, _, _>(describe_endpoints::describe_endpoints)
        .on::<api::DescribeLimits, _, _, _>(describe_limits::describe_limits)
        .on::<api::DescribeTable, _, _, _>(describe_table::describe_table)
        .on::<api::DescribeTimeToLive, _, _, _>(time_to_live::describe_time_to_live)
        .on::<api::ExecuteStatement, _, _, _>(execute_statement::execute_statement)
        .on::<api::ExecuteTransaction, _, _, _>(execute_transaction::execute_transaction)
        .on::<api::GetItem, _, _, _>(get_item::get_item)
        .on::<api::ListBackups, _, _, _>(list_backups::list_backups)
        .on::<api::ListTables, _, _, _>(list_tables::list_tables)
        .on::<api::ListTagsOfResource, _, _, _>(table_tags::list_tags_of_resource)
        .on::<api::PutItem, _, _, _>(put_item::put_item)
        .on::<api::Query, _, _, _>(query::query)
        .on::<api::RestoreTableFromBackup, _, _, _>(restore_table_from_backup::restore_table_from_backup)
        .on::<api::RestoreTableToPointInTime, _, _, _>(restore_table_to_point_in_time::restore_table_to_point_in_time)
        .on::<api::Scan, _, _, _>(scan::scan)
        .on::<api::TagResource, _, _, _>(table_tags::tag_resource)
        .on::<api::TransactGetItems, _, _, _>(transact_get_items::transact_get_items)
        .on::<api::TransactWriteItems, _, _, _>(transact_write_items::transact_write_items)
        .on::<api::UntagResource, _, _, _>(table_tags::untag_resource)
        .on::<api::UpdateContinuousBackups, _, _, _>(continuous_backups::update_continuous_backups)
        .on::<api::UpdateItem, _, _, _>(update_item::update_item)
        .on::<api::UpdateTable, _, _, _>(update_table::update_table)
        .on::<api::UpdateTimeToLive, _, _, _>(time_to_live::update_time_to_live)
}

/// What AWS calls the pattern of table names; the model's takes ARNs as well, and leaves empty names to their length.
fn refusal(_: Protocol, broken: &str) -> Option<AwsError> {
    const EITHER: &str = "arn:aws[a-z-]*:dynamodb:[a-zA-Z0-9-]*:[0-9]*:table/[a-zA-Z0-9_.-]+|[a-zA-Z0-9_.-]*";
    Some(invalid(broken.replace(EITHER, "[a-zA-Z0-9_.-]+")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_says_which_operations_work() {
        let page = include_str!("../../docs/dynamodb.md");
        let working = operations().names();
        for name in api::OPERATIONS {
            let row = page.lines().find(|line| line.starts_with(&format!("| {name} |")));
            let row = row.unwrap_or_else(|| panic!("{name} is not on the page"));
            assert_eq!(row.ends_with("| 501 |"), !working.contains(name), "{row}");
        }
        let count = format!("{} of {} operations work", working.len(), api::OPERATIONS.len());
        assert!(page.contains(&count), "{count}");
    }
}
