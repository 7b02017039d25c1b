//! Subscription filters: `PutSubscriptionFilter`, `DescribeSubscriptionFilters`, `DeleteSubscriptionFilter`.

use ruststack_core::{arn::Arn, bus::Sender, operation::Call};

use super::{Page, has_prefix, log_group::change_settings};
use crate::{
    Logs, access,
    api::{
        DeleteSubscriptionFilterInput, DeleteSubscriptionFilterOutput, DescribeSubscriptionFiltersInput,
        DescribeSubscriptionFiltersOutput, PutSubscriptionFilterInput, PutSubscriptionFilterOutput,
    },
    error::{LogsError, invalid, no_such},
    filter_pattern::FilterPattern,
    group::{SubscriptionFilter, group_arn},
    limits::MAX_SUBSCRIPTION_FILTERS,
    things::Destination,
};

/// A second with the same name takes the first one's place.
pub(super) async fn put_subscription_filter(
    call: Call<Logs>,
    input: PutSubscriptionFilterInput,
) -> Result<PutSubscriptionFilterOutput, LogsError> {
    access::check_pass_role(call.service(), call.ctx(), input.role_arn.as_ref())?;
    let pattern = FilterPattern::parse(&input.filter_pattern)?;
    let target_arn = target_of(&call, &input).await?;
    let filter = SubscriptionFilter {
        pattern,
        destination_arn: input.destination_arn,
        target_arn,
        role_arn: input.role_arn,
        distribution: input.distribution.unwrap_or_else(|| "ByLogStream".to_owned()),
        created_at: call.now().millis(),
        applies_on_transformed: input.apply_on_transformed_logs.unwrap_or(false),
    };
    change_settings(&call, &input.log_group_name, |settings| {
        let filters = &mut settings.subscription_filters;
        if filters.len() >= MAX_SUBSCRIPTION_FILTERS && !filters.contains_key(&input.filter_name) {
            return Err(LogsError::LimitExceededException {});
        }
        filters.insert(input.filter_name, filter);
        Ok(PutSubscriptionFilterOutput {})
    })
}

/// Where events go, once it said that it would take them. Recorded: logs_subscription_filters.json, 2026-02-06.
async fn target_of(call: &Call<Logs>, input: &PutSubscriptionFilterInput) -> Result<String, LogsError> {
    let arn: Arn = input.destination_arn.parse().map_err(|_| invalid("Invalid destinationArn."))?;
    let vendor = arn.service();
    if vendor == "lambda" && arn.account() != call.scope().account.to_string() {
        return Err(cross_account());
    }
    if matches!(vendor, "kinesis" | "firehose") && input.role_arn.is_none() {
        return Err(invalid(format!("destinationArn for vendor {vendor} cannot be used without roleArn")));
    }
    call.service().home(call.scope()).lock().group(&input.log_group_name)?;
    let target = match vendor {
        "lambda" | "kinesis" | "firehose" => arn.clone(),
        "logs" => destination_target(call, &arn)?,
        _ => {
            let text = format!("PutSubscriptionFilter operation cannot work with destinationArn for vendor {vendor}");
            return Err(invalid(text));
        }
    };
    let source = format!("{}:*", group_arn(call.scope(), &input.log_group_name));
    let source: Arn = source.parse().map_err(|_| no_such("log group"))?;
    let probed = call.ctx().bus().probe(call.ctx(), &Sender::of("logs", &source), &target).await;
    probed.map(|()| target.as_str().to_owned()).map_err(|_| unreachable(target.service()))
}

fn cross_account() -> LogsError {
    LogsError::AccessDeniedException {
        message: "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create \
                  cross account lambda triggers."
            .to_owned(),
    }
}

fn destination_target(call: &Call<Logs>, arn: &Arn) -> Result<Arn, LogsError> {
    let name = arn.resource().strip_prefix("destination:").ok_or_else(|| no_such("destination"))?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let found = things.kept::<Destination>(name).ok_or_else(|| no_such("destination"))?;
    found.target_arn.parse().map_err(|_| no_such("destination"))
}

fn unreachable(vendor: &str) -> LogsError {
    invalid(match vendor {
        "kinesis" => {
            "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE \
             state."
        }
        "firehose" => {
            "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is in \
             ACTIVE state."
        }
        _ => {
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your \
             function."
        }
    })
}

pub(super) async fn describe_subscription_filters(
    call: Call<Logs>,
    input: DescribeSubscriptionFiltersInput,
) -> Result<DescribeSubscriptionFiltersOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let group = &input.log_group_name;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let filters = things.group(group)?.settings.subscription_filters.iter();
    let filters = filters.filter(|(name, _)| has_prefix(name, input.filter_name_prefix.as_ref()));
    let (filters, next_token) = page.take(filters.map(|(name, filter)| (name.clone(), filter.shown(group, name))));
    Ok(DescribeSubscriptionFiltersOutput { subscription_filters: Some(filters), next_token })
}

pub(super) async fn delete_subscription_filter(
    call: Call<Logs>,
    input: DeleteSubscriptionFilterInput,
) -> Result<DeleteSubscriptionFilterOutput, LogsError> {
    change_settings(&call, &input.log_group_name, |settings| {
        let removed = settings.subscription_filters.remove(&input.filter_name);
        removed.map(|_| DeleteSubscriptionFilterOutput {}).ok_or_else(|| no_such("subscription filter"))
    })
}
