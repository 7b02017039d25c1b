//! At start, when everything is loaded: what nobody refers to goes, and what somebody refers to is looked for.
//!
//! The folders are listed, several at once; files are not looked at one by one, or a start with many would be slow.

use std::{
    collections::HashSet,
    fs, io,
    num::NonZero,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use blake3::Hash;

use super::directory::{Directory, SHARDS};

/// That list folders at once.
const MAX_THREADS: usize = 8;

/// What a sweep came upon.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Swept {
    pub(crate) kept: u64,
    /// Files that nobody refers to.
    pub(crate) removed: u64,
    pub(crate) removed_bytes: u64,
    /// Files of writes that were never completed.
    pub(crate) temporary: u64,
    /// Contents that are referred to, and have no file.
    pub(crate) missing: u64,
}

impl std::ops::AddAssign for Swept {
    fn add_assign(&mut self, other: Self) {
        self.kept += other.kept;
        self.removed += other.removed;
        self.removed_bytes += other.removed_bytes;
        self.temporary += other.temporary;
        self.missing += other.missing;
    }
}

impl Directory {
    /// Writes and reads may go on meanwhile.
    pub(super) fn sweep(&self) -> io::Result<Swept> {
        self.prepare()?;
        let next = AtomicUsize::new(0);
        let sweep_shards = || {
            let shards = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed))).take_while(|n| *n < SHARDS);
            shards.map(|shard| self.sweep_shard(shard)).collect::<io::Result<Vec<_>>>()
        };
        let mut swept = Swept { temporary: self.sweep_temporary()?, ..Swept::default() };
        thread::scope(|scope| {
            let count = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
            let threads: Vec<_> = (0..count).map(|_| scope.spawn(sweep_shards)).collect();
            for thread in threads {
                let shards = thread.join().map_err(|_| io::Error::other("a thread that sweeps panicked"))??;
                shards.into_iter().for_each(|shard| swept += shard);
            }
            Ok(swept)
        })
    }

    fn sweep_shard(&self, shard: usize) -> io::Result<Swept> {
        let (mut swept, mut found) = (Swept::default(), HashSet::new());
        let folder = self.folder(shard);
        for name in files(&folder)? {
            let Some(hash) = hash_of(shard, &name) else {
                tracing::warn!(file = %folder.join(name).display(), "left alone: this is no file of ours");
                continue;
            };
            match self.remove_if_unused(hash)? {
                None => {
                    swept.kept += 1;
                    found.insert(hash);
                }
                Some(size) => {
                    swept.removed += 1;
                    swept.removed_bytes += size;
                }
            }
        }
        for damage in self.missing(shard, &found) {
            tracing::error!(cause = %damage, "an object's bytes are not there");
            swept.missing += 1;
        }
        Ok(swept)
    }

    /// How many files there are that are named as ours are, complete ones.
    pub(super) fn count_files(&self) -> io::Result<u64> {
        let mut count = 0;
        for shard in 0..SHARDS {
            count += files(&self.folder(shard))?.iter().filter(|name| hash_of(shard, name).is_some()).count() as u64;
        }
        Ok(count)
    }

    fn sweep_temporary(&self) -> io::Result<u64> {
        let folder = self.temporary();
        let mut count = 0;
        for name in files(&folder)? {
            if !name.starts_with(&self.session) {
                fs::remove_file(folder.join(name))?;
                count += 1;
            }
        }
        Ok(count)
    }
}

/// Their names; none where there is no such folder. Names that are not UTF-8 are not ours.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let is_file = entry.file_type()?.is_file();
        if let (true, Ok(name)) = (is_file, entry.file_name().into_string()) {
            files.push(name);
        }
    }
    Ok(files)
}

fn hash_of(shard: usize, name: &str) -> Option<Hash> {
    Hash::from_hex(format!("{shard:02x}{name}")).ok()
}
