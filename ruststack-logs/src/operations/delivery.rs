//! Deliveries, from a source to a destination: `CreateDelivery` and its companions.

use ruststack_core::operation::Call;

use super::{Page, delivery_destination, delivery_source, kept};
use crate::{
    Logs,
    api::{
        CreateDeliveryInput, CreateDeliveryOutput, DeleteDeliveryInput, DeleteDeliveryOutput, Delivery as Shown,
        DescribeDeliveriesInput, DescribeDeliveriesOutput, GetDeliveryInput, GetDeliveryOutput,
        S3DeliveryConfiguration, UpdateDeliveryConfigurationInput, UpdateDeliveryConfigurationOutput,
    },
    error::{LogsError, not_found},
    group::arn,
    things::{Delivery, DeliveryDestination, DeliverySource},
};

/// How long ids are; AWS's number.
const ID_LENGTH: usize = 16;

/// What CloudFront's access logs hold where nobody says. Recorded: logs_delivery.json, 2026-02-04.
const CLOUDFRONT_FIELDS: [&str; 33] = [
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-uri-query",
    "cs(Cookie)",
    "x-edge-result-type",
    "x-edge-request-id",
    "x-host-header",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "fle-status",
    "fle-encrypted-fields",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
];

pub(super) async fn create_delivery(
    call: Call<Logs>,
    input: CreateDeliveryInput,
) -> Result<CreateDeliveryOutput, LogsError> {
    let source = kept::get::<DeliverySource>(&call, &input.delivery_source_name, delivery_source::missing)?;
    let destination = destination_of(&call, &input.delivery_destination_arn)?;
    let is_there = kept::all::<Delivery>(&call).iter().any(|known| {
        known.shown.delivery_source_name.as_ref() == Some(&source.name)
            && known.shown.delivery_destination_arn.as_ref() == Some(&input.delivery_destination_arn)
    });
    if is_there {
        let message = "Delivery already exists in this account.".to_owned();
        return Err(LogsError::ConflictException { message });
    }
    let id = call.ids().alphanumeric(ID_LENGTH);
    let is_s3 = destination.shown.delivery_destination_type.as_deref() == Some("S3");
    let shown = Shown {
        id: Some(id.clone()),
        arn: Some(arn(call.scope(), &format!("delivery:{id}"))),
        delivery_source_name: Some(input.delivery_source_name),
        delivery_destination_arn: Some(input.delivery_destination_arn),
        delivery_destination_type: destination.shown.delivery_destination_type.clone(),
        record_fields: input.record_fields.or_else(|| usual_fields(&source)),
        field_delimiter: input.field_delimiter,
        s3_delivery_configuration: is_s3
            .then(|| input.s3_delivery_configuration.unwrap_or_else(|| usual_path(&source))),
        tags: input.tags,
    };
    let put = kept::put(&call, &id, |_| Ok(Delivery { id: id.clone(), shown }))?;
    Ok(CreateDeliveryOutput { delivery: Some(put.shown.clone()) })
}

fn destination_of(call: &Call<Logs>, arn: &str) -> Result<std::sync::Arc<DeliveryDestination>, LogsError> {
    let all = kept::all::<DeliveryDestination>(call).into_iter();
    let mut named = all.filter(|destination| destination.shown.arn.as_deref() == Some(arn));
    named.next().ok_or_else(delivery_destination::missing)
}

fn usual_fields(source: &DeliverySource) -> Option<Vec<String>> {
    let is_cloudfront = source.shown.service.as_deref() == Some("cloudfront");
    is_cloudfront.then(|| CLOUDFRONT_FIELDS.map(str::to_owned).to_vec())
}

fn usual_path(source: &DeliverySource) -> S3DeliveryConfiguration {
    let service = match source.shown.service.as_deref() {
        Some("cloudfront") => "CloudFront",
        other => other.unwrap_or_default(),
    };
    S3DeliveryConfiguration {
        suffix_path: Some(format!("AWSLogs/{{account-id}}/{service}/")),
        enable_hive_compatible_path: Some(false),
    }
}

pub(super) async fn get_delivery(call: Call<Logs>, input: GetDeliveryInput) -> Result<GetDeliveryOutput, LogsError> {
    let found = kept::get::<Delivery>(&call, &input.id, missing)?;
    Ok(GetDeliveryOutput { delivery: Some(found.shown.clone()) })
}

pub(super) async fn describe_deliveries(
    call: Call<Logs>,
    input: DescribeDeliveriesInput,
) -> Result<DescribeDeliveriesOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let all = kept::all::<Delivery>(&call).into_iter();
    let asked = all.filter(|delivery| {
        let source = delivery.shown.delivery_source_name.as_ref();
        input.delivery_source_names.as_ref().is_none_or(|names| source.is_some_and(|name| names.contains(name)))
    });
    let (deliveries, next_token) = page.take(asked.map(|delivery| (delivery.id.clone(), delivery.shown.clone())));
    Ok(DescribeDeliveriesOutput { deliveries: Some(deliveries), next_token })
}

pub(super) async fn delete_delivery(
    call: Call<Logs>,
    input: DeleteDeliveryInput,
) -> Result<DeleteDeliveryOutput, LogsError> {
    kept::remove::<Delivery>(&call, &input.id, missing).map(|()| DeleteDeliveryOutput {})
}

pub(super) async fn update_delivery_configuration(
    call: Call<Logs>,
    input: UpdateDeliveryConfigurationInput,
) -> Result<UpdateDeliveryConfigurationOutput, LogsError> {
    let changed = kept::change(&call, &input.id, missing, |delivery: &mut Delivery| {
        let shown = &mut delivery.shown;
        shown.record_fields = input.record_fields.or(shown.record_fields.take());
        shown.field_delimiter = input.field_delimiter.or(shown.field_delimiter.take());
        shown.s3_delivery_configuration = input.s3_delivery_configuration.or(shown.s3_delivery_configuration.take());
        Ok(())
    });
    changed.map(|_| UpdateDeliveryConfigurationOutput {})
}

fn missing() -> LogsError {
    not_found("Requested Delivery does not exist in this account.")
}
