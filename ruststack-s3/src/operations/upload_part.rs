//! `UploadPart`: one part of an upload; sent again, it replaces what was there.

use http::HeaderName;
use ruststack_core::error::AwsError;
use s3s::dto::{UploadPartInput, UploadPartOutput};

use crate::{
    answer::Headers,
    bucket::Bucket,
    call::{Call, Reply},
    checksum::{Algorithm, Checksum},
    error::S3Error,
    ingest::{self, Announced},
    multipart::{Part, Upload, part_number},
    rows,
};

pub(crate) async fn upload_part(call: Call, input: UploadPartInput) -> Result<Reply<UploadPartOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let upload = bucket.uploads.lock().find(&input.key, &input.upload_id)?;
    let number = part_number(input.part_number)?;
    upload.template.encryption.check_part(call.s3.config.sse, |name| call.header(name))?;
    let announced = Announced::of_part(&call)?;
    check_algorithm(&upload, announced.algorithm())?;

    // Without an algorithm of the upload, the object's checksum will be made of its parts' CRC64NVME.
    let always = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);
    let received = ingest::receive(&call, &call.s3.blobs, &announced, Some(always)).await?;
    let digests = &received.written.digests;
    let by_algorithm = || {
        let algorithm = upload.algorithm?;
        digests.checksum(algorithm).map(|value| Checksum::full(algorithm, value))
    };
    let checksum = received.checksum.clone().or_else(by_algorithm);
    let part = Part {
        last_modified: call.ctx().now().truncated_to_seconds(),
        etag: upload.template.encryption.etag(digests.md5),
        combinable: digests.checksum(always).expect("it was asked for"),
        checksum,
        blob: received.written.blob,
    };

    let mut headers = Headers::default();
    headers.push(http::header::ETAG, &part.etag.quoted());
    if let Some(checksum) = &part.checksum {
        headers.push(HeaderName::from_static(checksum.algorithm.header()), &checksum.to_string());
    }
    upload.template.encryption.write_to(&mut headers.0);
    insert(&call, &bucket, &upload, number, part)?;
    Ok(headers.on(UploadPartOutput::default()))
}

/// Stores the part, unless the upload ended while its bytes came.
pub(crate) fn insert(call: &Call, bucket: &Bucket, upload: &Upload, number: u16, part: Part) -> Result<(), S3Error> {
    let uploads = bucket.uploads_to_change(call.ctx().changes())?;
    uploads.find(&upload.position.key, upload.id())?;
    call.ctx().changes().record(|rows| rows::put_part(rows, bucket, upload, number, &part));
    let replaced = upload.parts.lock().insert(number, part);
    drop(uploads);
    // Freeing the bytes of the part that was replaced may take long.
    drop(replaced);
    Ok(())
}

fn check_algorithm(upload: &Upload, sent: Option<Algorithm>) -> Result<(), S3Error> {
    match (upload.algorithm, sent) {
        (Some(expected), Some(actual)) if expected != actual => {
            Err(S3Error::ChecksumTypeMismatch { expected: expected.lower_name(), actual: actual.lower_name() })
        }
        _ => Ok(()),
    }
}
