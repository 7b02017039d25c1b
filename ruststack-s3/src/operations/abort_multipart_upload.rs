//! `AbortMultipartUpload`: ends an upload and frees its parts.

use std::sync::Arc;

use http::StatusCode;
use ruststack_core::{error::AwsError, journal::Changes};
use s3s::dto::{AbortMultipartUploadInput, AbortMultipartUploadOutput};

use crate::{
    bucket::Bucket,
    call::{Call, Reply},
    error::S3Error,
    multipart::Upload,
    rows,
};

pub(crate) async fn abort_multipart_upload(
    call: Call,
    input: AbortMultipartUploadInput,
) -> Result<Reply<AbortMultipartUploadOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let upload = bucket.uploads.lock().find(&input.key, &input.upload_id)?;
    let aborted = abort(&bucket, &upload, call.ctx().changes())?;
    if aborted.is_none() {
        return Err(S3Error::NoSuchUpload { upload_id: input.upload_id }.into());
    }
    Ok(Reply::from(AbortMultipartUploadOutput::default()).with_status(StatusCode::NO_CONTENT))
}

/// Ends an upload; `None` when it was ended before.
pub(crate) fn abort(bucket: &Bucket, upload: &Upload, changes: &Changes) -> Result<Option<Arc<Upload>>, S3Error> {
    let _ending = upload.ending.lock();
    let mut uploads = bucket.uploads_to_change(changes)?;
    let aborted = uploads.remove(upload);
    aborted.iter().for_each(|upload| changes.record(|rows| rows::remove_upload(rows, bucket, upload)));
    Ok(aborted)
}
