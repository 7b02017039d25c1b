//! `GetObjectRetention`, `PutObjectRetention`: until when a version cannot be deleted.

use ruststack_core::{clock::Timestamp, error::AwsError};
use s3s::dto::{
    GetObjectRetentionInput, GetObjectRetentionOutput, ObjectLockRetention, ObjectLockRetentionMode,
    PutObjectRetentionInput, PutObjectRetentionOutput,
};
use time::OffsetDateTime;

use crate::{
    bucket::Bucket,
    call::{Call, Reply},
    described::{Described, Hidden},
    error::S3Error,
    object::Object,
    object_lock::{self, Mode, Retention},
};

pub(crate) async fn get_object_retention(
    call: Call,
    input: GetObjectRetentionInput,
) -> Result<Reply<GetObjectRetentionOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    check_bucket(&bucket)?;
    let found = Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::IsNotAllowed)?;
    let retention = found.object().lock.as_ref().and_then(|lock| lock.retention);
    let retention = retention.ok_or(S3Error::NoSuchObjectLockConfiguration {})?;
    Ok(GetObjectRetentionOutput { retention: Some(to_document(retention)) }.into())
}

pub(crate) async fn put_object_retention(
    call: Call,
    input: PutObjectRetentionInput,
) -> Result<Reply<PutObjectRetentionOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    check_bucket(&bucket)?;
    let now = call.ctx().now();
    let bypasses = object_lock::bypasses(|name| call.header(name));
    let document = input.retention.ok_or(S3Error::MalformedXML {})?;
    let change = |object: &mut Object| change(object, document, now, bypasses);
    Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), change)?;
    Ok(PutObjectRetentionOutput::default().into())
}

/// Only buckets with Object Lock have locked objects.
pub(super) fn check_bucket(bucket: &Bucket) -> Result<(), S3Error> {
    if bucket.settings.read().has_object_lock { Ok(()) } else { Err(S3Error::ObjectLockMissing {}) }
}

fn change(object: &mut Object, document: ObjectLockRetention, now: Timestamp, bypasses: bool) -> Result<(), S3Error> {
    let retention = from_document(document)?;
    if let Some(retention) = retention {
        retention.check_future(now, "RetainUntilDate")?;
    }
    let mut lock = object.lock.as_deref().copied().unwrap_or_default();
    if let Some(current) = lock.retention {
        current.check_change(retention, now, bypasses)?;
    }
    lock.retention = retention;
    object.lock = Some(Box::new(lock));
    Ok(())
}

/// An empty document takes the retention away.
fn from_document(document: ObjectLockRetention) -> Result<Option<Retention>, S3Error> {
    match (document.mode, document.retain_until_date) {
        (None, None) => Ok(None),
        (Some(mode), Some(until)) => {
            let mode = Mode::named(mode.as_str()).ok_or(S3Error::MalformedXML {})?;
            Ok(Some(Retention { mode, until: Timestamp::from_date_time(OffsetDateTime::from(until)) }))
        }
        _ => Err(S3Error::MalformedXML {}),
    }
}

fn to_document(retention: Retention) -> ObjectLockRetention {
    ObjectLockRetention {
        mode: Some(ObjectLockRetentionMode::from_static(retention.mode.name())),
        retain_until_date: Some(retention.until.to_date_time().into()),
    }
}
