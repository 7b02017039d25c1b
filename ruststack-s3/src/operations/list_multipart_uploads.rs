//! `ListMultipartUploads`: uploads in progress.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::error::AwsError;
use s3s::dto::{self, ListMultipartUploadsInput, ListMultipartUploadsOutput};

use crate::{
    bucket::Bucket,
    call::{Call, Reply},
    error::S3Error,
    listing::{
        Filter,
        encoding::Encoding,
        output::date,
        parameters::{self, raw},
    },
    multipart::{Upload, initiator},
};

const MAX_UPLOADS: usize = 1000;

/// Uploads and common prefixes of one page.
#[derive(Default)]
struct Page {
    uploads: Vec<Arc<Upload>>,
    common_prefixes: Vec<String>,
    is_truncated: bool,
}

pub(crate) async fn list_multipart_uploads(
    call: Call,
    input: ListMultipartUploadsInput,
) -> Result<Reply<ListMultipartUploadsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let query = call.exchange.head().uri.query();
    let encoding = parameters::encoding(raw(query, "encoding-type").as_deref())?;
    let max_uploads = max_uploads(raw(query, "max-uploads").as_deref())?;
    let (prefix, delimiter) = (input.prefix.unwrap_or_default(), input.delimiter.unwrap_or_default());
    let key_marker = input.key_marker.unwrap_or_default();
    let upload_id_marker = input.upload_id_marker.filter(|_| !key_marker.is_empty()).unwrap_or_default();
    let is_known = upload_id_marker.is_empty() || bucket.uploads.lock().find(&key_marker, &upload_id_marker).is_ok();
    if !is_known {
        return Err(S3Error::InvalidUploadIdMarker { value: upload_id_marker }.into());
    }
    let filter = Filter { prefix: &prefix, delimiter: &delimiter };
    let page = page(&bucket, filter, &key_marker, &upload_id_marker, max_uploads);

    // AWS names the last upload, never a common prefix, even where one ends the page.
    let last = page.uploads.last().map(|upload| (upload.position.key.clone(), upload.id().to_owned()));
    let (next_key, next_upload_id) = last.unwrap_or_default();
    let written = |text: &str| encoding.write(text);
    let output = ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        key_marker: Some(written(&key_marker)),
        upload_id_marker: Some(upload_id_marker),
        next_key_marker: Some(written(&next_key)),
        next_upload_id_marker: Some(next_upload_id),
        delimiter: (!delimiter.is_empty()).then(|| written(&delimiter)),
        prefix: (!prefix.is_empty()).then(|| written(&prefix)),
        encoding_type: encoding.encoding_type(),
        max_uploads: Some(i32::try_from(max_uploads).expect("at most 1000")),
        is_truncated: Some(page.is_truncated),
        uploads: Some(page.uploads.iter().map(|upload| describe(&bucket, upload, encoding)).collect()),
        common_prefixes: Some(
            page.common_prefixes.iter().map(|prefix| dto::CommonPrefix { prefix: Some(written(prefix)) }).collect(),
        ),
        request_charged: None,
    };
    Ok(output.into())
}

fn max_uploads(value: Option<&str>) -> Result<usize, S3Error> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(MAX_UPLOADS) };
    let number = value.parse::<i32>().ok().and_then(|number| usize::try_from(number).ok());
    let invalid = || S3Error::InvalidMaxUploads { value: value.to_owned() };
    number.map(|number| number.min(MAX_UPLOADS)).ok_or_else(invalid)
}

/// Uploads in progress are few beside objects, so the page is found by walking them.
fn page(bucket: &Bucket, filter: Filter<'_>, key_marker: &str, upload_id_marker: &str, limit: usize) -> Page {
    let mut page = Page::default();
    let mut seen = BTreeMap::new();
    let mut is_past_marker = upload_id_marker.is_empty();
    let uploads = bucket.uploads.lock();
    for upload in uploads.all() {
        let key = upload.position.key.as_str();
        if !key.starts_with(filter.prefix) || key < key_marker {
            continue;
        }
        if key == key_marker {
            let is_after = is_past_marker && !upload_id_marker.is_empty();
            is_past_marker |= upload.id() == upload_id_marker;
            if !is_after {
                continue;
            }
        }
        let common_prefix = filter.common_prefix(key);
        if common_prefix.is_some_and(|prefix| prefix <= key_marker || seen.contains_key(prefix)) {
            continue;
        }
        if page.uploads.len() + page.common_prefixes.len() == limit {
            page.is_truncated = true;
            break;
        }
        match common_prefix {
            Some(prefix) => {
                seen.insert(prefix.to_owned(), ());
                page.common_prefixes.push(prefix.to_owned());
            }
            None => {
                page.uploads.push(Arc::clone(upload));
            }
        }
    }
    page
}

fn describe(bucket: &Bucket, upload: &Upload, encoding: Encoding) -> dto::MultipartUpload {
    let owner = bucket.owner_id().to_owner();
    dto::MultipartUpload {
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned().into()),
        checksum_type: upload.kind.map(|kind| kind.name().to_owned().into()),
        initiated: Some(date(upload.initiated)),
        initiator: Some(initiator(bucket, upload)),
        key: Some(encoding.write(&upload.position.key)),
        owner: Some(owner),
        storage_class: Some(upload.template.storage_class.name().to_owned().into()),
        upload_id: Some(upload.id().to_owned()),
    }
}
