//! A file in the making, in the form that the store keeps; dropped before it is finished, it leaves nothing behind.

use std::{fs::File, io::Write as _, sync::Arc};

use tempfile::NamedTempFile;

use super::{BlobError, Place, directory::Directory, file::FileBlob};

pub(super) struct NewFile {
    form: Form,
    written: u64,
}

enum Form {
    Unlinked(File),
    Named { file: NamedTempFile, hasher: Box<blake3::Hasher>, directory: Arc<Directory> },
}

impl NewFile {
    /// For about `expected` bytes.
    pub(super) fn create(place: &Place, expected: u64) -> Result<Self, BlobError> {
        let form = match place {
            Place::Temporary(folder) => Form::Unlinked(tempfile::tempfile_in(folder)?),
            Place::Durable(directory) => {
                let (file, directory) = (directory.temporary_file()?, Arc::clone(directory));
                directory.space.check(directory.root(), expected)?;
                Form::Named { file, hasher: Box::default(), directory }
            }
        };
        Ok(Self { form, written: 0 })
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        match &mut self.form {
            Form::Unlinked(file) => file.write_all(bytes)?,
            Form::Named { file, hasher, directory } => {
                directory.space.check(directory.root(), bytes.len() as u64)?;
                hasher.update(bytes);
                file.as_file_mut().write_all(bytes)?;
            }
        }
        self.written += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<FileBlob, BlobError> {
        match self.form {
            Form::Unlinked(file) => Ok(FileBlob::unlinked(Arc::new(file), self.written)),
            Form::Named { file, hasher, directory } => {
                Ok(FileBlob::kept(directory.keep(file, hasher.finalize(), self.written)?))
            }
        }
    }
}
