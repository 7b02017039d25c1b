//! `DeleteObject`: deletes a version, or hides a key.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{DeleteObjectInput, DeleteObjectOutput};

use crate::{
    answer::{DELETE_MARKER, Headers},
    bucket::Bucket,
    call::{Call, Reply},
    conditions,
    error::S3Error,
    object::VersionId,
    object_lock,
    versioning::{self, DeleteCondition},
};

pub(crate) async fn delete_object(call: Call, input: DeleteObjectInput) -> Result<Reply<DeleteObjectOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let if_match = conditions::check_delete(|name| call.header(name))?;
    check_bypass(&call, &bucket)?;
    let version_id = input.version_id.as_deref().map(parse_version_id).transpose()?;
    let condition = DeleteCondition { if_match, bypasses_governance: object_lock::bypasses(|name| call.header(name)) };
    let deleted = versioning::delete(&bucket, &call.s3, call.ctx(), &input.key, version_id, &condition)?;
    let mut headers = Headers::default();
    if deleted.is_delete_marker {
        headers.push(DELETE_MARKER, "true");
    }
    headers.push_version_id(deleted.version_id.map(|id| id.to_string()).as_deref());
    Ok(headers.on(DeleteObjectOutput::default()).with_status(StatusCode::NO_CONTENT))
}

fn parse_version_id(text: &str) -> Result<VersionId, S3Error> {
    VersionId::parse(text).ok_or_else(|| S3Error::InvalidVersionId { argument: "versionId", value: text.to_owned() })
}

/// Only buckets with locks have governance to bypass.
pub(crate) fn check_bypass(call: &Call, bucket: &Bucket) -> Result<(), S3Error> {
    let is_asked = call.header("x-amz-bypass-governance-retention").is_some();
    if is_asked && !bucket.settings.read().has_object_lock { Err(S3Error::BypassWithoutLock {}) } else { Ok(()) }
}
