//! The data directory: one process at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use super::LoadError;

/// A data directory that is ours until this is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// Locked.
    _lock: File,
}

impl Directory {
    /// Makes the directory when there is none, and locks it.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        let wrong = |doing: &str, error: std::io::Error| {
            let advice = "set DATA_DIR to a directory that RustStack may write to";
            LoadError(format!("cannot {doing} the data directory {}: {error}; {advice}", path.display()))
        };
        fs::create_dir_all(path).map_err(|error| wrong("make", error))?;
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).to_owned();
        let mut lock = options.open(path.join("lock")).map_err(|error| wrong("write to", error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, &mut lock)),
            Err(TryLockError::Error(error)) => return Err(wrong("lock", error)),
        }
        let process = std::process::id().to_string();
        // For whoever comes second; a full disk does not keep the first from reading.
        let _noted = lock.set_len(0).and_then(|()| lock.write_all(process.as_bytes()));
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where the rows are.
    pub fn database(&self) -> PathBuf {
        self.path.join("state.db")
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn in_use(path: &Path, lock: &mut File) -> LoadError {
    let mut process = String::new();
    // Who holds it is said if it is known.
    let by = lock.read_to_string(&mut process).ok().filter(|_| !process.is_empty());
    let by = by.map(|_| format!(" (process {process})")).unwrap_or_default();
    let advice = "stop it, or set DATA_DIR to another directory";
    LoadError(format!("another RustStack{by} uses the data directory {}; {advice}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_user_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("new");
        let first = Directory::open(&path).unwrap();
        let error = Directory::open(&path).unwrap_err().to_string();
        assert!(error.contains(&std::process::id().to_string()) && error.contains("DATA_DIR"), "{error}");
        drop(first);
        assert_eq!(Directory::open(&path).unwrap().database(), path.join("state.db"));
    }

    #[test]
    fn what_cannot_be_a_directory_is_said() {
        let error = Directory::open(Path::new("/dev/null/data")).unwrap_err().to_string();
        assert!(error.contains("/dev/null/data"), "{error}");
    }
}
