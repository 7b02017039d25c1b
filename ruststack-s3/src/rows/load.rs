//! Rows into memory, before the first request.

use std::sync::Arc;

use ruststack_core::journal::{LoadError, Reader, Table, load, load_many};

use super::{
    BUCKETS, COMPLETIONS, PARTS, REPLICATIONS, SEQUENCERS, UPLOADS, VERSIONS,
    described::{BucketRow, PartRow, UploadRow, VersionRow},
    split_key, split_version,
};
use crate::{
    S3,
    bucket::Bucket,
    buckets::Buckets,
    index::ObjectIndex,
    multipart::{Completed, Upload},
    replication::queue::Entry,
};

pub(crate) fn load_all(reader: &dyn Reader, s3: &S3) -> Result<(), LoadError> {
    let buckets = &s3.buckets;
    load(reader, &BUCKETS, |key, row: BucketRow| {
        let name = std::str::from_utf8(key).map_err(|error| LoadError::broken(&BUCKETS, key, error))?;
        let bucket = row.into_bucket(name);
        if bucket.settings.read().configurations.logging.is_some() {
            s3.access_log.switch_on();
        }
        if bucket.settings.read().configurations.notifies() {
            s3.notifications.switch_on();
        }
        buckets.restore(bucket);
        Ok(())
    })?;
    load_versions(reader, s3)?;
    load_uploads(reader, s3)?;
    load_replications(reader, s3)?;
    load(reader, &SEQUENCERS, |_, reserved: u64| {
        s3.notifications.sequencer.skip_to(reserved);
        Ok(())
    })?;
    s3.notifications.outbox.load(reader)
}

fn load_replications(reader: &dyn Reader, s3: &S3) -> Result<(), LoadError> {
    load(reader, &REPLICATIONS, |key, (): ()| {
        let (bucket, rest) = split_key(key).ok_or_else(|| no_key(&REPLICATIONS, key))?;
        let (object_key, id) = split_version(rest).ok_or_else(|| no_key(&REPLICATIONS, key))?;
        s3.replications.restore(Entry { bucket: bucket.to_owned(), key: object_key.to_owned(), id });
        Ok(())
    })
}

/// Rows come bucket by bucket.
fn load_versions(reader: &dyn Reader, s3: &S3) -> Result<(), LoadError> {
    let mut placed = load_many(reader, &VERSIONS, |key, row: VersionRow| {
        let (_, rest) = split_key(key).ok_or_else(|| no_key(&VERSIONS, key))?;
        let (object_key, id) = split_version(rest).ok_or_else(|| no_key(&VERSIONS, key))?;
        let version = row.into_version(id, &s3.blobs);
        Ok((bucket(&s3.buckets, &VERSIONS, key)?, Box::from(object_key), Arc::new(version)))
    })?
    .peekable();
    while let Some(bucket) = placed.peek().map(|(bucket, ..)| Arc::clone(bucket)) {
        let of_bucket = std::iter::from_fn(|| placed.next_if(|(next, ..)| Arc::ptr_eq(next, &bucket)));
        let versions: Vec<_> = of_bucket.map(|(_, key, version)| (key, version)).collect();
        let last = versions.iter().map(|(_, version)| version.sequence).max();
        last.into_iter().for_each(|sequence| s3.version_ids.skip_to(sequence));
        versions.iter().for_each(|(key, version)| s3.restorations.add(&bucket.name, key, version));
        *bucket.objects.write() = ObjectIndex::of_versions(versions);
    }
    Ok(())
}

fn load_uploads(reader: &dyn Reader, s3: &S3) -> Result<(), LoadError> {
    let (buckets, blobs) = (&s3.buckets, &s3.blobs);
    load(reader, &UPLOADS, |key, row: UploadRow| {
        let bucket = bucket(buckets, &UPLOADS, key)?;
        bucket.uploads.lock().restore(row.into_upload(upload_id(&UPLOADS, key)?, blobs));
        Ok(())
    })?;
    // Rows come upload by upload.
    let mut last: Option<(Arc<Bucket>, Arc<Upload>)> = None;
    load(reader, &PARTS, |key, row: PartRow| {
        let (rest, number) = key.split_last_chunk().ok_or_else(|| no_key(&PARTS, key))?;
        let upload_id = upload_id(&PARTS, &rest[..rest.len().saturating_sub(1)])?;
        let bucket = bucket(buckets, &PARTS, key)?;
        let (_, upload) = match last.take() {
            Some(found) if Arc::ptr_eq(&found.0, &bucket) && found.1.id() == upload_id => last.insert(found),
            _ => {
                let upload = bucket.uploads.lock().of_id(&upload_id);
                let upload = upload.ok_or_else(|| LoadError::broken(&PARTS, key, "it is a part of no upload"))?;
                last.insert((bucket, upload))
            }
        };
        upload.parts.lock().insert(u16::from_be_bytes(*number), row.into_part(blobs));
        Ok(())
    })?;
    load(reader, &COMPLETIONS, |key, completed: Completed| {
        bucket(buckets, &COMPLETIONS, key)?.uploads.lock().restore_completed(completed);
        Ok(())
    })
}

fn bucket(buckets: &Buckets, table: &Table, key: &[u8]) -> Result<Arc<Bucket>, LoadError> {
    let (name, _) = split_key(key).ok_or_else(|| no_key(table, key))?;
    buckets.get(name).map_err(|_| LoadError::broken(table, key, "its bucket is not there"))
}

fn upload_id(table: &Table, key: &[u8]) -> Result<String, LoadError> {
    let (_, id) = split_key(key).ok_or_else(|| no_key(table, key))?;
    String::from_utf8(id.to_vec()).map_err(|error| LoadError::broken(table, key, error))
}

fn no_key(table: &Table, key: &[u8]) -> LoadError {
    LoadError::broken(table, key, "this is no key")
}
