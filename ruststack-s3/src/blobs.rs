//! Object bytes: written once, in one pass, and then shared by handles.
//!
//! Without a data directory small objects stay in memory and larger ones go to unlinked temporary files. With one they
//! go to files named for their content (`blobs/directory.rs`), but for the smallest, which the rows hold. A multipart
//! object is the list of its parts' blobs, so that completing an upload copies nothing. A blob's bytes are freed when
//! its last handle drops.

mod directory;
#[cfg(test)]
mod durability_tests;
mod error;
mod file;
mod held;
mod new_file;
mod reference;
mod removal;
mod space;
mod sweep;
mod verify;
mod writer;

pub(crate) use error::{BlobError, MissingBlob};
pub(crate) use reference::BlobRef;
pub(crate) use removal::Barrier;
pub(crate) use sweep::Swept;
pub(crate) use verify::Verified;
pub(crate) use writer::{BlobWriter, Written};

use std::{ops::Range, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use ruststack_core::body::Body;
use tokio::task::spawn_blocking;

use crate::{
    blobs::{directory::Directory, error::Damage, file::FileBlob, held::Lent, writer::BATCH_SIZE},
    checksum::{Algorithm, Digests, Hasher},
    config::Config,
};

/// Durable bytes up to this number are in the row that tells of them, and in memory. Bytes.
const INLINE_LIMIT: usize = 4 * 1024;

/// Makes blobs.
#[derive(Debug)]
pub(crate) struct BlobStore {
    /// Of the blobs that are kept in memory. Bytes.
    max_memory_size: usize,
    place: Place,
    /// While the rows of a snapshot are loaded.
    lent: Lent,
}

/// Where the larger blobs are.
#[derive(Clone, Debug)]
enum Place {
    /// In unlinked files of this folder.
    Temporary(PathBuf),
    Durable(Arc<Directory>),
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
    pub(crate) fn of(config: &Config) -> Self {
        match &config.data {
            Some(data) => {
                let place = Place::Durable(Directory::new(data));
                Self { max_memory_size: INLINE_LIMIT, place, lent: Lent::default() }
            }
            None => {
                let place = Place::Temporary(config.temporary_directory.clone());
                Self { max_memory_size: config.max_memory_object_size, place, lent: Lent::default() }
            }
        }
    }

    /// A writer of bytes whose number may be known; it computes MD5 and the checksums of `algorithms` on the way.
    pub(crate) fn writer(&self, length: Option<u64>, algorithms: &[Algorithm]) -> BlobWriter<'_> {
        BlobWriter::new(self, length, algorithms)
    }

    /// What is gathered in memory before a file is begun. Bytes.
    fn gathered_size(&self) -> usize {
        match self.place {
            Place::Temporary(_) => self.max_memory_size,
            Place::Durable(_) => BATCH_SIZE,
        }
    }

    /// The blob that a row tells of. Whether its files are there [`BlobStore::sweep`] looks.
    pub(crate) fn open(&self, reference: &BlobRef) -> Result<Blob, MissingBlob> {
        let mut damage = None;
        let blob = self.open_all(reference, &mut damage);
        match damage {
            None => Ok(blob),
            Some(damage) => Err(MissingBlob { damage, blob }),
        }
    }

    fn open_all(&self, reference: &BlobRef, damage: &mut Option<Damage>) -> Blob {
        match (reference, &self.place) {
            (BlobRef::Inline(bytes), _) => Blob::Memory(bytes.clone()),
            (BlobRef::Held { number, range }, _) => self.open_held(*number, range),
            (BlobRef::Stored { .. }, _) if self.lent.is_in_use() => self.lent.refuse(&"it refers to another's files"),
            (BlobRef::Stored { hash, length, range }, Place::Durable(directory)) => {
                Blob::File(FileBlob::kept(directory.open((*hash).into(), *length)).slice(range.clone()))
            }
            (BlobRef::Stored { hash, length, .. }, Place::Temporary(_)) => {
                *damage = Some(Damage { hash: (*hash).into(), expected: *length, found: None });
                Blob::default()
            }
            (BlobRef::Parts(parts), _) => Blob::join(parts.iter().map(|part| self.open_all(part, damage))),
        }
    }

    /// Files are removed only when this lets pass. Set it before [`BlobStore::sweep`].
    pub(crate) fn remove_after(&self, barrier: Barrier) {
        if let Place::Durable(directory) = &self.place {
            directory.removals.wait_for(barrier);
        }
    }

    /// Call it when every row was opened: removes what none told of, and logs what one told of and is gone. Until then
    /// no file is removed.
    pub(crate) async fn sweep(&self) -> Result<Swept, BlobError> {
        let Place::Durable(directory) = &self.place else { return Ok(Swept::default()) };
        let sweeping = Arc::clone(directory);
        let swept = spawn_blocking(move || sweeping.sweep()).await??;
        let Swept { kept, removed, removed_bytes, temporary, missing } = swept;
        tracing::info!(kept, removed, removed_bytes, temporary, missing, "object files swept");
        directory.begin_removing();
        Ok(swept)
    }
}

impl Blob {
    /// What a row says of a blob that outlives the process; `None` for others.
    pub(crate) fn reference(&self) -> Option<BlobRef> {
        match self {
            Self::Memory(bytes) => Some(BlobRef::Inline(bytes.clone())),
            Self::File(file) => file.reference(),
            Self::Parts(parts) => parts.iter().map(Self::reference).collect::<Option<_>>().map(BlobRef::Parts),
        }
    }

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
    pub(crate) async fn digests(self, algorithm: Algorithm) -> Result<Digests, BlobError> {
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
            // An empty blob holds no file.
            _ if range.is_empty() && range.end <= self.len() => Self::default(),
            Self::Memory(bytes) => Self::Memory(bytes.slice(in_memory(range.start)..in_memory(range.end))),
            Self::File(file) => Self::File(file.slice(range)),
            Self::Parts(parts) => Self::join(slice_parts(parts, range)),
        }
    }

    /// The bytes as a response's body: streamed, unless they are few. Files that are gone or too short are noticed
    /// before the head of the answer is sent.
    pub(crate) async fn into_body(self) -> Result<Body, BlobError> {
        let stream = match self {
            Self::Memory(bytes) => return Ok(bytes.into()),
            Self::File(file) => {
                let (first, rest) = file.read_first().await?;
                if rest.len() == 0 {
                    return Ok(first.into());
                }
                stream::once(async { Ok(first) }).chain(rest.into_stream()).boxed()
            }
            Self::Parts(parts) => {
                let checked = Arc::clone(&parts);
                spawn_blocking(move || checked.iter().try_for_each(Self::check)).await??;
                parts_stream(parts).boxed()
            }
        };
        Ok(Body::stream(StreamBody::new(stream.map_ok(Frame::data))))
    }

    /// Whether its files are there.
    fn check(&self) -> Result<(), Damage> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::File(file) => file.check(),
            Self::Parts(parts) => parts.iter().try_for_each(Self::check),
        }
    }

    /// The bytes, piece by piece.
    pub(crate) fn into_stream(self) -> stream::BoxStream<'static, Result<Bytes, BlobError>> {
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

fn parts_stream(parts: Arc<[Blob]>) -> impl Stream<Item = Result<Bytes, BlobError>> + Send {
    let count = parts.len();
    stream::iter((0..count).map(move |index| parts[index].clone())).flat_map(Blob::into_stream)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn store(max_memory_size: usize) -> BlobStore {
        BlobStore { max_memory_size, place: Place::Temporary(std::env::temp_dir()), lent: Lent::default() }
    }

    async fn write(store: &BlobStore, pieces: &[Vec<u8>]) -> Written {
        let mut writer = store.writer(None, &[Algorithm::Crc32]);
        for piece in pieces {
            writer.write(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        writer.finish().await.unwrap()
    }

    async fn read(blob: Blob) -> Vec<u8> {
        let body = blob.into_body().await.unwrap().read(usize::MAX).await.unwrap();
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
