//! The task that ends restorations: it tells when an object can be read, and when its copy expired.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use ruststack_core::{
    background::{Waiting, Worker},
    clock::Timestamp,
    context::Context,
    service::Runtime,
};
use tokio::sync::{Notify, mpsc};

use super::Restoration;
use crate::{
    S3,
    background::context,
    bucket::Bucket,
    error::S3Error,
    index::ObjectIndex,
    notifications::event::Event,
    object::{Content, Version, VersionId},
    rows,
};

/// After which a disk that took nothing is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// What happens to restored objects, and when.
#[derive(Default)]
pub(crate) struct Schedule {
    /// By time, and in the order of their scheduling.
    due: Mutex<BTreeMap<(Timestamp, u64), Entry>>,
    pub(crate) worker: Worker,
    filled: Notify,
}

#[derive(Clone)]
struct Entry {
    bucket: String,
    key: String,
    id: VersionId,
}

impl Schedule {
    /// Looks at a version again when its restoration is done, and when it expires.
    pub(crate) fn add(&self, bucket: &str, key: &str, version: &Version) {
        let restoration = version.object().and_then(|object| object.restoration.as_deref());
        if let Some(restoration) = restoration {
            self.push(restoration.next(), Entry { bucket: bucket.to_owned(), key: key.to_owned(), id: version.id });
        }
    }

    fn push(&self, at: Timestamp, entry: Entry) {
        let mut due = self.due.lock();
        let number = due.last_key_value().map_or(0, |((_, number), _)| *number);
        // Two at the same time are told apart; which is first does not matter.
        let number = (number..).find(|number| !due.contains_key(&(at, *number))).unwrap_or_default();
        due.insert((at, number), entry);
        self.filled.notify_one();
    }

    fn next(&self) -> Option<Timestamp> {
        self.due.lock().first_key_value().map(|((at, _), _)| *at)
    }

    fn take(&self, now: Timestamp) -> Option<Entry> {
        let mut due = self.due.lock();
        let first = due.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}

pub(crate) async fn work(s3: Arc<S3>, runtime: Runtime, mut asked: mpsc::Receiver<Waiting>) {
    let mut waiting = None;
    loop {
        act(&s3, &runtime).await;
        drop(waiting.take());
        let next = s3.restorations.next();
        tokio::select! {
            () = s3.restorations.filled.notified() => {}
            () = runtime.clock.sleep_until(next.unwrap_or_default()), if next.is_some() => {}
            next = asked.recv() => match next {
                Some(next) => waiting = Some(next),
                None => return,
            },
        }
    }
}

/// Does what is due.
async fn act(s3: &S3, runtime: &Runtime) {
    while let Some(entry) = s3.restorations.take(runtime.clock.now()) {
        // A bucket that was deleted meanwhile needs no more.
        let Ok(bucket) = s3.buckets.get(&entry.bucket) else { continue };
        let ctx = context(runtime, &bucket);
        let ended = end(s3, &ctx, &bucket, &entry);
        let is_kept = ctx.changes().committed().await.is_ok();
        if !is_kept || matches!(ended, Err(S3Error::ServiceUnavailable {})) {
            tracing::warn!(bucket = entry.bucket, "a restoration waits: the disk takes nothing");
            s3.restorations.push(runtime.clock.now().plus(PAUSE), entry);
        }
    }
}

/// Tells that a restoration is done, or forgets one that expired.
fn end(s3: &S3, ctx: &Context, bucket: &Bucket, entry: &Entry) -> Result<(), S3Error> {
    let now = ctx.now();
    let mut index = bucket.objects_to_change(ctx.changes())?;
    let Some(before) = find(&index, entry) else { return Ok(()) };
    let mut version = Version::clone(&before);
    let Content::Object(object) = &mut version.content else { return Ok(()) };
    let Some(restoration) = object.restoration.as_deref_mut() else { return Ok(()) };
    let event = restoration.end(now);
    if event == Some(Event::ObjectRestoreDelete) {
        object.restoration = None;
    }
    let version = Arc::new(version);
    s3.restorations.add(&bucket.name, &entry.key, &version);
    if let Some(event) = event {
        index.replace(&entry.key, Arc::clone(&version));
        ctx.changes().record(|rows| rows::put_version(rows, bucket, &entry.key, &version));
        s3.notify(ctx, bucket, &event, &entry.key, &version);
    }
    Ok(())
}

impl Restoration {
    /// When there is something to tell of it.
    fn next(&self) -> Timestamp {
        if self.is_told { self.expires } else { self.done }
    }

    /// What is to be told of it now.
    fn end(&mut self, now: Timestamp) -> Option<Event> {
        match self {
            _ if now < self.next() => None,
            Self { is_told: false, expires, .. } => {
                let event = Event::ObjectRestoreCompleted { expires: *expires };
                self.is_told = true;
                Some(event)
            }
            _ => Some(Event::ObjectRestoreDelete),
        }
    }
}

fn find(index: &ObjectIndex, entry: &Entry) -> Option<Arc<Version>> {
    index.get(&entry.key)?.as_slice().iter().find(|version| version.id == entry.id).cloned()
}
