//! What a request says of the object that it writes, besides its bytes.

use std::sync::Arc;

use ruststack_core::error::AwsError;

use crate::{
    acl::{Acl, AclHeaders, CanonicalUser},
    bucket::{Bucket, Settings},
    call::Call,
    config::SseMode,
    encryption::{DefaultEncryption, Encryption},
    error::S3Error,
    kms_key,
    metadata::Metadata,
    object::{Object, StorageClass},
    object_lock::Lock,
    public_access::Blocks,
    tags,
};

/// An object without bytes, as the request's headers describe it.
pub(crate) async fn of_request(call: &Call, bucket: &Bucket, key: &str) -> Result<Object, AwsError> {
    let tags = call.header("x-amz-tagging").map(tags::from_header).transpose()?.unwrap_or_default();
    let metadata = kept(Metadata::of_request(&call.exchange.head().headers)?);
    Ok(Object { tags, metadata, ..described(call, bucket, key).await? })
}

/// As [`of_request`], but metadata and tags come from elsewhere: a copy may keep those of its source.
pub(crate) async fn described(call: &Call, bucket: &Bucket, key: &str) -> Result<Object, AwsError> {
    let mut object = named(call, bucket, key)?;
    kms_key::resolve(call, bucket, &mut object.encryption).await?;
    Ok(object)
}

/// With the name of its key, as the request or the bucket says it.
fn named(call: &Call, bucket: &Bucket, key: &str) -> Result<Object, S3Error> {
    let settings = bucket.settings.read();
    let acl = acl(call, bucket, key, &settings)?;
    let storage_class = call.header("x-amz-storage-class").map(StorageClass::parse).transpose()?;
    let encryption = encryption(call, bucket, settings.configurations.encryption.as_ref())?;
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

fn encryption(call: &Call, bucket: &Bucket, default: Option<&DefaultEncryption>) -> Result<Encryption, S3Error> {
    if call.s3.config.sse == SseMode::Ignore {
        return Ok(Encryption::S3Managed);
    }
    let plain = DefaultEncryption::default();
    let key_arn = |key: Option<&str>| kms_key::arn(key, call.ctx().scope().account, &bucket.region);
    Encryption::of_request(|name| call.header(name), default.unwrap_or(&plain), key_arn)
}
