//! What a request says of the object that it writes, besides its bytes.

use std::sync::Arc;

use ruststack_core::context::Context;

use crate::{
    acl::{AclHeaders, CanonicalUser},
    bucket::Bucket,
    call::Call,
    encryption::Encryption,
    error::S3Error,
    metadata::Metadata,
    object::{Object, StorageClass},
    tags,
};

/// Headers that ask for a lock, which only buckets made for locks take.
const LOCK_HEADERS: [&str; 3] =
    ["x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold"];

/// An object without bytes, as the request's headers describe it.
pub(crate) fn of_request(call: &Call, bucket: &Bucket) -> Result<Object, S3Error> {
    check_locks(call, bucket)?;
    Ok(Object {
        tags: call.header("x-amz-tagging").map(tags::from_header).transpose()?.unwrap_or_default(),
        metadata: kept(Metadata::of_request(&call.exchange.head().headers)?),
        ..described(call, bucket)?
    })
}

/// As [`of_request`], but metadata and tags come from elsewhere: a copy may keep those of its source.
pub(crate) fn described(call: &Call, bucket: &Bucket) -> Result<Object, S3Error> {
    let owner = CanonicalUser::of_account(call.ctx().scope().account);
    let ownership = bucket.settings.read().ownership;
    let acl = AclHeaders::of(call)?.for_new_object(ownership, &owner, &bucket.owner_id())?;
    let storage_class = call.header("x-amz-storage-class").map(StorageClass::parse).transpose()?;
    let encryption = Encryption::of_request(|name| call.header(name), |key| kms_arn(call.ctx(), key))?;
    Ok(Object { acl, storage_class: storage_class.unwrap_or_default(), encryption, ..Object::default() })
}

/// Metadata that says something.
pub(crate) fn kept(metadata: Metadata) -> Option<Arc<Metadata>> {
    (!metadata.is_empty()).then(|| Arc::new(metadata))
}

// Differs from AWS: the locks of objects are not kept yet; asking for one is refused, not forgotten.
fn check_locks(call: &Call, bucket: &Bucket) -> Result<(), S3Error> {
    let Some(header) = LOCK_HEADERS.into_iter().find(|name| call.header(name).is_some()) else { return Ok(()) };
    if bucket.settings.read().has_object_lock {
        return Err(S3Error::NotImplementedHeader { header });
    }
    Err(S3Error::ObjectLockMissing {})
}

fn kms_arn(ctx: &Context, key: &str) -> String {
    if key.starts_with("arn:") {
        return key.to_owned();
    }
    let scope = ctx.scope();
    let kind = if key.starts_with("alias/") { "" } else { "key/" };
    format!("arn:{}:kms:{}:{}:{kind}{key}", scope.partition(), scope.region, scope.account)
}
