//! `GetObject`: an object's bytes, whole or in part.

use ruststack_core::error::AwsError;
use s3s::dto::{GetObjectInput, GetObjectOutput};

use crate::{
    call::{Call, Reply},
    kms_key,
    reading::Reading,
    restoration,
};

pub(crate) async fn get_object(call: Call, input: GetObjectInput) -> Result<Reply<GetObjectOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let reading = Reading::of(&call, &bucket, &input.key, input.version_id.as_deref(), input.part_number)?;
    let object = reading.version.object().expect("delete markers are not read");
    restoration::check_readable(object, call.ctx().now())?;
    kms_key::check_readable(&call, &bucket, &object.encryption).await?;
    let is_whole = reading.range == (0..object.size);
    let blob = if is_whole { object.blob.clone() } else { object.blob.slice(reading.range) };
    let body = blob.into_body().await?;
    let reply = reading.headers.on(GetObjectOutput::default());
    Ok(reply.with_status(reading.status).with_body(body))
}
