//! `GetObjectAttributes`: chosen attributes of an object, without its bytes.

use http::header;
use ruststack_core::error::AwsError;
use s3s::dto::{
    self, ETag as ETagMember, GetObjectAttributesInput, GetObjectAttributesOutput, GetObjectAttributesParts, ObjectPart,
};

use crate::{
    answer::{Headers, set_checksum, shows_versions},
    call::{Call, Reply},
    error::S3Error,
    listing::parameters::PartsPage,
    object::{Object, PartSummary},
    reading,
};

const ATTRIBUTES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

pub(crate) async fn get_object_attributes(
    call: Call,
    input: GetObjectAttributesInput,
) -> Result<Reply<GetObjectAttributesOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let wanted = wanted(&call)?;
    let asked = PartsPage::of(call.header("x-amz-max-parts"), call.header("x-amz-part-number-marker"))?;
    let version = reading::find(&call, &bucket, &input.key, input.version_id.as_deref())?;
    let object = version.object().expect("find refuses delete markers");
    object.encryption.check_read(call.s3.config.sse, |name| call.header(name))?;
    let wants = |name: &str| wanted.iter().any(|wanted| wanted == name);

    let mut headers = Headers::default();
    headers.push(header::LAST_MODIFIED, &version.last_modified.to_http_date());
    if shows_versions(&bucket) {
        headers.push_version_id(Some(&version.id.to_string()));
    }
    let output = GetObjectAttributesOutput {
        checksum: object.checksum.as_ref().filter(|_| wants("Checksum")).map(|checksum| {
            let mut described = dto::Checksum { ..Default::default() };
            set_checksum!(described, Some(checksum.without_parts()));
            described.checksum_type = Some(checksum.kind.name().to_owned().into());
            described
        }),
        e_tag: wants("ETag").then(|| ETagMember::Strong(object.etag.to_string())),
        object_parts: wants("ObjectParts").then(|| parts(&asked, object)).flatten(),
        object_size: wants("ObjectSize").then(|| i64::try_from(object.size).expect("an object has at most 50 TB")),
        storage_class: wants("StorageClass").then(|| object.storage_class.name().to_owned().into()),
        ..Default::default()
    };
    Ok(headers.on(output))
}

/// The list comes as one header with commas, or as several.
fn wanted(call: &Call) -> Result<Vec<String>, S3Error> {
    let headers = call.exchange.head().headers.get_all("x-amz-object-attributes");
    let values = headers.iter().filter_map(|value| value.to_str().ok());
    let wanted: Vec<_> = values.flat_map(|value| value.split(',')).map(|name| name.trim().to_owned()).collect();
    let is_known = |name: &String| ATTRIBUTES.contains(&name.as_str());
    if !wanted.is_empty() && wanted.iter().all(is_known) { Ok(wanted) } else { Err(S3Error::ObjectAttributeUnknown {}) }
}

/// Parts are listed one by one only where they have checksums of their own.
fn parts(asked: &PartsPage, object: &Object) -> Option<GetObjectAttributesParts> {
    let parts = object.parts.as_ref()?;
    let total_parts_count = Some(i32::try_from(parts.len()).expect("an object has at most 10,000 parts"));
    let has_checksums = parts.iter().all(|part| part.checksum.is_some());
    if !has_checksums {
        return Some(GetObjectAttributesParts { total_parts_count, ..Default::default() });
    }
    let after: Vec<_> = parts.iter().filter(|part| part.number > asked.marker).collect();
    let page = &after[..asked.max_parts.min(after.len())];
    Some(GetObjectAttributesParts {
        is_truncated: Some(after.len() > page.len()),
        max_parts: asked.echoed_max_parts(),
        part_number_marker: Some(i32::from(asked.marker)),
        next_part_number_marker: Some(page.last().map_or(0, |part| i32::from(part.number))),
        parts: Some(page.iter().map(|part| describe(part)).collect()),
        total_parts_count,
    })
}

fn describe(part: &PartSummary) -> ObjectPart {
    let mut described = ObjectPart {
        part_number: Some(i32::from(part.number)),
        size: Some(i64::try_from(part.size).expect("a part has at most 5 GiB")),
        ..Default::default()
    };
    set_checksum!(described, &part.checksum);
    described
}
