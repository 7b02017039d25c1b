//! What a request's headers ask for besides its operation.

use super::actions::{Action, new_bucket, new_object, object};
use crate::{call::Call, object_lock};

const WRITES: [&str; 4] = ["CopyObject", "CreateMultipartUpload", "PostObject", "PutObject"];
const ACL: [&str; 6] = [
    "x-amz-acl",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
];
const RETENTION: [&str; 2] = ["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"];

pub(super) fn actions(operation: &str, call: &Call) -> Vec<Action> {
    let has = |name: &str| call.header(name).is_some_and(|value| !value.is_empty());
    let asked: &[(bool, Action)] = match operation {
        write if WRITES.contains(&write) => &[
            (ACL.into_iter().any(has), new_object("s3:PutObjectAcl")),
            (has("x-amz-tagging"), new_object("s3:PutObjectTagging")),
            (RETENTION.into_iter().any(has), new_object("s3:PutObjectRetention")),
            (has("x-amz-object-lock-legal-hold"), new_object("s3:PutObjectLegalHold")),
        ],
        "CreateBucket" => &[
            (ACL.into_iter().any(has), new_bucket("s3:PutBucketAcl")),
            (has("x-amz-object-ownership"), new_bucket("s3:PutBucketOwnershipControls")),
            (has("x-amz-bucket-object-lock-enabled"), new_bucket("s3:PutBucketObjectLockConfiguration")),
            (has("x-amz-bucket-object-lock-enabled"), new_bucket("s3:PutBucketVersioning")),
        ],
        "DeleteObject" | "PutObjectRetention" => &[(bypasses(call), BYPASS)],
        _ => &[],
    };
    asked.iter().filter(|(is_asked, _)| *is_asked).map(|(_, action)| *action).collect()
}

pub(crate) const BYPASS: Action = object("s3:BypassGovernanceRetention");

fn bypasses(call: &Call) -> bool {
    object_lock::bypasses(|name| call.header(name))
}

pub(super) fn has_copy_source(operation: &str) -> bool {
    matches!(operation, "CopyObject" | "UploadPartCopy")
}
