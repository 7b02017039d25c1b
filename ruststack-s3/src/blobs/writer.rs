//! Takes bytes as they arrive, hashes them on the way, and makes a blob of them at the end.

use std::{io::Write as _, sync::Arc};

use bytes::{Bytes, BytesMut};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Blob, BlobError, BlobStore, Place, directory::Directory, file::FileBlob, new_file::NewFile};
use crate::checksum::{Algorithm, Digests, Hasher};

/// How much is gathered before it is hashed and written to a file; two such buffers are in use at once. Bytes.
pub(super) const BATCH_SIZE: usize = 1024 * 1024;

/// Writes one blob; dropped before [`BlobWriter::finish`], it leaves nothing behind.
pub(crate) struct BlobWriter<'s> {
    store: &'s BlobStore,
    /// Bytes that were announced.
    expected: Option<u64>,
    /// Bytes taken so far.
    length: u64,
    buffer: BytesMut,
    target: Target,
}

/// What became of the bytes.
pub(crate) struct Written {
    pub(crate) blob: Blob,
    pub(crate) digests: Digests,
}

enum Target {
    Memory(Hasher),
    File(FileTarget),
}

/// A file being written by the blocking pool, one batch behind the network.
struct FileTarget(JoinHandle<Result<Progress, BlobError>>);

struct Progress {
    file: NewFile,
    hasher: Hasher,
    /// The last batch's buffer, for the next one.
    buffer: BytesMut,
}

impl<'s> BlobWriter<'s> {
    pub(super) fn new(store: &'s BlobStore, expected: Option<u64>, algorithms: &[Algorithm]) -> Self {
        let capacity = expected.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let capacity = capacity.min(store.gathered_size()).min(BATCH_SIZE);
        let target = Target::Memory(Hasher::new(algorithms));
        Self { store, expected, length: 0, buffer: BytesMut::with_capacity(capacity), target }
    }

    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        self.length += bytes.len() as u64;
        if matches!(self.target, Target::Memory(_)) && self.length > self.store.gathered_size() as u64 {
            self.move_to_file();
        }
        match &mut self.target {
            Target::Memory(hasher) => {
                hasher.update(&bytes);
                self.buffer.extend_from_slice(&bytes);
            }
            Target::File(_) => self.write_to_file(bytes).await?,
        }
        Ok(())
    }

    /// What was kept in memory so far was hashed already; it is written first.
    fn move_to_file(&mut self) {
        let hasher = std::mem::replace(&mut self.target, Target::Memory(Hasher::new(&[])));
        let Target::Memory(hasher) = hasher else { return };
        let (place, expected) = (self.store.place.clone(), self.expected.unwrap_or(self.length));
        let begun = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(BATCH_SIZE));
        self.target = Target::File(FileTarget(spawn_blocking(move || {
            let mut file = NewFile::create(&place, expected)?;
            file.append(&begun)?;
            Ok(Progress { file, hasher, buffer: BytesMut::with_capacity(BATCH_SIZE) })
        })));
    }

    async fn write_to_file(&mut self, mut bytes: Bytes) -> Result<(), BlobError> {
        while !bytes.is_empty() {
            let room = BATCH_SIZE - self.buffer.len();
            self.buffer.extend_from_slice(&bytes.split_to(room.min(bytes.len())));
            if self.buffer.len() == BATCH_SIZE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Hands the full buffer over when the one before is written, and goes on with that one.
    async fn flush(&mut self) -> Result<(), BlobError> {
        let Target::File(target) = &mut self.target else { return Ok(()) };
        let mut progress = (&mut target.0).await??;
        let batch = std::mem::replace(&mut self.buffer, std::mem::take(&mut progress.buffer));
        *target = FileTarget(spawn_blocking(move || progress.write(batch)));
        Ok(())
    }

    pub(crate) async fn finish(self) -> Result<Written, BlobError> {
        match self.target {
            Target::Memory(hasher) => {
                let digests = hasher.finish();
                Ok(Written { blob: self.store.keep(self.buffer).await?, digests })
            }
            Target::File(target) => {
                let (progress, batch) = (target.0.await??, self.buffer);
                spawn_blocking(move || progress.write(batch)?.finish()).await?
            }
        }
    }
}

impl BlobStore {
    /// A blob of bytes that were gathered in memory.
    async fn keep(&self, bytes: BytesMut) -> Result<Blob, BlobError> {
        match &self.place {
            Place::Durable(directory) if bytes.len() > self.max_memory_size => {
                let directory = Arc::clone(directory);
                Ok(Blob::File(spawn_blocking(move || write_gathered(&directory, &bytes)).await??))
            }
            // An exact copy where the buffer grew larger than its bytes: objects are kept for long.
            _ if bytes.capacity() == bytes.len() => Ok(Blob::Memory(bytes.freeze())),
            _ => Ok(Blob::Memory(Bytes::copy_from_slice(&bytes))),
        }
    }
}

/// Equal content is found before a file is made: that costs most of a small write.
fn write_gathered(directory: &Arc<Directory>, bytes: &[u8]) -> Result<FileBlob, BlobError> {
    let hash = blake3::hash(bytes);
    if let Some(content) = directory.find(&hash) {
        return Ok(FileBlob::kept(content));
    }
    let length = bytes.len() as u64;
    let mut file = directory.temporary_file()?;
    directory.space.check(directory.root(), length)?;
    file.as_file_mut().write_all(bytes)?;
    Ok(FileBlob::kept(directory.keep(file, hash, length)?))
}

impl Progress {
    fn write(mut self, mut batch: BytesMut) -> Result<Self, BlobError> {
        self.hasher.update(&batch);
        self.file.append(&batch)?;
        batch.clear();
        self.buffer = batch;
        Ok(self)
    }

    fn finish(self) -> Result<Written, BlobError> {
        Ok(Written { blob: Blob::File(self.file.finish()?), digests: self.hasher.finish() })
    }
}
