//! Snapshots in folders, which are complete under their names or not there: made beside them, then renamed.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use ruststack_core::{
    clock::Timestamp,
    snapshot::{
        Saved, Snapshot,
        held::{Held, NamedFile},
    },
};

use super::{
    Failure,
    format::{
        MANIFEST, MAX_MANIFEST_SIZE, Manifest, Objects, name_of, objects_of, read_objects, read_rows, rows_of,
        write_objects,
    },
};

/// What is being made begins so.
const MAKING: &str = ".making-";
/// What is being replaced begins so.
const REPLACED: &str = ".replaced-";
/// Objects up to this size are in memory when they are not in a data directory. Bytes.
const MAX_MEMORY_SIZE: u64 = 1 << 20;

/// Brings back what a kill interrupted, and gives back the names and manifests of the snapshots in a folder.
pub(super) fn recover(root: &Path) -> io::Result<BTreeMap<String, Manifest>> {
    fs::create_dir_all(root)?;
    for name in names(root)? {
        if name.starts_with(MAKING) {
            fs::remove_dir_all(root.join(name))?;
        } else if let Some(original) = name.strip_prefix(REPLACED) {
            bring_back(root, &name, original)?;
        }
    }
    let mut found = BTreeMap::new();
    for name in names(root)? {
        match read_manifest(&root.join(&name)) {
            Ok(manifest) => drop(found.insert(name, manifest)),
            Err(failure) => tracing::warn!(name, cause = failure.text, "left alone: this is no snapshot for us"),
        }
    }
    Ok(found)
}

/// Unless what replaces it got its name.
fn bring_back(root: &Path, replaced: &str, original: &str) -> io::Result<()> {
    if root.join(original).exists() {
        fs::remove_dir_all(root.join(replaced))
    } else {
        fs::rename(root.join(replaced), root.join(original))
    }
}

fn names(root: &Path) -> io::Result<Vec<String>> {
    let entries: Vec<_> = fs::read_dir(root)?.collect::<Result<_, _>>()?;
    let names = entries.iter().filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string());
    Ok(names.filter_map(Result::ok).collect())
}

/// A folder in the making; dropped before it has its name, it leaves nothing behind.
pub(super) struct NewFolder {
    folder: tempfile::TempDir,
    /// What is kept survives a power cut.
    is_synced: bool,
}

impl NewFolder {
    pub(super) fn beside(root: &Path, is_synced: bool) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(MAKING).tempdir_in(root)?;
        fs::create_dir(folder.path().join("objects"))?;
        Ok(Self { folder, is_synced })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// In place of the one that has this name.
    pub(super) fn keep(self, root: &Path, name: &str) -> io::Result<()> {
        for folder in [self.path().join("objects"), self.path().to_owned()] {
            self.sync(&File::open(folder)?)?;
        }
        let is_synced = self.is_synced;
        let (path, replaced) = (root.join(name), root.join(format!("{REPLACED}{name}")));
        let is_there = path.exists();
        if is_there {
            fs::rename(&path, &replaced)?;
        }
        // It has no longer the name that would be removed.
        fs::rename(self.folder.keep(), &path)?;
        if is_synced {
            File::open(root)?.sync_all()?;
        }
        if is_there { fs::remove_dir_all(replaced) } else { Ok(()) }
    }

    pub(super) fn sync(&self, file: &File) -> io::Result<()> {
        if self.is_synced { file.sync_all() } else { Ok(()) }
    }

    pub(super) fn file(&self, name: &str) -> io::Result<File> {
        File::create_new(self.path().join(name))
    }
}

/// Rows are written, and files that have names get another one: no object is copied that has been one file.
pub(super) fn write(snapshot: &Snapshot, to: &NewFolder) -> io::Result<Manifest> {
    let mut objects = BTreeMap::new();
    for (service, saved) in &snapshot.saved {
        let list = objects_of(saved)?;
        let mut rows = to.file(&format!("{service}.rows"))?;
        io::copy(&mut rows_of(saved), &mut rows)?;
        to.sync(&rows)?;
        write_file(to, &format!("{service}.objects"), &write_objects(&list))?;
        saved.held.iter().zip(&list).try_for_each(|(held, (hash, _))| write_object(to, held, &name_of(hash)))?;
        objects.insert(service.clone(), list);
    }
    let manifest = Manifest::of(snapshot, &objects)?;
    write_file(to, MANIFEST, &manifest.to_json())?;
    Ok(manifest)
}

fn write_file(to: &NewFolder, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = to.file(name)?;
    file.write_all(bytes)?;
    to.sync(&file)
}

fn write_object(to: &NewFolder, held: &Held, name: &str) -> io::Result<()> {
    let path = to.path().join("objects").join(name);
    if path.exists() {
        return Ok(());
    }
    if let Held::Named(named) = held
        && fs::hard_link(&named.path, &path).is_ok()
    {
        return Ok(());
    }
    let mut file = File::create_new(path)?;
    io::copy(&mut held.reader()?, &mut file)?;
    to.sync(&file)
}

fn read_manifest(folder: &Path) -> Result<Manifest, Failure> {
    let mut bytes = Vec::new();
    File::open(folder.join(MANIFEST))?.take(MAX_MANIFEST_SIZE).read_to_end(&mut bytes)?;
    Manifest::parse(&bytes)
}

/// The snapshot in a folder, which must stay as long as it, unless it is one `to_memory`.
pub(super) fn read(folder: &Path, to_memory: bool) -> Result<Snapshot, Failure> {
    let manifest = read_manifest(folder)?;
    let mut saved = BTreeMap::new();
    for (service, part) in &manifest.services {
        let open =
            |kind: &str| Ok::<_, io::Error>(BufReader::new(File::open(folder.join(format!("{service}.{kind}")))?));
        let tables = read_rows(part, &mut open("rows")?)?;
        let objects = read_objects(part, &mut open("objects")?)?;
        let held = hold(&folder.join("objects"), &objects, to_memory)?;
        saved.insert(service.clone(), Arc::new(Saved { tables, held: held.into() }));
    }
    Ok(Snapshot { created: Timestamp::from_millis(manifest.created), saved })
}

fn hold(folder: &Path, objects: &Objects, to_memory: bool) -> io::Result<Vec<Held>> {
    let mut known = BTreeMap::new();
    objects
        .iter()
        .map(|(hash, length)| {
            if let Some(held) = known.get(hash) {
                return Ok(Held::clone(held));
            }
            let named =
                NamedFile { path: folder.join(name_of(hash)), hash: *hash, length: *length, keeper: Arc::new(()) };
            let held = if to_memory { into_memory(&named.path, *length)? } else { Held::Named(named) };
            known.insert(*hash, held.clone());
            Ok(held)
        })
        .collect()
}

/// Large files stay files, which are open.
fn into_memory(path: &PathBuf, length: u64) -> io::Result<Held> {
    if length <= MAX_MEMORY_SIZE {
        return Ok(Held::Memory(Bytes::from(fs::read(path)?)));
    }
    Ok(Held::Open { file: Arc::new(File::open(path)?), length })
}
