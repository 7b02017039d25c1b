//! `GetObjectLegalHold`, `PutObjectLegalHold`: whether a version cannot be deleted until further notice.

use ruststack_core::error::AwsError;
use s3s::dto::{
    GetObjectLegalHoldInput, GetObjectLegalHoldOutput, ObjectLockLegalHold, ObjectLockLegalHoldStatus,
    PutObjectLegalHoldInput, PutObjectLegalHoldOutput,
};

use super::object_retention::check_bucket;
use crate::{
    call::{Call, Reply},
    described::{Described, Hidden},
    error::S3Error,
    object::Object,
    object_lock::{legal_hold_name, legal_hold_named},
};

pub(crate) async fn get_object_legal_hold(
    call: Call,
    input: GetObjectLegalHoldInput,
) -> Result<Reply<GetObjectLegalHoldOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    check_bucket(&bucket)?;
    let found = Described::find(&call, &bucket, &input.key, input.version_id.as_deref(), Hidden::IsNotAllowed)?;
    let has_legal_hold = found.object().lock.as_ref().and_then(|lock| lock.has_legal_hold);
    let has_legal_hold = has_legal_hold.ok_or(S3Error::NoSuchObjectLockConfiguration {})?;
    let status = ObjectLockLegalHoldStatus::from_static(legal_hold_name(has_legal_hold));
    Ok(GetObjectLegalHoldOutput { legal_hold: Some(ObjectLockLegalHold { status: Some(status) }) }.into())
}

pub(crate) async fn put_object_legal_hold(
    call: Call,
    input: PutObjectLegalHoldInput,
) -> Result<Reply<PutObjectLegalHoldOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    check_bucket(&bucket)?;
    let status = input.legal_hold.and_then(|hold| hold.status).ok_or(S3Error::MalformedXML {})?;
    let has_legal_hold = legal_hold_named(status.as_str()).ok_or(S3Error::MalformedXML {})?;
    let change = |object: &mut Object| {
        let lock = object.lock.as_deref().copied().unwrap_or_default();
        object.lock = Some(Box::new(crate::object_lock::Lock { has_legal_hold: Some(has_legal_hold), ..lock }));
        Ok(())
    };
    Described::change(&call, &bucket, &input.key, input.version_id.as_deref(), change)?;
    Ok(PutObjectLegalHoldOutput::default().into())
}
