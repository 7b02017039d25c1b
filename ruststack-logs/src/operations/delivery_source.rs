//! Delivery sources, resources of other services that log: `PutDeliverySource` and its companions.

use ruststack_core::{arn::Arn, operation::Call};

use super::{Page, kept};
use crate::{
    Logs,
    api::{
        DeleteDeliverySourceInput, DeleteDeliverySourceOutput, DeliverySource as Shown, DescribeDeliverySourcesInput,
        DescribeDeliverySourcesOutput, GetDeliverySourceInput, GetDeliverySourceOutput, PutDeliverySourceInput,
        PutDeliverySourceOutput,
    },
    error::{LogsError, not_found, validation},
    group::arn,
    things::DeliverySource,
};

/// Services whose resources log so.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html>
const SERVICES: [&str; 18] = [
    "bedrock",
    "bedrock-agentcore",
    "cloudfront",
    "codewhisperer",
    "elasticache",
    "elasticloadbalancing",
    "elementalmediapackage",
    "elementalmediatailor",
    "entityresolution",
    "events",
    "iq",
    "networkfirewall",
    "pcs",
    "qbusiness",
    "rtbfabric",
    "ses",
    "transfer",
    "workmail",
];

// Differs from AWS: sources, destinations and deliveries are kept and told; nothing here logs by them.
pub(super) async fn put_delivery_source(
    call: Call<Logs>,
    input: PutDeliverySourceInput,
) -> Result<PutDeliverySourceOutput, LogsError> {
    let resource: Arn = input.resource_arn.parse().map_err(|_| validation("Invalid resource ARN."))?;
    let service = resource.service().to_owned();
    if !SERVICES.contains(&service.as_str()) {
        // Recorded: logs_delivery.json, 2026-02-04.
        return Err(not_found("Cannot access provided service."));
    }
    let name = input.name.clone();
    let shown = Shown {
        arn: Some(arn(call.scope(), &format!("delivery-source:{name}"))),
        name: Some(input.name),
        resource_arns: Some(vec![input.resource_arn]),
        service: Some(service),
        log_type: Some(input.log_type),
        tags: input.tags,
        delivery_source_configuration: input.delivery_source_configuration,
        status: None,
        status_reason: None,
    };
    let put = kept::put(&call, &name, |known: Option<&DeliverySource>| {
        let tags = shown.tags.clone().or_else(|| known.and_then(|known| known.shown.tags.clone()));
        Ok(DeliverySource { name: name.clone(), shown: Shown { tags, ..shown } })
    })?;
    Ok(PutDeliverySourceOutput { delivery_source: Some(put.shown.clone()) })
}

pub(super) async fn get_delivery_source(
    call: Call<Logs>,
    input: GetDeliverySourceInput,
) -> Result<GetDeliverySourceOutput, LogsError> {
    let found = kept::get::<DeliverySource>(&call, &input.name, missing)?;
    Ok(GetDeliverySourceOutput { delivery_source: Some(found.shown.clone()) })
}

pub(super) async fn describe_delivery_sources(
    call: Call<Logs>,
    input: DescribeDeliverySourcesInput,
) -> Result<DescribeDeliverySourcesOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let all = kept::all::<DeliverySource>(&call).into_iter();
    let (sources, next_token) = page.take(all.map(|source| (source.name.clone(), source.shown.clone())));
    Ok(DescribeDeliverySourcesOutput { delivery_sources: Some(sources), next_token })
}

pub(super) async fn delete_delivery_source(
    call: Call<Logs>,
    input: DeleteDeliverySourceInput,
) -> Result<DeleteDeliverySourceOutput, LogsError> {
    // The second full stop is AWS's. Recorded: logs_delivery.json, 2026-02-04.
    let missing = || not_found("Requested Delivery Source does not exist in this account..");
    kept::remove::<DeliverySource>(&call, &input.name, missing).map(|()| DeleteDeliverySourceOutput {})
}

pub(super) fn missing() -> LogsError {
    not_found("Requested Delivery Source does not exist in this account.")
}
