//! The table of contents of CloudWatch Logs: its operations, those of one thing in one file.

mod data_protection_policy;
mod delivery;
mod delivery_destination;
mod delivery_source;
mod destination;
mod encryption;
mod events;
mod export_task;
mod kept;
mod log_group;
mod log_group_fields;
mod log_stream;
mod metric_filter;
mod put_log_events;
mod query;
mod query_definition;
mod resource_policy;
mod retention_policy;
mod start_live_tail;
mod subscription_filter;
mod tags;

use ruststack_core::{arn::Arn, error::AwsError, operation::Operations, page, scope::Scope, service::Protocol};

use crate::{
    Logs, api,
    error::{LogsError, invalid, invalid_token, no_such, validation},
    group::name_in,
    limits::PAGE_SIZE,
};

/// What is not here answers 501.
pub(crate) fn operations() -> Operations<Logs> {
    let operations = Operations::new(&api::MODEL).refusing_with(refuse);
    others(queries(filters(groups_and_events(operations))))
}

fn groups_and_events(operations: Operations<Logs>) -> Operations<Logs> {
    operations
        .on::<api::AssociateKmsKey, _, _, _>(encryption::associate_kms_key)
        .on::<api::CancelExportTask, _, _, _>(export_task::cancel_export_task)
        .on::<api::CreateExportTask, _, _, _>(export_task::create_export_task)
        .on::<api::CreateLogGroup, _, _, _>(log_group::create_log_group)
        .on::<api::CreateLogStream, _, _, _>(log_stream::create_log_stream)
        .on::<api::DeleteDataProtectionPolicy, _, _, _>(data_protection_policy::delete_data_protection_policy)
        .on::<api::DeleteLogGroup, _, _, _>(log_group::delete_log_group)
        .on::<api::DeleteLogStream, _, _, _>(log_stream::delete_log_stream)
        .on::<api::DeleteRetentionPolicy, _, _, _>(retention_policy::delete_retention_policy)
        .on::<api::DescribeExportTasks, _, _, _>(export_task::describe_export_tasks)
        .on::<api::DescribeLogGroups, _, _, _>(log_group::describe_log_groups)
        .on::<api::DescribeLogStreams, _, _, _>(log_stream::describe_log_streams)
        .on::<api::DisassociateKmsKey, _, _, _>(encryption::disassociate_kms_key)
        .on::<api::FilterLogEvents, _, _, _>(events::filter_log_events)
        .on::<api::GetDataProtectionPolicy, _, _, _>(data_protection_policy::get_data_protection_policy)
        .on::<api::GetLogEvents, _, _, _>(events::get_log_events)
        .on::<api::GetLogGroupFields, _, _, _>(log_group_fields::get_log_group_fields)
        .on::<api::ListLogGroups, _, _, _>(log_group::list_log_groups)
        .on::<api::ListTagsForResource, _, _, _>(tags::list_tags_for_resource)
        .on::<api::ListTagsLogGroup, _, _, _>(tags::list_tags_log_group)
        .on::<api::PutDataProtectionPolicy, _, _, _>(data_protection_policy::put_data_protection_policy)
        .on::<api::PutLogEvents, _, _, _>(put_log_events::put_log_events)
        .on::<api::PutLogGroupDeletionProtection, _, _, _>(log_group::put_log_group_deletion_protection)
        .on::<api::PutRetentionPolicy, _, _, _>(retention_policy::put_retention_policy)
        .on::<api::StartLiveTail, _, _, _>(start_live_tail::start_live_tail)
        .on::<api::TagLogGroup, _, _, _>(tags::tag_log_group)
        .on::<api::TagResource, _, _, _>(tags::tag_resource)
        .on::<api::UntagLogGroup, _, _, _>(tags::untag_log_group)
        .on::<api::UntagResource, _, _, _>(tags::untag_resource)
}

fn filters(operations: Operations<Logs>) -> Operations<Logs> {
    operations
        .on::<api::DeleteMetricFilter, _, _, _>(metric_filter::delete_metric_filter)
        .on::<api::DeleteSubscriptionFilter, _, _, _>(subscription_filter::delete_subscription_filter)
        .on::<api::DescribeMetricFilters, _, _, _>(metric_filter::describe_metric_filters)
        .on::<api::DescribeSubscriptionFilters, _, _, _>(subscription_filter::describe_subscription_filters)
        .on::<api::PutMetricFilter, _, _, _>(metric_filter::put_metric_filter)
        .on::<api::PutSubscriptionFilter, _, _, _>(subscription_filter::put_subscription_filter)
        .on::<api::TestMetricFilter, _, _, _>(metric_filter::test_metric_filter)
}

fn queries(operations: Operations<Logs>) -> Operations<Logs> {
    operations
        .on::<api::DeleteQueryDefinition, _, _, _>(query_definition::delete_query_definition)
        .on::<api::DescribeQueries, _, _, _>(query::describe_queries)
        .on::<api::DescribeQueryDefinitions, _, _, _>(query_definition::describe_query_definitions)
        .on::<api::GetLogRecord, _, _, _>(query::get_log_record)
        .on::<api::GetQueryResults, _, _, _>(query::get_query_results)
        .on::<api::ListLogGroupsForQuery, _, _, _>(query::list_log_groups_for_query)
        .on::<api::PutQueryDefinition, _, _, _>(query_definition::put_query_definition)
        .on::<api::StartQuery, _, _, _>(query::start_query)
        .on::<api::StopQuery, _, _, _>(query::stop_query)
}

fn others(operations: Operations<Logs>) -> Operations<Logs> {
    operations
        .on::<api::CreateDelivery, _, _, _>(delivery::create_delivery)
        .on::<api::DeleteDelivery, _, _, _>(delivery::delete_delivery)
        .on::<api::DeleteDeliveryDestination, _, _, _>(delivery_destination::delete_delivery_destination)
        .on::<api::DeleteDeliveryDestinationPolicy, _, _, _>(delivery_destination::delete_delivery_destination_policy)
        .on::<api::DeleteDeliverySource, _, _, _>(delivery_source::delete_delivery_source)
        .on::<api::DeleteDestination, _, _, _>(destination::delete_destination)
        .on::<api::DeleteResourcePolicy, _, _, _>(resource_policy::delete_resource_policy)
        .on::<api::DescribeDeliveries, _, _, _>(delivery::describe_deliveries)
        .on::<api::DescribeDeliveryDestinations, _, _, _>(delivery_destination::describe_delivery_destinations)
        .on::<api::DescribeDeliverySources, _, _, _>(delivery_source::describe_delivery_sources)
        .on::<api::DescribeDestinations, _, _, _>(destination::describe_destinations)
        .on::<api::DescribeResourcePolicies, _, _, _>(resource_policy::describe_resource_policies)
        .on::<api::GetDelivery, _, _, _>(delivery::get_delivery)
        .on::<api::GetDeliveryDestination, _, _, _>(delivery_destination::get_delivery_destination)
        .on::<api::GetDeliveryDestinationPolicy, _, _, _>(delivery_destination::get_delivery_destination_policy)
        .on::<api::GetDeliverySource, _, _, _>(delivery_source::get_delivery_source)
        .on::<api::PutDeliveryDestination, _, _, _>(delivery_destination::put_delivery_destination)
        .on::<api::PutDeliveryDestinationPolicy, _, _, _>(delivery_destination::put_delivery_destination_policy)
        .on::<api::PutDeliverySource, _, _, _>(delivery_source::put_delivery_source)
        .on::<api::PutDestination, _, _, _>(destination::put_destination)
        .on::<api::PutDestinationPolicy, _, _, _>(destination::put_destination_policy)
        .on::<api::PutResourcePolicy, _, _, _>(resource_policy::put_resource_policy)
        .on::<api::UpdateDeliveryConfiguration, _, _, _>(delivery::update_delivery_configuration)
}

/// Members of deliveries, whose operations are younger and refuse with another code.
const OF_DELIVERIES: [&str; 8] = [
    "'outputFormat'",
    "'deliveryDestinationConfiguration",
    "'deliveryDestinationType'",
    "'deliverySourceName'",
    "'deliveryDestinationArn'",
    "'deliveryDestinationName'",
    "'deliveryDestinationPolicy'",
    "'logType'",
];

/// In AWS's words. Recorded: logs_groups.json (2026-02-03), logs_delivery.json (2026-02-04).
fn refuse(_protocol: Protocol, broken: &str) -> Option<AwsError> {
    const TOO_LONG: &str = "failed to satisfy constraint: Member must have length less than or equal to 512";
    let is_name_too_long = |member: &str| broken.ends_with(&format!("at '{member}' {TOO_LONG}"));
    let is_one = broken.starts_with("1 ");
    Some(if is_one && (is_name_too_long("logGroupName") || is_name_too_long("logStreamName")) {
        invalid("Invalid LogGroup or LogStream, both must have length less than or equal to 512.").into()
    } else if OF_DELIVERIES.iter().any(|member| broken.contains(&format!(" at {member}"))) {
        validation(broken).into()
    } else {
        invalid(broken).into()
    })
}

/// The group that a request names, by its name or by an identifier, which is a name or an ARN.
fn group_of(scope: &Scope, name: Option<String>, identifier: Option<&str>) -> Result<String, LogsError> {
    match (name, identifier) {
        (Some(_), Some(_)) => Err(validation("LogGroup name and LogGroup ARN are mutually exclusive parameters.")),
        (Some(name), None) => Ok(name),
        (None, Some(identifier)) => group_identified(scope, identifier),
        (None, None) => Err(validation("At least one of LogGroup name and LogGroup ARN must be specified.")),
    }
}

fn group_identified(scope: &Scope, identifier: &str) -> Result<String, LogsError> {
    if !identifier.starts_with("arn:") {
        return Ok(identifier.to_owned());
    }
    let arn: Arn = identifier.parse().map_err(|_| invalid("Invalid LogGroup ARN."))?;
    let name = name_in(&arn).ok_or_else(|| invalid("Invalid LogGroup ARN."))?;
    // Differs from AWS: accounts cannot be linked, so that nobody sees another's groups.
    let is_own = arn.account() == scope.account.to_string() && arn.region() == scope.region.as_str();
    if is_own { Ok(name.to_owned()) } else { Err(no_such("log group")) }
}

/// How much of a list is asked for, and from where.
struct Page {
    after: Option<String>,
    limit: usize,
}

impl Page {
    fn of(limit: Option<i32>, token: Option<&str>) -> Result<Self, LogsError> {
        let after = token.map(page::decode).transpose().map_err(|_| invalid_token())?;
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE_SIZE);
        Ok(Self { after, limit })
    }

    /// The part of a list that goes by names in their order, and where it goes on.
    fn take<T>(&self, list: impl Iterator<Item = (String, T)>) -> (Vec<T>, Option<String>) {
        let is_behind = |(name, _): &(String, T)| self.after.as_ref().is_none_or(|after| name > after);
        let mut list = list.filter(is_behind).peekable();
        let (mut taken, mut last) = (Vec::new(), String::new());
        while taken.len() < self.limit {
            let Some((name, item)) = list.next() else { break };
            (last, _) = (name, taken.push(item));
        }
        let token = list.peek().map(|_| page::encode(&last));
        (taken, token)
    }
}

/// Whether a name begins with what is asked for.
fn has_prefix(name: &str, prefix: Option<&String>) -> bool {
    prefix.is_none_or(|prefix| name.starts_with(prefix.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_says_which_operations_work() {
        let page = include_str!("../../docs/logs.md");
        ruststack_testkit::check_operations(page, &operations().names(), api::OPERATIONS);
    }
}
