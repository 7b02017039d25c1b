//! Uploads in parts: begun, filled in any order, completed once.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use ruststack_core::{clock::Timestamp, scope::AccountId};
use serde::{Deserialize, Serialize};

use crate::{
    acl::CanonicalUser,
    blobs::Blob,
    bucket::Bucket,
    checksum::{Algorithm, Checksum, Kind, Value},
    encryption::Encryption,
    error::S3Error,
    object::{ETag, Object, PartSummary},
};

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
pub(crate) const MAX_PART_NUMBER: u16 = 10_000;
/// Of all parts but the last. Bytes.
const MIN_PART_SIZE: u64 = 5 * 1024 * 1024;
/// Completed uploads that a bucket remembers, so that completing one again answers the same.
const MAX_REMEMBERED: usize = 1000;

/// A bucket's uploads in progress, ordered as they are listed.
#[derive(Default, Debug)]
pub(crate) struct Uploads {
    in_progress: BTreeMap<Position, Arc<Upload>>,
    completed: VecDeque<Arc<Completed>>,
    /// How many uploads were begun.
    begun: u64,
}

/// Keys in order, uploads of one key in the order in which they began.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Position {
    pub(crate) key: String,
    /// Rises with each upload of the bucket.
    pub(crate) sequence: u64,
    pub(crate) upload_id: String,
}

#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) position: Position,
    pub(crate) initiated: Timestamp,
    pub(crate) initiator: Option<AccountId>,
    /// All that the object will be but its bytes.
    pub(crate) template: Object,
    pub(crate) algorithm: Option<Algorithm>,
    /// Set when there is an algorithm.
    pub(crate) kind: Option<Kind>,
    pub(crate) parts: Mutex<BTreeMap<u16, Part>>,
    /// Held while the upload is completed or aborted, so that whoever comes second finds it ended.
    pub(crate) ending: Mutex<()>,
    /// The key was written since the upload began.
    key_was_written: AtomicBool,
    /// The key was deleted since the upload began.
    key_was_deleted: AtomicBool,
}

#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) last_modified: Timestamp,
    pub(crate) etag: ETag,
    pub(crate) blob: Blob,
    /// The checksum that the client chose, or that the upload's algorithm gives.
    pub(crate) checksum: Option<Checksum>,
    /// What the object's checksum is made of: of the upload's algorithm, or else CRC64NVME.
    pub(crate) combinable: Value,
}

/// A completed upload, as its answer showed it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Completed {
    /// That of its upload.
    pub(crate) sequence: u64,
    pub(crate) upload_id: String,
    pub(crate) key: String,
    pub(crate) parts: Vec<(u16, String)>,
    pub(crate) etag: ETag,
    pub(crate) checksum: Option<Checksum>,
    pub(crate) version_id: Option<String>,
    pub(crate) encryption: Encryption,
}

/// What a request to complete an upload comes upon.
pub(crate) enum Found {
    InProgress(Arc<Upload>),
    Completed(Arc<Completed>),
}

/// A part as the list of a completion names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NamedPart {
    pub(crate) number: u16,
    pub(crate) etag: String,
    pub(crate) checksums: Vec<(Algorithm, String)>,
}

impl Uploads {
    pub(crate) fn insert(&mut self, mut upload: Upload) -> Arc<Upload> {
        self.begun += 1;
        upload.position.sequence = self.begun;
        let upload = Arc::new(upload);
        self.in_progress.insert(upload.position.clone(), Arc::clone(&upload));
        upload
    }

    /// Adds one that was begun by an earlier process.
    pub(crate) fn restore(&mut self, upload: Upload) {
        self.begun = self.begun.max(upload.position.sequence);
        self.in_progress.insert(upload.position.clone(), Arc::new(upload));
    }

    pub(crate) fn restore_completed(&mut self, completed: Completed) {
        self.begun = self.begun.max(completed.sequence);
        let place = self.completed.partition_point(|other| other.sequence < completed.sequence);
        self.completed.insert(place, Arc::new(completed));
    }

    /// Whatever its key.
    pub(crate) fn of_id(&self, upload_id: &str) -> Option<Arc<Upload>> {
        self.all().find(|upload| upload.id() == upload_id).cloned()
    }

    pub(crate) fn find(&self, key: &str, upload_id: &str) -> Result<Arc<Upload>, S3Error> {
        let found = self.of_key(key).find(|upload| upload.position.upload_id == upload_id);
        found.cloned().ok_or_else(|| S3Error::NoSuchUpload { upload_id: upload_id.to_owned() })
    }

    /// The upload, or what its completion with the same parts answered.
    pub(crate) fn find_or_completed(&self, key: &str, upload_id: &str, parts: &[NamedPart]) -> Result<Found, S3Error> {
        match (self.find(key, upload_id), self.completed(key, upload_id, parts)) {
            (Ok(upload), _) => Ok(Found::InProgress(upload)),
            (Err(_), Some(completed)) => Ok(Found::Completed(completed)),
            (Err(error), None) => Err(error),
        }
    }

    pub(crate) fn remove(&mut self, upload: &Upload) -> Option<Arc<Upload>> {
        self.in_progress.remove(&upload.position)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Upload>> {
        self.in_progress.values()
    }

    /// The completions that are remembered, oldest first.
    pub(crate) fn all_completed(&self) -> impl Iterator<Item = &Arc<Completed>> {
        self.completed.iter()
    }

    fn of_key<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Arc<Upload>> {
        let first = Position { key: key.to_owned(), sequence: 0, upload_id: String::new() };
        self.in_progress.range(first..).map(|(_, upload)| upload).take_while(move |upload| upload.position.key == key)
    }

    /// Lets the uploads of a key know that it was deleted: their conditional completion is then a conflict. Gives back
    /// those that did not know.
    pub(crate) fn note_deletion<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Arc<Upload>> {
        self.of_key(key).filter(|upload| !upload.note_deletion())
    }

    /// The same for a key that was written.
    pub(crate) fn note_write<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Arc<Upload>> {
        self.of_key(key).filter(|upload| !upload.note_write())
    }

    /// Ends an upload whose object is there. Gives back the oldest completion when there are too many.
    pub(crate) fn complete(&mut self, upload: &Upload, completed: Arc<Completed>) -> Option<Arc<Completed>> {
        self.remove(upload);
        self.completed.push_back(completed);
        if self.completed.len() > MAX_REMEMBERED { self.completed.pop_front() } else { None }
    }

    /// The completion of this upload with the same parts, when there was one.
    fn completed(&self, key: &str, upload_id: &str, parts: &[NamedPart]) -> Option<Arc<Completed>> {
        let is_it = |completed: &&Arc<Completed>| {
            let named = parts.iter().map(|part| (part.number, part.etag.as_str()));
            completed.upload_id == upload_id
                && completed.key == key
                && named.eq(completed.parts.iter().map(|(number, etag)| (*number, etag.as_str())))
        };
        self.completed.iter().find(is_it).cloned()
    }
}

impl Upload {
    pub(crate) fn new(
        position: Position,
        initiated: Timestamp,
        template: Object,
        algorithm: Option<Algorithm>,
        kind: Option<Kind>,
    ) -> Self {
        let (key_was_written, key_was_deleted) = (AtomicBool::new(false), AtomicBool::new(false));
        Self {
            position,
            initiated,
            initiator: None,
            template,
            algorithm,
            kind,
            parts: Mutex::default(),
            ending: Mutex::default(),
            key_was_written,
            key_was_deleted,
        }
    }

    /// `None` is the bucket's owner.
    pub(crate) fn begun_by(mut self, initiator: Option<AccountId>) -> Self {
        self.initiator = initiator;
        self
    }

    /// As it is now, without its parts.
    pub(crate) fn copy(&self) -> Self {
        let (position, template) = (self.position.clone(), self.template.clone());
        let copy = Self::new(position, self.initiated, template, self.algorithm, self.kind);
        let copy = copy.begun_by(self.initiator);
        copy.key_was_written.store(self.key_was_written(), Ordering::Release);
        copy.key_was_deleted.store(self.key_was_deleted(), Ordering::Release);
        copy
    }

    pub(crate) fn id(&self) -> &str {
        &self.position.upload_id
    }

    /// Whether that was noted before.
    pub(crate) fn note_deletion(&self) -> bool {
        self.key_was_deleted.swap(true, Ordering::AcqRel)
    }

    /// Whether that was noted before.
    pub(crate) fn note_write(&self) -> bool {
        self.key_was_written.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn key_was_deleted(&self) -> bool {
        self.key_was_deleted.load(Ordering::Acquire)
    }

    pub(crate) fn key_was_written(&self) -> bool {
        self.key_was_written.load(Ordering::Acquire)
    }

    /// The object that these parts make; the blob is a list of theirs.
    pub(crate) fn assemble(&self, named: &[NamedPart]) -> Result<Object, S3Error> {
        let is_ascending = named.windows(2).all(|pair| pair[0].number < pair[1].number);
        if !is_ascending {
            return Err(S3Error::InvalidPartOrder { upload_id: self.id().to_owned() });
        }
        let parts = self.find_parts(named)?;
        self.check_sizes(&parts)?;
        let summaries = parts.iter().map(|(number, part)| PartSummary {
            number: *number,
            size: part.blob.len(),
            checksum: part.checksum.clone().filter(|_| self.kind == Some(Kind::Composite)),
        });
        let etags: Vec<_> = parts.iter().map(|(_, part)| part.etag.md5).collect();
        let blob = Blob::join(parts.iter().map(|(_, part)| part.blob.clone()));
        Ok(Object {
            size: blob.len(),
            etag: ETag::of_parts(&etags),
            blob,
            checksum: self.checksum(&parts),
            parts: Some(summaries.collect()),
            ..self.template.clone()
        })
    }

    fn find_parts(&self, named: &[NamedPart]) -> Result<Vec<(u16, Part)>, S3Error> {
        let parts = self.parts.lock();
        named.iter().map(|name| self.find_part(&parts, name).map(|part| (name.number, part))).collect()
    }

    fn find_part(&self, parts: &BTreeMap<u16, Part>, named: &NamedPart) -> Result<Part, S3Error> {
        let invalid = || {
            let etag = named.etag.trim_matches('"').to_owned();
            S3Error::InvalidPart { upload_id: self.id().to_owned(), number: named.number, etag }
        };
        let part = parts.get(&named.number).ok_or_else(invalid)?;
        if !part.etag.is_named_by(&named.etag) {
            return Err(invalid());
        }
        let Some(algorithm) = self.algorithm else {
            // Without an algorithm of the upload AWS knows no checksums of its parts.
            return if named.checksums.is_empty() { Ok(part.clone()) } else { Err(invalid()) };
        };
        let number = named.number;
        if named.checksums.is_empty() && self.kind == Some(Kind::Composite) {
            return Err(S3Error::ChecksumMissingForPart { algorithm: algorithm.lower_name(), number });
        }
        if let Some((other, _)) = named.checksums.iter().find(|(named, _)| *named != algorithm) {
            return Err(S3Error::BadPartChecksum { algorithm: other.lower_name(), number });
        }
        let is_right = |(_, value): &(Algorithm, String)| *value == part.combinable.to_string();
        if named.checksums.iter().all(is_right) { Ok(part.clone()) } else { Err(invalid()) }
    }

    fn check_sizes(&self, parts: &[(u16, Part)]) -> Result<(), S3Error> {
        let Some((_, but_last)) = parts.split_last() else { return Err(S3Error::NoParts {}) };
        let small = but_last.iter().find(|(_, part)| part.blob.len() < MIN_PART_SIZE);
        small.map_or(Ok(()), |(number, part)| {
            let (size, etag) = (part.blob.len(), part.etag.to_string());
            Err(S3Error::EntityTooSmall { size, limit: MIN_PART_SIZE, number: *number, etag })
        })
    }

    /// Of the upload's algorithm, or else CRC64NVME, which AWS cannot compute of what a customer's key encrypts.
    fn checksum(&self, parts: &[(u16, Part)]) -> Option<Checksum> {
        let default = || (!self.template.encryption.is_customers()).then_some(Algorithm::Crc64Nvme);
        let algorithm = self.algorithm.or_else(default)?;
        if self.kind == Some(Kind::Composite) {
            let values: Vec<_> = parts.iter().map(|(_, part)| part.combinable.clone()).collect();
            return Some(Checksum::composite(algorithm, &values));
        }
        Some(Checksum::combined(algorithm, parts.iter().map(|(_, part)| (part.combinable.clone(), part.blob.len()))))
    }
}

/// Who began an upload: unlike owners, initiators still have a display name.
pub(crate) fn initiator(bucket: &Bucket, upload: &Upload) -> s3s::dto::Initiator {
    let owner = upload.initiator.map_or_else(|| bucket.owner_id(), CanonicalUser::of_account).to_owner();
    s3s::dto::Initiator { display_name: Some("webfile".to_owned()), id: owner.id }
}

/// A part's number, as clients send it.
pub(crate) fn part_number(number: i32) -> Result<u16, S3Error> {
    let in_range = u16::try_from(number).ok().filter(|number| (1..=MAX_PART_NUMBER).contains(number));
    in_range.ok_or_else(|| S3Error::PartNumberInvalid { value: number.to_string() })
}
