//! `DeleteObjects`: up to a thousand deletes in one request, each with its own result.

use ruststack_core::error::AwsError;
use s3s::dto::{DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error, ObjectIdentifier};

use super::delete_object::check_bypass;
use crate::{
    access::{BYPASS, actions::DELETE_OBJECT},
    access_log::Done,
    bucket::Bucket,
    call::{Call, Reply},
    error::S3Error,
    object::VersionId,
    object_lock,
    versioning::{self, DeleteCondition, Deleted},
};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
const MAX_OBJECTS: usize = 1000;

pub(crate) async fn delete_objects(
    call: Call,
    input: DeleteObjectsInput,
) -> Result<Reply<DeleteObjectsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > MAX_OBJECTS {
        return Err(S3Error::MalformedXML {}.into());
    }
    check_bypass(&call, &bucket)?;
    let is_logged = call.s3.access_log.is_of(&bucket);
    let is_quiet = input.delete.quiet == Some(true);
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in objects {
        let size = is_logged.then(|| object_size(&bucket, &object)).flatten();
        let done = delete(&call, &bucket, &object).map_err(AwsError::from);
        if is_logged {
            log(&call, &bucket, &object, size, &done);
        }
        match done {
            Ok(_) if is_quiet => {}
            Ok(done) => deleted.push(describe(object, &done)),
            Err(error) => errors.push(failure(object, error)),
        }
    }
    Ok(DeleteObjectsOutput { deleted: Some(deleted), errors: Some(errors), request_charged: None }.into())
}

fn delete(call: &Call, bucket: &Bucket, object: &ObjectIdentifier) -> Result<Deleted, S3Error> {
    let asked =
        if object_lock::bypasses(|name| call.header(name)) { &[DELETE_OBJECT, BYPASS][..] } else { &[DELETE_OBJECT] };
    call.check_access_to_object(bucket, &object.key, object.version_id.as_deref(), asked)?;
    let no_such = |id: &String| S3Error::NoSuchVersion { key: object.key.clone(), version_id: id.clone() };
    let parse = |id: &String| VersionId::parse(id).ok_or_else(|| no_such(id));
    let version_id = object.version_id.as_ref().map(parse).transpose()?;
    let if_match = object.e_tag.as_ref().map(s3s::dto::ETag::value);
    let condition = DeleteCondition { if_match, bypasses_governance: object_lock::bypasses(|name| call.header(name)) };
    versioning::delete(bucket, &call.s3, call.ctx(), &object.key, version_id, &condition)
}

/// Of the version that a delete is of.
fn object_size(bucket: &Bucket, object: &ObjectIdentifier) -> Option<u64> {
    let index = bucket.objects.read();
    let version = index.get(&object.key)?.named(object.version_id.as_deref())?;
    version.object().map(|object| object.size)
}

fn log(call: &Call, bucket: &Bucket, object: &ObjectIdentifier, size: Option<u64>, done: &Result<Deleted, AwsError>) {
    let id = done.as_ref().ok().and_then(|done| done.version_id).map(|id| id.to_string());
    let version_id = id.or_else(|| object.version_id.clone());
    let done_so = Done { operation: "BATCH.DELETE.OBJECT", key: &object.key, object_size: size, version_id };
    call.s3.access_log.write_deleted(call, bucket, &done_so, done.as_ref().err());
}

/// A marker that was made is told apart from a version, or marker, that was removed.
fn describe(object: ObjectIdentifier, done: &Deleted) -> DeletedObject {
    let id = done.version_id.map(|id| id.to_string()).filter(|_| done.is_delete_marker);
    DeletedObject {
        delete_marker: done.is_delete_marker.then_some(true),
        delete_marker_version_id: id,
        key: Some(object.key),
        version_id: object.version_id,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an error is told once")]
fn failure(object: ObjectIdentifier, error: AwsError) -> Error {
    Error {
        code: Some(error.code().to_owned()),
        key: Some(object.key),
        message: Some(error.message().to_owned()),
        version_id: object.version_id,
    }
}
