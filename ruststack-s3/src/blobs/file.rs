//! A blob in a file, or a stretch of one: an unlinked file, or a content of the data directory.

use std::{fs::File, ops::Range, os::unix::fs::FileExt as _, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use ruststack_core::snapshot::{held::Held, packed::Packing};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{BlobError, directory::Content, error::Damage, reference::BlobRef};

/// How much is read at once. Bytes.
const READ_SIZE: u64 = 256 * 1024;
/// Files up to this size are compared with their hash when they are read whole: it costs little beside the answer, and
/// nothing was sent yet. Bytes.
const COMPARED_SIZE: u64 = 64 * 1024;

/// A stretch of a file that is never written again.
#[derive(Clone, Debug)]
pub(crate) struct FileBlob {
    source: Source,
    start: u64,
    length: u64,
}

#[derive(Clone, Debug)]
enum Source {
    Unlinked(Arc<File>),
    Kept(Arc<Content>),
}

/// A piece of a stretch, and what follows it.
type Piece = (Bytes, FileBlob);

impl FileBlob {
    pub(super) fn unlinked(file: Arc<File>, length: u64) -> Self {
        Self { source: Source::Unlinked(file), start: 0, length }
    }

    pub(super) fn kept(content: Arc<Content>) -> Self {
        let length = content.length;
        Self { source: Source::Kept(content), start: 0, length }
    }

    pub(super) fn len(&self) -> u64 {
        self.length
    }

    pub(super) fn slice(&self, range: Range<u64>) -> Self {
        assert!(range.start <= range.end && range.end <= self.length, "a slice lies inside its blob");
        let source = self.source.clone();
        Self { source, start: self.start + range.start, length: range.end - range.start }
    }

    /// `None` for what ends with the process.
    pub(super) fn reference(&self) -> Option<BlobRef> {
        let Source::Kept(content) = &self.source else { return None };
        let range = self.start..self.start + self.length;
        Some(BlobRef::Stored { hash: content.hash.into(), length: content.length, range })
    }

    /// `None` for what ends with the process.
    pub(super) fn hash(&self) -> Option<blake3::Hash> {
        match &self.source {
            Source::Unlinked(_) => None,
            Source::Kept(content) => Some(content.hash),
        }
    }

    /// What a snapshot's row says of it; the snapshot holds the whole file.
    pub(super) fn hold(&self, packing: &mut Packing) -> BlobRef {
        let number = match &self.source {
            Source::Unlinked(file) => packing.hold((Arc::as_ptr(file).addr(), 0), || {
                let length = file.metadata().map_or(self.start + self.length, |found| found.len());
                Held::Open { file: Arc::clone(file), length }
            }),
            Source::Kept(content) => packing.hold((Arc::as_ptr(content).addr(), 0), || content.hold()),
        };
        BlobRef::Held { number, range: self.start..self.start + self.length }
    }

    pub(super) fn check(&self) -> Result<(), Damage> {
        match &self.source {
            Source::Unlinked(_) => Ok(()),
            Source::Kept(content) => content.check(),
        }
    }

    /// Reads ahead by one piece, so that disk and network overlap.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, BlobError>> + Send {
        let first = self.read_next();
        stream::try_unfold(first, |pending| async move {
            let Some(pending) = pending else { return Ok(None) };
            let (bytes, rest) = pending.await??;
            let next = rest.read_next();
            Ok(Some((bytes, next)))
        })
    }

    /// The first piece, read, and the rest.
    pub(super) async fn read_first(self) -> Result<Piece, BlobError> {
        match self.clone().read_next() {
            Some(pending) => pending.await?,
            None => Ok((Bytes::new(), self)),
        }
    }

    /// Begins to read the next piece; `None` at the end.
    fn read_next(self) -> Option<JoinHandle<Result<Piece, BlobError>>> {
        (self.length > 0).then(|| spawn_blocking(move || self.read_piece()))
    }

    fn read_piece(mut self) -> Result<Piece, BlobError> {
        let size = self.length.min(READ_SIZE);
        let mut piece = BytesMut::zeroed(usize::try_from(size).expect("pieces are small"));
        self.source.read(&mut piece, self.start)?;
        self.start += size;
        self.length -= size;
        Ok((piece.freeze(), self))
    }
}

impl Source {
    fn read(&self, piece: &mut [u8], start: u64) -> Result<(), BlobError> {
        match self {
            Self::Unlinked(file) => file.read_exact_at(piece, start)?,
            Self::Kept(content) => {
                content.file()?.read_exact_at(piece, start)?;
                if content.length <= COMPARED_SIZE && piece.len() as u64 == content.length {
                    content.compare(blake3::hash(piece))?;
                }
            }
        }
        Ok(())
    }
}
