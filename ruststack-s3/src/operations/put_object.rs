//! `PutObject`: stores an object.

use ruststack_core::error::AwsError;
use s3s::dto::{PutObjectInput, PutObjectOutput};

use crate::{
    answer::Headers,
    call::{Call, Reply},
    checksum::{Algorithm, Checksum},
    conditions::WriteCondition,
    ingest::{self, Announced},
    new_object,
    object::{ETag, Object},
    versioning,
};

pub(crate) async fn put_object(call: Call, input: PutObjectInput) -> Result<Reply<PutObjectOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let condition = WriteCondition::of(|name| call.header(name))?;
    let announced = Announced::of(&call)?;
    let template = new_object::of_request(&call, &bucket)?;

    // Since 2025 AWS gives every object a checksum.
    let default = announced.algorithm().is_none().then_some(Algorithm::Crc64Nvme);
    let received = ingest::receive(&call, &call.s3.blobs, &announced, default).await?;
    let digests = &received.written.digests;
    let by_default = || digests.checksum(Algorithm::Crc64Nvme).map(|value| Checksum::full(Algorithm::Crc64Nvme, value));
    let object = Object {
        size: received.written.blob.len(),
        etag: ETag::of_md5(digests.md5),
        checksum: received.checksum.clone().or_else(by_default),
        blob: received.written.blob,
        ..template
    };
    let stored = versioning::put(&bucket, &call.s3.version_ids, call.ctx(), &input.key, object, &condition)?;

    let mut headers = Headers::default();
    if let Some(object) = stored.version.object() {
        headers.push_etag(object);
        object.encryption.write_to(&mut headers.0);
        object.checksum.iter().for_each(|checksum| headers.push_checksum(checksum));
    }
    headers.push_version_id(stored.shown_version_id.as_deref());
    Ok(headers.on(PutObjectOutput::default()))
}
