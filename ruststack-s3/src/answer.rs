//! Headers and members that many answers share.

use http::{HeaderName, HeaderValue, header};

use crate::{
    bucket::Bucket,
    call::Reply,
    checksum::Checksum,
    object::{Object, Version},
};

/// Sets the member of an output or document that holds a checksum of this algorithm.
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
            }
        }
    };
}
pub(crate) use set_checksum;

pub(crate) const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");
pub(crate) const DELETE_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");
const CHECKSUM_TYPE: HeaderName = HeaderName::from_static("x-amz-checksum-type");
const STORAGE_CLASS: HeaderName = HeaderName::from_static("x-amz-storage-class");
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
        if object.storage_class != crate::object::StorageClass::Standard {
            self.push(STORAGE_CLASS, object.storage_class.name());
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

/// Whether the bucket is or was versioned: reads then name the version.
pub(crate) fn shows_versions(bucket: &Bucket) -> bool {
    bucket.settings.read().versioning != crate::bucket::Versioning::Unversioned
}
