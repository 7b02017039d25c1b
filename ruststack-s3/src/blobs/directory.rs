//! The durable form: files named for the BLAKE3 hash of what they hold, `ab/cdef…`, each once.
//!
//! A file is written under a temporary name and renamed when it is complete. It stays while a handle refers to its
//! [`Content`]; the counts are not on the disk, but made again by those who open contents at start.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Arc, Weak},
};

use blake3::Hash;
use parking_lot::Mutex;
use ruststack_core::snapshot::held::{Held, NamedFile};
use tempfile::NamedTempFile;

use super::{BlobError, error::Damage, removal::Removals, space::Space};
use crate::config::DataDirectory;

/// As many as a byte has values: the first of the hash chooses.
pub(super) const SHARDS: usize = 256;
/// Bytes.
const VERIFIED_AT_ONCE: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
    /// Contents survive a power cut.
    is_synced: bool,
    pub(super) space: Space,
    /// What this process's temporary files begin with: others are left over.
    pub(super) session: String,
    shards: Vec<Shard>,
    pub(super) removals: Removals,
}

#[derive(Default, Debug)]
pub(super) struct Shard {
    /// Held while files come and go, and never in async code.
    pub(super) files: Mutex<()>,
    /// Never held while a file is touched.
    contents: Mutex<HashMap<Hash, Weak<Content>>>,
}

/// What is in one file. The file goes with the last handle.
pub(super) struct Content {
    directory: Arc<Directory>,
    pub(super) hash: Hash,
    /// Bytes.
    pub(super) length: u64,
}

impl Drop for Content {
    fn drop(&mut self) {
        self.directory.release(self.hash);
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({}, {} bytes)", self.hash, self.length)
    }
}

impl Directory {
    /// Nothing is made or read yet.
    pub(super) fn new(data: &DataDirectory) -> Arc<Self> {
        Arc::new(Self {
            root: data.path.join("objects"),
            is_synced: data.is_synced,
            space: Space::with_reserve(data.reserve_bytes),
            session: format!("{:016x}-", fastrand::u64(..)),
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
            removals: Removals::default(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub(super) fn folder(&self, shard: usize) -> PathBuf {
        self.root.join(format!("{shard:02x}"))
    }

    pub(super) fn path(&self, hash: &Hash) -> PathBuf {
        self.folder(shard_of(hash)).join(&hash.to_hex()[2..])
    }

    pub(super) fn shard(&self, hash: &Hash) -> &Shard {
        &self.shards[shard_of(hash)]
    }

    /// An empty file that vanishes unless it is kept.
    pub(super) fn temporary_file(&self) -> io::Result<NamedTempFile> {
        let folder = self.temporary();
        match tempfile::Builder::new().prefix(&self.session).tempfile_in(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.prepare()?;
                tempfile::Builder::new().prefix(&self.session).tempfile_in(&folder)
            }
            made => made,
        }
    }

    /// Makes the folders that every write needs.
    pub(super) fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(self.temporary())?;
        match self.root.parent() {
            Some(parent) if self.is_synced => File::open(parent)?.sync_all(),
            _ => Ok(()),
        }
    }

    /// A content that somebody refers to, and whose file is whole.
    pub(super) fn find(&self, hash: &Hash) -> Option<Arc<Content>> {
        self.shard(hash).find(hash).filter(|content| content.check().is_ok())
    }

    /// Makes a complete temporary file the content of this hash, unless that is there already.
    pub(super) fn keep(
        self: &Arc<Self>,
        file: NamedTempFile,
        hash: Hash,
        length: u64,
    ) -> Result<Arc<Content>, BlobError> {
        if let Some(content) = self.find(&hash) {
            return Ok(content);
        }
        if self.is_synced {
            file.as_file().sync_data()?;
        }
        let shard = self.shard(&hash);
        let _files = shard.files.lock();
        if let Some(content) = self.find(&hash) {
            return Ok(content);
        }
        self.rename(file, &hash)?;
        Ok(shard.find_or_add(self, hash, length))
    }

    /// Replaces what has that name: nobody uses it, or it is damaged.
    fn rename(&self, file: NamedTempFile, hash: &Hash) -> Result<(), BlobError> {
        let folder = self.folder(shard_of(hash));
        let is_there = folder.is_dir();
        if !is_there {
            fs::create_dir_all(&folder)?;
        }
        file.persist(self.path(hash)).map_err(|failed| failed.error)?;
        if self.is_synced {
            File::open(&folder)?.sync_all()?;
            if !is_there {
                File::open(&self.root)?.sync_all()?;
            }
        }
        Ok(())
    }

    /// A content that is in a file of somebody else's, on the same file system or not.
    pub(super) fn adopt(self: &Arc<Self>, named: &NamedFile) -> Result<Arc<Content>, BlobError> {
        let hash = Hash::from_bytes(named.hash);
        if let Some(content) = self.find(&hash) {
            return Ok(content);
        }
        let folder = self.folder(shard_of(&hash));
        self.prepare()?;
        fs::create_dir_all(&folder)?;
        let shard = self.shard(&hash);
        let _files = shard.files.lock();
        let path = self.path(&hash);
        if fs::metadata(&path).is_ok_and(|found| found.len() != named.length) {
            fs::remove_file(&path)?;
        }
        let is_there = match fs::hard_link(&named.path, &path) {
            // It is about to be removed, and is not if it is used again.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => true,
            linked => linked.is_ok(),
        };
        if is_there && self.is_synced {
            File::open(&folder)?.sync_all()?;
        }
        if !is_there {
            self.space.check(&self.root, named.length)?;
            let mut file = self.temporary_file()?;
            io::copy(&mut File::open(&named.path)?, &mut file)?;
            self.rename(file, &hash)?;
        }
        let content = shard.find_or_add(self, hash, named.length);
        content.check().map(|()| content).map_err(BlobError::from)
    }

    /// A handle to what was kept before. Whether its file is there the sweep looks, and in what length each read: a look
    /// at every file would make a start with many of them slow.
    pub(super) fn open(self: &Arc<Self>, hash: Hash, length: u64) -> Arc<Content> {
        let shard = self.shard(&hash);
        let _files = shard.files.lock();
        shard.find_or_add(self, hash, length)
    }

    /// What is referred to in a shard, is not among the files `found`, and is indeed not there.
    pub(super) fn missing(&self, shard: usize, found: &HashSet<Hash>) -> Vec<Damage> {
        let sought = self.shards[shard].contents_but(found);
        sought.iter().filter_map(|content| content.check().err()).collect()
    }

    /// Everything that somebody refers to.
    pub(super) fn contents(&self) -> Vec<Arc<Content>> {
        let of_shard = |shard: &Shard| shard.contents.lock().values().filter_map(Weak::upgrade).collect::<Vec<_>>();
        self.shards.iter().flat_map(of_shard).collect()
    }

    /// Removes the file, unless somebody wrote its content again. Returns its size.
    pub(super) fn remove_if_unused(&self, hash: Hash) -> io::Result<Option<u64>> {
        let shard = self.shard(&hash);
        let _files = shard.files.lock();
        if !shard.forget_if_unused(&hash) {
            return Ok(None);
        }
        let path = self.path(&hash);
        match fs::metadata(&path).and_then(|found| fs::remove_file(&path).map(|()| found.len())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            removed => removed.map(Some),
        }
    }
}

impl Shard {
    fn find(&self, hash: &Hash) -> Option<Arc<Content>> {
        self.contents.lock().get(hash)?.upgrade()
    }

    fn find_or_add(&self, directory: &Arc<Directory>, hash: Hash, length: u64) -> Arc<Content> {
        let mut contents = self.contents.lock();
        if let Some(content) = contents.get(&hash).and_then(Weak::upgrade) {
            return content;
        }
        let content = Arc::new(Content { directory: Arc::clone(directory), hash, length });
        contents.insert(hash, Arc::downgrade(&content));
        content
    }

    fn contents_but(&self, found: &HashSet<Hash>) -> Vec<Arc<Content>> {
        let contents = self.contents.lock();
        contents
            .iter()
            .filter(|(hash, _)| !found.contains(*hash))
            .filter_map(|(_, content)| content.upgrade())
            .collect()
    }

    /// False when somebody has a handle.
    fn forget_if_unused(&self, hash: &Hash) -> bool {
        let mut contents = self.contents.lock();
        let is_used = contents.get(hash).is_some_and(|content| content.strong_count() > 0);
        if !is_used {
            contents.remove(hash);
        }
        !is_used
    }
}

impl Content {
    /// Opens the file for one read: no descriptor is kept for an object.
    pub(super) fn file(&self) -> Result<File, BlobError> {
        let file = match File::open(self.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(self.damage(None).into()),
            opened => opened?,
        };
        let found = file.metadata()?.len();
        if found == self.length { Ok(file) } else { Err(self.damage(Some(found)).into()) }
    }

    /// Whether the file is there, in its length. What cannot be looked at counts as gone.
    pub(super) fn check(&self) -> Result<(), Damage> {
        let found = fs::metadata(self.path()).ok().map(|found| found.len());
        if found == Some(self.length) { Ok(()) } else { Err(self.damage(found)) }
    }

    /// Reads the file for its hash.
    pub(super) fn verify(&self) -> Result<(), BlobError> {
        let (mut file, mut hasher, mut piece) = (self.file()?, blake3::Hasher::new(), vec![0; VERIFIED_AT_ONCE]);
        loop {
            match file.read(&mut piece)? {
                0 => return self.compare(hasher.finalize()),
                length => hasher.update(&piece[..length]),
            };
        }
    }

    /// Whether bytes of this hash are its own.
    pub(super) fn compare(&self, found: Hash) -> Result<(), BlobError> {
        if found == self.hash { Ok(()) } else { Err(self.damage(Some(self.length)).into()) }
    }

    pub(super) fn hold(self: &Arc<Self>) -> Held {
        let keeper = Arc::clone(self);
        Held::Named(NamedFile { path: self.path(), hash: *self.hash.as_bytes(), length: self.length, keeper })
    }

    fn path(&self) -> PathBuf {
        self.directory.path(&self.hash)
    }

    fn damage(&self, found: Option<u64>) -> Damage {
        Damage { hash: self.hash, expected: self.length, found }
    }
}

fn shard_of(hash: &Hash) -> usize {
    usize::from(hash.as_bytes()[0])
}
