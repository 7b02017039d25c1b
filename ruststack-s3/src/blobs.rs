//! Object bytes: written once, in one pass, and then shared by handles.
//!
//! Small objects stay in memory, larger ones go to unlinked temporary files (`blobs/file.rs`). A multipart object is
//! the list of its parts' blobs, so that completing an upload copies nothing. A blob's bytes are freed when its last
//! handle drops.

mod file;
mod writer;

pub(crate) use writer::{BlobWriter, Written};

use std::{ops::Range, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use ruststack_core::body::{Body, BodyError};

use crate::{
    blobs::file::FileBlob,
    checksum::{Algorithm, Digests, Hasher},
};

/// Makes blobs.
#[derive(Debug)]
pub(crate) struct BlobStore {
    max_memory_size: usize,
    temporary_directory: PathBuf,
}

/// A handle to bytes that never change; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Blob {
    Memory(Bytes),
    File(FileBlob),
    /// One after the other, and none of them parts again; made by [`Blob::join`].
    Parts(Arc<[Blob]>),
}

impl Default for Blob {
    fn default() -> Self {
        Self::Memory(Bytes::new())
    }
}

impl BlobStore {
    pub(crate) fn new(max_memory_size: usize, temporary_directory: PathBuf) -> Self {
        Self { max_memory_size, temporary_directory }
    }

    /// A writer of bytes whose number may be known; it computes MD5 and the checksums of `algorithms` on the way.
    pub(crate) fn writer(&self, length: Option<u64>, algorithms: &[Algorithm]) -> BlobWriter<'_> {
        BlobWriter::new(self, length, algorithms)
    }
}

impl Blob {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(file) => file.len(),
            Self::Parts(parts) => parts.iter().map(Self::len).sum(),
        }
    }

    /// One blob of several; copies nothing. Parts of parts become parts, so that copies of copies nest no deeper.
    pub(crate) fn join(blobs: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for blob in blobs {
            match blob {
                Self::Parts(parts) => flat.extend_from_slice(&parts),
                one => flat.push(one),
            }
        }
        match flat.pop() {
            None => Self::default(),
            Some(only) if flat.is_empty() => only,
            Some(last) => {
                flat.push(last);
                Self::Parts(flat.into())
            }
        }
    }

    /// Reads the bytes for their MD5 and a checksum; writes nothing.
    pub(crate) async fn digests(self, algorithm: Algorithm) -> Result<Digests, BodyError> {
        let mut hasher = Hasher::new(&[algorithm]);
        let mut stream = self.into_stream();
        while let Some(bytes) = stream.next().await {
            hasher.update(&bytes?);
        }
        Ok(hasher.finish())
    }

    /// A handle to a part of the bytes; copies nothing.
    ///
    /// # Panics
    ///
    /// When the range reaches beyond the blob.
    pub(crate) fn slice(&self, range: Range<u64>) -> Self {
        match self {
            Self::Memory(bytes) => Self::Memory(bytes.slice(in_memory(range.start)..in_memory(range.end))),
            Self::File(file) => Self::File(file.slice(range)),
            Self::Parts(parts) => Self::join(slice_parts(parts, range)),
        }
    }

    /// The bytes as a response's body: streamed, unless they are in memory.
    pub(crate) fn into_body(self) -> Body {
        match self {
            Self::Memory(bytes) => bytes.into(),
            other => Body::stream(StreamBody::new(other.into_stream().map_ok(Frame::data))),
        }
    }

    /// The bytes, piece by piece.
    pub(crate) fn into_stream(self) -> stream::BoxStream<'static, Result<Bytes, BodyError>> {
        match self {
            Self::Memory(bytes) => stream::once(async { Ok(bytes) }).boxed(),
            Self::File(file) => file.into_stream().boxed(),
            Self::Parts(parts) => parts_stream(parts).boxed(),
        }
    }
}

fn in_memory(position: u64) -> usize {
    usize::try_from(position).expect("a blob in memory is addressable")
}

fn slice_parts(parts: &[Blob], range: Range<u64>) -> Vec<Blob> {
    let mut slices = Vec::new();
    let mut start = 0;
    for part in parts {
        let end = start + part.len();
        let (from, to) = (range.start.max(start), range.end.min(end));
        if from < to {
            slices.push(part.slice(from - start..to - start));
        }
        start = end;
    }
    slices
}

fn parts_stream(parts: Arc<[Blob]>) -> impl Stream<Item = Result<Bytes, BodyError>> + Send {
    let count = parts.len();
    stream::iter((0..count).map(move |index| parts[index].clone())).flat_map(Blob::into_stream)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn store(max_memory_size: usize) -> BlobStore {
        BlobStore::new(max_memory_size, std::env::temp_dir())
    }

    async fn write(store: &BlobStore, pieces: &[Vec<u8>]) -> Written {
        let mut writer = store.writer(None, &[Algorithm::Crc32]);
        for piece in pieces {
            writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        writer.finish().await.unwrap()
    }

    async fn read(blob: Blob) -> Vec<u8> {
        let body = blob.into_body().read(usize::MAX).await.unwrap();
        body.to_vec()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_slice_of_a_blob_is_a_slice_of_its_bytes(
            parts in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..4), 1..4),
            cut in any::<(prop::sample::Index, prop::sample::Index)>(),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let store = store(100);
                let mut blobs = Vec::new();
                for part in &parts {
                    blobs.push(write(&store, part).await.blob);
                }
                let whole: Vec<u8> = parts.concat().concat();
                let blob = Blob::join(blobs);
                assert_eq!(blob.len(), whole.len() as u64);
                let (one, other) = (cut.0.index(whole.len() + 1), cut.1.index(whole.len() + 1));
                let (start, end) = (one.min(other), one.max(other));
                assert_eq!(read(blob.slice(start as u64..end as u64)).await, whole[start..end]);
                assert_eq!(read(blob).await, whole);
            });
        }
    }

    #[test]
    fn a_blob_of_blobs_of_parts_is_a_list_of_these() {
        let piece = |text: &'static str| Blob::Memory(Bytes::from_static(text.as_bytes()));
        let inner = Blob::join([piece("a"), piece("b")]);
        let nested = Blob::join([piece("c"), inner.clone(), inner.slice(1..2)]);
        let Blob::Parts(parts) = &nested else { panic!("several pieces are parts") };
        assert_eq!((parts.len(), nested.len()), (4, 4));
        assert!(parts.iter().all(|part| matches!(part, Blob::Memory(_))));
        assert!(matches!(Blob::join([piece("a")]), Blob::Memory(_)));
        assert_eq!(Blob::join([]).len(), 0);
    }

    #[tokio::test]
    async fn bytes_and_digests_are_the_same_in_memory_and_in_files() {
        let pieces: Vec<_> = (0..40_u8).map(|number| vec![number; 100_000]).collect();
        let in_memory = write(&store(usize::MAX), &pieces).await;
        let in_file = write(&store(1000), &pieces).await;
        assert!(matches!((&in_memory.blob, &in_file.blob), (Blob::Memory(_), Blob::File(_))));
        assert_eq!(in_memory.digests.md5, in_file.digests.md5);
        assert_eq!(in_memory.digests.checksum(Algorithm::Crc32), in_file.digests.checksum(Algorithm::Crc32));
        assert_eq!(read(in_memory.blob).await, read(in_file.blob).await);
    }
}
