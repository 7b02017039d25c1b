//! The archives of functions and layers on this machine: what the rows hold, unpacked for whoever runs it.
//!
//! Rows are the truth (`rows.rs`); the folder is made anew by each process.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use parking_lot::Mutex;
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};
use sha2::{Digest, Sha256};

use crate::{
    archive::{self, Bounds, Fault},
    error::{LambdaError, invalid},
    limits::{MAX_FILES, MAX_UNZIPPED},
};

/// How the folders' names begin; the number of their process follows.
const PREFIX: &str = "ruststack-lambda-";

/// The folder of archives; cheap to clone.
#[derive(Clone)]
pub(crate) struct Archives(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// How many hold each archive that is on its way into a function or a layer.
    pins: Mutex<HashMap<String, usize>>,
    /// Removes it with the process, where nothing is kept.
    _temporary: Option<tempfile::TempDir>,
}

/// An archive that is there.
#[derive(Clone, Debug)]
pub(crate) struct Archive {
    /// SHA-256 in hexadecimal.
    pub(crate) digest: String,
    /// The same as `CodeSha256` tells it.
    pub(crate) code_sha256: String,
    pub(crate) size: i64,
    pub(crate) bytes: Bytes,
    /// Until whoever deploys it has named it in a function.
    _pin: Arc<Pin>,
}

/// Keeps an archive from being swept: the same code may be removed elsewhere while it is deployed here.
#[derive(Debug)]
struct Pin {
    folder: Arc<Folder>,
    digest: String,
}

impl Pin {
    fn new(folder: &Arc<Folder>, digest: &str) -> Self {
        *folder.pins.lock().entry(digest.to_owned()).or_default() += 1;
        Self { folder: Arc::clone(folder), digest: digest.to_owned() }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut pins = self.folder.pins.lock();
        let left = pins.get(&self.digest).map_or(0, |count| count - 1);
        match left {
            0 => drop(pins.remove(&self.digest)),
            _ => drop(pins.insert(self.digest.clone(), left)),
        }
    }
}

impl Archives {
    /// A folder for the life of this process; those of processes that were killed are removed.
    pub(crate) fn temporary(root: &Path) -> io::Result<Self> {
        remove_orphans(root);
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let temporary = tempfile::Builder::new().prefix(&prefix).tempdir_in(root)?;
        Ok(Self(Arc::new(Folder {
            path: temporary.path().to_owned(),
            pins: Mutex::default(),
            _temporary: Some(temporary),
        })))
    }

    /// For files of other kinds.
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// Takes an archive: it can be read and run from now on.
    pub(crate) async fn put(&self, bytes: Bytes) -> Result<Archive, LambdaError> {
        let digest = Sha256::digest(&bytes);
        let name = hex(&digest);
        let archive = Archive {
            _pin: Arc::new(Pin::new(&self.0, &name)),
            digest: name,
            code_sha256: STANDARD.encode(digest),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            bytes,
        };
        let (archives, taken) = (self.clone(), archive.clone());
        blocking(move || archives.keep(&taken)).await.map_err(|fault| refuse(&fault))?;
        Ok(archive)
    }

    fn keep(&self, archive: &Archive) -> Result<(), Fault> {
        let (file, folder) = (self.file(&archive.digest), self.folder(&archive.digest));
        if !file.exists() {
            write(&file, &archive.bytes)?;
        }
        if folder.exists() {
            return Ok(());
        }
        let draft = tempfile::tempdir_in(&self.0.path)?;
        archive::unpack(&archive.bytes, draft.path(), Bounds { size: MAX_UNZIPPED - 1, files: MAX_FILES })?;
        fs::set_permissions(draft.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        // Somebody else may have been faster.
        if fs::rename(draft.path(), &folder).is_ok() {
            drop(draft.keep());
        }
        Ok(())
    }

    /// Puts an archive back that was kept, before anything runs; it is unpacked when it is needed.
    pub(crate) fn restore(&self, digest: &str, bytes: &[u8]) -> io::Result<()> {
        write(&self.file(digest), bytes)
    }

    /// The archive as it came.
    pub(crate) fn read(&self, digest: &str) -> io::Result<Vec<u8>> {
        fs::read(self.file(digest))
    }

    /// Where an archive is unpacked.
    pub(crate) async fn unpacked(&self, digest: &str) -> Result<PathBuf, LambdaError> {
        let folder = self.folder(digest);
        if !folder.exists() {
            let bytes = self.read(digest).map_err(|error| refuse(&Fault::Disk(error)))?;
            self.put(bytes.into()).await?;
        }
        Ok(folder)
    }

    /// The archives of layers in one folder, later ones over earlier ones; and its digest.
    pub(crate) async fn merged(&self, digests: &[String]) -> Result<(PathBuf, String), LambdaError> {
        let digest = merged_digest(digests);
        let target = self.merged_folder(&digest);
        let mut sources = Vec::new();
        for digest in digests {
            sources.push(self.unpacked(digest).await?);
        }
        if !target.exists() {
            let (root, target) = (self.0.path.clone(), target.clone());
            blocking(move || merge(&root, &sources, &target)).await.map_err(|fault| refuse(&fault))?;
        }
        Ok((target, digest))
    }

    /// Removes those archives that nothing uses and nobody is deploying, tells of each, and says which they were. `used`
    /// is asked, and `tell` told, while nobody can begin to deploy one. What stays for that reason goes when it is swept
    /// again.
    pub(crate) fn sweep(
        &self,
        digests: &[String],
        used: impl FnOnce() -> HashSet<String>,
        tell: impl Fn(&str),
    ) -> Vec<String> {
        let pins = self.0.pins.lock();
        let used = used();
        let is_unused = |digest: &&String| !used.contains(*digest) && !pins.contains_key(*digest);
        let unused: Vec<String> = digests.iter().filter(is_unused).cloned().collect();
        for digest in &unused {
            tell(digest);
            self.remove(digest);
        }
        unused
    }

    fn remove(&self, digest: &str) {
        // Environments that still run keep what they have open.
        drop(fs::remove_file(self.file(digest)));
        drop(fs::remove_dir_all(self.folder(digest)));
    }

    /// The same of merged layers, by the digest that came with their folder.
    pub(crate) fn remove_merged(&self, digest: &str) {
        drop(fs::remove_dir_all(self.merged_folder(digest)));
    }

    fn merged_folder(&self, digest: &str) -> PathBuf {
        self.0.path.join(format!("layers-{digest}"))
    }

    fn file(&self, digest: &str) -> PathBuf {
        self.0.path.join(format!("{digest}.zip"))
    }

    fn folder(&self, digest: &str) -> PathBuf {
        self.0.path.join(digest)
    }
}

fn remove_orphans(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let pid = rest.and_then(|rest| rest.split('-').next()?.parse().ok()).and_then(Pid::from_raw);
        if pid.is_some_and(|pid| test_kill_process(pid) == Err(Errno::SRCH)) {
            // Somebody else's may not be ours to remove.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

fn merge(root: &Path, sources: &[PathBuf], target: &Path) -> Result<(), Fault> {
    let draft = tempfile::tempdir_in(root)?;
    for source in sources {
        archive::copy_over(source, draft.path())?;
    }
    fs::set_permissions(draft.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    if fs::rename(draft.path(), target).is_ok() {
        drop(draft.keep());
    }
    Ok(())
}

/// Writes a file at once: whoever looks sees all of it or nothing.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = tempfile::NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(draft.path(), bytes)?;
    draft.persist(file)?;
    Ok(())
}

fn refuse(fault: &Fault) -> LambdaError {
    match fault {
        Fault::Broken(_) => invalid("Could not unzip uploaded file. Please check your file, then try to upload again."),
        Fault::TooLarge => invalid(format!("Unzipped size must be smaller than {MAX_UNZIPPED} bytes")),
        Fault::Disk(error) => {
            tracing::error!(%error, "the code of a function could not be written");
            LambdaError::ServiceException { message: format!("The code could not be written: {error}") }
        }
    }
}

/// Runs what waits for the disk where it keeps nobody from working.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("unpacking does not panic")
}

/// What layers that are merged in this order are known by.
pub(crate) fn merged_digest(digests: &[String]) -> String {
    digest(digests.join("/").as_bytes())
}

/// SHA-256 in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// In small letters.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn code_that_is_being_deployed_stays_though_another_function_lets_it_go() {
        let root = tempfile::tempdir().unwrap();
        let archives = Archives::temporary(root.path()).unwrap();
        // The end of an archive without files.
        let bytes = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
        let deployed = archives.put(bytes.into()).await.unwrap();
        let digests = [deployed.digest.clone()];
        let sweep = |used: &[String]| archives.sweep(&digests, || used.iter().cloned().collect(), |_| {});
        assert!(sweep(&[]).is_empty() && archives.read(&digests[0]).is_ok());
        drop(deployed.clone());
        assert!(sweep(&[]).is_empty(), "one of two has ended");
        drop(deployed);
        assert!(sweep(&digests).is_empty() && archives.read(&digests[0]).is_ok());
        assert_eq!(sweep(&[]), digests);
        assert!(archives.read(&digests[0]).is_err());
    }
}
