//! The values of rows. What most objects do not have is left out.

use std::sync::Arc;

use ruststack_core::{
    clock::Timestamp,
    journal::Rows,
    scope::{AccountId, Region},
};
use serde::{Deserialize, Serialize};

use super::is_default;
use crate::{
    acl::Acl,
    blobs::{Blob, BlobRef, BlobStore},
    bucket::{Bucket, Settings},
    checksum::{Algorithm, Checksum, Kind, Value},
    encryption::Encryption,
    metadata::Metadata,
    multipart::{Part, Position, Upload},
    object::{Content, ETag, Object, PartSummary, StorageClass, Version, VersionId},
    object_lock::Lock,
    replication::Status,
    restoration::Restoration,
    tags::Tags,
};

#[derive(Serialize, Deserialize)]
pub(super) struct BucketRow {
    region: Region,
    owner: AccountId,
    created: Timestamp,
    settings: Settings,
}

impl BucketRow {
    pub(super) fn of(bucket: &Bucket, settings: &Settings) -> Self {
        let Bucket { region, owner, created, .. } = bucket;
        Self { region: region.clone(), owner: *owner, created: *created, settings: settings.clone() }
    }

    pub(super) fn into_bucket(self, name: &str) -> Bucket {
        Bucket::new(name.to_owned(), self.region, self.owner, self.created, self.settings)
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct VersionRow {
    sequence: u64,
    modified: Timestamp,
    /// `None` for a delete marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<ObjectRow>,
}

impl VersionRow {
    pub(super) fn of(version: &Version, rows: &mut Rows) -> Self {
        let object = version.object().map(|object| ObjectRow::of(object, rows));
        Self { sequence: version.sequence, modified: version.last_modified, object }
    }

    pub(super) fn into_version(self, id: VersionId, blobs: &BlobStore) -> Version {
        let content = self.object.map_or(Content::DeleteMarker, |object| Content::Object(object.into_object(blobs)));
        Version { id, sequence: self.sequence, last_modified: self.modified, content }
    }
}

#[derive(Serialize, Deserialize)]
struct ObjectRow {
    size: u64,
    etag: ETag,
    blob: BlobRef,
    #[serde(default, skip_serializing_if = "is_default")]
    checksum: Option<Checksum>,
    #[serde(default, skip_serializing_if = "is_default")]
    tags: Tags,
    #[serde(default, skip_serializing_if = "is_default")]
    acl: Acl,
    #[serde(default, skip_serializing_if = "is_default")]
    storage_class: StorageClass,
    #[serde(default, skip_serializing_if = "is_default")]
    replication: Option<Status>,
    #[serde(default, skip_serializing_if = "is_default")]
    metadata: Option<Metadata>,
    #[serde(default, skip_serializing_if = "is_default")]
    encryption: Encryption,
    #[serde(default, skip_serializing_if = "is_default")]
    lock: Option<Box<Lock>>,
    #[serde(default, skip_serializing_if = "is_default")]
    restoration: Option<Box<Restoration>>,
    #[serde(default, skip_serializing_if = "is_default")]
    parts: Option<Vec<PartSummary>>,
}

impl ObjectRow {
    fn of(object: &Object, rows: &mut Rows) -> Self {
        Self {
            size: object.size,
            etag: object.etag,
            blob: reference(&object.blob, rows),
            checksum: object.checksum.clone(),
            tags: object.tags.clone(),
            acl: object.acl.clone(),
            storage_class: object.storage_class,
            replication: object.replication,
            metadata: object.metadata.as_deref().cloned(),
            encryption: object.encryption.clone(),
            lock: object.lock.clone(),
            restoration: object.restoration.clone(),
            parts: object.parts.as_ref().map(|parts| parts.to_vec()),
        }
    }

    fn into_object(self, blobs: &BlobStore) -> Object {
        Object {
            size: self.size,
            etag: self.etag,
            blob: open(blobs, &self.blob),
            checksum: self.checksum,
            tags: self.tags,
            acl: self.acl,
            storage_class: self.storage_class,
            replication: self.replication,
            metadata: self.metadata.map(Arc::new),
            encryption: self.encryption,
            lock: self.lock,
            restoration: self.restoration,
            parts: self.parts.map(Into::into),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct UploadRow {
    key: String,
    sequence: u64,
    initiated: Timestamp,
    #[serde(default, skip_serializing_if = "is_default")]
    initiator: Option<AccountId>,
    template: ObjectRow,
    algorithm: Option<Algorithm>,
    kind: Option<Kind>,
    key_was_written: bool,
    key_was_deleted: bool,
}

impl UploadRow {
    pub(super) fn of(upload: &Upload, rows: &mut Rows) -> Self {
        Self {
            key: upload.position.key.clone(),
            sequence: upload.position.sequence,
            initiated: upload.initiated,
            initiator: upload.initiator,
            template: ObjectRow::of(&upload.template, rows),
            algorithm: upload.algorithm,
            kind: upload.kind,
            key_was_written: upload.key_was_written(),
            key_was_deleted: upload.key_was_deleted(),
        }
    }

    pub(super) fn into_upload(self, upload_id: String, blobs: &BlobStore) -> Upload {
        let position = Position { key: self.key, sequence: self.sequence, upload_id };
        let upload = Upload::new(position, self.initiated, self.template.into_object(blobs), self.algorithm, self.kind);
        let upload = upload.begun_by(self.initiator);
        if self.key_was_written {
            upload.note_write();
        }
        if self.key_was_deleted {
            upload.note_deletion();
        }
        upload
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct PartRow {
    modified: Timestamp,
    #[serde(with = "serde_bytes")]
    md5: [u8; 16],
    blob: BlobRef,
    checksum: Option<Checksum>,
    combinable: Value,
}

impl PartRow {
    pub(super) fn of(part: &Part, rows: &mut Rows) -> Self {
        let Part { last_modified, etag, blob, checksum, combinable } = part;
        let (modified, blob) = (*last_modified, reference(blob, rows));
        Self { modified, md5: etag.md5, blob, checksum: checksum.clone(), combinable: combinable.clone() }
    }

    pub(super) fn into_part(self, blobs: &BlobStore) -> Part {
        let Self { modified, md5, blob, checksum, combinable } = self;
        Part { last_modified: modified, etag: ETag::of_md5(md5), blob: open(blobs, &blob), checksum, combinable }
    }
}

fn reference(blob: &Blob, rows: &mut Rows) -> BlobRef {
    if let Some(packing) = rows.snapshot() {
        return blob.hold(packing);
    }
    blob.reference().expect("bytes that outlive the process are in rows or in files of their own")
}

/// Objects whose files are damaged are there, and say so when they are read; the others are not harmed.
fn open(blobs: &BlobStore, reference: &BlobRef) -> Blob {
    blobs.open(reference).unwrap_or_else(|missing| {
        tracing::error!(cause = %missing, "an object's bytes are not there");
        missing.blob
    })
}
