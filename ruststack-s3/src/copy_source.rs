//! `x-amz-copy-source`: which object a copy takes its bytes from.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use ruststack_core::error::AwsError;

use crate::{
    bucket::Bucket,
    call::Call,
    conditions::{COPY_SOURCE, ReadConditions},
    error::S3Error,
    object::{Content, Object, Version, VersionId},
    restoration,
};

/// The version to copy from.
pub(crate) struct CopySource {
    pub(crate) bucket: Arc<Bucket>,
    pub(crate) key: String,
    pub(crate) version: Arc<Version>,
    /// The source is the version that its key shows now.
    pub(crate) is_current: bool,
}

/// The header, read.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Parsed {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
}

/// `bucket/key?versionId=id`, percent-encoded, with or without a leading slash.
pub(crate) fn parse(header: &str) -> Result<Parsed, S3Error> {
    let (path, query) = header.split_once("?versionId=").map_or((header, None), |(path, id)| (path, Some(id)));
    // A whole URL counts as the path in it, and a plus as a blank.
    let path = path.strip_prefix("http://").or_else(|| path.strip_prefix("https://")).map_or(path, after_host);
    let path = path.replace('+', " ");
    let path = percent_decode_str(&path).decode_utf8().map_err(|_| S3Error::CopySourceInvalid {})?;
    let path = path.strip_prefix('/').unwrap_or(&path);
    let (bucket, key) = path.split_once('/').ok_or(S3Error::CopySourceInvalid {})?;
    if bucket.is_empty() || key.is_empty() {
        return Err(S3Error::CopySourceInvalid {});
    }
    let version_id = query.map(|id| id.split('&').next().unwrap_or_default().to_owned());
    Ok(Parsed { bucket: bucket.to_owned(), key: key.to_owned(), version_id })
}

fn after_host(rest: &str) -> &str {
    rest.find('/').map_or("", |slash| &rest[slash..])
}

impl CopySource {
    /// Finds the source and checks the request's conditions on it.
    pub(crate) fn of(call: &Call, expected_owner: Option<&str>) -> Result<Self, AwsError> {
        let parsed = parse(call.header("x-amz-copy-source").unwrap_or_default())?;
        let bucket = call.s3.buckets.expect(&parsed.bucket, expected_owner)?;
        let (version, is_current) = find(&bucket, &parsed)?;
        let source = Self { bucket, key: parsed.key, version, is_current };
        let object = source.object();
        restoration::check_readable(object, call.ctx().now())?;
        object.encryption.check_copy_source(call.s3.config.sse, |name| call.header(name))?;
        let conditions = ReadConditions::of(&COPY_SOURCE, |name| call.header(name));
        let checked = conditions.check(object.etag, source.version.last_modified, call.ctx().now());
        checked.map_err(crate::conditions::Unmet::into_copy_error)?;
        Ok(source)
    }

    pub(crate) fn object(&self) -> &Object {
        self.version.object().expect("a source is an object")
    }
}

fn find(bucket: &Bucket, parsed: &Parsed) -> Result<(Arc<Version>, bool), S3Error> {
    let no_key = || S3Error::NoSuchKey { key: parsed.key.clone() };
    let index = bucket.objects.read();
    let versions = index.get(&parsed.key);
    let Some(id) = &parsed.version_id else {
        let current = versions.ok_or_else(no_key)?.current();
        return match current.content {
            Content::Object(_) => Ok((Arc::clone(current), true)),
            Content::DeleteMarker => Err(no_key()),
        };
    };
    let invalid = || S3Error::InvalidVersionId { argument: "x-amz-copy-source", value: id.clone() };
    let wanted = VersionId::parse(id).ok_or_else(invalid)?;
    let no_version = || S3Error::NoSuchVersion { key: parsed.key.clone(), version_id: id.clone() };
    let versions = versions.ok_or_else(no_version)?;
    let found = versions.as_slice().iter().find(|version| version.id == wanted).ok_or_else(no_version)?;
    match found.content {
        Content::Object(_) => Ok((Arc::clone(found), Arc::ptr_eq(found, versions.current()))),
        Content::DeleteMarker => Err(S3Error::CopySourceIsDeleteMarker {}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_bucket_a_key_and_maybe_a_version() {
        let parsed = |bucket: &str, key: &str, id: Option<&str>| {
            Ok(Parsed { bucket: bucket.to_owned(), key: key.to_owned(), version_id: id.map(str::to_owned) })
        };
        assert_eq!(parse("bucket/key"), parsed("bucket", "key", None));
        assert_eq!(parse("/bucket//a%2Fb+c%3F?versionId=x"), parsed("bucket", "/a/b c?", Some("x")));
        assert_eq!(parse("http://host:4566/bucket/a%2Bb"), parsed("bucket", "a+b", None));
        for wrong in ["", "http://", "bucket", "bucket/", "/bucket", "//key", "bucket/%ff"] {
            assert_eq!(parse(wrong), Err(S3Error::CopySourceInvalid {}), "{wrong}");
        }
    }
}
