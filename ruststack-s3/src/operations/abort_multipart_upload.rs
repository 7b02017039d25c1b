//! `AbortMultipartUpload`: ends an upload and frees its parts.

use http::StatusCode;
use ruststack_core::error::AwsError;
use s3s::dto::{AbortMultipartUploadInput, AbortMultipartUploadOutput};

use crate::{
    call::{Call, Reply},
    error::S3Error,
    rows,
};

pub(crate) async fn abort_multipart_upload(
    call: Call,
    input: AbortMultipartUploadInput,
) -> Result<Reply<AbortMultipartUploadOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let upload = bucket.uploads.lock().find(&input.key, &input.upload_id)?;
    let aborted = {
        let _ending = upload.ending.lock();
        let mut uploads = bucket.uploads_to_change(call.ctx().changes())?;
        uploads.remove(&upload).inspect(|upload| {
            call.ctx().changes().record(|rows| rows::remove_upload(rows, &bucket, upload));
        })
    };
    if aborted.is_none() {
        return Err(S3Error::NoSuchUpload { upload_id: input.upload_id }.into());
    }
    Ok(Reply::from(AbortMultipartUploadOutput::default()).with_status(StatusCode::NO_CONTENT))
}
