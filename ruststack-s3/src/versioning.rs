//! What writes and deletes do to a key's versions; decided under the index's lock, so that of two conditional writers
//! one wins.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use ruststack_core::{clock::Timestamp, context::Context, journal::Rows};

use crate::{
    S3,
    bucket::{Bucket, Versioning},
    conditions::{WriteCondition, check_delete_match},
    error::S3Error,
    index::{ObjectIndex, Versions},
    notifications::event::{Event, Removal},
    object::{Content, Object, Version, VersionId},
    object_lock, replication, rows,
};

/// Makes version ids that rise with time, as listings rely on; one in each process.
#[derive(Default, Debug)]
pub(crate) struct VersionIds {
    last: AtomicU64,
}

impl VersionIds {
    /// Numbers that an earlier process gave are not given again.
    pub(crate) fn skip_to(&self, sequence: u64) {
        self.last.fetch_max(sequence, Ordering::AcqRel);
    }

    /// The sequence and the id of the next version.
    fn next(&self, ctx: &Context, is_null: bool) -> (u64, VersionId) {
        // Microseconds leave room for a thousand versions in each millisecond.
        let now = u64::try_from(ctx.now().millis()).unwrap_or(0).saturating_mul(1000);
        let rise = |last: u64| Some(now.max(last + 1));
        let before = self.last.fetch_update(Ordering::AcqRel, Ordering::Acquire, rise).unwrap_or_else(|last| last);
        let sequence = now.max(before + 1);
        if is_null {
            return (sequence, VersionId::Null);
        }
        // 8 bytes that never fall, 16 bytes of chance.
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&sequence.to_be_bytes());
        bytes[8..].copy_from_slice(&ctx.ids().bytes::<16>());
        (sequence, VersionId::sealed(bytes))
    }
}

/// What a write left behind.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) version: Arc<Version>,
    /// `x-amz-version-id`: shown by buckets that are versioned now.
    pub(crate) shown_version_id: Option<String>,
}

/// What a delete waits for, and what it does not.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct DeleteCondition<'h> {
    pub(crate) if_match: Option<&'h str>,
    pub(crate) bypasses_governance: bool,
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
    s3: &S3,
    ctx: &Context,
    key: &str,
    object: Object,
    condition: &WriteCondition,
) -> Result<Stored, S3Error> {
    put_and(bucket, s3, ctx, key, object, condition, |_| |_: &mut Rows| ())
}

/// The same; `also` changes what is to change with it, and gives back what records that.
pub(crate) fn put_and<R: FnOnce(&mut Rows)>(
    bucket: &Bucket,
    s3: &S3,
    ctx: &Context,
    key: &str,
    object: Object,
    condition: &WriteCondition,
    also: impl FnOnce(&Stored) -> R,
) -> Result<Stored, S3Error> {
    let now = ctx.now().truncated_to_seconds();
    let _section = ctx.changes().begin()?;
    let mut index = bucket.objects_to_change(ctx.changes())?;
    condition.check(key, current(&index, key).and_then(Version::object))?;
    let is_versioned = bucket.settings.read().versioning == Versioning::Enabled;
    let mut content = Content::Object(object);
    let is_replicated = replication::applies(&bucket.settings.read(), key, &content);
    if let Content::Object(object) = &mut content {
        object.replication = is_replicated.then_some(replication::Status::Pending);
    }
    let (sequence, id) = s3.version_ids.next(ctx, !is_versioned);
    let version = Arc::new(Version { id, sequence, last_modified: now, content });
    note_change(bucket, s3, ctx, &index, key);
    let replaced = index.put(key, Arc::clone(&version));
    let stored = Stored { version, shown_version_id: is_versioned.then(|| id.to_string()) };
    let record_also = also(&stored);
    ctx.changes().record(|rows| {
        rows::put_version(rows, bucket, key, &stored.version);
        record_also(rows);
    });
    if is_replicated {
        replicate(bucket, s3, ctx, key, id);
    }
    s3.notify(ctx, bucket, &Event::of_write(ctx.operation()), key, &stored.version);
    // Freeing what was replaced may take long; nobody waits for it.
    drop(index);
    drop(replaced);
    bucket.uploads.lock().note_write(key).for_each(|upload| rows::record_upload(ctx.changes(), bucket, upload));
    Ok(stored)
}

/// Deletes a version, or hides the key behind a delete marker where versions are kept.
pub(crate) fn delete(
    bucket: &Bucket,
    s3: &S3,
    ctx: &Context,
    key: &str,
    version_id: Option<VersionId>,
    condition: &DeleteCondition<'_>,
) -> Result<Deleted, S3Error> {
    let _section = ctx.changes().begin()?;
    let mut index = bucket.objects_to_change(ctx.changes())?;
    let found = named(&index, key, version_id);
    check_delete_match(condition.if_match, found)?;
    if version_id.is_some() {
        object_lock::check_deletion(found, ctx.now(), condition.bypasses_governance)?;
    }
    note_change(bucket, s3, ctx, &index, key);
    let (deleted, removed) = match version_id {
        Some(id) => {
            let removed = remove(bucket, ctx, &mut index, key, id);
            let is_delete_marker = removed.as_ref().is_some_and(|version| version.object().is_none());
            (Deleted { is_delete_marker, version_id: Some(id) }, removed)
        }
        None => delete_current(bucket, &s3.version_ids, ctx, &mut index, key),
    };
    if let (None, Some(marker)) = (version_id, deleted.version_id)
        && replication::applies(&bucket.settings.read(), key, &Content::DeleteMarker)
    {
        replicate(bucket, s3, ctx, key, marker);
    }
    let marker = index.get(key).map(Versions::current).filter(|_| version_id.is_none() && deleted.is_delete_marker);
    notify_deletion(bucket, s3, ctx, key, marker.map(|marker| &**marker), removed.as_deref(), Event::ObjectRemoved);
    if version_id.is_none() && marker.is_none() && removed.is_none() {
        notify_of_nothing(bucket, s3, ctx, key);
    }
    drop(index);
    drop(removed);
    bucket.uploads.lock().note_deletion(key).for_each(|upload| rows::record_upload(ctx.changes(), bucket, upload));
    Ok(deleted)
}

/// Lets a version be replicated; called under the lock of its change.
pub(crate) fn replicate(bucket: &Bucket, s3: &S3, ctx: &Context, key: &str, id: VersionId) {
    ctx.changes().record(|rows| rows::put_replication(rows, &bucket.name, key, id));
    s3.replications.push(bucket, key, id);
}

/// Tells of a marker that was made, or else of a version that is no more; called under the lock of the change.
pub(crate) fn notify_deletion(
    bucket: &Bucket,
    s3: &S3,
    ctx: &Context,
    key: &str,
    marker: Option<&Version>,
    removed: Option<&Version>,
    event: fn(Removal) -> Event,
) {
    match (marker, removed) {
        (Some(marker), _) => s3.notify(ctx, bucket, &event(Removal::DeleteMarkerCreated), key, marker),
        (None, Some(removed)) => s3.notify(ctx, bucket, &event(Removal::Delete), key, removed),
        // There was nothing to delete.
        (None, None) => {}
    }
}

/// Recorded: test_delete_objects, where AWS tells that keys were deleted which were not there. Of DeleteObject no such
/// thing is known.
fn notify_of_nothing(bucket: &Bucket, s3: &S3, ctx: &Context, key: &str) {
    if ctx.operation() == Some("DeleteObjects") {
        let nothing = marker(0, VersionId::Null, ctx.now());
        s3.notify(ctx, bucket, &Event::ObjectRemoved(Removal::Delete), key, &nothing);
    }
}

/// Where listings lag behind, they show the key for a while as it is before it changes.
fn note_change(bucket: &Bucket, s3: &S3, ctx: &Context, index: &ObjectIndex, key: &str) {
    if let Some(delay) = &s3.listing_delay {
        delay.note(bucket, key, index.get(key).map(Versions::current), ctx.now());
    }
}

/// Hides a key behind a delete marker where versions are kept, and else removes it. Gives back what is no more, to be
/// dropped outside the lock.
pub(crate) fn delete_current(
    bucket: &Bucket,
    version_ids: &VersionIds,
    ctx: &Context,
    index: &mut ObjectIndex,
    key: &str,
) -> (Deleted, Option<Arc<Version>>) {
    let versioning = bucket.settings.read().versioning;
    if versioning == Versioning::Unversioned {
        return (Deleted::default(), remove(bucket, ctx, index, key, VersionId::Null));
    }
    let (sequence, id) = version_ids.next(ctx, versioning != Versioning::Enabled);
    let marker = marker(sequence, id, ctx.now());
    ctx.changes().record(|rows| rows::put_version(rows, bucket, key, &marker));
    (Deleted { is_delete_marker: true, version_id: Some(id) }, index.put(key, marker))
}

pub(crate) fn remove(
    bucket: &Bucket,
    ctx: &Context,
    index: &mut ObjectIndex,
    key: &str,
    id: VersionId,
) -> Option<Arc<Version>> {
    let removed = index.remove(key, id)?;
    ctx.changes().record(|rows| rows::remove_version(rows, bucket, key, id));
    Some(removed)
}

fn marker(sequence: u64, id: VersionId, now: Timestamp) -> Arc<Version> {
    Arc::new(Version { id, sequence, last_modified: now.truncated_to_seconds(), content: Content::DeleteMarker })
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
