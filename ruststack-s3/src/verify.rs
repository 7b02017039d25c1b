//! Says of damaged files which objects they are.

use std::collections::HashMap;

use blake3::Hash;

use crate::{
    S3,
    blobs::{Blob, BlobError, Verified},
    bucket::Bucket,
};

pub(crate) fn verify(s3: &S3, tell: &mut dyn FnMut(String)) -> Option<String> {
    let Verified { files, unreferenced, damaged } = s3.blobs.verify()?;
    if !damaged.is_empty() {
        s3.buckets.all().iter().for_each(|bucket| name_damaged(bucket, &damaged, tell));
    }
    Some(format!("{files} files of objects, {unreferenced} more that nothing refers to"))
}

fn name_damaged(bucket: &Bucket, damaged: &HashMap<Hash, BlobError>, tell: &mut dyn FnMut(String)) {
    let name = &bucket.name;
    let causes = |blob: &Blob| blob.hashes().into_iter().filter_map(|hash| damaged.get(&hash)).next();
    for (key, versions) in bucket.objects.read().range(std::ops::Bound::Unbounded) {
        for version in versions.as_slice() {
            if let Some(cause) = version.object().and_then(|object| causes(&object.blob)) {
                tell(format!("s3://{name}/{key}, version {}: {cause}", version.id));
            }
        }
    }
    for upload in bucket.uploads.lock().all() {
        for (number, part) in &*upload.parts.lock() {
            if let Some(cause) = causes(&part.blob) {
                tell(format!("s3://{name}/{}, part {number} of upload {}: {cause}", upload.position.key, upload.id()));
            }
        }
    }
}
