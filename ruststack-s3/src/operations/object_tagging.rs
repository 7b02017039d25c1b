//! `GetObjectTagging`, `PutObjectTagging`, `DeleteObjectTagging`: the tags of one version.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteObjectTaggingInput, DeleteObjectTaggingOutput, GetObjectTaggingInput, GetObjectTaggingOutput,
    PutObjectTaggingInput, PutObjectTaggingOutput,
};

use crate::{
    call::{Call, Reply},
    described::{Described, Hidden},
    error::S3Error,
    tags::{self, Tagged},
};

pub(crate) async fn get_object_tagging(
    call: Call,
    input: GetObjectTaggingInput,
) -> Result<Reply<GetObjectTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let found = Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::IsNotAllowed);
    let found = found.map_err(|error| with_bucket_in_key(error, &input.bucket))?;
    let tag_set = tags::to_document(&found.object().tags);
    Ok(GetObjectTaggingOutput { tag_set, version_id: found.shown_version_id(&bucket) }.into())
}

/// Of all operations AWS lets this one show the bucket before a key that does not exist.
fn with_bucket_in_key(error: S3Error, bucket: &str) -> S3Error {
    match error {
        S3Error::NoSuchKey { key } => S3Error::NoSuchKey { key: format!("{bucket}/{key}") },
        other => other,
    }
}

pub(crate) async fn put_object_tagging(
    call: Call,
    input: PutObjectTaggingInput,
) -> Result<Reply<PutObjectTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let tags = tags::from_document(input.tagging.tag_set, Tagged::Object)?;
    let changed = Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), |object| {
        object.tags = tags;
        Ok(())
    })?;
    Ok(PutObjectTaggingOutput { version_id: changed.shown_version_id(&bucket) }.into())
}

pub(crate) async fn delete_object_tagging(
    call: Call,
    input: DeleteObjectTaggingInput,
) -> Result<Reply<DeleteObjectTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let changed = Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), |object| {
        object.tags.clear();
        Ok(())
    })?;
    let output = DeleteObjectTaggingOutput { version_id: changed.shown_version_id(&bucket) };
    Ok(Reply::from(output).with_status(StatusCode::NO_CONTENT))
}
