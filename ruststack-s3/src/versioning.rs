//! What writes and deletes do to a key's versions; decided under the index's lock, so that of two conditional writers
//! one wins.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use ruststack_core::{clock::Timestamp, context::Context};

use crate::{
    bucket::{Bucket, Versioning},
    conditions::{WriteCondition, check_delete_match},
    error::S3Error,
    index::ObjectIndex,
    object::{Content, Object, Version, VersionId},
};

/// Makes version ids that rise with time, as listings rely on; one in each process.
#[derive(Default, Debug)]
pub(crate) struct VersionIds {
    last: AtomicU64,
}

impl VersionIds {
    /// 8 bytes that never fall, 16 bytes of chance.
    fn next(&self, ctx: &Context) -> VersionId {
        // Microseconds leave room for a thousand versions in each millisecond.
        let now = u64::try_from(ctx.now().millis()).unwrap_or(0).saturating_mul(1000);
        let rise = |last: u64| Some(now.max(last + 1));
        let before = self.last.fetch_update(Ordering::AcqRel, Ordering::Acquire, rise).unwrap_or_else(|last| last);
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&now.max(before + 1).to_be_bytes());
        bytes[8..].copy_from_slice(&ctx.ids().bytes::<16>());
        VersionId::sealed(bytes)
    }
}

/// What a write left behind.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) version: Arc<Version>,
    /// `x-amz-version-id`: shown by buckets that are versioned now.
    pub(crate) shown_version_id: Option<String>,
}

/// What a delete did.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Deleted {
    /// A delete marker was made or removed.
    pub(crate) is_delete_marker: bool,
    pub(crate) version_id: Option<VersionId>,
}

/// Makes `object` the current version of `key`.
pub(crate) fn put(
    bucket: &Bucket,
    version_ids: &VersionIds,
    ctx: &Context,
    key: &str,
    object: Object,
    condition: &WriteCondition,
) -> Result<Stored, S3Error> {
    let now = ctx.now().truncated_to_seconds();
    let mut index = bucket.objects_to_change()?;
    condition.check(key, current(&index, key).and_then(Version::object))?;
    let is_versioned = bucket.settings.read().versioning == Versioning::Enabled;
    let id = if is_versioned { version_ids.next(ctx) } else { VersionId::Null };
    let version = Arc::new(Version { id, last_modified: now, content: Content::Object(object) });
    let replaced = index.put(key, Arc::clone(&version));
    // Freeing what was replaced may take long; nobody waits for it.
    drop(index);
    drop(replaced);
    bucket.uploads.lock().note_write(key);
    Ok(Stored { version, shown_version_id: is_versioned.then(|| id.to_string()) })
}

/// Deletes a version, or hides the key behind a delete marker where versions are kept.
pub(crate) fn delete(
    bucket: &Bucket,
    version_ids: &VersionIds,
    ctx: &Context,
    key: &str,
    version_id: Option<VersionId>,
    if_match: Option<&str>,
) -> Result<Deleted, S3Error> {
    let mut index = bucket.objects_to_change()?;
    check_delete_match(if_match, named(&index, key, version_id))?;
    let versioning = bucket.settings.read().versioning;
    let (deleted, removed) = match (version_id, versioning) {
        (Some(id), _) => {
            let removed = index.remove(key, id);
            let is_delete_marker = removed.as_ref().is_some_and(|version| version.object().is_none());
            (Deleted { is_delete_marker, version_id: Some(id) }, removed)
        }
        (None, Versioning::Unversioned) => (Deleted::default(), index.remove(key, VersionId::Null)),
        (None, kept) => {
            let id = if kept == Versioning::Enabled { version_ids.next(ctx) } else { VersionId::Null };
            let marker = marker(id, ctx.now());
            (Deleted { is_delete_marker: true, version_id: Some(id) }, index.put(key, marker))
        }
    };
    drop(index);
    drop(removed);
    bucket.uploads.lock().note_deletion(key);
    Ok(deleted)
}

fn marker(id: VersionId, now: Timestamp) -> Arc<Version> {
    Arc::new(Version { id, last_modified: now.truncated_to_seconds(), content: Content::DeleteMarker })
}

fn current<'i>(index: &'i ObjectIndex, key: &str) -> Option<&'i Version> {
    index.get(key).map(|versions| &**versions.current())
}

fn named<'i>(index: &'i ObjectIndex, key: &str, id: Option<VersionId>) -> Option<&'i Version> {
    match id {
        None => current(index, key),
        Some(id) => index.get(key)?.as_slice().iter().find(|version| version.id == id).map(|version| &**version),
    }
}
