//! A blob in an unlinked file, or a stretch of one.

use std::{fs::File, io, ops::Range, os::unix::fs::FileExt as _, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use ruststack_core::body::BodyError;
use tokio::task::{JoinHandle, spawn_blocking};

/// How much is read at once. Bytes.
const READ_SIZE: u64 = 256 * 1024;

/// A stretch of a file that is never written again.
#[derive(Clone, Debug)]
pub(crate) struct FileBlob {
    file: Arc<File>,
    start: u64,
    length: u64,
}

impl FileBlob {
    pub(super) fn new(file: File, length: u64) -> Self {
        Self { file: Arc::new(file), start: 0, length }
    }

    pub(super) fn len(&self) -> u64 {
        self.length
    }

    pub(super) fn slice(&self, range: Range<u64>) -> Self {
        assert!(range.start <= range.end && range.end <= self.length, "a slice lies inside its blob");
        let file = Arc::clone(&self.file);
        Self { file, start: self.start + range.start, length: range.end - range.start }
    }

    /// Reads ahead by one piece, so that disk and network overlap.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, BodyError>> + Send {
        let first = self.read_next();
        stream::try_unfold(first, |pending| async move {
            let Some(pending) = pending else { return Ok(None) };
            let (bytes, rest) = pending.await??;
            let next = rest.read_next();
            Ok(Some((bytes, next)))
        })
    }

    /// Begins to read the next piece; `None` at the end.
    fn read_next(self) -> Option<JoinHandle<io::Result<(Bytes, Self)>>> {
        (self.length > 0).then(|| spawn_blocking(move || self.read_piece()))
    }

    fn read_piece(mut self) -> io::Result<(Bytes, Self)> {
        let size = self.length.min(READ_SIZE);
        let mut piece = BytesMut::zeroed(usize::try_from(size).expect("pieces are small"));
        self.file.read_exact_at(&mut piece, self.start)?;
        self.start += size;
        self.length -= size;
        Ok((piece.freeze(), self))
    }
}
