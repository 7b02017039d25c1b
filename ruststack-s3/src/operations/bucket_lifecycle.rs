//! `GetBucketLifecycleConfiguration`, `PutBucketLifecycleConfiguration`, `DeleteBucketLifecycle`: what becomes of objects
//! as they age. The rules are in `lifecycle.rs`.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput, GetBucketLifecycleConfigurationInput,
    GetBucketLifecycleConfigurationOutput, PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput,
    TransitionDefaultMinimumObjectSize,
};

use crate::{
    call::{Call, Reply},
    document_id,
    error::S3Error,
    lifecycle::{self, Lifecycle, MinimumSize},
};

pub(crate) async fn get_bucket_lifecycle_configuration(
    call: Call,
    input: GetBucketLifecycleConfigurationInput,
) -> Result<Reply<GetBucketLifecycleConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let lifecycle = bucket.settings.read().configurations.lifecycle.clone();
    let lifecycle = lifecycle.ok_or(S3Error::NoSuchLifecycleConfiguration { bucket: input.bucket })?;
    let output = GetBucketLifecycleConfigurationOutput {
        transition_default_minimum_object_size: Some(shown(lifecycle.minimum_size)),
        rules: Some(lifecycle.rules),
    };
    Ok(output.into())
}

pub(crate) async fn put_bucket_lifecycle_configuration(
    call: Call,
    input: PutBucketLifecycleConfigurationInput,
) -> Result<Reply<PutBucketLifecycleConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let minimum_size = call.header("x-amz-transition-default-minimum-object-size").map(MinimumSize::parse);
    let minimum_size = minimum_size.transpose()?.unwrap_or_default();
    let mut rules = input.lifecycle_configuration.ok_or(S3Error::MalformedXML {})?.rules;
    lifecycle::validate(&rules)?;
    rules.iter_mut().for_each(|rule| document_id::fill(&mut rule.id, call.ctx()));
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.lifecycle = Some(Lifecycle { rules, minimum_size });
        Ok(())
    })?;
    let transition_default_minimum_object_size = Some(shown(minimum_size));
    Ok(PutBucketLifecycleConfigurationOutput { transition_default_minimum_object_size }.into())
}

pub(crate) async fn delete_bucket_lifecycle(
    call: Call,
    input: DeleteBucketLifecycleInput,
) -> Result<Reply<DeleteBucketLifecycleOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.lifecycle = None;
        Ok(())
    })?;
    Ok(Reply::from(DeleteBucketLifecycleOutput {}).with_status(StatusCode::NO_CONTENT))
}

fn shown(size: MinimumSize) -> TransitionDefaultMinimumObjectSize {
    TransitionDefaultMinimumObjectSize::from_static(size.as_str())
}
