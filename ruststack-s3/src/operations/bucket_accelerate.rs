//! `GetBucketAccelerateConfiguration`, `PutBucketAccelerateConfiguration`: kept and echoed; nothing is faster here.

use ruststack_core::error::AwsError;
use s3s::dto::{
    BucketAccelerateStatus, GetBucketAccelerateConfigurationInput, GetBucketAccelerateConfigurationOutput,
    PutBucketAccelerateConfigurationInput, PutBucketAccelerateConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_bucket_accelerate_configuration(
    call: Call,
    input: GetBucketAccelerateConfigurationInput,
) -> Result<Reply<GetBucketAccelerateConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let status = bucket.settings.read().configurations.accelerate.clone();
    Ok(GetBucketAccelerateConfigurationOutput { request_charged: None, status }.into())
}

pub(crate) async fn put_bucket_accelerate_configuration(
    call: Call,
    input: PutBucketAccelerateConfigurationInput,
) -> Result<Reply<PutBucketAccelerateConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    if bucket.name.contains('.') {
        return Err(S3Error::AccelerateDottedName {}.into());
    }
    let known = [BucketAccelerateStatus::ENABLED, BucketAccelerateStatus::SUSPENDED];
    let status = input.accelerate_configuration.status.filter(|status| known.contains(&status.as_str()));
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.accelerate = Some(status.ok_or(S3Error::MalformedXML {})?);
        Ok(())
    })?;
    Ok(PutBucketAccelerateConfigurationOutput {}.into())
}
