//! Entries of a page as answers show them.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use ruststack_core::{clock::Timestamp, identity::Principal};
use s3s::dto;

use super::{Entry, Page, encoding::Encoding};
use crate::{
    acl::{CanonicalUser, ObjectOwnership},
    bucket::Bucket,
    call::{Call, Reply},
    object::{Content, Object, Version},
    restoration,
};

/// The page's versions, delete markers and common prefixes, each in its list.
#[derive(Default)]
pub(crate) struct Lists {
    pub(crate) versions: Vec<dto::ObjectVersion>,
    pub(crate) delete_markers: Vec<dto::DeleteMarkerEntry>,
    pub(crate) common_prefixes: Vec<dto::CommonPrefix>,
}

impl Lists {
    pub(crate) fn of(call: &Call, entries: Vec<Entry>, encoding: Encoding, owner: Option<&Owners>) -> Self {
        let restored_at = tells_restorations(call).then(|| call.ctx().now());
        let mut lists = Self::default();
        for entry in entries {
            match entry {
                Entry::CommonPrefix(prefix) => {
                    lists.common_prefixes.push(dto::CommonPrefix { prefix: Some(encoding.write(&prefix)) });
                }
                Entry::Version { key, version, is_latest } => {
                    lists.push(encoding.write(&key), &version, is_latest, owner);
                    lists.tell_restoration(&version, restored_at);
                }
            }
        }
        lists
    }

    fn push(&mut self, key: String, version: &Arc<Version>, is_latest: bool, owner: Option<&Owners>) {
        match &version.content {
            Content::Object(object) => self.versions.push(dto::ObjectVersion {
                is_latest: Some(is_latest),
                key: Some(key),
                last_modified: Some(date(version.last_modified)),
                owner: owner.map(|owners| owners.of_object(object)),
                version_id: Some(version.id.to_string()),
                ..describe(object)
            }),
            Content::DeleteMarker => self.delete_markers.push(dto::DeleteMarkerEntry {
                is_latest: Some(is_latest),
                key: Some(key),
                last_modified: Some(date(version.last_modified)),
                owner: owner.map(|owners| owners.of_bucket.clone()),
                version_id: Some(version.id.to_string()),
            }),
        }
    }

    /// Of the version that was pushed last.
    fn tell_restoration(&mut self, version: &Version, at: Option<Timestamp>) {
        if let (Some(object), Some(now), Some(pushed)) = (version.object(), at, self.versions.last_mut()) {
            pushed.restore_status = restoration::status(object, now);
        }
    }

    /// The list of current objects, of a page that has no others.
    pub(crate) fn objects(versions: Vec<dto::ObjectVersion>) -> Vec<dto::Object> {
        versions.into_iter().map(object).collect()
    }
}

/// Whether a request wants to know of restorations, the only attribute that is told on request.
fn tells_restorations(call: &Call) -> bool {
    let wanted = call.exchange.head().headers.get_all("x-amz-optional-object-attributes").into_iter();
    let mut names = wanted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    names.any(|name| name.trim() == "RestoreStatus")
}

fn describe(object: &Object) -> dto::ObjectVersion {
    let checksum = object.checksum.as_ref();
    dto::ObjectVersion {
        checksum_algorithm: checksum
            .map(|checksum| vec![dto::ChecksumAlgorithm::from_static(checksum.algorithm.name())]),
        checksum_type: checksum.map(|checksum| dto::ChecksumType::from_static(checksum.kind.name())),
        e_tag: Some(dto::ETag::Strong(object.etag.to_string())),
        size: Some(i64::try_from(object.size).expect("an object has at most 50 TB")),
        storage_class: Some(dto::ObjectVersionStorageClass::from_static(object.storage_class.name())),
        ..dto::ObjectVersion::default()
    }
}

fn object(version: dto::ObjectVersion) -> dto::Object {
    dto::Object {
        checksum_algorithm: version.checksum_algorithm,
        checksum_type: version.checksum_type,
        e_tag: version.e_tag,
        key: version.key,
        last_modified: version.last_modified,
        owner: version.owner,
        restore_status: version.restore_status,
        size: version.size,
        storage_class: version.storage_class.map(|class| class.as_str().to_owned().into()),
    }
}

/// Lists show dates with a fraction that is always zero.
pub(crate) fn date(timestamp: Timestamp) -> dto::Timestamp {
    timestamp.truncated_to_seconds().to_date_time().into()
}

/// Listings of objects tell their bucket's region.
pub(crate) fn in_region<T>(bucket: &Bucket, output: T) -> Reply<T> {
    let region =
        HeaderValue::from_str(bucket.region.as_str()).unwrap_or_else(|_| HeaderValue::from_static("us-east-1"));
    Reply::from(output).with_header(HeaderName::from_static("x-amz-bucket-region"), region)
}

/// Whom entries name as their owner.
pub(crate) struct Owners {
    of_bucket: dto::Owner,
    /// Where the bucket's owner enforces ownership, who wrote an object does not count.
    is_enforced: bool,
}

impl Owners {
    /// Nobody is told who asks without credentials.
    pub(crate) fn for_call(call: &Call, bucket: &Bucket) -> Option<Self> {
        let is_anonymous = call.ctx().identity().principal == Principal::Anonymous;
        let is_enforced = bucket.settings.read().ownership == ObjectOwnership::BucketOwnerEnforced;
        (!is_anonymous).then(|| Self { of_bucket: bucket.owner_id().to_owner(), is_enforced })
    }

    fn of_object(&self, object: &Object) -> dto::Owner {
        match object.acl.owner().filter(|_| !self.is_enforced) {
            Some(writer) => CanonicalUser::of_account(writer).to_owner(),
            None => self.of_bucket.clone(),
        }
    }
}

impl Page {
    /// The name that the next page comes after, when there is one.
    pub(crate) fn next_after(&self) -> Option<&str> {
        let last = self.entries.last().map(|entry| match entry {
            Entry::Version { key, .. } => key.as_str(),
            Entry::CommonPrefix(prefix) => prefix.as_str(),
        });
        self.cut_after.as_deref().or(last).filter(|_| self.is_truncated)
    }

    /// The version that the next page comes after, when it goes on within a key.
    pub(crate) fn next_after_version(&self) -> Option<String> {
        match self.entries.last() {
            Some(Entry::Version { version, .. }) if self.is_truncated => Some(version.id.to_string()),
            _ => None,
        }
    }
}
