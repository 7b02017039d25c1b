//! `ListParts`: what was uploaded so far.

use std::ops::Bound;

use ruststack_core::error::AwsError;
use s3s::dto::{self, ETag as ETagMember, ListPartsInput, ListPartsOutput};

use crate::{
    answer::{Headers, set_checksum},
    call::{Call, Reply},
    lifecycle,
    listing::{
        output::date,
        parameters::{PartsPage, raw},
    },
    multipart::{Part, Upload, initiator},
};

pub(crate) async fn list_parts(call: Call, input: ListPartsInput) -> Result<Reply<ListPartsOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let query = call.exchange.head().uri.query();
    let asked = PartsPage::of(raw(query, "max-parts").as_deref(), raw(query, "part-number-marker").as_deref())?;
    let upload = bucket.uploads.lock().find(&input.key, &input.upload_id)?;

    let (parts, is_truncated) = page(&upload, &asked);
    let next = parts.last().map_or(0, |(number, _)| i32::from(*number));
    let owner = bucket.owner_id().to_owner();
    let initiator = initiator(&bucket, &upload);
    let output = ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(i32::from(asked.marker)),
        next_part_number_marker: Some(next),
        max_parts: asked.echoed_max_parts(),
        is_truncated: Some(is_truncated),
        parts: Some(parts.iter().map(|(number, part)| describe(&upload, *number, part)).collect()),
        initiator: Some(initiator),
        owner: Some(owner),
        storage_class: Some(upload.template.storage_class.name().to_owned().into()),
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned().into()),
        checksum_type: upload.kind.map(|kind| kind.name().to_owned().into()),
        ..Default::default()
    };
    let headers = Headers(lifecycle::abortion_headers(&bucket, &upload.position.key, upload.initiated));
    Ok(headers.on(output))
}

fn page(upload: &Upload, asked: &PartsPage) -> (Vec<(u16, Part)>, bool) {
    let parts = upload.parts.lock();
    let mut after = parts.range((Bound::Excluded(asked.marker), Bound::Unbounded));
    let page = after.by_ref().take(asked.max_parts).map(|(number, part)| (*number, part.clone())).collect();
    (page, after.next().is_some())
}

/// Checksums of parts are shown where the upload named their algorithm.
fn describe(upload: &Upload, number: u16, part: &Part) -> dto::Part {
    let mut described = dto::Part {
        e_tag: Some(ETagMember::Strong(part.etag.to_string())),
        last_modified: Some(date(part.last_modified)),
        part_number: Some(i32::from(number)),
        size: Some(i64::try_from(part.blob.len()).expect("a part has at most 5 GiB")),
        ..Default::default()
    };
    set_checksum!(described, part.checksum.as_ref().filter(|_| upload.algorithm.is_some()));
    described
}
