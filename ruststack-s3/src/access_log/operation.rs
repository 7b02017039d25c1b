//! Operations as server access logs name them: `REST.PUT.OBJECT`.

/// What is named otherwise than by its method and [`RESOURCES`].
const NAMES: [(&str, &str); 3] =
    [("CopyObject", "REST.COPY.OBJECT"), ("UploadPartCopy", "REST.COPY.PART"), ("PostObject", "REST.POST.OBJECT")];

/// What an operation's name, without its verb, is called. The first that fits.
const RESOURCES: [(&str, &str); 40] = [
    ("AbortMultipartUpload", "UPLOAD"),
    ("CompleteMultipartUpload", "UPLOAD"),
    ("CreateMultipartUpload", "UPLOADS"),
    ("ListMultipartUploads", "UPLOADS"),
    ("ListParts", "UPLOAD"),
    ("UploadPart", "PART"),
    ("DeleteObjects", "MULTI_OBJECT_DELETE"),
    ("ListObjectVersions", "BUCKETVERSIONS"),
    ("ListObjects", "BUCKET"),
    ("ObjectTagging", "OBJECT_TAGGING"),
    ("ObjectLockConfiguration", "OBJECT_LOCK_CONFIGURATION"),
    ("ObjectRetention", "OBJECT_LOCK_RETENTION"),
    ("ObjectLegalHold", "OBJECT_LOCK_LEGALHOLD"),
    ("ObjectAttributes", "OBJECT_ATTRIBUTES"),
    ("ObjectTorrent", "OBJECT_TORRENT"),
    ("RestoreObject", "OBJECT_RESTORE"),
    ("SelectObjectContent", "OBJECT_SELECT"),
    ("Acl", "ACL"),
    ("BucketPolicyStatus", "POLICY_STATUS"),
    ("BucketPolicy", "BUCKETPOLICY"),
    ("BucketLocation", "LOCATION"),
    ("BucketLogging", "LOGGING_STATUS"),
    ("BucketVersioning", "VERSIONING"),
    ("BucketTagging", "TAGGING"),
    ("BucketCors", "CORS"),
    ("BucketLifecycle", "LIFECYCLE"),
    ("BucketReplication", "REPLICATION"),
    ("BucketWebsite", "WEBSITE"),
    ("BucketNotification", "NOTIFICATION"),
    ("BucketRequestPayment", "REQUEST_PAYMENT"),
    ("BucketEncryption", "ENCRYPTION"),
    ("BucketAccelerate", "ACCELERATE"),
    ("BucketAnalytics", "ANALYTICS"),
    ("BucketInventory", "INVENTORY"),
    ("BucketMetrics", "METRICS"),
    ("BucketIntelligentTiering", "INTELLIGENT_TIERING"),
    ("BucketOwnershipControls", "OWNERSHIP_CONTROLS"),
    ("PublicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
    ("Bucket", "BUCKET"),
    ("Object", "OBJECT"),
];

/// `operation` is AWS's name of it, if the request came so far.
pub(super) fn named(operation: Option<&str>, method: &str, has_key: bool) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(name, _)| Some(*name) == operation) {
        return (*name).to_owned();
    }
    let found = operation.and_then(|name| RESOURCES.iter().find(|(part, _)| name.contains(part)));
    let unnamed = match (method, has_key) {
        ("OPTIONS", _) => "PREFLIGHT",
        (_, true) => "OBJECT",
        (_, false) => "BUCKET",
    };
    format!("REST.{method}.{}", found.map_or(unnamed, |(_, resource)| resource))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
    #[test]
    fn operations_are_named_by_method_and_resource() {
        for (operation, method, expected) in [
            (Some("PutObject"), "PUT", "REST.PUT.OBJECT"),
            (Some("GetBucketVersioning"), "GET", "REST.GET.VERSIONING"),
            (Some("GetBucketLogging"), "GET", "REST.GET.LOGGING_STATUS"),
            (Some("GetBucketPolicy"), "GET", "REST.GET.BUCKETPOLICY"),
            (Some("ListObjectsV2"), "GET", "REST.GET.BUCKET"),
            (Some("CopyObject"), "PUT", "REST.COPY.OBJECT"),
            (Some("DeleteObjects"), "POST", "REST.POST.MULTI_OBJECT_DELETE"),
            (Some("GetObjectAcl"), "GET", "REST.GET.ACL"),
            (None, "GET", "REST.GET.OBJECT"),
        ] {
            assert_eq!(named(operation, method, true), expected);
        }
    }
}
