//! Bytes that a snapshot holds beside its rows: they never change while they are held.

use std::{any::Any, fmt, fs::File, io, os::unix::fs::FileExt as _, path::PathBuf, sync::Arc};

use bytes::Bytes;

/// A handle to bytes, wherever they are; cheap to clone.
#[derive(Clone)]
pub enum Held {
    Memory(Bytes),
    /// A file that may have no name any more.
    Open {
        file: Arc<File>,
        length: u64,
    },
    /// A file with a name and nothing else in it.
    Named(NamedFile),
}

/// A file that is never written again, and that is there as long as this.
#[derive(Clone)]
pub struct NamedFile {
    pub path: PathBuf,
    pub hash: ContentHash,
    /// Bytes.
    pub length: u64,
    /// Keeps the file.
    pub keeper: Arc<dyn Any + Send + Sync>,
}

/// BLAKE3 of all the bytes.
pub type ContentHash = [u8; 32];

impl Held {
    /// Bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Open { length, .. } | Self::Named(NamedFile { length, .. }) => *length,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads them from the start, piece by piece. It blocks: not for async code.
    pub fn reader(&self) -> io::Result<HeldReader> {
        let source = match self {
            Self::Memory(bytes) => Source::Memory(bytes.clone()),
            Self::Open { file, .. } => Source::File(Arc::clone(file)),
            Self::Named(named) => Source::File(Arc::new(File::open(&named.path)?)),
        };
        Ok(HeldReader { source, position: 0, length: self.len() })
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(bytes) => write!(f, "Memory({} bytes)", bytes.len()),
            Self::Open { length, .. } => write!(f, "Open({length} bytes)"),
            Self::Named(named) => write!(f, "Named({}, {} bytes)", named.path.display(), named.length),
        }
    }
}

/// Reads held bytes.
pub struct HeldReader {
    source: Source,
    position: u64,
    length: u64,
}

enum Source {
    Memory(Bytes),
    File(Arc<File>),
}

impl io::Read for HeldReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length - self.position).unwrap_or(usize::MAX);
        let size = buffer.len().min(left);
        let buffer = &mut buffer[..size];
        match &self.source {
            Source::Memory(bytes) => {
                let start = usize::try_from(self.position).expect("what is in memory is addressable");
                buffer.copy_from_slice(&bytes[start..start + size]);
            }
            Source::File(file) => file.read_exact_at(buffer, self.position)?,
        }
        self.position += size as u64;
        Ok(size)
    }
}
