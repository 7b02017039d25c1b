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
    let _section = call.ctx().changes().begin()?;
    let objects = bucket.objects_to_change(call.ctx().changes())?;
    if !objects.is_empty() {
        return Err(not_empty(&bucket).into());
    }
    bucket.delete(objects, call.ctx().changes());
    // Not before its rows are on their way: a successor's rows come after them.
    call.s3.buckets.remove(&bucket);
    Ok(DeleteBucketOutput {}.into())
}

fn not_empty(bucket: &Bucket) -> S3Error {
    let name = bucket.name.clone();
    match bucket.settings.read().versioning {
        Versioning::Unversioned => S3Error::BucketNotEmpty { bucket: name },
        Versioning::Enabled | Versioning::Suspended => S3Error::BucketHoldsVersions { bucket: name },
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::{
        caller::{Caller, delete_marker, put_objects, put_versions, version_id},
        index::ObjectIndex,
    };

    async fn delete(caller: &Caller) -> Result<(), AwsError> {
        let input = DeleteBucketInput { bucket: "bucket".to_owned(), expected_bucket_owner: None };
        delete_bucket(caller.call(Method::DELETE), input).await.map(|_| ())
    }

    #[tokio::test]
    async fn a_bucket_with_objects_is_not_deleted() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        put_objects(&bucket, &["key"]);
        let error = delete(&caller).await.unwrap_err();
        assert_eq!((error.status().as_u16(), error.code()), (409, "BucketNotEmpty"));
        assert_eq!(error.message(), "The bucket you tried to delete is not empty");
        *bucket.objects.write() = ObjectIndex::default();
        delete(&caller).await.unwrap();
        assert_eq!(delete(&caller).await.unwrap_err().code(), "NoSuchBucket");
    }

    #[tokio::test]
    async fn a_bucket_with_a_delete_marker_is_not_deleted() {
        let caller = Caller::new();
        put_versions(&caller.bucket("bucket"), [("key", vec![delete_marker(version_id(1))])]);
        let message = "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
        assert_eq!(delete(&caller).await.unwrap_err().message(), message);
    }
}
