//! How much room the file system has left, and how much of it is not for objects.

use std::{io, path::Path};

use super::BlobError;

/// Refuses writes that would use up the reserve, which is for what records them.
#[derive(Debug)]
pub(super) struct Space {
    /// Bytes.
    reserve: u64,
    /// What tests say is free. Bytes.
    #[cfg(test)]
    pub(super) pretended: std::sync::atomic::AtomicU64,
}

impl Space {
    pub(super) fn with_reserve(reserve: u64) -> Self {
        Self {
            reserve,
            #[cfg(test)]
            pretended: u64::MAX.into(),
        }
    }

    /// Whether `size` more bytes may be written to `directory`'s file system.
    pub(super) fn check(&self, directory: &Path, size: u64) -> Result<(), BlobError> {
        let free = self.free(directory)?;
        if free >= size.saturating_add(self.reserve) {
            return Ok(());
        }
        let text = format!("{size} more bytes, where {free} are free and {} are reserved", self.reserve);
        Err(BlobError::NoSpace(io::Error::new(io::ErrorKind::StorageFull, text)))
    }

    /// What an ordinary user may still write. Bytes.
    fn free(&self, directory: &Path) -> Result<u64, BlobError> {
        let system = rustix::fs::statvfs(directory).map_err(io::Error::from)?;
        let free = system.f_bavail.saturating_mul(system.f_frsize);
        #[cfg(test)]
        let free = free.min(self.pretended.load(std::sync::atomic::Ordering::Relaxed));
        Ok(free)
    }
}
