//! `GetBucketAnalyticsConfiguration`, `PutBucketAnalyticsConfiguration`, `DeleteBucketAnalyticsConfiguration`,
//! `ListBucketAnalyticsConfigurations`: which objects' use is analysed, and where to. Kept and echoed.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    AnalyticsConfiguration, DeleteBucketAnalyticsConfigurationInput, DeleteBucketAnalyticsConfigurationOutput,
    GetBucketAnalyticsConfigurationInput, GetBucketAnalyticsConfigurationOutput,
    ListBucketAnalyticsConfigurationsInput, ListBucketAnalyticsConfigurationsOutput,
    PutBucketAnalyticsConfigurationInput, PutBucketAnalyticsConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    named_configurations,
};

pub(crate) async fn get_bucket_analytics_configuration(
    call: Call,
    input: GetBucketAnalyticsConfigurationInput,
) -> Result<Reply<GetBucketAnalyticsConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = named_configurations::get(&bucket.settings.read().configurations.analytics, &input.id)?;
    Ok(GetBucketAnalyticsConfigurationOutput { analytics_configuration: Some(found) }.into())
}

pub(crate) async fn put_bucket_analytics_configuration(
    call: Call,
    input: PutBucketAnalyticsConfigurationInput,
) -> Result<Reply<PutBucketAnalyticsConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let configuration = input.analytics_configuration;
    if configuration.id != input.id {
        return Err(S3Error::MalformedXML {}.into());
    }
    validate(&configuration)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::put(&mut settings.configurations.analytics, input.id, configuration)
    })?;
    Ok(Reply::from(PutBucketAnalyticsConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_analytics_configuration(
    call: Call,
    input: DeleteBucketAnalyticsConfigurationInput,
) -> Result<Reply<DeleteBucketAnalyticsConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::delete(&mut settings.configurations.analytics, &input.id)
    })?;
    Ok(Reply::from(DeleteBucketAnalyticsConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn list_bucket_analytics_configurations(
    call: Call,
    input: ListBucketAnalyticsConfigurationsInput,
) -> Result<Reply<ListBucketAnalyticsConfigurationsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let query = call.exchange.head().uri.query();
    let page = named_configurations::page(&bucket.settings.read().configurations.analytics, query)?;
    let output = ListBucketAnalyticsConfigurationsOutput {
        is_truncated: Some(page.is_truncated()),
        continuation_token: page.continuation_token,
        analytics_configuration_list: Some(page.configurations),
        next_continuation_token: page.next_continuation_token,
    };
    Ok(output.into())
}

fn validate(configuration: &AnalyticsConfiguration) -> Result<(), S3Error> {
    let Some(export) = &configuration.storage_class_analysis.data_export else { return Ok(()) };
    let destination = &export.destination.s3_bucket_destination;
    let is_known = export.output_schema_version.as_str() == "V_1" && destination.format.as_str() == "CSV";
    match is_known {
        false => Err(S3Error::MalformedXML {}),
        true if !destination.bucket.starts_with("arn:") => Err(S3Error::InvalidS3DestinationBucket {}),
        true => Ok(()),
    }
}
