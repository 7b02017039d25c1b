//! Takes bytes as they arrive, hashes them on the way, and makes a blob of them at the end.

use std::{fs::File, io, os::unix::fs::FileExt as _};

use bytes::{Bytes, BytesMut};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Blob, BlobStore, file::FileBlob};
use crate::checksum::{Algorithm, Digests, Hasher};

/// How much is gathered before it is hashed and written to a file; two such buffers are in use at once. Bytes.
const BATCH_SIZE: usize = 1024 * 1024;

/// Writes one blob; dropped before [`BlobWriter::finish`], it leaves nothing behind.
pub(crate) struct BlobWriter<'s> {
    store: &'s BlobStore,
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
struct FileTarget(JoinHandle<io::Result<Progress>>);

struct Progress {
    file: File,
    hasher: Hasher,
    written: u64,
    /// The last batch's buffer, for the next one.
    buffer: BytesMut,
}

impl<'s> BlobWriter<'s> {
    pub(super) fn new(store: &'s BlobStore, length: Option<u64>, algorithms: &[Algorithm]) -> Self {
        let expected = length.and_then(|length| usize::try_from(length).ok());
        let capacity = expected.unwrap_or(0).min(store.max_memory_size).min(BATCH_SIZE);
        let target = Target::Memory(Hasher::new(algorithms));
        Self { store, length: 0, buffer: BytesMut::with_capacity(capacity), target }
    }

    pub(crate) async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        self.length += bytes.len() as u64;
        if matches!(self.target, Target::Memory(_)) && self.length > self.store.max_memory_size as u64 {
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
        let (directory, begun) = (self.store.temporary_directory.clone(), std::mem::take(&mut self.buffer));
        self.buffer = BytesMut::with_capacity(BATCH_SIZE);
        self.target = Target::File(FileTarget(spawn_blocking(move || {
            let file = tempfile::tempfile_in(directory)?;
            file.write_all_at(&begun, 0)?;
            Ok(Progress { file, hasher, written: begun.len() as u64, buffer: BytesMut::with_capacity(BATCH_SIZE) })
        })));
    }

    async fn write_to_file(&mut self, mut bytes: Bytes) -> io::Result<()> {
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
    async fn flush(&mut self) -> io::Result<()> {
        let Target::File(target) = &mut self.target else { return Ok(()) };
        let mut progress = (&mut target.0).await??;
        let batch = std::mem::replace(&mut self.buffer, std::mem::take(&mut progress.buffer));
        *target = FileTarget(spawn_blocking(move || progress.write(batch)));
        Ok(())
    }

    pub(crate) async fn finish(mut self) -> io::Result<Written> {
        if matches!(self.target, Target::File(_)) {
            self.flush().await?;
        }
        match self.target {
            Target::Memory(hasher) => {
                // An exact copy where the buffer grew larger than its bytes: objects are kept for long.
                let is_exact = self.buffer.capacity() == self.buffer.len();
                let bytes = if is_exact { self.buffer.freeze() } else { Bytes::copy_from_slice(&self.buffer) };
                Ok(Written { blob: Blob::Memory(bytes), digests: hasher.finish() })
            }
            Target::File(target) => {
                let Progress { file, hasher, written, .. } = target.0.await??;
                Ok(Written { blob: Blob::File(FileBlob::new(file, written)), digests: hasher.finish() })
            }
        }
    }
}

impl Progress {
    fn write(mut self, mut batch: BytesMut) -> io::Result<Self> {
        self.hasher.update(&batch);
        self.file.write_all_at(&batch, self.written)?;
        self.written += batch.len() as u64;
        batch.clear();
        self.buffer = batch;
        Ok(self)
    }
}
