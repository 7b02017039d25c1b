//! `HeadBucket`: whether a bucket is there, and where.

use http::{HeaderName, HeaderValue, header};
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
    let reply = Reply::from(output).with_header(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    Ok(reply.with_header(name, value))
}

/// `x-amz-bucket-arn`, which s3s does not know yet.
pub(super) fn arn_header(bucket: &Bucket) -> (HeaderName, HeaderValue) {
    let arn = HeaderValue::try_from(bucket.arn()).expect("bucket names and partitions are ASCII");
    (X_AMZ_BUCKET_ARN, arn)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::caller::Caller;

    /// Recorded: test_create_bucket_head_bucket.
    #[tokio::test]
    async fn a_bucket_says_where_it_is() {
        let caller = Caller::new();
        caller.bucket("bucket");
        let input = HeadBucketInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
        let reply = head_bucket(caller.call(Method::HEAD), input).await.ok().unwrap();
        assert_eq!(reply.output.bucket_region.as_deref(), Some("us-east-1"));
        assert_eq!(reply.output.access_point_alias, Some(false));
        let header = |name, value| (name, HeaderValue::from_static(value));
        let type_and_arn =
            [header(header::CONTENT_TYPE, "application/xml"), header(X_AMZ_BUCKET_ARN, "arn:aws:s3:::bucket")];
        assert_eq!(reply.headers, type_and_arn);
    }

    #[tokio::test]
    async fn a_bucket_of_another_owner_than_expected_is_not_shown() {
        let caller = Caller::new();
        caller.bucket("bucket");
        let expected_bucket_owner = Some("000000000001".to_owned());
        let input = HeadBucketInput { bucket: "bucket".to_owned(), expected_bucket_owner };
        let error = head_bucket(caller.call(Method::HEAD), input).await.err().unwrap();
        assert_eq!((error.status().as_u16(), error.code(), error.message()), (403, "AccessDenied", "Access Denied"));
    }
}
