//! Snapshots by name: in memory, or with persistence in folders of the data directory, where they survive restarts.
//!
//! All of this blocks: it is for threads that may. One snapshot is taken, put back or deleted at a time.

mod archive;
mod folder;
mod format;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    path::PathBuf,
    sync::Arc,
};

use axum::http::StatusCode;
use parking_lot::Mutex;
use ruststack_core::{
    clock::Timestamp,
    journal::{Journal, LoadError},
    registry::Registry,
    service::Runtime,
    snapshot::{self, RestoreError, Saved, Snapshot, stateful},
};
use ruststack_s3::DataDirectory;
use serde_json::{Value, json};

use self::{folder::NewFolder, format::Manifest};

/// How many snapshots there may be.
const MAX_SNAPSHOTS: usize = 1000;
/// Of a name. Characters.
const MAX_NAME_LENGTH: usize = 100;
/// What `state/save` saves to; no name that can be given.
const UNNAMED: &str = ".state";
/// Archives leave this much of the file system free. Bytes.
const RESERVE: u64 = 64 << 20;

/// All snapshots.
pub(crate) struct Snapshots {
    /// Where they are with persistence.
    root: Option<PathBuf>,
    /// What is kept survives a power cut, not only the death of the process.
    is_synced: bool,
    /// Where archives are unpacked without it.
    temporary: PathBuf,
    kept: Mutex<BTreeMap<String, Kept>>,
    /// Held by whoever takes, puts back or deletes one.
    turn: Mutex<()>,
}

/// What is known of a snapshot while it is not needed.
#[derive(Clone)]
struct Kept {
    created: Timestamp,
    services: Vec<String>,
    rows: u64,
    bytes: u64,
    /// `None` when it is in a folder.
    snapshot: Option<Snapshot>,
}

/// Why it is not done: a status and a sentence for the user.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

/// Whose state is saved and put back.
pub(crate) struct Emulated<'e> {
    pub(crate) registry: &'e Registry,
    pub(crate) runtime: &'e Runtime,
}

impl Snapshots {
    /// Finds those that an earlier process kept below the data directory.
    pub(crate) fn open(data: Option<&DataDirectory>, temporary: PathBuf) -> io::Result<Self> {
        let root = data.map(|data| data.path.join("snapshots"));
        let is_synced = data.is_some_and(|data| data.is_synced);
        let found = root.as_deref().map(folder::recover).transpose()?.unwrap_or_default();
        let kept = found.iter().map(|(name, manifest)| (name.clone(), Kept::in_folder(manifest))).collect();
        Ok(Self { root, is_synced, temporary, kept: Mutex::new(kept), turn: Mutex::default() })
    }

    pub(crate) fn list(&self) -> Value {
        let kept = self.kept.lock();
        let named = kept.iter().filter(|(name, _)| *name != UNNAMED);
        json!({ "snapshots": named.map(|(name, kept)| kept.describe(name)).collect::<Vec<_>>() })
    }

    pub(crate) fn describe(&self, name: &str) -> Result<Value, Failure> {
        self.kept.lock().get(name).map(|kept| kept.describe(name)).ok_or_else(|| missing(name))
    }

    /// Takes one, in place of the one that has this name. True when there was none.
    pub(crate) fn create(&self, name: &str, of: &Emulated<'_>, services: Option<&[String]>) -> Result<bool, Failure> {
        let _turn = self.turn.lock();
        self.check_name(name)?;
        self.keep(name, of.take(services)?)
    }

    /// Puts one back; of its services only those that are named, if any are. Gives back which.
    pub(crate) fn restore(
        &self,
        name: &str,
        to: &Emulated<'_>,
        services: Option<&[String]>,
    ) -> Result<Vec<String>, Failure> {
        let _turn = self.turn.lock();
        to.restore(&self.read(name)?, services)
    }

    pub(crate) fn delete(&self, name: &str) -> Result<(), Failure> {
        let _turn = self.turn.lock();
        if self.kept.lock().remove(name).is_none() {
            return Err(missing(name));
        }
        match &self.root {
            Some(root) => Ok(fs::remove_dir_all(root.join(name))?),
            None => Ok(()),
        }
    }

    /// Saves the state without a name, all or of one service; what was saved of others stays. Gives back whose.
    pub(crate) fn save(&self, of: &Emulated<'_>, services: Option<&[String]>) -> Result<Vec<String>, Failure> {
        let _turn = self.turn.lock();
        let mut snapshot = of.take(services)?;
        let names = snapshot.saved.keys().cloned().collect();
        if services.is_some() && self.kept.lock().contains_key(UNNAMED) {
            for (service, saved) in self.read(UNNAMED)?.saved {
                snapshot.saved.entry(service).or_insert(saved);
            }
        }
        self.keep(UNNAMED, snapshot)?;
        Ok(names)
    }

    /// Puts back what was saved without a name.
    pub(crate) fn load(&self, to: &Emulated<'_>, services: Option<&[String]>) -> Result<Vec<String>, Failure> {
        if !self.kept.lock().contains_key(UNNAMED) {
            let text = "nothing was saved yet: POST /_localstack/state/save comes first";
            return Err(Failure { status: StatusCode::NOT_FOUND, text: text.to_owned() });
        }
        self.restore(UNNAMED, to, services)
    }

    /// Writes an archive of a snapshot, or of what is there now.
    pub(crate) fn write_archive(&self, name: Option<&str>, of: &Emulated<'_>, out: impl Write) -> Result<(), Failure> {
        // Nobody waits for who receives it.
        let turn = self.turn.lock();
        let snapshot = match name {
            Some(name) => self.read(name)?,
            None => of.take(None)?,
        };
        drop(turn);
        Ok(archive::write(&snapshot, out)?)
    }

    /// Keeps what is in an archive under this name. True when there was none of it.
    pub(crate) fn read_archive(&self, name: &str, from: impl Read) -> Result<bool, Failure> {
        self.check_name(name)?;
        let folder = self.unpack(from)?;
        let _turn = self.turn.lock();
        self.check_name(name)?;
        let snapshot = folder::read(folder.path(), self.root.is_none())?;
        let mut kept = Kept::of(&snapshot);
        match &self.root {
            Some(root) => folder.keep(root, name)?,
            None => kept.snapshot = Some(snapshot),
        }
        Ok(self.kept.lock().insert(name.to_owned(), kept).is_none())
    }

    /// Puts back what is in an archive. Gives back whose state that is.
    pub(crate) fn restore_archive(&self, to: &Emulated<'_>, from: impl Read) -> Result<Vec<String>, Failure> {
        let folder = self.unpack(from)?;
        let _turn = self.turn.lock();
        to.restore(&folder::read(folder.path(), self.root.is_none())?, None)
    }

    fn unpack(&self, from: impl Read) -> Result<NewFolder, Failure> {
        let root = self.root.as_deref().unwrap_or(&self.temporary);
        let folder = NewFolder::beside(root, self.is_synced)?;
        let system = rustix::fs::statvfs(root).map_err(io::Error::from)?;
        let room = system.f_bavail.saturating_mul(system.f_frsize).saturating_sub(RESERVE);
        archive::read(from, &folder, room)?;
        Ok(folder)
    }

    fn keep(&self, name: &str, snapshot: Snapshot) -> Result<bool, Failure> {
        let mut kept = Kept::of(&snapshot);
        match &self.root {
            Some(root) => {
                let folder = NewFolder::beside(root, self.is_synced)?;
                folder::write(&snapshot, &folder)?;
                folder.keep(root, name)?;
            }
            None => kept.snapshot = Some(snapshot),
        }
        Ok(self.kept.lock().insert(name.to_owned(), kept).is_none())
    }

    fn read(&self, name: &str) -> Result<Snapshot, Failure> {
        let kept = self.kept.lock().get(name).cloned().ok_or_else(|| missing(name))?;
        match (kept.snapshot, &self.root) {
            (Some(snapshot), _) => Ok(snapshot),
            (None, Some(root)) => folder::read(&root.join(name), false),
            (None, None) => Err(missing(name)),
        }
    }

    fn check_name(&self, name: &str) -> Result<(), Failure> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_name =
            name.bytes().all(is_part) && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
        if !is_name || name.len() > MAX_NAME_LENGTH {
            let rule = "begins with a letter or digit and goes on with these and . _ -";
            return Err(Failure::invalid(format!("a snapshot's name {rule}, up to {MAX_NAME_LENGTH} characters")));
        }
        let kept = self.kept.lock();
        if kept.len() >= MAX_SNAPSHOTS && !kept.contains_key(name) {
            return Err(Failure::invalid(format!("there are {MAX_SNAPSHOTS} snapshots already; delete one first")));
        }
        Ok(())
    }
}

impl Emulated<'_> {
    fn take(&self, services: Option<&[String]>) -> Result<Snapshot, Failure> {
        let services = stateful(self.registry, services).map_err(unknown)?;
        Ok(Snapshot::take(&services, self.runtime.clock.now()))
    }

    fn restore(&self, snapshot: &Snapshot, services: Option<&[String]>) -> Result<Vec<String>, Failure> {
        let all: Vec<String> = snapshot.saved.keys().cloned().collect();
        let names = services.map_or_else(|| all.clone(), <[String]>::to_vec);
        let saved = |name: &String| {
            let found = snapshot.saved.get(name).cloned();
            found.ok_or_else(|| {
                let text = format!("the snapshot has nothing of {name}; it has {}", all.join(", "));
                Failure { status: StatusCode::NOT_FOUND, text }
            })
        };
        let saved: Vec<Arc<Saved>> = names.iter().map(saved).collect::<Result<_, _>>()?;
        let services = stateful(self.registry, Some(&names)).map_err(unknown)?;
        let sources: Vec<_> = services.into_iter().zip(saved).collect();
        let journal: &Arc<dyn Journal> = &self.runtime.journal;
        let ticket = snapshot::restore(&sources, journal)?;
        ticket.map_or(Ok(()), |ticket| ticket.wait()).map_err(RestoreError::from)?;
        Ok(names)
    }
}

impl Kept {
    fn of(snapshot: &Snapshot) -> Self {
        let (rows, bytes) = (snapshot.row_count(), snapshot.size_bytes());
        let services = snapshot.saved.keys().cloned().collect();
        Self { created: snapshot.created, services, rows, bytes, snapshot: None }
    }

    fn in_folder(manifest: &Manifest) -> Self {
        Self {
            created: Timestamp::from_millis(manifest.created),
            services: manifest.services.keys().cloned().collect(),
            rows: manifest.rows(),
            bytes: manifest.size(),
            snapshot: None,
        }
    }

    fn describe(&self, name: &str) -> Value {
        json!({
            "name": name,
            "created": self.created.to_iso_8601_millis(),
            "services": self.services,
            "rows": self.rows,
            "bytes": self.bytes,
        })
    }
}

fn missing(name: &str) -> Failure {
    let text = format!("there is no snapshot '{name}'; GET /_ruststack/snapshots lists them");
    Failure { status: StatusCode::NOT_FOUND, text }
}

fn unknown(error: LoadError) -> Failure {
    Failure { status: StatusCode::NOT_FOUND, text: error.0 }
}

impl Failure {
    fn invalid(text: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, text: text.into() }
    }

    fn broken(cause: impl AsRef<str>) -> Self {
        let text = format!("the snapshot is broken: {}; nothing was changed", cause.as_ref());
        Self { status: StatusCode::BAD_REQUEST, text }
    }

    fn no_space(cause: impl AsRef<str>) -> Self {
        let text = format!("no space for the snapshot: {}; nothing was changed", cause.as_ref());
        Self { status: StatusCode::INSUFFICIENT_STORAGE, text }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::no_space(error.to_string()),
            // What archives, their compression, and connections that end say.
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::Other => Self::broken(error.to_string()),
            _ => {
                let text = format!("the snapshot cannot be written or read: {error}");
                Self { status: StatusCode::INTERNAL_SERVER_ERROR, text }
            }
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::Load(error) => Self::invalid(format!("{error}; nothing was changed")),
            RestoreError::Refused(_) => Self { status: StatusCode::SERVICE_UNAVAILABLE, text: error.to_string() },
        }
    }
}
