//! `UploadPartCopy`: a part made of another object's bytes.

use ruststack_core::error::AwsError;
use s3s::dto::{CopyPartResult, ETag as ETagMember, UploadPartCopyInput, UploadPartCopyOutput};

use super::{
    copy_object::{check_size, source_version_header},
    upload_part::insert,
};
use crate::{
    answer::{Headers, set_checksum},
    call::{Call, Reply},
    checksum::{Algorithm, Checksum},
    copy_source::CopySource,
    kms_key,
    listing::output::date,
    multipart::{Part, part_number},
    range,
};

pub(crate) async fn upload_part_copy(
    call: Call,
    input: UploadPartCopyInput,
) -> Result<Reply<UploadPartCopyOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let source = CopySource::of(&call, input.expected_source_bucket_owner.as_deref())?;
    kms_key::check_readable(&call, &source.bucket, &source.object().encryption).await?;
    let upload = bucket.uploads.lock().find(&input.key, &input.upload_id)?;
    let number = part_number(input.part_number)?;
    upload.template.encryption.check_part(call.s3.config.sse, |name| call.header(name))?;
    let object = source.object();
    let blob = match call.header("x-amz-copy-source-range") {
        Some(header) => object.blob.slice(range::of_copy_source(header, object.size)?),
        None => object.blob.clone(),
    };
    check_size(blob.len())?;
    let algorithm = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);
    let digests = blob.clone().digests(algorithm).await?;
    let combinable = digests.checksum(algorithm).expect("it was asked for");
    let part = Part {
        last_modified: call.ctx().now().truncated_to_seconds(),
        etag: upload.template.encryption.etag(digests.md5),
        checksum: upload.algorithm.map(|algorithm| Checksum::full(algorithm, combinable.clone())),
        combinable,
        blob,
    };

    let mut result = CopyPartResult {
        e_tag: Some(ETagMember::Strong(part.etag.to_string())),
        last_modified: Some(date(part.last_modified)),
        ..Default::default()
    };
    set_checksum!(result, &part.checksum);
    let mut headers = Headers::default();
    upload.template.encryption.write_to(&mut headers.0);
    headers.0.extend(source_version_header(&source));
    insert(&call, &bucket, &upload, number, part)?;
    Ok(headers.on(UploadPartCopyOutput { copy_part_result: Some(result), ..Default::default() }))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Method;

    use super::*;
    use crate::{
        blobs::Blob,
        caller::{self, Caller},
        multipart::{Position, Upload},
        object::Object,
    };

    async fn copy_part(caller: &Caller, range: Option<&str>) -> Result<Reply<UploadPartCopyOutput>, AwsError> {
        let mut request = caller.request(Method::PUT, "/bucket/copy").header("x-amz-copy-source", "bucket/key");
        if let Some(range) = range {
            request = request.header("x-amz-copy-source-range", range);
        }
        let mut input = UploadPartCopyInput::builder();
        input.set_bucket("bucket".to_owned()).set_key("copy".to_owned()).set_upload_id("id".to_owned());
        input.set_part_number(1).set_copy_source(s3s::dto::CopySource::parse("bucket/key").unwrap());
        upload_part_copy(request.call(), input.build().unwrap()).await
    }

    #[tokio::test]
    async fn a_part_is_copied_of_at_most_5_gib() {
        let caller = Caller::new();
        let bucket = caller.bucket("bucket");
        let mebibyte = Blob::Memory(Bytes::from(vec![b'a'; 1 << 20]));
        let blob = Blob::join(std::iter::repeat_n(mebibyte, 5 * 1024 + 1));
        caller::put_object(&bucket, "key", Object { size: blob.len(), blob, ..Object::default() });
        let position = Position { key: "copy".to_owned(), sequence: 0, upload_id: "id".to_owned() };
        let now = caller.call(Method::PUT).ctx().now();
        bucket.uploads.lock().insert(Upload::new(position, now, Object::default(), None, None));

        let text = "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
        for range in [None, Some("bytes=0-5368709120")] {
            let error = copy_part(&caller, range).await.err().unwrap();
            assert_eq!((error.status().as_u16(), error.code(), error.message()), (400, "InvalidRequest", text));
        }
        assert!(copy_part(&caller, Some("bytes=5368709120-5368709129")).await.is_ok());
    }
}
