//! `DeleteBucket`: removes a bucket that holds nothing; uploads in progress go with it.

use ruststack_core::error::AwsError;
use s3s::dto::{DeleteBucketInput, DeleteBucketOutput};

use crate::{
    bucket::{Bucket, Versioning},
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn delete_bucket(call: Call, input: DeleteBucketInput) -> Result<Reply<DeleteBucketOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let objects = bucket.objects.write();
    if !objects.is_empty() {
        return Err(not_empty(&bucket).into());
    }
    call.s3.buckets.remove(&bucket);
    drop(objects);
    Ok(DeleteBucketOutput {}.into())
}

fn not_empty(bucket: &Bucket) -> S3Error {
    let name = bucket.name.clone();
    match bucket.settings.read().versioning {
        Versioning::Unversioned => S3Error::BucketNotEmpty { bucket: name },
        Versioning::Enabled | Versioning::Suspended => S3Error::BucketHoldsVersions { bucket: name },
    }
}
