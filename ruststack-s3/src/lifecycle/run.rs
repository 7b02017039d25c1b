//! The daily round of lifecycles: at midnight, in UTC, by the emulator's clock, and when the process begins.
//!
//! Only buckets with rules are looked through, a stretch of keys at a time; what is due to a key is decided again under
//! the lock under which it is done.

use std::{ops::Bound, sync::Arc};

use ruststack_core::{background::Waiting, clock::Timestamp, context::Context, service::Runtime};
use tokio::sync::mpsc;

use super::{DAY, Lifecycle, due::Action, midnight_before};
use crate::{
    S3,
    access_log::Done,
    background::context,
    bucket::Bucket,
    error::S3Error,
    index::Versions,
    multipart::Upload,
    notifications::event::Event,
    object::{Content, StorageClass, Version, VersionId},
    object_lock,
    operations::abort_multipart_upload::abort,
    rows,
    versioning::{self, notify_deletion},
};

/// How many versions are looked at before others may change the bucket.
const STRETCH: usize = 1000;

pub(crate) async fn work(s3: Arc<S3>, runtime: Runtime, mut asked: mpsc::Receiver<Waiting>) {
    let (mut last_day, mut waiting) = (None, None);
    loop {
        let now = runtime.clock.now();
        let today = midnight_before(now);
        if last_day != Some(today) {
            last_day = round(&s3, &runtime, now).await.then_some(today);
        }
        drop(waiting.take());
        tokio::select! {
            () = runtime.clock.sleep_until(today.plus(DAY)) => {}
            next = asked.recv() => match next {
                Some(next) => waiting = Some(next),
                None => return,
            },
        }
    }
}

/// Looks through all buckets with rules; false when some were not looked through to their ends.
async fn round(s3: &S3, runtime: &Runtime, now: Timestamp) -> bool {
    let mut is_done = true;
    for bucket in s3.buckets.all() {
        let Some(lifecycle) = bucket.settings.read().configurations.lifecycle.clone() else { continue };
        let aged = age(s3, runtime, &bucket, &lifecycle, now).await;
        // A bucket that was deleted meanwhile needs no more.
        if let Err(error) = aged
            && bucket.exists()
        {
            tracing::warn!(bucket = bucket.name, %error, "the lifecycle of a bucket could not act");
            is_done = false;
        }
    }
    is_done
}

async fn age(
    s3: &S3,
    runtime: &Runtime,
    bucket: &Bucket,
    lifecycle: &Lifecycle,
    now: Timestamp,
) -> Result<(), S3Error> {
    let ctx = context(runtime, bucket);
    for upload in uploads_due(bucket, lifecycle, now) {
        abort(bucket, &upload, ctx.changes())?;
        if s3.access_log.is_of(bucket) {
            let key = &upload.position.key;
            let done = Done { operation: "S3.DELETE.UPLOAD", key, object_size: None, version_id: None };
            s3.access_log.write_done(&ctx, bucket, &done);
        }
    }
    let mut last = None;
    loop {
        let stretch = Stretch::after(bucket, lifecycle, last.as_deref(), now);
        for key in stretch.due {
            age_key(s3, &ctx, bucket, &key, lifecycle, now)?;
        }
        ctx.changes().committed().await?;
        last = stretch.last;
        if last.is_none() {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

fn uploads_due(bucket: &Bucket, lifecycle: &Lifecycle, now: Timestamp) -> Vec<Arc<Upload>> {
    let is_due = |upload: &&Arc<Upload>| {
        let abortion = lifecycle.abortion(&upload.position.key, upload.initiated);
        abortion.is_some_and(|(date, _)| date <= now)
    };
    bucket.uploads.lock().all().filter(is_due).cloned().collect()
}

/// Some keys of a bucket, one after the other.
struct Stretch {
    /// Those to which something is due.
    due: Vec<String>,
    /// Where the next one goes on.
    last: Option<String>,
}

impl Stretch {
    fn after(bucket: &Bucket, lifecycle: &Lifecycle, last: Option<&str>, now: Timestamp) -> Self {
        let index = bucket.objects.read();
        let (mut due, mut looked_at) = (Vec::new(), 0);
        for (key, versions) in index.range(last.map_or(Bound::Unbounded, Bound::Excluded)) {
            let versions = versions.as_slice();
            if !lifecycle.due(key, versions, now).is_empty() {
                due.push(key.to_owned());
            }
            looked_at += versions.len();
            if looked_at >= STRETCH {
                return Self { due, last: Some(key.to_owned()) };
            }
        }
        Self { due, last: None }
    }
}

fn age_key(
    s3: &S3,
    ctx: &Context,
    bucket: &Bucket,
    key: &str,
    lifecycle: &Lifecycle,
    now: Timestamp,
) -> Result<(), S3Error> {
    let _section = ctx.changes().begin()?;
    let mut index = bucket.objects_to_change(ctx.changes())?;
    let versions = index.get(key).map_or_else(Vec::new, |versions| versions.as_slice().to_vec());
    let mut removed = Vec::new();
    let mut is_deleted = false;
    let mut told = Vec::new();
    let mut tell = |operation, id: VersionId, size| {
        // Only buckets whose versions are kept have ids to tell.
        told.push((operation, Some(id).filter(|id| *id != VersionId::Null), size));
    };
    for action in lifecycle.due(key, &versions, now) {
        match action {
            Action::Expire => {
                let (deleted, gone) = versioning::delete_current(bucket, &s3.version_ids, ctx, &mut index, key);
                match deleted.version_id {
                    Some(marker) => tell("S3.CREATE.DELETEMARKER", marker, None),
                    None => tell("S3.EXPIRE.OBJECT", VersionId::Null, size(gone.as_deref())),
                }
                let marker = index.get(key).map(Versions::current).filter(|_| deleted.is_delete_marker);
                let event = Event::LifecycleExpiration;
                notify_deletion(bucket, s3, ctx, key, marker.map(|marker| &**marker), gone.as_deref(), event);
                removed.push(gone);
                is_deleted = true;
            }
            Action::Remove(id) if is_locked(&versions, id, now) => {}
            Action::Remove(id) => {
                let gone = versioning::remove(bucket, ctx, &mut index, key, id);
                tell("S3.EXPIRE.OBJECT", id, size(gone.as_deref()));
                notify_deletion(bucket, s3, ctx, key, None, gone.as_deref(), Event::LifecycleExpiration);
                removed.push(gone);
            }
            Action::Transition(id, class) => {
                if let Some(version) = transitioned(&versions, id, class) {
                    tell(transition(class), id, size(Some(&version)));
                    index.replace(key, Arc::clone(&version));
                    ctx.changes().record(|rows| rows::put_version(rows, bucket, key, &version));
                    s3.notify(ctx, bucket, &Event::LifecycleTransition(class), key, &version);
                }
            }
        }
    }
    drop(index);
    if s3.access_log.is_of(bucket) {
        for (operation, id, object_size) in told {
            let done = Done { operation, key, object_size, version_id: id.map(|id| id.to_string()) };
            s3.access_log.write_done(ctx, bucket, &done);
        }
    }
    if is_deleted {
        bucket.uploads.lock().note_deletion(key).for_each(|upload| rows::record_upload(ctx.changes(), bucket, upload));
    }
    Ok(())
}

fn size(version: Option<&Version>) -> Option<u64> {
    version?.object().map(|object| object.size)
}

/// As server access logs name it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-and-other-bucket-config.html>
fn transition(to: StorageClass) -> &'static str {
    match to {
        StorageClass::StandardIa => "S3.TRANSITION_SIA.OBJECT",
        StorageClass::OnezoneIa => "S3.TRANSITION_ZIA.OBJECT",
        StorageClass::IntelligentTiering => "S3.TRANSITION_INT.OBJECT",
        StorageClass::GlacierIr => "S3.TRANSITION_GIR.OBJECT",
        StorageClass::DeepArchive => "S3.TRANSITION_GDA.OBJECT",
        StorageClass::Glacier | StorageClass::Standard | StorageClass::ReducedRedundancy => "S3.TRANSITION.OBJECT",
    }
}

/// A version is deleted when its lock ends.
fn is_locked(versions: &[Arc<Version>], id: VersionId, now: Timestamp) -> bool {
    object_lock::check_deletion(named(versions, id), now, false).is_err()
}

fn transitioned(versions: &[Arc<Version>], id: VersionId, class: StorageClass) -> Option<Arc<Version>> {
    let mut version = named(versions, id)?.clone();
    if let Content::Object(object) = &mut version.content {
        object.storage_class = class;
    }
    Some(Arc::new(version))
}

fn named(versions: &[Arc<Version>], id: VersionId) -> Option<&Version> {
    versions.iter().find(|version| version.id == id).map(|version| &**version)
}
