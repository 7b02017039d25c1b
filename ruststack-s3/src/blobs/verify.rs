//! Reads every file that somebody refers to, and compares it with its name.

use std::collections::HashMap;

use blake3::Hash;

use super::{Blob, BlobError, BlobStore, Place, directory::Directory};

/// What was come upon.
#[derive(Default, Debug)]
pub(crate) struct Verified {
    /// Files that somebody refers to.
    pub(crate) files: u64,
    /// Files that nobody refers to: the next start removes them.
    pub(crate) unreferenced: u64,
    /// What is wrong, by the hash that the file should have.
    pub(crate) damaged: HashMap<Hash, BlobError>,
}

impl BlobStore {
    /// Call it when every row was opened. `None` when nothing is kept.
    pub(crate) fn verify(&self) -> Option<Verified> {
        let Place::Durable(directory) = &self.place else { return None };
        Some(directory.verify())
    }
}

impl Directory {
    fn verify(&self) -> Verified {
        let contents = self.contents();
        let verified = contents.iter().filter_map(|content| Some((content.hash, content.verify().err()?)));
        let damaged: HashMap<_, _> = verified.collect();
        let is_there = |damage: &&BlobError| !matches!(damage, BlobError::Damaged(damage) if damage.found.is_none());
        let gone = damaged.len() - damaged.values().filter(is_there).count();
        let files = contents.len() as u64;
        // What cannot be listed is told by the contents that cannot be read.
        let there = self.count_files().unwrap_or_default();
        Verified { files, unreferenced: there.saturating_sub(files - gone as u64), damaged }
    }
}

impl Blob {
    /// The hashes of the files that it is in.
    pub(crate) fn hashes(&self) -> Vec<Hash> {
        match self {
            Self::Memory(_) => Vec::new(),
            Self::File(file) => file.hash().into_iter().collect(),
            Self::Parts(parts) => parts.iter().flat_map(Self::hashes).collect(),
        }
    }
}
