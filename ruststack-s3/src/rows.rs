//! What S3 keeps on the disk: buckets with their settings, versions, uploads, their parts, and what completions answered.
//!
//! Keys begin with the bucket's name, which holds no NUL. `rows/load.rs` reads the rows back.

mod described;
pub(crate) mod document;
pub(crate) mod frozen;
pub(crate) mod header_value;
pub(crate) mod headers;
pub(crate) mod load;

use ruststack_core::journal::{Changes, Refused, Rows, Table, key};
use serde::Serialize;

use crate::{
    bucket::{Bucket, Settings},
    error::S3Error,
    multipart::{Completed, Part, Upload},
    object::{Version, VersionId},
    rows::described::{BucketRow, PartRow, UploadRow, VersionRow},
};

pub(crate) static TABLES: &[&Table] =
    &[&BUCKETS, &VERSIONS, &UPLOADS, &PARTS, &COMPLETIONS, &REPLICATIONS, &NOTIFICATIONS, &SEQUENCERS];

/// By name. Since 2 with the bucket's policy, since 3 with tables of metadata and ABAC, since 4 with
/// notifications.
static BUCKETS: Table = Table::new("s3", "buckets", 4);
/// By bucket, key and version. Since 2 with owners that are not the bucket's, since 3 with the status of replication,
/// restorations and contexts of keys, since 4 with restorations that were told of.
static VERSIONS: Table = Table::new("s3", "versions", 4);
/// By bucket and upload. Since 2 and 3 as versions.
static UPLOADS: Table = Table::new("s3", "uploads", 3);
/// By bucket, upload and number.
static PARTS: Table = Table::new("s3", "parts", 1);
/// By bucket and upload.
static COMPLETIONS: Table = Table::new("s3", "completions", 1);
/// By bucket, key and version: what is still to be replicated.
static REPLICATIONS: Table = Table::new("s3", "replications", 1);
/// The outbox: what is still to be told.
pub(crate) static NOTIFICATIONS: Table = Table::new("s3", "notifications", 1);
/// One row: what the next process's sequencers begin above.
static SEQUENCERS: Table = Table::new("s3", "sequencers", 1);

const EVENTS: &[u8] = b"events";

pub(crate) fn put_bucket(rows: &mut Rows, bucket: &Bucket, settings: &Settings) {
    rows.put(&BUCKETS, bucket.name.clone().into(), &BucketRow::of(bucket, settings));
}

/// With all that is in it.
pub(crate) fn remove_bucket(rows: &mut Rows, name: &str) {
    rows.remove(&BUCKETS, name.into());
    for table in [&VERSIONS, &UPLOADS, &PARTS, &COMPLETIONS, &REPLICATIONS] {
        rows.remove_all(table, key([name.as_bytes(), b""]));
    }
}

pub(crate) fn put_version(rows: &mut Rows, bucket: &Bucket, key: &str, version: &Version) {
    let row = VersionRow::of(version, rows);
    rows.put(&VERSIONS, version_key(&bucket.name, key, version.id), &row);
}

pub(crate) fn remove_version(rows: &mut Rows, bucket: &Bucket, key: &str, id: VersionId) {
    rows.remove(&VERSIONS, version_key(&bucket.name, key, id));
}

pub(crate) fn put_upload(rows: &mut Rows, bucket: &Bucket, upload: &Upload) {
    let row = UploadRow::of(upload, rows);
    rows.put(&UPLOADS, upload_key(bucket, upload.id()), &row);
}

/// With its parts.
pub(crate) fn remove_upload(rows: &mut Rows, bucket: &Bucket, upload: &Upload) {
    rows.remove(&UPLOADS, upload_key(bucket, upload.id()));
    rows.remove_all(&PARTS, key([bucket.name.as_bytes(), upload.id().as_bytes(), b""]));
}

pub(crate) fn put_part(rows: &mut Rows, bucket: &Bucket, upload: &Upload, number: u16, part: &Part) {
    let key = key([bucket.name.as_bytes(), upload.id().as_bytes(), &number.to_be_bytes()]);
    let row = PartRow::of(part, rows);
    rows.put(&PARTS, key, &row);
}

pub(crate) fn put_completion(rows: &mut Rows, bucket: &Bucket, completed: &Completed) {
    rows.put(&COMPLETIONS, upload_key(bucket, &completed.upload_id), completed);
}

pub(crate) fn remove_completion(rows: &mut Rows, bucket: &Bucket, completed: &Completed) {
    rows.remove(&COMPLETIONS, upload_key(bucket, &completed.upload_id));
}

pub(crate) fn put_replication(rows: &mut Rows, bucket: &str, key: &str, id: VersionId) {
    rows.put(&REPLICATIONS, version_key(bucket, key, id), &());
}

pub(crate) fn remove_replication(rows: &mut Rows, bucket: &Bucket, key: &str, id: VersionId) {
    rows.remove(&REPLICATIONS, version_key(&bucket.name, key, id));
}

pub(crate) fn put_sequencer(rows: &mut Rows, reserved: u64) {
    rows.put(&SEQUENCERS, EVENTS.into(), &reserved);
}

/// An upload in progress that learned something.
pub(crate) fn record_upload(changes: &Changes, bucket: &Bucket, upload: &Upload) {
    changes.record(|rows| put_upload(rows, bucket, upload));
}

fn upload_key(bucket: &Bucket, upload_id: &str) -> Vec<u8> {
    key([bucket.name.as_bytes(), upload_id.as_bytes()])
}

/// Ends in 0 for the null version, and in its id and 1 for others.
fn version_key(bucket: &str, object_key: &str, id: VersionId) -> Vec<u8> {
    let mut bytes = key([bucket.as_bytes(), object_key.as_bytes()]);
    match id {
        VersionId::Null => bytes.push(0),
        VersionId::Id(id) => {
            bytes.extend(id);
            bytes.push(1);
        }
    }
    bytes
}

/// Bucket and what follows.
fn split_key(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

/// Key and version, from what follows the bucket.
fn split_version(rest: &[u8]) -> Option<(&str, VersionId)> {
    let (object_key, id) = match rest.split_last()? {
        (0, object_key) => (object_key, VersionId::Null),
        (1, rest) => {
            let (object_key, id) = rest.split_last_chunk()?;
            (object_key, VersionId::Id(*id))
        }
        _ => return None,
    };
    Some((std::str::from_utf8(object_key).ok()?, id))
}

impl From<Refused> for S3Error {
    fn from(_: Refused) -> Self {
        S3Error::ServiceUnavailable {}
    }
}

/// Whether a member goes without saying.
fn is_default<T: Default + PartialEq + Serialize>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_row_names_bucket_key_and_version() {
        for (name, id) in [("a", VersionId::Null), ("a\0\u{1}", VersionId::sealed([7; 24])), ("", VersionId::Null)] {
            let bytes = version_key("bucket", name, id);
            let (found, rest) = split_key(&bytes).unwrap();
            assert_eq!((found, split_version(rest)), ("bucket", Some((name, id))));
        }
        assert_eq!((split_key(b"bucket"), split_version(b""), split_version(b"a\x01")), (None, None, None));
    }
}
