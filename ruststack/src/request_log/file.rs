//! The file of the request log: one record a line. It may be moved or removed while it is written: the next record begins
//! a new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use crate::backlog::Sink;

/// Told once until writing works again: a disk that is full stays so for a while.
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    /// Records that could not be written since writing failed first.
    failed: u64,
}

impl LogFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), file: open(path)?, failed: 0 })
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if !self.is_in_place()? {
            self.file = open(&self.path)?;
        }
        let length = self.file.metadata()?.len();
        self.file.write_all(lines).inspect_err(|_| {
            // Half a record would spoil the next one. What is no plain file cannot be cut.
            drop(self.file.set_len(length));
        })
    }

    /// Whether what is open is still what the path names.
    fn is_in_place(&self) -> io::Result<bool> {
        let open = self.file.metadata()?;
        Ok(fs::metadata(&self.path).is_ok_and(|named| (named.dev(), named.ino()) == (open.dev(), open.ino())))
    }
}

impl Sink for LogFile {
    fn write(&mut self, lines: &[u8]) {
        match self.append(lines) {
            Ok(()) if self.failed == 0 => {}
            Ok(()) => {
                tracing::warn!(records = self.failed, "the request log is written again; it lacks some records");
                self.failed = 0;
            }
            Err(error) => {
                if self.failed == 0 {
                    let path = self.path.display();
                    tracing::warn!(%path, %error, "the request log cannot be written");
                }
                self.failed += lines.iter().filter(|byte| **byte == b'\n').count() as u64;
            }
        }
    }

    fn miss(&mut self, lost: u64) {
        tracing::warn!(records = lost, "the request log lacks some records: there were too many at once");
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("log"), folder.path().join("moved"));
        let mut log = LogFile::open(&path).unwrap();
        log.write(b"1\n");
        fs::rename(&path, &moved).unwrap();
        log.write(b"2\n");
        assert_eq!((fs::read(&moved).unwrap(), fs::read(&path).unwrap()), (b"1\n".to_vec(), b"2\n".to_vec()));
    }

    #[test]
    fn what_a_full_disk_does_not_take_is_counted() {
        let mut log = LogFile::open(Path::new("/dev/full")).unwrap();
        log.write(b"1\n2\n");
        log.write(b"3\n");
        assert_eq!(log.failed, 3);
        log.path = "/dev/null".into();
        log.write(b"4\n");
        assert_eq!(log.failed, 0);
    }
}
