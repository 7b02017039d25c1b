//! `HeadBucket`: whether a bucket is there, and where.

use http::{HeaderName, HeaderValue};
use ruststack_core::error::AwsError;
use s3s::dto::{HeadBucketInput, HeadBucketOutput};

use crate::{
    bucket::Bucket,
    call::{Call, Reply},
};

const X_AMZ_BUCKET_ARN: HeaderName = HeaderName::from_static("x-amz-bucket-arn");

pub(crate) async fn head_bucket(call: Call, input: HeadBucketInput) -> Result<Reply<HeadBucketOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let output = HeadBucketOutput {
        access_point_alias: Some(false),
        bucket_region: Some(bucket.region.as_str().to_owned()),
        ..HeadBucketOutput::default()
    };
    let (name, value) = arn_header(&bucket);
    Ok(Reply::from(output).with_header(name, value))
}

/// `x-amz-bucket-arn`, which s3s does not know yet.
pub(super) fn arn_header(bucket: &Bucket) -> (HeaderName, HeaderValue) {
    let arn = HeaderValue::try_from(bucket.arn()).expect("bucket names and partitions are ASCII");
    (X_AMZ_BUCKET_ARN, arn)
}
