//! `GetBucketTagging`, `PutBucketTagging`, `DeleteBucketTagging`.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{
    DeleteBucketTaggingInput, DeleteBucketTaggingOutput, GetBucketTaggingInput, GetBucketTaggingOutput,
    PutBucketTaggingInput, PutBucketTaggingOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    tags::{self, Tagged},
};

pub(crate) async fn get_bucket_tagging(
    call: Call,
    input: GetBucketTaggingInput,
) -> Result<Reply<GetBucketTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let tag_set = tags::to_document(&bucket.settings.read().tags);
    if tag_set.is_empty() {
        return Err(S3Error::NoSuchTagSet { bucket: input.bucket }.into());
    }
    Ok(GetBucketTaggingOutput { tag_set }.into())
}

pub(crate) async fn put_bucket_tagging(
    call: Call,
    input: PutBucketTaggingInput,
) -> Result<Reply<PutBucketTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let tags = tags::from_document(input.tagging.tag_set, Tagged::Bucket)?;
    bucket.settings.write().tags = tags;
    Ok(Reply::from(PutBucketTaggingOutput {}).with_status(StatusCode::NO_CONTENT))
}

pub(crate) async fn delete_bucket_tagging(
    call: Call,
    input: DeleteBucketTaggingInput,
) -> Result<Reply<DeleteBucketTaggingOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    bucket.settings.write().tags.clear();
    Ok(Reply::from(DeleteBucketTaggingOutput {}).with_status(StatusCode::NO_CONTENT))
}
