//! Delivery destinations and their policies: `PutDeliveryDestination` and its companions.

use ruststack_core::{arn::Arn, operation::Call};

use super::{Page, kept};
use crate::{
    Logs,
    api::{
        DeleteDeliveryDestinationInput, DeleteDeliveryDestinationOutput, DeleteDeliveryDestinationPolicyInput,
        DeleteDeliveryDestinationPolicyOutput, DeliveryDestination as Shown, DescribeDeliveryDestinationsInput,
        DescribeDeliveryDestinationsOutput, GetDeliveryDestinationInput, GetDeliveryDestinationOutput,
        GetDeliveryDestinationPolicyInput, GetDeliveryDestinationPolicyOutput, Policy, PutDeliveryDestinationInput,
        PutDeliveryDestinationOutput, PutDeliveryDestinationPolicyInput, PutDeliveryDestinationPolicyOutput,
    },
    error::{LogsError, not_found, validation},
    group::arn,
    things::DeliveryDestination,
};

pub(super) async fn put_delivery_destination(
    call: Call<Logs>,
    input: PutDeliveryDestinationInput,
) -> Result<PutDeliveryDestinationOutput, LogsError> {
    let kind = kind_of(&input)?;
    let name = input.name.clone();
    let arn = arn(call.scope(), &format!("delivery-destination:{name}"));
    let put = kept::put(&call, &name, |known: Option<&DeliveryDestination>| {
        let shown = Shown {
            name: Some(input.name),
            arn: Some(arn),
            delivery_destination_type: Some(kind),
            output_format: input.output_format.or_else(|| known.and_then(|known| known.shown.output_format.clone())),
            delivery_destination_configuration: input.delivery_destination_configuration,
            role_arn: input.role_arn,
            tags: input.tags.or_else(|| known.and_then(|known| known.shown.tags.clone())),
        };
        Ok(DeliveryDestination { name: name.clone(), shown, policy: known.and_then(|known| known.policy.clone()) })
    })?;
    // Its tags are not told here. Recorded: logs_delivery.json, 2026-02-04.
    Ok(PutDeliveryDestinationOutput { delivery_destination: Some(Shown { tags: None, ..put.shown.clone() }) })
}

/// `S3`, `CWL` or `FH`, by the ARN of what logs go to.
fn kind_of(input: &PutDeliveryDestinationInput) -> Result<String, LogsError> {
    let Some(configuration) = &input.delivery_destination_configuration else {
        return input
            .delivery_destination_type
            .clone()
            .ok_or_else(|| validation("Delivery destination configuration must be specified."));
    };
    let arn: Option<Arn> = configuration.destination_resource_arn.parse().ok();
    let kind = arn.as_ref().and_then(|arn| match arn.service() {
        "s3" => Some("S3"),
        "logs" => Some("CWL"),
        "firehose" => Some("FH"),
        _ => None,
    });
    kind.map(str::to_owned).ok_or_else(|| validation("Invalid destination resource ARN."))
}

pub(super) async fn get_delivery_destination(
    call: Call<Logs>,
    input: GetDeliveryDestinationInput,
) -> Result<GetDeliveryDestinationOutput, LogsError> {
    let found = kept::get::<DeliveryDestination>(&call, &input.name, missing)?;
    Ok(GetDeliveryDestinationOutput { delivery_destination: Some(found.shown.clone()) })
}

pub(super) async fn describe_delivery_destinations(
    call: Call<Logs>,
    input: DescribeDeliveryDestinationsInput,
) -> Result<DescribeDeliveryDestinationsOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let all = kept::all::<DeliveryDestination>(&call).into_iter();
    let asked = all.filter(|kept| input.names.as_ref().is_none_or(|names| names.contains(&kept.name)));
    let (destinations, next_token) = page.take(asked.map(|kept| (kept.name.clone(), kept.shown.clone())));
    Ok(DescribeDeliveryDestinationsOutput { delivery_destinations: Some(destinations), next_token })
}

pub(super) async fn delete_delivery_destination(
    call: Call<Logs>,
    input: DeleteDeliveryDestinationInput,
) -> Result<DeleteDeliveryDestinationOutput, LogsError> {
    let removed = kept::remove::<DeliveryDestination>(&call, &input.name, missing);
    removed.map(|()| DeleteDeliveryDestinationOutput {})
}

pub(super) async fn put_delivery_destination_policy(
    call: Call<Logs>,
    input: PutDeliveryDestinationPolicyInput,
) -> Result<PutDeliveryDestinationPolicyOutput, LogsError> {
    let name = &input.delivery_destination_name;
    let changed = kept::change(&call, name, missing, |destination: &mut DeliveryDestination| {
        destination.policy = Some(input.delivery_destination_policy);
        Ok(())
    })?;
    Ok(PutDeliveryDestinationPolicyOutput { policy: Some(policy(&changed)) })
}

pub(super) async fn get_delivery_destination_policy(
    call: Call<Logs>,
    input: GetDeliveryDestinationPolicyInput,
) -> Result<GetDeliveryDestinationPolicyOutput, LogsError> {
    let found = kept::get::<DeliveryDestination>(&call, &input.delivery_destination_name, missing)?;
    Ok(GetDeliveryDestinationPolicyOutput { policy: Some(policy(&found)) })
}

fn policy(destination: &DeliveryDestination) -> Policy {
    Policy { delivery_destination_policy: destination.policy.clone() }
}

pub(super) async fn delete_delivery_destination_policy(
    call: Call<Logs>,
    input: DeleteDeliveryDestinationPolicyInput,
) -> Result<DeleteDeliveryDestinationPolicyOutput, LogsError> {
    let name = &input.delivery_destination_name;
    let changed = kept::change(&call, name, missing, |destination: &mut DeliveryDestination| {
        destination.policy = None;
        Ok(())
    });
    changed.map(|_| DeleteDeliveryDestinationPolicyOutput {})
}

pub(super) fn missing() -> LogsError {
    not_found("Requested Delivery Destination does not exist in this account.")
}
