//! `AbortMultipartUpload`: ends an upload and frees its parts.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{AbortMultipartUploadInput, AbortMultipartUploadOutput};

use crate::call::{Call, Reply};

pub(crate) async fn abort_multipart_upload(
    call: Call,
    input: AbortMultipartUploadInput,
) -> Result<Reply<AbortMultipartUploadOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let aborted = {
        let mut uploads = bucket.uploads.lock();
        let upload = uploads.find(&input.key, &input.upload_id)?;
        uploads.remove(&upload)
    };
    drop(aborted);
    Ok(Reply::from(AbortMultipartUploadOutput::default()).with_status(StatusCode::NO_CONTENT))
}
