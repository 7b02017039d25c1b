//! S3's operations as CloudTrail calls them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html>

/// What is called otherwise than by its name.
const NAMES: [(&str, &str); 15] = [
    ("DeleteBucketAnalyticsConfiguration", "DeleteAnalyticsConfiguration"),
    ("DeleteBucketInventoryConfiguration", "DeleteInventoryConfiguration"),
    ("DeleteBucketMetricsConfiguration", "DeleteMetricsConfiguration"),
    ("DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"),
    ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("ListObjectsV2", "ListObjects"),
    ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
    ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
    ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
];
/// What acts on objects, beside all that has `Object` in its name and no `ObjectLockConfiguration`.
const DATA: [&str; 9] = [
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CreateMultipartUpload",
    "HeadBucket",
    "ListMultipartUploads",
    "ListParts",
    "PreflightRequest",
    "UploadPart",
    "UploadPartCopy",
];

pub(super) fn of(operation: &str) -> &str {
    NAMES.iter().find(|(name, _)| *name == operation).map_or(operation, |(_, event)| event)
}

/// Whether CloudTrail counts it among data events.
pub(super) fn is_data(operation: &str) -> bool {
    DATA.contains(&operation) || (operation.contains("Object") && !operation.ends_with("ObjectLockConfiguration"))
}

pub(super) fn is_read(operation: &str) -> bool {
    ruststack_core::record::is_read(operation) || ["PreflightRequest", "SelectObjectContent"].contains(&operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_data_and_buckets_are_not() {
        for (operation, event, expected) in [
            ("ListObjectsV2", "ListObjects", true),
            ("PutObject", "PutObject", true),
            ("DeleteObjects", "DeleteObjects", true),
            ("GetObjectAcl", "GetObjectAcl", true),
            ("UploadPart", "UploadPart", true),
            ("PutBucketLifecycleConfiguration", "PutBucketLifecycle", false),
            ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration", false),
            ("CreateBucket", "CreateBucket", false),
        ] {
            assert_eq!((of(operation), is_data(operation)), (event, expected), "{operation}");
        }
    }
}
