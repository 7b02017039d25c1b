//! Buckets as they are at one instant: copies of handles, of which rows are made later.

use std::{collections::BTreeMap, ops::Bound, sync::Arc};

use ruststack_core::{journal::Rows, snapshot::Frozen};

use super::{put_bucket, put_completion, put_part, put_replication, put_sequencer, put_upload, put_version};
use crate::{
    bucket::Bucket,
    buckets::Buckets,
    multipart::{Completed, Part, Upload},
    notifications::Notifications,
    object::Version,
    replication::queue::Queue,
};

/// What waits for this are all changes: nothing is written yet.
pub(crate) fn freeze(buckets: &Buckets, replications: &Queue, notifications: &Notifications) -> Frozen {
    let buckets: Vec<_> = buckets.all().iter().filter(|bucket| bucket.exists()).map(|b| FrozenBucket::of(b)).collect();
    let replications = replications.entries();
    let (sequencer, waiting) = (notifications.sequencer.reserved(), notifications.outbox.freeze());
    Box::new(move |rows| {
        buckets.iter().for_each(|bucket| bucket.write(rows));
        replications.iter().for_each(|entry| put_replication(rows, &entry.bucket, &entry.key, entry.id));
        if sequencer > 0 {
            put_sequencer(rows, sequencer);
        }
        waiting(rows);
    })
}

struct FrozenBucket {
    /// Without objects and uploads.
    bucket: Bucket,
    versions: FrozenVersions,
    uploads: Vec<(Upload, BTreeMap<u16, Part>)>,
    completed: Vec<Arc<Completed>>,
}

/// Keys one after the other, for that is one allocation, and where each ends.
#[derive(Default)]
struct FrozenVersions {
    keys: String,
    versions: Vec<(usize, Arc<Version>)>,
}

impl FrozenBucket {
    fn of(bucket: &Bucket) -> Self {
        let Bucket { name, region, owner, created, .. } = bucket;
        let settings = bucket.settings.read().clone();
        let uploads = bucket.uploads.lock();
        Self {
            bucket: Bucket::new(name.clone(), region.clone(), *owner, *created, settings),
            versions: FrozenVersions::of(bucket),
            uploads: uploads.all().map(|upload| (upload.copy(), upload.parts.lock().clone())).collect(),
            completed: uploads.all_completed().cloned().collect(),
        }
    }

    fn write(&self, rows: &mut Rows) {
        put_bucket(rows, &self.bucket, &self.bucket.settings.read());
        for (key, version) in self.versions.iter() {
            put_version(rows, &self.bucket, key, version);
        }
        for (upload, parts) in &self.uploads {
            put_upload(rows, &self.bucket, upload);
            parts.iter().for_each(|(number, part)| put_part(rows, &self.bucket, upload, *number, part));
        }
        self.completed.iter().for_each(|completed| put_completion(rows, &self.bucket, completed));
    }
}

impl FrozenVersions {
    fn of(bucket: &Bucket) -> Self {
        let mut frozen = Self::default();
        for (key, versions) in bucket.objects.read().range(Bound::Unbounded) {
            frozen.keys.push_str(key);
            let end = frozen.keys.len();
            frozen.versions.extend(versions.as_slice().iter().map(|version| (end, Arc::clone(version))));
        }
        frozen
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Version)> {
        let (mut start, mut last_end) = (0, 0);
        self.versions.iter().map(move |(end, version)| {
            if *end != last_end {
                (start, last_end) = (last_end, *end);
            }
            (&self.keys[start..*end], &**version)
        })
    }
}
