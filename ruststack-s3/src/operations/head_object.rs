//! `HeadObject`: what describes an object, without its bytes.

use ruststack_core::error::AwsError;
use s3s::dto::{HeadObjectInput, HeadObjectOutput};

use crate::{
    call::{Call, Reply},
    reading::Reading,
};

pub(crate) async fn head_object(call: Call, input: HeadObjectInput) -> Result<Reply<HeadObjectOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let reading = Reading::of(&call, &bucket, &input.key, input.version_id.as_deref(), input.part_number)?;
    Ok(reading.headers.on(HeadObjectOutput::default()).with_status(reading.status))
}
