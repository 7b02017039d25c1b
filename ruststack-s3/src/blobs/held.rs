//! Blobs and snapshots: what a snapshot holds of them, and blobs of what one holds.

use std::{
    io::{self, Read as _},
    ops::Range,
    sync::Arc,
};

use parking_lot::Mutex;
use ruststack_core::{
    journal::{LoadError, Reader},
    snapshot::{held::Held, packed::Packing},
};

use super::{
    Blob, BlobError, BlobRef, BlobStore, INLINE_LIMIT, Place, file::FileBlob, new_file::NewFile, writer::BATCH_SIZE,
};

/// What rows refer to by number, while those of a snapshot are loaded.
#[derive(Default, Debug)]
pub(super) struct Lent(Mutex<Option<Loan>>);

#[derive(Debug)]
struct Loan {
    held: Arc<[Held]>,
    /// The first thing that was wrong.
    wrong: Option<String>,
}

impl Lent {
    pub(super) fn is_in_use(&self) -> bool {
        self.0.lock().is_some()
    }

    /// Notes why the snapshot cannot be loaded.
    pub(super) fn refuse(&self, cause: &dyn std::fmt::Display) -> Blob {
        if let Some(loan) = &mut *self.0.lock() {
            loan.wrong.get_or_insert_with(|| cause.to_string());
        }
        Blob::default()
    }

    fn find(&self, number: u32) -> Option<Held> {
        self.0.lock().as_ref()?.held.get(number as usize).cloned()
    }
}

/// Until it is dropped, rows of a snapshot can be opened.
pub(crate) struct Borrowed<'s>(&'s Lent);

impl Borrowed<'_> {
    /// Refuses a snapshot whose rows refer to what it does not hold.
    pub(crate) fn check(&self) -> Result<(), LoadError> {
        let wrong = self.0.0.lock().as_mut().and_then(|loan| loan.wrong.take());
        wrong.map_or(Ok(()), |cause| Err(LoadError(format!("a row of the snapshot cannot be used: {cause}"))))
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        *self.0.0.lock() = None;
    }
}

impl BlobStore {
    /// What a reader's rows refer to by number.
    pub(crate) fn borrow(&self, reader: &dyn Reader) -> Borrowed<'_> {
        *self.lent.0.lock() = reader.held().map(|held| Loan { held, wrong: None });
        Borrowed(&self.lent)
    }

    pub(super) fn open_held(&self, number: u32, range: &Range<u64>) -> Blob {
        let Some(held) = self.lent.find(number) else {
            return self.lent.refuse(&"it refers to bytes that are not there");
        };
        if range.start > range.end || range.end > held.len() {
            return self.lent.refuse(&"it refers to more bytes than there are");
        }
        match self.adopt(&held) {
            Ok(blob) => blob.slice(range.clone()),
            Err(error) => self.lent.refuse(&error),
        }
    }

    /// A blob of the same bytes, which are copied only if this store keeps such elsewhere.
    fn adopt(&self, held: &Held) -> Result<Blob, BlobError> {
        match (held, &self.place) {
            (Held::Memory(bytes), Place::Temporary(_)) => Ok(Blob::Memory(bytes.clone())),
            (Held::Open { file, length }, Place::Temporary(_)) => {
                Ok(Blob::File(FileBlob::unlinked(Arc::clone(file), *length)))
            }
            (Held::Named(named), Place::Durable(directory)) => Ok(Blob::File(FileBlob::kept(directory.adopt(named)?))),
            _ => self.copy(held),
        }
    }

    fn copy(&self, held: &Held) -> Result<Blob, BlobError> {
        let (mut reader, mut file) = (held.reader()?, NewFile::create(&self.place, held.len())?);
        let mut buffer = vec![0; BATCH_SIZE];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(Blob::File(file.finish()?)),
                Ok(size) => file.append(&buffer[..size])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Blob {
    /// What a snapshot's row says of it: the snapshot holds the bytes, unless they are so few that the row does.
    pub(crate) fn hold(&self, packing: &mut Packing) -> BlobRef {
        match self {
            Self::Memory(bytes) if bytes.len() <= INLINE_LIMIT => BlobRef::Inline(bytes.clone()),
            Self::Memory(bytes) => {
                let identity = (bytes.as_ptr().addr(), bytes.len());
                let number = packing.hold(identity, || Held::Memory(bytes.clone()));
                BlobRef::Held { number, range: 0..bytes.len() as u64 }
            }
            Self::File(file) => file.hold(packing),
            Self::Parts(parts) => BlobRef::Parts(parts.iter().map(|part| part.hold(packing)).collect()),
        }
    }
}
