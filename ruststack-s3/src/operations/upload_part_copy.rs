//! `UploadPartCopy`: a part made of another object's bytes.

use ruststack_core::error::AwsError;
use s3s::dto::{CopyPartResult, ETag as ETagMember, UploadPartCopyInput, UploadPartCopyOutput};

use super::{
    copy_object::{rewrite, source_version_header},
    upload_part::insert,
};
use crate::{
    answer::{Headers, set_checksum},
    call::{Call, Reply},
    checksum::{Algorithm, Checksum},
    copy_source::CopySource,
    listing::output::date,
    multipart::{Part, part_number},
    object::ETag,
    range,
};

pub(crate) async fn upload_part_copy(
    call: Call,
    input: UploadPartCopyInput,
) -> Result<Reply<UploadPartCopyOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let source = CopySource::of(&call, input.expected_source_bucket_owner.as_deref())?;
    let upload = bucket.uploads.lock().find(&input.key, &input.upload_id)?;
    let number = part_number(input.part_number)?;
    upload.template.encryption.check_part(|name| call.header(name))?;
    let object = source.object();
    let blob = match call.header("x-amz-copy-source-range") {
        Some(header) => object.blob.slice(range::of_copy_source(header, object.size)?),
        None => object.blob.clone(),
    };
    let algorithm = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);
    let digests = rewrite(&call.s3.blobs, blob.clone(), algorithm).await?.digests;
    let combinable = digests.checksum(algorithm).expect("it was asked for");
    let part = Part {
        last_modified: call.ctx().now().truncated_to_seconds(),
        md5: digests.md5,
        checksum: upload.algorithm.map(|algorithm| Checksum::full(algorithm, combinable)),
        combinable,
        blob,
    };

    let mut result = CopyPartResult {
        e_tag: Some(ETagMember::Strong(ETag::of_md5(part.md5).to_string())),
        last_modified: Some(date(part.last_modified)),
        ..Default::default()
    };
    set_checksum!(result, &part.checksum);
    let mut headers = Headers::default();
    upload.template.encryption.write_to(&mut headers.0);
    headers.0.extend(source_version_header(&source));
    insert(&bucket, &upload, number, part)?;
    Ok(headers.on(UploadPartCopyOutput { copy_part_result: Some(result), ..Default::default() }))
}
