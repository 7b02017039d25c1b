//! `PutObject`: stores an object.

use ruststack_core::error::AwsError;
use s3s::dto::{PutObjectInput, PutObjectOutput};

use crate::{
    answer::Headers,
    bucket::Bucket,
    call::{Call, Reply},
    checksum::{Algorithm, Checksum},
    conditions::WriteCondition,
    ingest::{self, Announced},
    lifecycle, new_object,
    object::Object,
    versioning::{self, Stored},
};

pub(crate) async fn put_object(call: Call, input: PutObjectInput) -> Result<Reply<PutObjectOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    // Since 2025 AWS gives every object a checksum.
    let stored = store(&call, &bucket, &input.key, Algorithm::Crc64Nvme).await?;
    let headers = headers(&bucket, &input.key, &stored);
    Ok(headers.on(PutObjectOutput::default()))
}

/// Stores the bytes and description that came with a call. The object gets a checksum of the algorithm `default` when
/// the client brings none.
pub(crate) async fn store(call: &Call, bucket: &Bucket, key: &str, default: Algorithm) -> Result<Stored, AwsError> {
    let condition = WriteCondition::of(|name| call.header(name))?;
    let announced = Announced::of(call)?;
    let template = new_object::of_request(call, bucket, key).await?;

    let always = announced.algorithm().is_none().then_some(default);
    let received = ingest::receive(call, &call.s3.blobs, &announced, always).await?;
    let digests = &received.written.digests;
    let by_default = || digests.checksum(default).map(|value| Checksum::full(default, value));
    let object = Object {
        size: received.written.blob.len(),
        etag: template.encryption.etag(digests.md5),
        checksum: received.checksum.clone().or_else(by_default),
        blob: received.written.blob,
        ..template
    };
    Ok(versioning::put(bucket, &call.s3, call.ctx(), key, object, &condition)?)
}

/// What an answer says of the object that was stored.
pub(crate) fn headers(bucket: &Bucket, key: &str, stored: &Stored) -> Headers {
    let mut headers = Headers::default();
    if let Some(object) = stored.version.object() {
        headers.push_etag(object);
        object.encryption.write_stored_to(&mut headers.0);
        object.checksum.iter().for_each(|checksum| headers.push_checksum(checksum));
    }
    headers.push_version_id(stored.shown_version_id.as_deref());
    headers.0.extend(lifecycle::expiration_header(bucket, key, &stored.version));
    headers
}
