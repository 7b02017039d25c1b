//! What a request says of the object that it writes, besides its bytes.

use std::sync::Arc;

use md5::{Digest as _, Md5};
use ruststack_core::{context::Context, scope::Scope};

use crate::{
    acl::{Acl, AclHeaders, CanonicalUser},
    bucket::{Bucket, Settings},
    call::Call,
    encryption::{DefaultEncryption, Encryption},
    error::S3Error,
    metadata::Metadata,
    object::{ETag, Object, StorageClass},
    object_lock::Lock,
    public_access::Blocks,
    tags,
};

/// An object without bytes, as the request's headers describe it.
pub(crate) fn of_request(call: &Call, bucket: &Bucket, key: &str) -> Result<Object, S3Error> {
    Ok(Object {
        tags: call.header("x-amz-tagging").map(tags::from_header).transpose()?.unwrap_or_default(),
        metadata: kept(Metadata::of_request(&call.exchange.head().headers)?),
        ..described(call, bucket, key)?
    })
}

/// As [`of_request`], but metadata and tags come from elsewhere: a copy may keep those of its source.
pub(crate) fn described(call: &Call, bucket: &Bucket, key: &str) -> Result<Object, S3Error> {
    let settings = bucket.settings.read();
    let acl = acl(call, bucket, key, &settings)?;
    let storage_class = call.header("x-amz-storage-class").map(StorageClass::parse).transpose()?;
    let encryption = encryption(call, settings.configurations.encryption.as_ref())?;
    let lock = Lock::of_request(|name| call.header(name), &settings, call.ctx().now())?;
    Ok(Object { acl, storage_class: storage_class.unwrap_or_default(), encryption, lock, ..Object::default() })
}

/// Who owns the object, and what others may.
fn acl(call: &Call, bucket: &Bucket, key: &str, settings: &Settings) -> Result<Acl, S3Error> {
    let headers = AclHeaders::of(call)?;
    let writer = headers.owner_of_new_object(settings.ownership, call.ctx().identity());
    let writer = writer.filter(|writer| *writer != bucket.owner);
    let owner = CanonicalUser::of_account(writer.unwrap_or(bucket.owner));
    let acl = headers.for_new_object(settings.ownership, &owner, &bucket.owner_id())?;
    let resource = || format!("{}/{key}", bucket.arn());
    Blocks::of(&call.s3, bucket, settings).check_acl(call, &acl, "s3:PutObject", resource)?;
    Ok(acl.owned_by(writer))
}

/// Metadata that says something.
pub(crate) fn kept(metadata: Metadata) -> Option<Arc<Metadata>> {
    (!metadata.is_empty()).then(|| Arc::new(metadata))
}

fn encryption(call: &Call, default: Option<&DefaultEncryption>) -> Result<Encryption, S3Error> {
    let plain = DefaultEncryption::default();
    Encryption::of_request(|name| call.header(name), default.unwrap_or(&plain), |key| kms_arn(call.ctx(), key))
}

/// The ARN of a key that is named by its id, its alias or its ARN; without a name, of the one that AWS manages for S3 in
/// this account and region.
fn kms_arn(ctx: &Context, key: Option<&str>) -> String {
    let scope = ctx.scope();
    let key = match key {
        Some(arn) if arn.starts_with("arn:") => return arn.to_owned(),
        Some(alias) if alias.starts_with("alias/") => alias.to_owned(),
        Some(id) => format!("key/{id}"),
        None => format!("key/{}", managed_key_id(scope)),
    };
    format!("arn:{}:kms:{}:{}:{key}", scope.partition(), scope.region, scope.account)
}

/// Always the same, in the form of a UUID.
fn managed_key_id(scope: &Scope) -> String {
    let digest = ETag::of_md5(Md5::digest(format!("aws/s3 {} {}", scope.account, scope.region)).into()).to_string();
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digest[part]).join("-")
}
