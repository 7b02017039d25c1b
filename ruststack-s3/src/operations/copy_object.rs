//! `CopyObject`: a new object of another's bytes.

use http::{HeaderName, HeaderValue};
use ruststack_core::error::AwsError;
use s3s::dto::{CopyObjectInput, CopyObjectOutput, CopyObjectResult, ETag as ETagMember};

use crate::{
    answer::{Headers, set_checksum, shows_versions},
    bucket::Bucket,
    call::{Call, Reply},
    checksum::{Algorithm, Checksum, Kind},
    conditions::WriteCondition,
    copy_source::CopySource,
    encryption::Encryption,
    error::S3Error,
    ingest::MAX_BODY_SIZE,
    kms_key, lifecycle,
    listing::output::date,
    metadata::Metadata,
    new_object,
    object::{Object, VersionId},
    tags, versioning,
};

const SOURCE_VERSION_ID: HeaderName = HeaderName::from_static("x-amz-copy-source-version-id");

/// Headers that make a copy onto itself a change.
const CHANGES: [&str; 4] = [
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
];

pub(crate) async fn copy_object(call: Call, input: CopyObjectInput) -> Result<Reply<CopyObjectOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let replaces_metadata = directive(&call, "x-amz-metadata-directive", "metadata")?;
    let replaces_tags = directive(&call, "x-amz-tagging-directive", "tagging")?;
    let condition = WriteCondition::of(|name| call.header(name))?;
    let source = CopySource::of(&call, input.expected_source_bucket_owner.as_deref())?;
    kms_key::check_readable(&call, &source.bucket, &source.object().encryption).await?;
    check_size(source.object().size)?;
    let is_in_place = source.bucket.name == bucket.name && source.key == input.key && source.is_current;
    let is_change = replaces_metadata
        || CHANGES.into_iter().any(|name| call.header(name).is_some())
        || bucket.settings.read().configurations.encryption.is_some()
        // Unless the request says it again, a copy is not encrypted as its source was.
        || source.object().encryption != Encryption::S3Managed;
    if is_in_place && !is_change {
        return Err(S3Error::CopyToItself {}.into());
    }
    let object = copy(&call, &bucket, &input.key, &source, replaces_metadata, replaces_tags).await?;
    let stored = versioning::put(&bucket, &call.s3, call.ctx(), &input.key, object, &condition)?;

    let mut headers = Headers::default();
    let mut result = CopyObjectResult { last_modified: Some(date(stored.version.last_modified)), ..Default::default() };
    if let Some(object) = stored.version.object() {
        result.e_tag = Some(ETagMember::Strong(object.etag.to_string()));
        set_checksum!(result, &object.checksum);
        result.checksum_type = object.checksum.as_ref().map(|checksum| checksum.kind.name().to_owned().into());
        object.encryption.write_stored_to(&mut headers.0);
    }
    // Other than PutObject, a copy shows the null version that a suspended bucket makes.
    let shown = shows_versions(&bucket).then(|| stored.version.id.to_string());
    headers.push_version_id(shown.as_deref());
    headers.0.extend(source_version_header(&source));
    headers.0.extend(lifecycle::expiration_header(&bucket, &input.key, &stored.version));
    Ok(headers.on(CopyObjectOutput { copy_object_result: Some(result), ..Default::default() }))
}

/// True for REPLACE.
fn directive(call: &Call, header: &'static str, name: &'static str) -> Result<bool, S3Error> {
    match call.header(header) {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(value) => Err(S3Error::InvalidDirective { header, name, value: value.to_owned() }),
    }
}

async fn copy(
    call: &Call,
    bucket: &Bucket,
    key: &str,
    source: &CopySource,
    replaces_metadata: bool,
    replaces_tags: bool,
) -> Result<Object, AwsError> {
    let from = source.object();
    let requested = Metadata::of_request(&call.exchange.head().headers)?;
    let kept = || from.metadata.as_deref().cloned().unwrap_or_default();
    let metadata = match replaces_metadata {
        true => requested,
        false => kept().with_redirect(requested.redirect().cloned()),
    };
    let tags = match replaces_tags {
        true => call.header("x-amz-tagging").map(tags::from_header).transpose()?.unwrap_or_default(),
        false => from.tags.clone(),
    };
    let described = new_object::described(call, bucket, key).await?;
    let (md5, checksum) = digests(call, from).await?;
    let etag = described.encryption.etag(md5);
    let (size, blob) = (from.size, from.blob.clone());
    Ok(Object { size, etag, checksum, blob, tags, metadata: new_object::kept(metadata), ..described })
}

/// MD5 and checksum. A copy is one object, whatever its source was uploaded as; its bytes are read again only when what is known of them
/// does not do.
async fn digests(call: &Call, from: &Object) -> Result<([u8; 16], Option<Checksum>), AwsError> {
    let wanted = match call.header("x-amz-checksum-algorithm") {
        Some(name) => Some(Algorithm::parse(name).ok_or(S3Error::ChecksumAlgorithmUnsupported {})?),
        None => from.checksum.as_ref().map(|checksum| checksum.algorithm),
    };
    let is_known = |checksum: &Checksum| Some(checksum.algorithm) == wanted && checksum.kind == Kind::FullObject;
    let has_md5 = from.parts.is_none() && from.encryption == Encryption::S3Managed;
    if has_md5 && from.checksum.as_ref().is_none_or(is_known) {
        return Ok((from.etag.md5, from.checksum.clone()));
    }
    let algorithm = wanted.unwrap_or(Algorithm::Crc64Nvme);
    let digests = from.blob.clone().digests(algorithm).await?;
    let value = digests.checksum(algorithm);
    Ok((digests.md5, value.map(|value| Checksum::full(algorithm, value))))
}

/// No copy takes more than one request could send.
pub(crate) fn check_size(size: u64) -> Result<(), S3Error> {
    if size > MAX_BODY_SIZE { Err(S3Error::CopySourceTooLarge { limit: MAX_BODY_SIZE }) } else { Ok(()) }
}

/// The id of the version that was copied, unless it is the null version.
pub(crate) fn source_version_header(source: &CopySource) -> Option<(HeaderName, HeaderValue)> {
    let id = source.version.id;
    let value = || HeaderValue::from_str(&id.to_string()).expect("ids are ASCII");
    (id != VersionId::Null).then(|| (SOURCE_VERSION_ID, value()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use bytes::Bytes;
    use http::Method;

    use super::*;
    use crate::{
        blobs::Blob,
        caller::{self, Caller},
    };

    /// A copy of an upload has another ETag than it, so that its bytes are read; but they are not written again.
    #[tokio::test]
    async fn a_copy_of_an_upload_shares_its_bytes() {
        let caller = Caller::with_directory(PathBuf::from("/dev/null/none"));
        let bucket = caller.bucket("bucket");
        let piece = Bytes::from(vec![b'a'; 1 << 20]);
        let blob = Blob::join([Blob::Memory(piece.clone()), Blob::Memory(piece.clone())]);
        caller::put_object(
            &bucket,
            "key",
            Object { size: blob.len(), blob, parts: Some([].into()), ..Object::default() },
        );

        let call = caller.request(Method::PUT, "/bucket/copy").header("x-amz-copy-source", "bucket/key").call();
        let mut input = CopyObjectInput::builder();
        input.set_bucket("bucket".to_owned()).set_key("copy".to_owned());
        input.set_copy_source(s3s::dto::CopySource::parse("bucket/key").unwrap());
        let reply = copy_object(call, input.build().unwrap()).await.ok().unwrap();
        let etag = reply.output.copy_object_result.unwrap().e_tag.unwrap();
        assert_eq!(etag.value(), "de89461b64701958984c95d1bfb0065a");
        let index = bucket.objects.read();
        let copy = &index.get("copy").unwrap().current().object().unwrap().blob;
        let Blob::Parts(parts) = copy else { panic!("a copy keeps the list of its source") };
        assert!(parts.iter().all(|part| matches!(part, Blob::Memory(bytes) if bytes.as_ptr() == piece.as_ptr())));
    }
}
