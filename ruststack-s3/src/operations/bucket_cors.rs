//! `GetBucketCors`, `PutBucketCors`, `DeleteBucketCors`: which browsers may. The rules act in `cors.rs`.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketCorsInput, DeleteBucketCorsOutput, GetBucketCorsInput, GetBucketCorsOutput, PutBucketCorsInput,
    PutBucketCorsOutput,
};

use crate::{
    call::{Call, Reply},
    cors,
    error::S3Error,
};

pub(crate) async fn get_bucket_cors(
    call: Call,
    input: GetBucketCorsInput,
) -> Result<Reply<GetBucketCorsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let rules = bucket.settings.read().configurations.cors.clone();
    let rules = rules.ok_or(S3Error::NoSuchCORSConfiguration { bucket: input.bucket })?;
    Ok(GetBucketCorsOutput { cors_rules: Some(rules) }.into())
}

pub(crate) async fn put_bucket_cors(
    call: Call,
    input: PutBucketCorsInput,
) -> Result<Reply<PutBucketCorsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let rules = input.cors_configuration.cors_rules;
    cors::validate(&rules)?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.cors = Some(rules);
        Ok(())
    })?;
    Ok(PutBucketCorsOutput {}.into())
}

pub(crate) async fn delete_bucket_cors(
    call: Call,
    input: DeleteBucketCorsInput,
) -> Result<Reply<DeleteBucketCorsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.cors = None;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketCorsOutput {}).with_status(StatusCode::NO_CONTENT))
}
