//! The object version whose tags or ACL a request reads or changes.

use std::sync::Arc;

use crate::{
    bucket::{Bucket, Versioning},
    call::Call,
    error::S3Error,
    index::ObjectIndex,
    notifications::event::Event,
    object::{Content, Object, Version, VersionId},
    replication, rows, versioning,
};

/// A version that is an object, not a delete marker.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) version: Arc<Version>,
}

/// What is answered when a delete marker hides the key that was named without a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hidden {
    DoesNotExist,
    IsNotAllowed,
}

impl Described {
    /// The version named, or the current one.
    pub(crate) fn find(
        call: &Call,
        bucket: &Bucket,
        key: &str,
        version_id: Option<&str>,
        hidden: Hidden,
    ) -> Result<Self, S3Error> {
        let index = bucket.objects.read();
        find(&index, key, version_id, hidden, call.exchange.head().method.as_str())
    }

    /// Puts a changed copy in the version's place.
    pub(crate) fn change(
        call: &Call,
        bucket: &Bucket,
        key: &str,
        version_id: Option<&str>,
        change: impl FnOnce(&mut Object) -> Result<(), S3Error>,
    ) -> Result<Self, S3Error> {
        let mut index = bucket.objects_to_change(call.ctx().changes())?;
        let method = call.exchange.head().method.as_str();
        let found = find(&index, key, version_id, Hidden::IsNotAllowed, method)?;
        let mut version = Version::clone(&found.version);
        if let Content::Object(object) = &mut version.content {
            change(object)?;
        }
        let told_again = replication::applies_again(&bucket.settings.read(), key, &version.content);
        if let Content::Object(object) = &mut version.content {
            object.replication = told_again.or(object.replication);
        }
        let version = Arc::new(version);
        index.replace(key, Arc::clone(&version));
        call.ctx().changes().record(|rows| rows::put_version(rows, bucket, key, &version));
        if told_again.is_some() {
            versioning::replicate(bucket, &call.s3, call.ctx(), key, version.id);
        }
        for event in Event::of_change(call.ctx(), bucket, &found.version, &version) {
            if event == Event::ObjectRestorePost {
                call.s3.restorations.add(&bucket.name, key, &version);
            }
            call.s3.notify(call.ctx(), bucket, &event, key, &version);
        }
        Ok(Self { version })
    }

    pub(crate) fn object(&self) -> &Object {
        match &self.version.content {
            Content::Object(object) => object,
            Content::DeleteMarker => unreachable!("delete markers are refused when they are found"),
        }
    }

    /// `x-amz-version-id`, which buckets that were never versioned do not send.
    pub(crate) fn shown_version_id(&self, bucket: &Bucket) -> Option<String> {
        let is_versioned = bucket.settings.read().versioning != Versioning::Unversioned;
        is_versioned.then(|| self.version.id.to_string())
    }
}

fn find(
    index: &ObjectIndex,
    key: &str,
    version_id: Option<&str>,
    hidden: Hidden,
    method: &str,
) -> Result<Described, S3Error> {
    let version = match version_id {
        None => current(index, key)?,
        Some(version_id) => named(index, key, version_id)?,
    };
    match version.content {
        Content::Object(_) => Ok(Described { version: Arc::clone(version) }),
        Content::DeleteMarker if version_id.is_none() && hidden == Hidden::DoesNotExist => {
            Err(S3Error::NoSuchKey { key: key.to_owned() })
        }
        Content::DeleteMarker => {
            Err(S3Error::MethodNotAllowed { method: method.to_owned(), resource_type: "DeleteMarker" })
        }
    }
}

fn current<'i>(index: &'i ObjectIndex, key: &str) -> Result<&'i Arc<Version>, S3Error> {
    let versions = index.get(key).ok_or_else(|| S3Error::NoSuchKey { key: key.to_owned() })?;
    Ok(versions.current())
}

fn named<'i>(index: &'i ObjectIndex, key: &str, version_id: &str) -> Result<&'i Arc<Version>, S3Error> {
    let invalid = || S3Error::InvalidVersionId { argument: "versionId", value: version_id.to_owned() };
    let id = VersionId::parse(version_id).ok_or_else(invalid)?;
    let versions = index.get(key).map_or(&[][..], |versions| versions.as_slice());
    let no_such = || S3Error::NoSuchVersion { key: key.to_owned(), version_id: version_id.to_owned() };
    versions.iter().find(|version| version.id == id).ok_or_else(no_such)
}
