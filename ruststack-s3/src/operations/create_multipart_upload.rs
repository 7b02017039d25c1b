//! `CreateMultipartUpload`: begins an upload in parts.

use ruststack_core::{error::AwsError, identity::Principal, scope::AccountId};
use s3s::dto::{CreateMultipartUploadInput, CreateMultipartUploadOutput};

use crate::{
    answer::Headers,
    bucket::Bucket,
    call::{Call, Reply},
    checksum::{Algorithm, Kind},
    error::S3Error,
    lifecycle,
    multipart::{Position, Upload},
    new_object, rows,
};

/// As long as AWS's.
const UPLOAD_ID_LENGTH: usize = 128;

pub(crate) async fn create_multipart_upload(
    call: Call,
    input: CreateMultipartUploadInput,
) -> Result<Reply<CreateMultipartUploadOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let (algorithm, kind) = checksum(call.header("x-amz-checksum-algorithm"), call.header("x-amz-checksum-type"))?;
    let template = new_object::of_request(&call, &bucket, &input.key).await?;
    let upload_id = call.ctx().ids().alphanumeric(UPLOAD_ID_LENGTH);
    let mut headers = Headers::default();
    template.encryption.write_stored_to(&mut headers.0);
    if let Some((algorithm, kind)) = algorithm.zip(kind) {
        headers.push(http::HeaderName::from_static("x-amz-checksum-algorithm"), algorithm.name());
        headers.push(http::HeaderName::from_static("x-amz-checksum-type"), kind.name());
    }
    let position = Position { key: input.key.clone(), sequence: 0, upload_id: upload_id.clone() };
    let upload = Upload::new(position, call.ctx().now(), template, algorithm, kind);
    let upload = upload.begun_by(initiator(&call, &bucket));
    headers.0.extend(lifecycle::abortion_headers(&bucket, &input.key, upload.initiated));
    begin(&call, &bucket, upload)?;
    let output = CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(upload_id),
        ..Default::default()
    };
    Ok(headers.on(output))
}

/// `None` for the bucket's owner, and for who has no account.
fn initiator(call: &Call, bucket: &Bucket) -> Option<AccountId> {
    let identity = call.ctx().identity();
    let is_other = identity.principal != Principal::Anonymous && identity.account != bucket.owner;
    is_other.then_some(identity.account)
}

fn begin(call: &Call, bucket: &Bucket, upload: Upload) -> Result<(), S3Error> {
    let mut uploads = bucket.uploads_to_change(call.ctx().changes())?;
    let upload = uploads.insert(upload);
    rows::record_upload(call.ctx().changes(), bucket, &upload);
    Ok(())
}

fn checksum(algorithm: Option<&str>, kind: Option<&str>) -> Result<(Option<Algorithm>, Option<Kind>), S3Error> {
    let Some(name) = algorithm else {
        return if kind.is_some() { Err(S3Error::ChecksumTypeWithoutAlgorithm {}) } else { Ok((None, None)) };
    };
    let algorithm = Algorithm::parse(name).ok_or(S3Error::ChecksumAlgorithmUnsupported {})?;
    let kind = match kind {
        Some(name) => Kind::parse(name).ok_or(S3Error::ChecksumTypeUnknown {})?,
        None => algorithm.default_kind(),
    };
    if !algorithm.allows(kind) {
        let algorithm = algorithm.lower_name();
        return Err(S3Error::ChecksumTypeNotForAlgorithm { kind: kind.name(), algorithm });
    }
    Ok((Some(algorithm), Some(kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_multipart_checksum_type_compatibility.
    #[test]
    fn not_every_algorithm_has_both_types() {
        let refused = |algorithm, kind| checksum(Some(algorithm), Some(kind)).unwrap_err().to_string();
        let text = |kind, algorithm| {
            format!("The {kind} checksum type cannot be used with the {algorithm} checksum algorithm.")
        };
        assert_eq!(refused("CRC64NVME", "COMPOSITE"), text("COMPOSITE", "crc64nvme"));
        assert_eq!(refused("SHA256", "FULL_OBJECT"), text("FULL_OBJECT", "sha256"));
        assert_eq!(checksum(Some("CRC32"), None), Ok((Some(Algorithm::Crc32), Some(Kind::Composite))));
        assert_eq!(checksum(None, Some("COMPOSITE")), Err(S3Error::ChecksumTypeWithoutAlgorithm {}));
    }
}
