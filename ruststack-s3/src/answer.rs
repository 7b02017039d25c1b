//! Headers and members that many answers share.

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    before::address::bucket_in_host,
    bucket::Bucket,
    call::{Call, Reply},
    checksum::{Algorithm, Checksum},
    object::{Object, Version},
};

/// Sets the member of an output or document that holds a checksum of this algorithm. s3s knows no member for those of
/// 2026: they go with their name in that of SHA-256, and [`write_newer_checksums`] puts them right.
macro_rules! set_checksum {
    ($target:expr, $checksum:expr) => {
        if let Some(checksum) = $checksum {
            let text = Some(checksum.to_string());
            match checksum.algorithm {
                $crate::checksum::Algorithm::Crc32 => $target.checksum_crc32 = text,
                $crate::checksum::Algorithm::Crc32c => $target.checksum_crc32c = text,
                $crate::checksum::Algorithm::Crc64Nvme => $target.checksum_crc64nvme = text,
                $crate::checksum::Algorithm::Sha1 => $target.checksum_sha1 = text,
                $crate::checksum::Algorithm::Sha256 => $target.checksum_sha256 = text,
                newer => $target.checksum_sha256 = Some(format!("{}:{checksum}", newer.name())),
            }
        }
    };
}
pub(crate) use set_checksum;

/// Gives the checksums of a document that s3s wrote the elements of their algorithms.
pub(crate) fn write_newer_checksums(document: &str) -> Cow<'_, str> {
    let (open, close) = ("<ChecksumSHA256>", "</ChecksumSHA256>");
    let (mut written, mut rest) = (String::new(), document);
    while let Some((before, (text, after))) =
        rest.split_once(open).and_then(|(before, from)| Some((before, from.split_once(close)?)))
    {
        let named = text.split_once(':').and_then(|(name, value)| Some((Algorithm::parse(name)?, value)));
        let (algorithm, value) = named.unwrap_or((Algorithm::Sha256, text));
        let element = algorithm.element();
        written.extend([before, "<", element, ">", value, "</", element, ">"]);
        rest = after;
    }
    if written.is_empty() { Cow::Borrowed(document) } else { Cow::Owned(written + rest) }
}

/// What stays as it is in the path of an object's URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub(crate) const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");
pub(crate) const DELETE_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");
const CHECKSUM_TYPE: HeaderName = HeaderName::from_static("x-amz-checksum-type");
const STORAGE_CLASS: HeaderName = HeaderName::from_static("x-amz-storage-class");
const REPLICATION_STATUS: HeaderName = HeaderName::from_static("x-amz-replication-status");
const TAGGING_COUNT: HeaderName = HeaderName::from_static("x-amz-tagging-count");

/// Headers in the making.
#[derive(Default)]
pub(crate) struct Headers(pub(crate) Vec<(HeaderName, HeaderValue)>);

impl Headers {
    /// Adds a header; the text is one that we made and thus can stand in one.
    pub(crate) fn push(&mut self, name: HeaderName, value: &str) {
        match HeaderValue::from_str(value) {
            Ok(value) => self.0.push((name, value)),
            Err(_) => tracing::error!(%name, "a header of ours has characters that headers cannot have"),
        }
    }

    pub(crate) fn push_etag(&mut self, object: &Object) {
        self.push(header::ETAG, &object.etag.quoted());
    }

    pub(crate) fn push_checksum(&mut self, checksum: &Checksum) {
        self.push(HeaderName::from_static(checksum.algorithm.header()), &checksum.to_string());
        self.push(CHECKSUM_TYPE, checksum.kind.name());
    }

    /// All that describes an object but its length and checksum.
    pub(crate) fn push_object(&mut self, version: &Version, object: &Object) {
        self.push(header::LAST_MODIFIED, &version.last_modified.to_http_date());
        self.push_etag(object);
        self.push(header::ACCEPT_RANGES, "bytes");
        match &object.metadata {
            Some(metadata) => metadata.write_to(&mut self.0),
            None => crate::metadata::Metadata::default().write_to(&mut self.0),
        }
        object.encryption.write_to(&mut self.0);
        if let Some(lock) = &object.lock {
            lock.write_to(&mut self.0);
        }
        if object.storage_class != crate::object::StorageClass::Standard {
            self.push(STORAGE_CLASS, object.storage_class.name());
        }
        if let Some(status) = object.replication {
            self.push(REPLICATION_STATUS, status.as_str());
        }
        if !object.tags.is_empty() {
            self.push(TAGGING_COUNT, &object.tags.len().to_string());
        }
    }

    pub(crate) fn push_version_id(&mut self, version_id: Option<&str>) {
        version_id.into_iter().for_each(|id| self.push(VERSION_ID, id));
    }

    pub(crate) fn on<T>(self, output: T) -> Reply<T> {
        Reply { headers: self.0, ..Reply::from(output) }
    }
}

/// The URL of an object as AWS gives it, the bucket in the host; in the path where such a host would not lead here.
pub(crate) fn object_url(call: &Call, bucket: &Bucket, key: &str) -> String {
    let endpoint = call.ctx().endpoint();
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let split = endpoint.host.rsplit_once(':').filter(|(_, port)| is_port(port));
    let (host, port) = split.map_or((endpoint.host.as_str(), String::new()), |(host, port)| (host, format!(":{port}")));
    let key = utf8_percent_encode(key, PATH);
    let (scheme, name, domains) = (endpoint.scheme, &bucket.name, &call.s3.config.domains);
    if bucket_in_host(host, domains, |found| found == name).is_some() {
        return format!("{scheme}://{host}{port}/{key}");
    }
    // A domain without dots is the name of a machine or container, which has none below it.
    let service = host.strip_prefix("s3.").unwrap_or(host);
    match domains.iter().any(|domain| domain == service && domain.contains('.')) {
        true => format!("{scheme}://{name}.s3.{service}{port}/{key}"),
        false => format!("{scheme}://{host}{port}/{name}/{key}"),
    }
}

/// Whether the bucket is or was versioned: reads then name the version.
pub(crate) fn shows_versions(bucket: &Bucket) -> bool {
    bucket.settings.read().versioning != crate::bucket::Versioning::Unversioned
}
