//! s3s's trait, answered: one delegating line per operation. Those that are missing here answer 501.

use std::future::Future;

use ruststack_core::error::AwsError;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result, dto::*};

use crate::{
    call::{Call, Reply},
    operations as ops,
};

/// Finds the call that belongs to a request in its extensions.
pub(crate) struct Adapter;

/// Runs an operation; what s3s cannot carry is left in the exchange.
async fn run<I, O, F>(
    name: &'static str,
    mut request: S3Request<I>,
    operation: impl FnOnce(Call, I) -> F,
) -> S3Result<S3Response<O>>
where
    F: Future<Output = Result<Reply<O>, AwsError>>,
{
    let call = request.extensions.remove::<Call>().expect("before.rs puts the call there");
    call.ctx().note_operation(name);
    let exchange = call.exchange.clone();
    match operation(call, request.input).await {
        Ok(reply) => Ok(S3Response::new(exchange.keep(reply))),
        Err(error) => {
            exchange.with_reply(|parts| parts.failure = Some(error));
            Err(s3s::S3Error::new(S3ErrorCode::InternalError))
        }
    }
}

macro_rules! operations {
    ($($name:literal $method:ident $input:ident $output:ident => $operation:path;)*) => {
        /// The operations that work, as AWS names them.
        pub(crate) const IMPLEMENTED: &[&str] = &[$($name),*];

        #[async_trait::async_trait]
        impl s3s::S3 for Adapter {
            $(
                async fn $method(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                    run($name, request, $operation).await
                }
            )*
        }
    };
}

operations! {
    "AbortMultipartUpload" abort_multipart_upload AbortMultipartUploadInput AbortMultipartUploadOutput => ops::abort_multipart_upload::abort_multipart_upload;
    "CompleteMultipartUpload" complete_multipart_upload CompleteMultipartUploadInput CompleteMultipartUploadOutput => ops::complete_multipart_upload::complete_multipart_upload;
    "CopyObject" copy_object CopyObjectInput CopyObjectOutput => ops::copy_object::copy_object;
    "CreateBucket" create_bucket CreateBucketInput CreateBucketOutput => ops::create_bucket::create_bucket;
    "CreateMultipartUpload" create_multipart_upload CreateMultipartUploadInput CreateMultipartUploadOutput => ops::create_multipart_upload::create_multipart_upload;
    "DeleteBucket" delete_bucket DeleteBucketInput DeleteBucketOutput => ops::delete_bucket::delete_bucket;
    "DeleteBucketOwnershipControls" delete_bucket_ownership_controls DeleteBucketOwnershipControlsInput DeleteBucketOwnershipControlsOutput => ops::bucket_ownership_controls::delete_bucket_ownership_controls;
    "DeleteBucketTagging" delete_bucket_tagging DeleteBucketTaggingInput DeleteBucketTaggingOutput => ops::bucket_tagging::delete_bucket_tagging;
    "DeleteObject" delete_object DeleteObjectInput DeleteObjectOutput => ops::delete_object::delete_object;
    "DeleteObjectTagging" delete_object_tagging DeleteObjectTaggingInput DeleteObjectTaggingOutput => ops::object_tagging::delete_object_tagging;
    "DeleteObjects" delete_objects DeleteObjectsInput DeleteObjectsOutput => ops::delete_objects::delete_objects;
    "DeletePublicAccessBlock" delete_public_access_block DeletePublicAccessBlockInput DeletePublicAccessBlockOutput => ops::public_access_block::delete_public_access_block;
    "GetBucketAcl" get_bucket_acl GetBucketAclInput GetBucketAclOutput => ops::bucket_acl::get_bucket_acl;
    "GetBucketLocation" get_bucket_location GetBucketLocationInput GetBucketLocationOutput => ops::get_bucket_location::get_bucket_location;
    "GetBucketOwnershipControls" get_bucket_ownership_controls GetBucketOwnershipControlsInput GetBucketOwnershipControlsOutput => ops::bucket_ownership_controls::get_bucket_ownership_controls;
    "GetBucketTagging" get_bucket_tagging GetBucketTaggingInput GetBucketTaggingOutput => ops::bucket_tagging::get_bucket_tagging;
    "GetBucketVersioning" get_bucket_versioning GetBucketVersioningInput GetBucketVersioningOutput => ops::bucket_versioning::get_bucket_versioning;
    "GetObject" get_object GetObjectInput GetObjectOutput => ops::get_object::get_object;
    "GetObjectAcl" get_object_acl GetObjectAclInput GetObjectAclOutput => ops::object_acl::get_object_acl;
    "GetObjectAttributes" get_object_attributes GetObjectAttributesInput GetObjectAttributesOutput => ops::get_object_attributes::get_object_attributes;
    "GetObjectTagging" get_object_tagging GetObjectTaggingInput GetObjectTaggingOutput => ops::object_tagging::get_object_tagging;
    "GetPublicAccessBlock" get_public_access_block GetPublicAccessBlockInput GetPublicAccessBlockOutput => ops::public_access_block::get_public_access_block;
    "HeadBucket" head_bucket HeadBucketInput HeadBucketOutput => ops::head_bucket::head_bucket;
    "HeadObject" head_object HeadObjectInput HeadObjectOutput => ops::head_object::head_object;
    "ListBuckets" list_buckets ListBucketsInput ListBucketsOutput => ops::list_buckets::list_buckets;
    "ListMultipartUploads" list_multipart_uploads ListMultipartUploadsInput ListMultipartUploadsOutput => ops::list_multipart_uploads::list_multipart_uploads;
    "ListObjectVersions" list_object_versions ListObjectVersionsInput ListObjectVersionsOutput => ops::list_object_versions::list_object_versions;
    "ListObjects" list_objects ListObjectsInput ListObjectsOutput => ops::list_objects::list_objects;
    "ListObjectsV2" list_objects_v2 ListObjectsV2Input ListObjectsV2Output => ops::list_objects_v2::list_objects_v2;
    "ListParts" list_parts ListPartsInput ListPartsOutput => ops::list_parts::list_parts;
    "PutBucketAcl" put_bucket_acl PutBucketAclInput PutBucketAclOutput => ops::bucket_acl::put_bucket_acl;
    "PutBucketOwnershipControls" put_bucket_ownership_controls PutBucketOwnershipControlsInput PutBucketOwnershipControlsOutput => ops::bucket_ownership_controls::put_bucket_ownership_controls;
    "PutBucketTagging" put_bucket_tagging PutBucketTaggingInput PutBucketTaggingOutput => ops::bucket_tagging::put_bucket_tagging;
    "PutBucketVersioning" put_bucket_versioning PutBucketVersioningInput PutBucketVersioningOutput => ops::bucket_versioning::put_bucket_versioning;
    "PutObject" put_object PutObjectInput PutObjectOutput => ops::put_object::put_object;
    "PutObjectAcl" put_object_acl PutObjectAclInput PutObjectAclOutput => ops::object_acl::put_object_acl;
    "PutObjectTagging" put_object_tagging PutObjectTaggingInput PutObjectTaggingOutput => ops::object_tagging::put_object_tagging;
    "PutPublicAccessBlock" put_public_access_block PutPublicAccessBlockInput PutPublicAccessBlockOutput => ops::public_access_block::put_public_access_block;
    "UploadPart" upload_part UploadPartInput UploadPartOutput => ops::upload_part::upload_part;
    "UploadPartCopy" upload_part_copy UploadPartCopyInput UploadPartCopyOutput => ops::upload_part_copy::upload_part_copy;
}
