//! The table of contents of DynamoDB: its operations, one file each, or one for each small sub-resource.

mod auto_scaling;
mod backup;
mod batch_execute_statement;
mod batch_get_item;
mod batch_write_item;
mod continuous_backups;
mod contributor_insights;
mod create_backup;
mod create_table;
mod delete_item;
mod delete_table;
mod describe_endpoints;
mod describe_limits;
mod describe_table;
mod execute_statement;
mod execute_transaction;
mod export_table_to_point_in_time;
mod get_item;
mod global_table;
mod global_table_settings;
mod import_table;
mod kinesis_streaming_destination;
mod list_backups;
mod list_tables;
mod page;
mod put_item;
mod query;
mod replica_updates;
mod resource_policy;
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
        .on::<api::CreateGlobalTable, _, _, _>(global_table::create_global_table)
        .on::<api::CreateTable, _, _, _>(create_table::create_table)
        .on::<api::DeleteBackup, _, _, _>(backup::delete_backup)
        .on::<api::DeleteItem, _, _, _>(delete_item::delete_item)
        .on::<api::DeleteResourcePolicy, _, _, _>(resource_policy::delete_resource_policy)
        .on::<api::DeleteTable, _, _, _>(delete_table::delete_table)
        .on::<api::DescribeBackup, _, _, _>(backup::describe_backup)
        .on::<api::DescribeContinuousBackups, _, _, _>(continuous_backups::describe_continuous_backups)
        .on::<api::DescribeContributorInsights, _, _, _>(contributor_insights::describe_contributor_insights)
        .on::<api::DescribeEndpoints, _, _, _>(describe_endpoints::describe_endpoints)
        .on::<api::DescribeExport, _, _, _>(export_table_to_point_in_time::describe_export)
        .on::<api::DescribeGlobalTable, _, _, _>(global_table::describe_global_table)
        .on::<api::DescribeGlobalTableSettings, _, _, _>(global_table_settings::describe_global_table_settings)
        .on::<api::DescribeImport, _, _, _>(import_table::describe_import)
        .on::<api::DescribeKinesisStreamingDestination, _, _, _>(
            kinesis_streaming_destination::describe_kinesis_streaming_destination,
        )
        .on::<api::DescribeLimits, _, _, _>(describe_limits::describe_limits)
        .on::<api::DescribeTable, _, _, _>(describe_table::describe_table)
        .on::<api::DescribeTableReplicaAutoScaling, _, _, _>(auto_scaling::describe_table_replica_auto_scaling)
        .on::<api::DescribeTimeToLive, _, _, _>(time_to_live::describe_time_to_live)
        .on::<api::DisableKinesisStreamingDestination, _, _, _>(
            kinesis_streaming_destination::disable_kinesis_streaming_destination,
        )
        .on::<api::EnableKinesisStreamingDestination, _, _, _>(
            kinesis_streaming_destination::enable_kinesis_streaming_destination,
        )
        .on::<api::ExecuteStatement, _, _, _>(execute_statement::execute_statement)
        .on::<api::ExecuteTransaction, _, _, _>(execute_transaction::execute_transaction)
        .on::<api::ExportTableToPointInTime, _, _, _>(export_table_to_point_in_time::export_table_to_point_in_time)
        .on::<api::GetItem, _, _, _>(get_item::get_item)
        .on::<api::GetResourcePolicy, _, _, _>(resource_policy::get_resource_policy)
        .on::<api::ImportTable, _, _, _>(import_table::import_table)
        .on::<api::ListBackups, _, _, _>(list_backups::list_backups)
        .on::<api::ListContributorInsights, _, _, _>(contributor_insights::list_contributor_insights)
        .on::<api::ListExports, _, _, _>(export_table_to_point_in_time::list_exports)
        .on::<api::ListGlobalTables, _, _, _>(global_table::list_global_tables)
        .on::<api::ListImports, _, _, _>(import_table::list_imports)
        .on::<api::ListTables, _, _, _>(list_tables::list_tables)
        .on::<api::ListTagsOfResource, _, _, _>(table_tags::list_tags_of_resource)
        .on::<api::PutItem, _, _, _>(put_item::put_item)
        .on::<api::PutResourcePolicy, _, _, _>(resource_policy::put_resource_policy)
        .on::<api::Query, _, _, _>(query::query)
        .on::<api::RestoreTableFromBackup, _, _, _>(restore_table_from_backup::restore_table_from_backup)
        .on::<api::RestoreTableToPointInTime, _, _, _>(restore_table_to_point_in_time::restore_table_to_point_in_time)
        .on::<api::Scan, _, _, _>(scan::scan)
        .on::<api::TagResource, _, _, _>(table_tags::tag_resource)
        .on::<api::TransactGetItems, _, _, _>(transact_get_items::transact_get_items)
        .on::<api::TransactWriteItems, _, _, _>(transact_write_items::transact_write_items)
        .on::<api::UntagResource, _, _, _>(table_tags::untag_resource)
        .on::<api::UpdateContinuousBackups, _, _, _>(continuous_backups::update_continuous_backups)
        .on::<api::UpdateContributorInsights, _, _, _>(contributor_insights::update_contributor_insights)
        .on::<api::UpdateGlobalTable, _, _, _>(global_table::update_global_table)
        .on::<api::UpdateGlobalTableSettings, _, _, _>(global_table_settings::update_global_table_settings)
        .on::<api::UpdateItem, _, _, _>(update_item::update_item)
        .on::<api::UpdateKinesisStreamingDestination, _, _, _>(
            kinesis_streaming_destination::update_kinesis_streaming_destination,
        )
        .on::<api::UpdateTable, _, _, _>(update_table::update_table)
        .on::<api::UpdateTableReplicaAutoScaling, _, _, _>(auto_scaling::update_table_replica_auto_scaling)
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
        ruststack_testkit::check_operations(page, &operations().names(), api::OPERATIONS);
    }
}
