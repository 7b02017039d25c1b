//! What GET and HEAD have in common: finding the version, its conditions, the stretch of bytes that is wanted, and the
//! headers that describe it.

use std::{ops::Range, sync::Arc};

use http::{HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::percent_decode_str;
use ruststack_core::{error::AwsError, identity::Principal};

use crate::{
    answer::{DELETE_MARKER, Headers, VERSION_ID, shows_versions},
    bucket::Bucket,
    call::Call,
    checksum::{Checksum, Kind},
    conditions::{READ, ReadConditions, Unmet},
    described::{Described, Hidden},
    error::S3Error,
    lifecycle,
    object::{Content, Object, Version},
    range, restoration,
};

const PARTS_COUNT: HeaderName = HeaderName::from_static("x-amz-mp-parts-count");

/// Query parameters that set headers of the answer.
const OVERRIDES: [(&str, HeaderName); 6] = [
    ("response-cache-control", header::CACHE_CONTROL),
    ("response-content-disposition", header::CONTENT_DISPOSITION),
    ("response-content-encoding", header::CONTENT_ENCODING),
    ("response-content-language", header::CONTENT_LANGUAGE),
    ("response-content-type", header::CONTENT_TYPE),
    ("response-expires", header::EXPIRES),
];

/// What a request reads.
pub(crate) struct Reading {
    pub(crate) version: Arc<Version>,
    /// The bytes that are wanted.
    pub(crate) range: Range<u64>,
    pub(crate) status: StatusCode,
    pub(crate) headers: Headers,
}

/// A version, or the error that a delete marker is.
pub(crate) fn find(
    call: &Call,
    bucket: &Bucket,
    key: &str,
    version_id: Option<&str>,
) -> Result<Arc<Version>, AwsError> {
    let found = Described::find(call, bucket, key, version_id, Hidden::DoesNotExist);
    found.map(|found| found.version).map_err(|error| match marker(bucket, key, version_id) {
        Some(marker) => with_marker(error.into(), &marker, version_id.is_some()),
        None => error.into(),
    })
}

/// The delete marker that a request came upon.
fn marker(bucket: &Bucket, key: &str, version_id: Option<&str>) -> Option<Arc<Version>> {
    let index = bucket.objects.read();
    let version = index.get(key)?.named(version_id)?;
    matches!(version.content, Content::DeleteMarker).then(|| Arc::clone(version))
}

/// Delete markers are told in headers, and by whom they name their date.
fn with_marker(error: AwsError, marker: &Version, is_named: bool) -> AwsError {
    let text = |text: &str| HeaderValue::from_str(text).expect("ids and dates are ASCII");
    let error = error.with_header(DELETE_MARKER, HeaderValue::from_static("true"));
    let error = error.with_header(VERSION_ID, text(&marker.id.to_string()));
    if !is_named {
        return error;
    }
    let error = error.with_header(header::LAST_MODIFIED, text(&marker.last_modified.to_http_date()));
    error.with_header(header::ALLOW, HeaderValue::from_static("DELETE"))
}

impl Reading {
    /// Finds what `GetObject` and `HeadObject` answer with, but the bytes.
    pub(crate) fn of(
        call: &Call,
        bucket: &Bucket,
        key: &str,
        version_id: Option<&str>,
        part_number: Option<i32>,
    ) -> Result<Self, AwsError> {
        let version = find(call, bucket, key, version_id)?;
        let object = version.object().expect("find refuses delete markers");
        object.encryption.check_read(call.s3.config.sse, |name| call.header(name))?;
        let conditions = ReadConditions::of(&READ, |name| call.header(name));
        conditions
            .check(object.etag, version.last_modified, call.ctx().now())
            .map_err(|unmet| unmet_error(unmet, &version, object))?;

        let mut headers = Headers::default();
        headers.push_object(&version, object);
        if shows_versions(bucket) {
            headers.push_version_id(Some(&version.id.to_string()));
        }
        headers.0.extend(restoration::header(object, call.ctx().now()));
        if version_id.is_none() {
            headers.0.extend(lifecycle::expiration_header(bucket, key, &version));
        }
        let part = part_number.map(|number| part_range(object, number)).transpose()?;
        let wanted = match (&part, call.header("range")) {
            (Some(_), Some(_)) => return Err(S3Error::PartNumberAndRange {}.into()),
            (Some(part), None) => Some(part.clone()),
            (None, range) => range::of_header(range, object.size)?,
        };
        let is_partial = wanted.as_ref().is_some_and(|wanted| *wanted != (0..object.size));
        push_checksum(&mut headers, call, object, part_number, is_partial);
        if part.is_some()
            && let Some(parts) = &object.parts
        {
            headers.push(PARTS_COUNT, &parts.len().to_string());
        }
        let status = if wanted.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        let range = wanted.unwrap_or(0..object.size);
        if status == StatusCode::PARTIAL_CONTENT {
            headers.push(header::CONTENT_RANGE, &range::content_range(&range, object.size));
        }
        headers.push(header::CONTENT_LENGTH, &(range.end - range.start).to_string());
        override_headers(call, &mut headers)?;
        Ok(Self { version, range, status, headers })
    }
}

/// 304 repeats what caches compare.
fn unmet_error(unmet: Unmet, version: &Version, object: &Object) -> AwsError {
    let is_not_modified = matches!(unmet, Unmet::NotModified(_));
    let error = unmet.into_read_error();
    if !is_not_modified {
        return error;
    }
    let text = |text: &str| HeaderValue::from_str(text).expect("tags and dates are ASCII");
    let error = error.with_header(header::ETAG, text(&object.etag.quoted()));
    error.with_header(header::LAST_MODIFIED, text(&version.last_modified.to_http_date()))
}

/// The bytes of one part; an object that was not uploaded in parts has one.
fn part_range(object: &Object, number: i32) -> Result<Range<u64>, S3Error> {
    if number < 1 || number > i32::from(crate::multipart::MAX_PART_NUMBER) {
        return Err(S3Error::PartNumberInvalid { value: number.to_string() });
    }
    let invalid = |actual| S3Error::InvalidPartNumber { requested: i64::from(number), actual };
    let Some(parts) = &object.parts else {
        return if number == 1 { Ok(0..object.size) } else { Err(invalid(1)) };
    };
    let position =
        parts.iter().position(|part| i32::from(part.number) == number).ok_or_else(|| invalid(parts.len()))?;
    let start = parts[..position].iter().map(|part| part.size).sum();
    Ok(start..start + parts[position].size)
}

/// A checksum covers what is answered, or it is not shown.
fn push_checksum(headers: &mut Headers, call: &Call, object: &Object, part_number: Option<i32>, is_partial: bool) {
    if !call.header("x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED")) {
        return;
    }
    match (part_number, &object.parts, &object.checksum) {
        (Some(number), Some(parts), Some(whole)) if whole.kind == Kind::Composite => {
            let part = parts.iter().find(|part| i32::from(part.number) == number);
            if let Some(checksum) = part.and_then(|part| part.checksum.clone()) {
                headers.push_checksum(&Checksum { kind: Kind::Composite, ..checksum });
            }
        }
        (_, _, Some(checksum)) if !is_partial => headers.push_checksum(checksum),
        _ => {}
    }
}

fn override_headers(call: &Call, headers: &mut Headers) -> Result<(), S3Error> {
    let query = call.exchange.head().uri.query().unwrap_or_default();
    if !query.contains("response-") {
        return Ok(());
    }
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some((_, header)) = OVERRIDES.iter().find(|(parameter, _)| *parameter == name) else { continue };
        if call.ctx().identity().principal == Principal::Anonymous {
            return Err(S3Error::ResponseHeadersAnonymous {});
        }
        let value: Vec<u8> = percent_decode_str(&value.replace('+', " ")).collect();
        let value = HeaderValue::from_bytes(&latin1(&value, name)?).map_err(|_| S3Error::HeaderNotLatin1 {
            name: name.to_owned(),
            value: String::from_utf8_lossy(&value).into(),
        })?;
        headers.0.retain(|(found, _)| found != header);
        headers.0.push((header.clone(), value));
    }
    Ok(())
}

/// Headers are ISO 8859-1 on AWS's side; other characters are refused.
fn latin1(value: &[u8], name: &str) -> Result<Vec<u8>, S3Error> {
    let text = String::from_utf8_lossy(value);
    let bytes: Result<Vec<u8>, _> = text.chars().map(|character| u8::try_from(u32::from(character))).collect();
    bytes.map_err(|_| S3Error::HeaderNotLatin1 { name: name.to_owned(), value: text.clone().into_owned() })
}
