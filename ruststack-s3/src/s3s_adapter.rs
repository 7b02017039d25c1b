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
    let exchange = call.exchange.clone();
    let answer = match call.begin(name).await {
        Ok(()) => operation(call, request.input).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(reply) => Ok(S3Response::new(exchange.keep(reply))),
        Err(error) => {
            exchange.with_reply(|parts| parts.failure = Some(error));
            Err(s3s::S3Error::new(S3ErrorCode::InternalError))
        }
    }
}

/// Older names of operations that work: on the wire they are the same.
pub(crate) const OLD_NAMES: &[&str] =
    &["GetBucketLifecycle", "GetBucketNotification", "PutBucketLifecycle", "PutBucketNotification"];

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
    "DeleteBucketAnalyticsConfiguration" delete_bucket_analytics_configuration DeleteBucketAnalyticsConfigurationInput DeleteBucketAnalyticsConfigurationOutput => ops::bucket_analytics::delete_bucket_analytics_configuration;
    "DeleteBucketCors" delete_bucket_cors DeleteBucketCorsInput DeleteBucketCorsOutput => ops::bucket_cors::delete_bucket_cors;
    "DeleteBucketEncryption" delete_bucket_encryption DeleteBucketEncryptionInput DeleteBucketEncryptionOutput => ops::bucket_encryption::delete_bucket_encryption;
    "DeleteBucketIntelligentTieringConfiguration" delete_bucket_intelligent_tiering_configuration DeleteBucketIntelligentTieringConfigurationInput DeleteBucketIntelligentTieringConfigurationOutput => ops::bucket_intelligent_tiering::delete_bucket_intelligent_tiering_configuration;
    "DeleteBucketInventoryConfiguration" delete_bucket_inventory_configuration DeleteBucketInventoryConfigurationInput DeleteBucketInventoryConfigurationOutput => ops::bucket_inventory::delete_bucket_inventory_configuration;
    "DeleteBucketLifecycle" delete_bucket_lifecycle DeleteBucketLifecycleInput DeleteBucketLifecycleOutput => ops::bucket_lifecycle::delete_bucket_lifecycle;
    "DeleteBucketMetricsConfiguration" delete_bucket_metrics_configuration DeleteBucketMetricsConfigurationInput DeleteBucketMetricsConfigurationOutput => ops::bucket_metrics::delete_bucket_metrics_configuration;
    "DeleteBucketOwnershipControls" delete_bucket_ownership_controls DeleteBucketOwnershipControlsInput DeleteBucketOwnershipControlsOutput => ops::bucket_ownership_controls::delete_bucket_ownership_controls;
    "DeleteBucketPolicy" delete_bucket_policy DeleteBucketPolicyInput DeleteBucketPolicyOutput => ops::bucket_policy::delete_bucket_policy;
    "DeleteBucketReplication" delete_bucket_replication DeleteBucketReplicationInput DeleteBucketReplicationOutput => ops::bucket_replication::delete_bucket_replication;
    "DeleteBucketTagging" delete_bucket_tagging DeleteBucketTaggingInput DeleteBucketTaggingOutput => ops::bucket_tagging::delete_bucket_tagging;
    "DeleteBucketWebsite" delete_bucket_website DeleteBucketWebsiteInput DeleteBucketWebsiteOutput => ops::bucket_website::delete_bucket_website;
    "DeleteObject" delete_object DeleteObjectInput DeleteObjectOutput => ops::delete_object::delete_object;
    "DeleteObjectTagging" delete_object_tagging DeleteObjectTaggingInput DeleteObjectTaggingOutput => ops::object_tagging::delete_object_tagging;
    "DeleteObjects" delete_objects DeleteObjectsInput DeleteObjectsOutput => ops::delete_objects::delete_objects;
    "DeletePublicAccessBlock" delete_public_access_block DeletePublicAccessBlockInput DeletePublicAccessBlockOutput => ops::public_access_block::delete_public_access_block;
    "GetBucketAccelerateConfiguration" get_bucket_accelerate_configuration GetBucketAccelerateConfigurationInput GetBucketAccelerateConfigurationOutput => ops::bucket_accelerate::get_bucket_accelerate_configuration;
    "GetBucketAcl" get_bucket_acl GetBucketAclInput GetBucketAclOutput => ops::bucket_acl::get_bucket_acl;
    "GetBucketAnalyticsConfiguration" get_bucket_analytics_configuration GetBucketAnalyticsConfigurationInput GetBucketAnalyticsConfigurationOutput => ops::bucket_analytics::get_bucket_analytics_configuration;
    "GetBucketCors" get_bucket_cors GetBucketCorsInput GetBucketCorsOutput => ops::bucket_cors::get_bucket_cors;
    "GetBucketEncryption" get_bucket_encryption GetBucketEncryptionInput GetBucketEncryptionOutput => ops::bucket_encryption::get_bucket_encryption;
    "GetBucketIntelligentTieringConfiguration" get_bucket_intelligent_tiering_configuration GetBucketIntelligentTieringConfigurationInput GetBucketIntelligentTieringConfigurationOutput => ops::bucket_intelligent_tiering::get_bucket_intelligent_tiering_configuration;
    "GetBucketInventoryConfiguration" get_bucket_inventory_configuration GetBucketInventoryConfigurationInput GetBucketInventoryConfigurationOutput => ops::bucket_inventory::get_bucket_inventory_configuration;
    "GetBucketLifecycleConfiguration" get_bucket_lifecycle_configuration GetBucketLifecycleConfigurationInput GetBucketLifecycleConfigurationOutput => ops::bucket_lifecycle::get_bucket_lifecycle_configuration;
    "GetBucketLocation" get_bucket_location GetBucketLocationInput GetBucketLocationOutput => ops::get_bucket_location::get_bucket_location;
    "GetBucketLogging" get_bucket_logging GetBucketLoggingInput GetBucketLoggingOutput => ops::bucket_logging::get_bucket_logging;
    "GetBucketMetricsConfiguration" get_bucket_metrics_configuration GetBucketMetricsConfigurationInput GetBucketMetricsConfigurationOutput => ops::bucket_metrics::get_bucket_metrics_configuration;
    "GetBucketNotificationConfiguration" get_bucket_notification_configuration GetBucketNotificationConfigurationInput GetBucketNotificationConfigurationOutput => ops::bucket_notification::get_bucket_notification_configuration;
    "GetBucketOwnershipControls" get_bucket_ownership_controls GetBucketOwnershipControlsInput GetBucketOwnershipControlsOutput => ops::bucket_ownership_controls::get_bucket_ownership_controls;
    "GetBucketPolicy" get_bucket_policy GetBucketPolicyInput GetBucketPolicyOutput => ops::bucket_policy::get_bucket_policy;
    "GetBucketPolicyStatus" get_bucket_policy_status GetBucketPolicyStatusInput GetBucketPolicyStatusOutput => ops::bucket_policy::get_bucket_policy_status;
    "GetBucketReplication" get_bucket_replication GetBucketReplicationInput GetBucketReplicationOutput => ops::bucket_replication::get_bucket_replication;
    "GetBucketRequestPayment" get_bucket_request_payment GetBucketRequestPaymentInput GetBucketRequestPaymentOutput => ops::bucket_request_payment::get_bucket_request_payment;
    "GetBucketTagging" get_bucket_tagging GetBucketTaggingInput GetBucketTaggingOutput => ops::bucket_tagging::get_bucket_tagging;
    "GetBucketVersioning" get_bucket_versioning GetBucketVersioningInput GetBucketVersioningOutput => ops::bucket_versioning::get_bucket_versioning;
    "GetBucketWebsite" get_bucket_website GetBucketWebsiteInput GetBucketWebsiteOutput => ops::bucket_website::get_bucket_website;
    "GetObject" get_object GetObjectInput GetObjectOutput => ops::get_object::get_object;
    "GetObjectAcl" get_object_acl GetObjectAclInput GetObjectAclOutput => ops::object_acl::get_object_acl;
    "GetObjectAttributes" get_object_attributes GetObjectAttributesInput GetObjectAttributesOutput => ops::get_object_attributes::get_object_attributes;
    "GetObjectLegalHold" get_object_legal_hold GetObjectLegalHoldInput GetObjectLegalHoldOutput => ops::object_legal_hold::get_object_legal_hold;
    "GetObjectLockConfiguration" get_object_lock_configuration GetObjectLockConfigurationInput GetObjectLockConfigurationOutput => ops::object_lock_configuration::get_object_lock_configuration;
    "GetObjectRetention" get_object_retention GetObjectRetentionInput GetObjectRetentionOutput => ops::object_retention::get_object_retention;
    "GetObjectTagging" get_object_tagging GetObjectTaggingInput GetObjectTaggingOutput => ops::object_tagging::get_object_tagging;
    "GetPublicAccessBlock" get_public_access_block GetPublicAccessBlockInput GetPublicAccessBlockOutput => ops::public_access_block::get_public_access_block;
    "HeadBucket" head_bucket HeadBucketInput HeadBucketOutput => ops::head_bucket::head_bucket;
    "HeadObject" head_object HeadObjectInput HeadObjectOutput => ops::head_object::head_object;
    "ListBucketAnalyticsConfigurations" list_bucket_analytics_configurations ListBucketAnalyticsConfigurationsInput ListBucketAnalyticsConfigurationsOutput => ops::bucket_analytics::list_bucket_analytics_configurations;
    "ListBucketIntelligentTieringConfigurations" list_bucket_intelligent_tiering_configurations ListBucketIntelligentTieringConfigurationsInput ListBucketIntelligentTieringConfigurationsOutput => ops::bucket_intelligent_tiering::list_bucket_intelligent_tiering_configurations;
    "ListBucketInventoryConfigurations" list_bucket_inventory_configurations ListBucketInventoryConfigurationsInput ListBucketInventoryConfigurationsOutput => ops::bucket_inventory::list_bucket_inventory_configurations;
    "ListBucketMetricsConfigurations" list_bucket_metrics_configurations ListBucketMetricsConfigurationsInput ListBucketMetricsConfigurationsOutput => ops::bucket_metrics::list_bucket_metrics_configurations;
    "ListBuckets" list_buckets ListBucketsInput ListBucketsOutput => ops::list_buckets::list_buckets;
    "ListMultipartUploads" list_multipart_uploads ListMultipartUploadsInput ListMultipartUploadsOutput => ops::list_multipart_uploads::list_multipart_uploads;
    "ListObjectVersions" list_object_versions ListObjectVersionsInput ListObjectVersionsOutput => ops::list_object_versions::list_object_versions;
    "ListObjects" list_objects ListObjectsInput ListObjectsOutput => ops::list_objects::list_objects;
    "ListObjectsV2" list_objects_v2 ListObjectsV2Input ListObjectsV2Output => ops::list_objects_v2::list_objects_v2;
    "ListParts" list_parts ListPartsInput ListPartsOutput => ops::list_parts::list_parts;
    "PutBucketAccelerateConfiguration" put_bucket_accelerate_configuration PutBucketAccelerateConfigurationInput PutBucketAccelerateConfigurationOutput => ops::bucket_accelerate::put_bucket_accelerate_configuration;
    "PutBucketAcl" put_bucket_acl PutBucketAclInput PutBucketAclOutput => ops::bucket_acl::put_bucket_acl;
    "PutBucketAnalyticsConfiguration" put_bucket_analytics_configuration PutBucketAnalyticsConfigurationInput PutBucketAnalyticsConfigurationOutput => ops::bucket_analytics::put_bucket_analytics_configuration;
    "PutBucketCors" put_bucket_cors PutBucketCorsInput PutBucketCorsOutput => ops::bucket_cors::put_bucket_cors;
    "PutBucketEncryption" put_bucket_encryption PutBucketEncryptionInput PutBucketEncryptionOutput => ops::bucket_encryption::put_bucket_encryption;
    "PutBucketIntelligentTieringConfiguration" put_bucket_intelligent_tiering_configuration PutBucketIntelligentTieringConfigurationInput PutBucketIntelligentTieringConfigurationOutput => ops::bucket_intelligent_tiering::put_bucket_intelligent_tiering_configuration;
    "PutBucketInventoryConfiguration" put_bucket_inventory_configuration PutBucketInventoryConfigurationInput PutBucketInventoryConfigurationOutput => ops::bucket_inventory::put_bucket_inventory_configuration;
    "PutBucketLifecycleConfiguration" put_bucket_lifecycle_configuration PutBucketLifecycleConfigurationInput PutBucketLifecycleConfigurationOutput => ops::bucket_lifecycle::put_bucket_lifecycle_configuration;
    "PutBucketLogging" put_bucket_logging PutBucketLoggingInput PutBucketLoggingOutput => ops::bucket_logging::put_bucket_logging;
    "PutBucketMetricsConfiguration" put_bucket_metrics_configuration PutBucketMetricsConfigurationInput PutBucketMetricsConfigurationOutput => ops::bucket_metrics::put_bucket_metrics_configuration;
    "PutBucketNotificationConfiguration" put_bucket_notification_configuration PutBucketNotificationConfigurationInput PutBucketNotificationConfigurationOutput => ops::bucket_notification::put_bucket_notification_configuration;
    "PutBucketOwnershipControls" put_bucket_ownership_controls PutBucketOwnershipControlsInput PutBucketOwnershipControlsOutput => ops::bucket_ownership_controls::put_bucket_ownership_controls;
    "PutBucketPolicy" put_bucket_policy PutBucketPolicyInput PutBucketPolicyOutput => ops::bucket_policy::put_bucket_policy;
    "PutBucketReplication" put_bucket_replication PutBucketReplicationInput PutBucketReplicationOutput => ops::bucket_replication::put_bucket_replication;
    "PutBucketRequestPayment" put_bucket_request_payment PutBucketRequestPaymentInput PutBucketRequestPaymentOutput => ops::bucket_request_payment::put_bucket_request_payment;
    "PutBucketTagging" put_bucket_tagging PutBucketTaggingInput PutBucketTaggingOutput => ops::bucket_tagging::put_bucket_tagging;
    "PutBucketVersioning" put_bucket_versioning PutBucketVersioningInput PutBucketVersioningOutput => ops::bucket_versioning::put_bucket_versioning;
    "PutBucketWebsite" put_bucket_website PutBucketWebsiteInput PutBucketWebsiteOutput => ops::bucket_website::put_bucket_website;
    "PutObject" put_object PutObjectInput PutObjectOutput => ops::put_object::put_object;
    "PutObjectAcl" put_object_acl PutObjectAclInput PutObjectAclOutput => ops::object_acl::put_object_acl;
    "PutObjectLegalHold" put_object_legal_hold PutObjectLegalHoldInput PutObjectLegalHoldOutput => ops::object_legal_hold::put_object_legal_hold;
    "PutObjectLockConfiguration" put_object_lock_configuration PutObjectLockConfigurationInput PutObjectLockConfigurationOutput => ops::object_lock_configuration::put_object_lock_configuration;
    "PutObjectRetention" put_object_retention PutObjectRetentionInput PutObjectRetentionOutput => ops::object_retention::put_object_retention;
    "PutObjectTagging" put_object_tagging PutObjectTaggingInput PutObjectTaggingOutput => ops::object_tagging::put_object_tagging;
    "PutPublicAccessBlock" put_public_access_block PutPublicAccessBlockInput PutPublicAccessBlockOutput => ops::public_access_block::put_public_access_block;
    "UploadPart" upload_part UploadPartInput UploadPartOutput => ops::upload_part::upload_part;
    "UploadPartCopy" upload_part_copy UploadPartCopyInput UploadPartCopyOutput => ops::upload_part_copy::upload_part_copy;
}
