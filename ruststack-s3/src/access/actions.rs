//! Which permissions each operation asks for, and on what: the one table of them.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>

/// What an action is allowed or denied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    /// No resource: `*`.
    Account,
    /// A bucket that is being made: nobody's yet.
    NewBucket,
    Bucket,
    Object,
    /// An object that is being written: what it was before says nothing.
    NewObject,
}

/// A permission that an operation asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Action {
    pub(crate) name: &'static str,
    /// Its name where the request names a version of the object.
    versioned: Option<&'static str>,
    pub(crate) level: Level,
}

impl Action {
    /// The name by which policies know it.
    pub(crate) fn name_for(self, is_versioned: bool) -> &'static str {
        self.versioned.filter(|_| is_versioned).unwrap_or(self.name)
    }
}

const fn bucket(name: &'static str) -> Action {
    Action { name, versioned: None, level: Level::Bucket }
}

pub(crate) const fn object(name: &'static str) -> Action {
    Action { name, versioned: None, level: Level::Object }
}

pub(crate) const fn new_object(name: &'static str) -> Action {
    Action { name, versioned: None, level: Level::NewObject }
}

const fn version(name: &'static str, versioned: &'static str) -> Action {
    Action { name, versioned: Some(versioned), level: Level::Object }
}

pub(crate) const fn new_bucket(name: &'static str) -> Action {
    Action { name, versioned: None, level: Level::NewBucket }
}

const fn account(name: &'static str) -> Action {
    Action { name, versioned: None, level: Level::Account }
}

pub(crate) const GET_OBJECT: Action = version("s3:GetObject", "s3:GetObjectVersion");
pub(crate) const DELETE_OBJECT: Action = version("s3:DeleteObject", "s3:DeleteObjectVersion");
pub(crate) const GET_TAGS: Action = version("s3:GetObjectTagging", "s3:GetObjectVersionTagging");
pub(crate) const LIST_BUCKET: Action = bucket("s3:ListBucket");
pub(crate) const LIST_VERSIONS: Action = bucket("s3:ListBucketVersions");

/// What an operation asks for whatever its request says; `None` of one that is not known.
pub(crate) fn of_operation(name: &str) -> Option<&'static [Action]> {
    let index = TABLE.binary_search_by(|(operation, _)| (*operation).cmp(name)).ok()?;
    Some(TABLE[index].1)
}

/// All actions that a policy may name, with what they are on.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, Level)> {
    let names =
        |action: &Action| [Some(action.name), action.versioned].map(|name| name.map(|name| (name, action.level)));
    let asked = TABLE.iter().flat_map(|(_, actions)| actions.iter()).flat_map(names).flatten();
    let on_objects = OTHERS_ON_OBJECTS.iter().map(|name| (*name, Level::Object));
    asked.chain(on_objects).chain(OTHERS_ON_BUCKETS.iter().map(|name| (*name, Level::Bucket)))
}

/// What headers ask for, or what nobody here does.
const OTHERS_ON_OBJECTS: [&str; 12] = [
    "s3:BypassGovernanceRetention",
    "s3:GetObjectVersionForReplication",
    "s3:GetObjectVersionTorrent",
    "s3:InitiateReplication",
    "s3:ObjectOwnerOverrideToBucketOwner",
    "s3:PutObjectAnnotation",
    "s3:GetObjectAnnotation",
    "s3:DeleteObjectAnnotation",
    "s3:ListObjectAnnotations",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
    "s3:ReplicateTags",
];
const OTHERS_ON_BUCKETS: [&str; 3] = ["s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"];

/// Sorted by operation.
#[rustfmt::skip]
static TABLE: &[(&str, &[Action])] = &[
    ("AbortMultipartUpload", &[new_object("s3:AbortMultipartUpload")]),
    ("CompleteMultipartUpload", &[new_object("s3:PutObject")]),
    ("CopyObject", &[new_object("s3:PutObject")]),
    ("CreateBucket", &[new_bucket("s3:CreateBucket")]),
    ("CreateBucketMetadataConfiguration", &[bucket("s3:CreateBucketMetadataTableConfiguration")]),
    ("CreateBucketMetadataTableConfiguration", &[bucket("s3:CreateBucketMetadataTableConfiguration")]),
    ("CreateMultipartUpload", &[new_object("s3:PutObject")]),
    ("CreateSession", &[bucket("s3express:CreateSession")]),
    ("DeleteBucket", &[bucket("s3:DeleteBucket")]),
    ("DeleteBucketAnalyticsConfiguration", &[bucket("s3:PutAnalyticsConfiguration")]),
    ("DeleteBucketCors", &[bucket("s3:PutBucketCORS")]),
    ("DeleteBucketEncryption", &[bucket("s3:PutEncryptionConfiguration")]),
    ("DeleteBucketIntelligentTieringConfiguration", &[bucket("s3:PutIntelligentTieringConfiguration")]),
    ("DeleteBucketInventoryConfiguration", &[bucket("s3:PutInventoryConfiguration")]),
    ("DeleteBucketLifecycle", &[bucket("s3:PutLifecycleConfiguration")]),
    ("DeleteBucketMetadataConfiguration", &[bucket("s3:DeleteBucketMetadataTableConfiguration")]),
    ("DeleteBucketMetadataTableConfiguration", &[bucket("s3:DeleteBucketMetadataTableConfiguration")]),
    ("DeleteBucketMetricsConfiguration", &[bucket("s3:PutMetricsConfiguration")]),
    ("DeleteBucketOwnershipControls", &[bucket("s3:PutBucketOwnershipControls")]),
    ("DeleteBucketPolicy", &[bucket("s3:DeleteBucketPolicy")]),
    ("DeleteBucketReplication", &[bucket("s3:PutReplicationConfiguration")]),
    ("DeleteBucketTagging", &[bucket("s3:PutBucketTagging")]),
    ("DeleteBucketWebsite", &[bucket("s3:DeleteBucketWebsite")]),
    ("DeleteObject", &[DELETE_OBJECT]),
    ("DeleteObjectTagging", &[version("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging")]),
    // Each object of the list is asked for by itself.
    ("DeleteObjects", &[]),
    ("DeletePublicAccessBlock", &[bucket("s3:PutBucketPublicAccessBlock")]),
    ("GetBucketAbac", &[bucket("s3:GetBucketAbac")]),
    ("GetBucketAccelerateConfiguration", &[bucket("s3:GetAccelerateConfiguration")]),
    ("GetBucketAcl", &[bucket("s3:GetBucketAcl")]),
    ("GetBucketAnalyticsConfiguration", &[bucket("s3:GetAnalyticsConfiguration")]),
    ("GetBucketCors", &[bucket("s3:GetBucketCORS")]),
    ("GetBucketEncryption", &[bucket("s3:GetEncryptionConfiguration")]),
    ("GetBucketIntelligentTieringConfiguration", &[bucket("s3:GetIntelligentTieringConfiguration")]),
    ("GetBucketInventoryConfiguration", &[bucket("s3:GetInventoryConfiguration")]),
    ("GetBucketLifecycle", &[bucket("s3:GetLifecycleConfiguration")]),
    ("GetBucketLifecycleConfiguration", &[bucket("s3:GetLifecycleConfiguration")]),
    ("GetBucketLocation", &[bucket("s3:GetBucketLocation")]),
    ("GetBucketLogging", &[bucket("s3:GetBucketLogging")]),
    ("GetBucketMetadataConfiguration", &[bucket("s3:GetBucketMetadataTableConfiguration")]),
    ("GetBucketMetadataTableConfiguration", &[bucket("s3:GetBucketMetadataTableConfiguration")]),
    ("GetBucketMetricsConfiguration", &[bucket("s3:GetMetricsConfiguration")]),
    ("GetBucketNotification", &[bucket("s3:GetBucketNotification")]),
    ("GetBucketNotificationConfiguration", &[bucket("s3:GetBucketNotification")]),
    ("GetBucketOwnershipControls", &[bucket("s3:GetBucketOwnershipControls")]),
    ("GetBucketPolicy", &[bucket("s3:GetBucketPolicy")]),
    ("GetBucketPolicyStatus", &[bucket("s3:GetBucketPolicyStatus")]),
    ("GetBucketReplication", &[bucket("s3:GetReplicationConfiguration")]),
    ("GetBucketRequestPayment", &[bucket("s3:GetBucketRequestPayment")]),
    ("GetBucketTagging", &[bucket("s3:GetBucketTagging")]),
    ("GetBucketVersioning", &[bucket("s3:GetBucketVersioning")]),
    ("GetBucketWebsite", &[bucket("s3:GetBucketWebsite")]),
    ("GetObject", &[GET_OBJECT]),
    ("GetObjectAcl", &[version("s3:GetObjectAcl", "s3:GetObjectVersionAcl")]),
    ("GetObjectAttributes", &[GET_OBJECT, version("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")]),
    ("GetObjectLegalHold", &[object("s3:GetObjectLegalHold")]),
    ("GetObjectLockConfiguration", &[bucket("s3:GetBucketObjectLockConfiguration")]),
    ("GetObjectRetention", &[object("s3:GetObjectRetention")]),
    ("GetObjectTagging", &[GET_TAGS]),
    ("GetObjectTorrent", &[object("s3:GetObjectTorrent")]),
    ("GetPublicAccessBlock", &[bucket("s3:GetBucketPublicAccessBlock")]),
    ("HeadBucket", &[LIST_BUCKET]),
    ("HeadObject", &[GET_OBJECT]),
    ("ListBucketAnalyticsConfigurations", &[bucket("s3:GetAnalyticsConfiguration")]),
    ("ListBucketIntelligentTieringConfigurations", &[bucket("s3:GetIntelligentTieringConfiguration")]),
    ("ListBucketInventoryConfigurations", &[bucket("s3:GetInventoryConfiguration")]),
    ("ListBucketMetricsConfigurations", &[bucket("s3:GetMetricsConfiguration")]),
    ("ListBuckets", &[account("s3:ListAllMyBuckets")]),
    ("ListDirectoryBuckets", &[account("s3express:ListAllMyDirectoryBuckets")]),
    ("ListMultipartUploads", &[bucket("s3:ListBucketMultipartUploads")]),
    ("ListObjectVersions", &[LIST_VERSIONS]),
    ("ListObjects", &[LIST_BUCKET]),
    ("ListObjectsV2", &[LIST_BUCKET]),
    ("ListParts", &[new_object("s3:ListMultipartUploadParts")]),
    ("PostObject", &[new_object("s3:PutObject")]),
    ("PutBucketAbac", &[bucket("s3:PutBucketAbac")]),
    ("PutBucketAccelerateConfiguration", &[bucket("s3:PutAccelerateConfiguration")]),
    ("PutBucketAcl", &[bucket("s3:PutBucketAcl")]),
    ("PutBucketAnalyticsConfiguration", &[bucket("s3:PutAnalyticsConfiguration")]),
    ("PutBucketCors", &[bucket("s3:PutBucketCORS")]),
    ("PutBucketEncryption", &[bucket("s3:PutEncryptionConfiguration")]),
    ("PutBucketIntelligentTieringConfiguration", &[bucket("s3:PutIntelligentTieringConfiguration")]),
    ("PutBucketInventoryConfiguration", &[bucket("s3:PutInventoryConfiguration")]),
    ("PutBucketLifecycle", &[bucket("s3:PutLifecycleConfiguration")]),
    ("PutBucketLifecycleConfiguration", &[bucket("s3:PutLifecycleConfiguration")]),
    ("PutBucketLogging", &[bucket("s3:PutBucketLogging")]),
    ("PutBucketMetricsConfiguration", &[bucket("s3:PutMetricsConfiguration")]),
    ("PutBucketNotification", &[bucket("s3:PutBucketNotification")]),
    ("PutBucketNotificationConfiguration", &[bucket("s3:PutBucketNotification")]),
    ("PutBucketOwnershipControls", &[bucket("s3:PutBucketOwnershipControls")]),
    ("PutBucketPolicy", &[bucket("s3:PutBucketPolicy")]),
    ("PutBucketReplication", &[bucket("s3:PutReplicationConfiguration")]),
    ("PutBucketRequestPayment", &[bucket("s3:PutBucketRequestPayment")]),
    ("PutBucketTagging", &[bucket("s3:PutBucketTagging")]),
    ("PutBucketVersioning", &[bucket("s3:PutBucketVersioning")]),
    ("PutBucketWebsite", &[bucket("s3:PutBucketWebsite")]),
    ("PutObject", &[new_object("s3:PutObject")]),
    ("PutObjectAcl", &[version("s3:PutObjectAcl", "s3:PutObjectVersionAcl")]),
    ("PutObjectLegalHold", &[object("s3:PutObjectLegalHold")]),
    ("PutObjectLockConfiguration", &[bucket("s3:PutBucketObjectLockConfiguration")]),
    ("PutObjectRetention", &[object("s3:PutObjectRetention")]),
    ("PutObjectTagging", &[version("s3:PutObjectTagging", "s3:PutObjectVersionTagging")]),
    ("PutPublicAccessBlock", &[bucket("s3:PutBucketPublicAccessBlock")]),
    ("RenameObject", &[new_object("s3:PutObject"), GET_OBJECT, DELETE_OBJECT]),
    ("RestoreObject", &[object("s3:RestoreObject")]),
    ("SelectObjectContent", &[GET_OBJECT]),
    ("UpdateBucketMetadataInventoryTableConfiguration", &[bucket("s3:UpdateBucketMetadataInventoryTableConfiguration")]),
    ("UpdateBucketMetadataJournalTableConfiguration", &[bucket("s3:UpdateBucketMetadataJournalTableConfiguration")]),
    ("UpdateObjectEncryption", &[object("s3:UpdateObjectEncryption")]),
    ("UploadPart", &[new_object("s3:PutObject")]),
    ("UploadPartCopy", &[new_object("s3:PutObject")]),
    ("WriteGetObjectResponse", &[account("s3-object-lambda:WriteGetObjectResponse")]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_that_works_asks_for_permissions() {
        assert!(TABLE.is_sorted_by_key(|(operation, _)| operation));
        let missing: Vec<_> =
            crate::implemented_operations().iter().filter(|name| of_operation(name).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let known = |name: &&str| crate::api::OPERATIONS.contains(name) || *name == "PostObject";
        assert!(TABLE.iter().all(|(operation, _)| known(operation)));
    }

    #[test]
    fn a_version_has_permissions_of_its_own() {
        assert_eq!(GET_OBJECT.name_for(true), "s3:GetObjectVersion");
        assert_eq!(GET_OBJECT.name_for(false), "s3:GetObject");
        assert_eq!(LIST_BUCKET.name_for(true), "s3:ListBucket");
    }
}
