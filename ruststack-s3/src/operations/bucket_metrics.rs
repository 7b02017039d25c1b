//! `GetBucketMetricsConfiguration`, `PutBucketMetricsConfiguration`, `DeleteBucketMetricsConfiguration`,
//! `ListBucketMetricsConfigurations`: which objects are counted apart. Kept and echoed.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketMetricsConfigurationInput, DeleteBucketMetricsConfigurationOutput, GetBucketMetricsConfigurationInput,
    GetBucketMetricsConfigurationOutput, ListBucketMetricsConfigurationsInput, ListBucketMetricsConfigurationsOutput,
    PutBucketMetricsConfigurationInput, PutBucketMetricsConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    named_configurations,
};

pub(crate) async fn get_bucket_metrics_configuration(
    call: Call,
    input: GetBucketMetricsConfigurationInput,
) -> Result<Reply<GetBucketMetricsConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = named_configurations::get(&bucket.settings.read().configurations.metrics, &input.id)?;
    Ok(GetBucketMetricsConfigurationOutput { metrics_configuration: Some(found) }.into())
}

pub(crate) async fn put_bucket_metrics_configuration(
    call: Call,
    input: PutBucketMetricsConfigurationInput,
) -> Result<Reply<PutBucketMetricsConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let configuration = input.metrics_configuration;
    if configuration.id != input.id {
        return Err(S3Error::MalformedXML {}.into());
    }
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::put(&mut settings.configurations.metrics, input.id, configuration)
    })?;
    Ok(Reply::from(PutBucketMetricsConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_metrics_configuration(
    call: Call,
    input: DeleteBucketMetricsConfigurationInput,
) -> Result<Reply<DeleteBucketMetricsConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        named_configurations::delete(&mut settings.configurations.metrics, &input.id)
    })?;
    Ok(Reply::from(DeleteBucketMetricsConfigurationOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn list_bucket_metrics_configurations(
    call: Call,
    input: ListBucketMetricsConfigurationsInput,
) -> Result<Reply<ListBucketMetricsConfigurationsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let query = call.exchange.head().uri.query();
    let page = named_configurations::page(&bucket.settings.read().configurations.metrics, query)?;
    let output = ListBucketMetricsConfigurationsOutput {
        is_truncated: Some(page.is_truncated()),
        continuation_token: page.continuation_token,
        metrics_configuration_list: Some(page.configurations),
        next_continuation_token: page.next_continuation_token,
    };
    Ok(output.into())
}
