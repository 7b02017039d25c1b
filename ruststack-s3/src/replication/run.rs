//! The task that replicates: one version after the other. A replica shares the bytes of what it is one of.

use std::{sync::Arc, time::Duration};

use ruststack_core::{background::Waiting, context::Context, service::Runtime};
use s3s::dto::{MetricsStatus, ReplicationRule};
use tokio::sync::mpsc;

use super::{choose, is_replica, is_target, lets_tell, modified, queue::Entry, replica, target_name};
use crate::{
    S3,
    background::context,
    bucket::Bucket,
    error::S3Error,
    notifications::event::{Event, Failure, Removal},
    object::{Content, Version, VersionId},
    rows,
};

/// How many are replicated before others get their turn.
const STRETCH: usize = 100;
/// After which a disk that took nothing is tried again.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn work(s3: Arc<S3>, runtime: Runtime, mut asked: mpsc::Receiver<Waiting>) {
    let mut waiting = None;
    loop {
        while replicate_some(&s3, &runtime).await {
            tokio::task::yield_now().await;
        }
        drop(waiting.take());
        tokio::select! {
            () = s3.replications.filled.notified() => {}
            () = runtime.clock.sleep(PAUSE), if s3.replications.next().is_some() => {}
            next = asked.recv() => match next {
                Some(next) => waiting = Some(next),
                None => return,
            },
        }
    }
}

/// False when there is no more, or the disk takes nothing.
async fn replicate_some(s3: &S3, runtime: &Runtime) -> bool {
    for _ in 0..STRETCH {
        let Some(entry) = s3.replications.next() else { return false };
        if let Ok(source) = s3.buckets.get(&entry.bucket) {
            let ctx = context(runtime, &source);
            let replicated = replicate(s3, &ctx, &source, &entry);
            let is_kept = ctx.changes().committed().await.is_ok();
            if !is_kept || matches!(replicated, Err(S3Error::ServiceUnavailable {})) {
                tracing::warn!(bucket = entry.bucket, "replication waits: the disk takes nothing");
                return false;
            }
        }
        s3.replications.done();
    }
    true
}

fn replicate(s3: &S3, ctx: &Context, source: &Bucket, entry: &Entry) -> Result<(), S3Error> {
    let Some(version) = find(source, &entry.key, entry.id) else {
        // It was deleted before its turn came.
        let _section = ctx.changes().begin()?;
        ctx.changes().record(|rows| rows::remove_replication(rows, source, &entry.key, entry.id));
        return Ok(());
    };
    let configuration = source.settings.read().configurations.replication.clone();
    let rules = configuration.as_ref().map_or_else(Vec::new, |it| choose(it, &entry.key, &version.content));
    let (mut succeeded, mut failures) = (!rules.is_empty(), Vec::new());
    for rule in rules {
        if !put(s3, ctx, source, rule, &entry.key, &version)? {
            succeeded = false;
            failures.extend(failure(s3, rule, &version));
        }
    }
    finish(s3, ctx, source, &entry.key, &version, succeeded, failures)
}

/// False where the target does not take it.
fn put(
    s3: &S3,
    ctx: &Context,
    source: &Bucket,
    rule: &ReplicationRule,
    key: &str,
    version: &Version,
) -> Result<bool, S3Error> {
    let Ok(target) = s3.buckets.get(target_name(rule)) else { return Ok(false) };
    if !is_target(source, &target, rule) {
        return Ok(false);
    }
    let goes_back = is_replica(&version.content);
    if goes_back && !lets_tell(&target.settings.read(), source, key, &version.content) {
        return Ok(true);
    }
    let mut replica = replica(source, &target, rule, version);
    let _section = ctx.changes().begin()?;
    let mut index = match target.objects_to_change(ctx.changes()) {
        Err(S3Error::NoSuchBucket { .. }) => return Ok(false),
        index => index?,
    };
    if goes_back {
        let versions = index.get(key).map_or(&[][..], |versions| versions.as_slice());
        let Some(found) = versions.iter().find(|found| found.id == version.id) else { return Ok(false) };
        replica = modified(found, &replica);
    }
    let replica = Arc::new(replica);
    let replaced = index.place(key, Arc::clone(&replica));
    ctx.changes().record(|rows| rows::put_version(rows, &target, key, &replica));
    let is_marker = replica.object().is_none();
    let event = if is_marker { Event::ObjectRemoved(Removal::DeleteMarkerCreated) } else { Event::of_write(None) };
    s3.notify(ctx, &target, &event, key, &replica);
    drop(index);
    drop(replaced);
    target.uploads.lock().note_write(key).for_each(|upload| rows::record_upload(ctx.changes(), &target, upload));
    Ok(true)
}

/// Tells the source what became of it, unless it changed meanwhile: then its turn comes again.
fn finish(
    s3: &S3,
    ctx: &Context,
    source: &Bucket,
    key: &str,
    version: &Arc<Version>,
    succeeded: bool,
    failures: Vec<Failure>,
) -> Result<(), S3Error> {
    let mut index = source.objects_to_change(ctx.changes())?;
    let versions = index.get(key).map_or(&[][..], |versions| versions.as_slice());
    if !versions.iter().any(|found| Arc::ptr_eq(found, version)) {
        return Ok(());
    }
    let mut finished = Version::clone(version);
    if let Content::Object(object) = &mut finished.content {
        object.replication = object.replication.map(|status| status.finished(succeeded));
    }
    let finished = Arc::new(finished);
    index.replace(key, Arc::clone(&finished));
    ctx.changes().record(|rows| {
        rows::put_version(rows, source, key, &finished);
        rows::remove_replication(rows, source, key, finished.id);
    });
    for failure in failures {
        s3.notify(ctx, source, &Event::ReplicationFailed(Box::new(failure)), key, &finished);
    }
    Ok(())
}

/// What is told of a version that a target did not take, where the rule has metrics.
fn failure(s3: &S3, rule: &ReplicationRule, version: &Version) -> Option<Failure> {
    let metrics = rule.destination.metrics.as_ref()?;
    let is_missing = s3.buckets.get(target_name(rule)).is_err();
    (metrics.status.as_str() == MetricsStatus::ENABLED).then(|| Failure {
        rule_id: rule.id.clone().unwrap_or_default(),
        destination_bucket: rule.destination.bucket.clone(),
        reason: if is_missing { "DstBucketNotFound" } else { "DstBucketUnversioned" },
        requested: version.last_modified,
    })
}

fn find(bucket: &Bucket, key: &str, id: VersionId) -> Option<Arc<Version>> {
    let index = bucket.objects.read();
    index.get(key)?.as_slice().iter().find(|version| version.id == id).cloned()
}
