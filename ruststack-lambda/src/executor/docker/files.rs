//! How containers see folders of this process: by a mount of the folder where the engine has it too, else by a volume
//! that is filled once.

use std::{
    collections::{HashMap, HashSet},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bollard::{
    Docker, body_try_stream,
    errors::Error,
    models::{ContainerCreateBody, HostConfig, Mount, MountType, MountVolumeOptions, VolumeCreateRequest},
    query_parameters::{RemoveContainerOptionsBuilder, RemoveVolumeOptions, UploadToContainerOptionsBuilder},
};
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{OnceCell, mpsc};

use super::owner::{OWNER, Owner};
use crate::executor::Folder;

/// What is read of an archive at once. Bytes.
const PIECE: usize = 256 * 1024;

/// How many pieces wait for the engine.
const MAX_WAITING_PIECES: usize = 8;

/// What the engine sees of this process's folders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum View {
    /// The same.
    Same,
    /// Those below these, here and there: this process runs in a container.
    Mounts(Vec<(PathBuf, PathBuf)>),
    /// None.
    Nothing,
}

/// Shows folders to containers.
pub(super) struct Files {
    view: View,
    /// The engine does not find what it should see: it runs in a virtual machine that shows it something else.
    refuses_binds: AtomicBool,
    /// Volumes by digest, filled or being filled.
    volumes: Mutex<HashMap<String, Arc<OnceCell<()>>>>,
    /// Digests of volumes that are no more of use, but were in use still when they should have been removed.
    unwanted: Mutex<HashSet<String>>,
    owner: Owner,
}

impl Files {
    pub(super) fn new(view: View, owner: Owner) -> Self {
        Self {
            view,
            refuses_binds: AtomicBool::new(false),
            volumes: Mutex::default(),
            unwanted: Mutex::default(),
            owner,
        }
    }

    /// Gives up mounts of folders, if an error says that there is no sense in them; false when that changes nothing.
    pub(super) fn learn(&self, error: &Error) -> bool {
        let Error::DockerResponseServerError { message, .. } = error else { return false };
        let is_about_binds = ["bind source path does not exist", "Mounts denied", "is not shared from the host"]
            .iter()
            .any(|part| message.contains(part));
        is_about_binds && !self.refuses_binds.swap(true, Ordering::Relaxed)
    }

    /// Shows a folder at `target`, for reading; `image` is one that the engine has.
    pub(super) async fn mount(
        &self,
        docker: &Docker,
        image: &str,
        folder: &Folder,
        target: &str,
    ) -> Result<Mount, Error> {
        let base = Mount { target: Some(target.to_owned()), read_only: Some(true), ..Mount::default() };
        let bound = self.bound(folder);
        if let Some(source) = bound {
            let source = Some(source.display().to_string());
            return Ok(Mount { source, typ: Some(MountType::BIND), ..base });
        }
        let digest = folder.digest.as_deref().unwrap_or_default();
        let name = self.fill_once(docker, image, &folder.path, digest).await?;
        let options = MountVolumeOptions { no_copy: Some(true), ..MountVolumeOptions::default() };
        Ok(Mount { source: Some(name), typ: Some(MountType::VOLUME), volume_options: Some(options), ..base })
    }

    /// Those of all folders that have volumes.
    pub(super) fn digests(&self) -> Vec<String> {
        let volumes = self.volumes.lock();
        volumes.keys().cloned().collect()
    }

    /// Forgets the volume of a folder; one that a container still uses is removed with those that are forgotten later.
    pub(super) async fn forget(&self, docker: &Docker, digests: &[String]) {
        let mut unwanted = std::mem::take(&mut *self.unwanted.lock());
        {
            let mut volumes = self.volumes.lock();
            unwanted.extend(digests.iter().filter(|digest| volumes.remove(*digest).is_some()).cloned());
        }
        for digest in unwanted {
            if let Err(error) = docker.remove_volume(&self.name(&digest), None::<RemoveVolumeOptions>).await {
                tracing::debug!(%error, "a volume is still in use");
                self.unwanted.lock().insert(digest);
            }
        }
    }

    /// Whether the engine sees a folder where this process does.
    #[cfg(test)]
    pub(super) fn shares(&self, path: &Path) -> bool {
        self.view.translate(path).as_deref() == Some(path)
    }

    /// Where the engine has a folder.
    fn bound(&self, folder: &Folder) -> Option<PathBuf> {
        let translated = self.view.translate(&folder.path);
        match folder.digest {
            // A folder that the user names is one of the engine's machine.
            None => Some(translated.unwrap_or_else(|| folder.path.clone())),
            Some(_) if self.refuses_binds.load(Ordering::Relaxed) => None,
            Some(_) => translated,
        }
    }

    async fn fill_once(&self, docker: &Docker, image: &str, folder: &Path, digest: &str) -> Result<String, Error> {
        let name = self.name(digest);
        let filled = Arc::clone(self.volumes.lock().entry(digest.to_owned()).or_default());
        self.unwanted.lock().remove(digest);
        filled.get_or_try_init(|| self.fill(docker, image, folder, &name)).await?;
        Ok(name)
    }

    /// Whoever else looks at the engine sees whose volume it is; what a process left half filled is never used.
    fn name(&self, digest: &str) -> String {
        let digest: String = digest.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        format!("ruststack-{}-{digest}", self.owner.short())
    }

    async fn fill(&self, docker: &Docker, image: &str, folder: &Path, name: &str) -> Result<(), Error> {
        let labels = HashMap::from([(OWNER.to_owned(), self.owner.to_string())]);
        let request = VolumeCreateRequest {
            name: Some(name.to_owned()),
            labels: Some(labels.clone()),
            ..VolumeCreateRequest::default()
        };
        docker.create_volume(request).await?;
        // A container that is never started takes the files.
        let options = MountVolumeOptions { no_copy: Some(true), ..MountVolumeOptions::default() };
        let mount = Mount {
            target: Some("/var/task".to_owned()),
            source: Some(name.to_owned()),
            typ: Some(MountType::VOLUME),
            volume_options: Some(options),
            ..Mount::default()
        };
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            entrypoint: Some(vec!["/never-started".to_owned()]),
            labels: Some(labels),
            host_config: Some(HostConfig { mounts: Some(vec![mount]), ..HostConfig::default() }),
            ..ContainerCreateBody::default()
        };
        let id = docker.create_container(None, body).await?.id;
        let options = UploadToContainerOptionsBuilder::new().path("/var/task").build();
        let uploaded =
            docker.upload_to_container(&id, Some(options), body_try_stream(archive(folder.to_owned()))).await;
        let options = RemoveContainerOptionsBuilder::new().force(true).build();
        docker.remove_container(&id, Some(options)).await?;
        uploaded
    }
}

impl View {
    fn translate(&self, path: &Path) -> Option<PathBuf> {
        match self {
            Self::Same => std::path::absolute(path).ok(),
            Self::Mounts(mounts) => {
                let path = std::path::absolute(path).ok()?;
                let below = mounts.iter().filter(|(here, _)| path.starts_with(here));
                let (here, there) = below.max_by_key(|(here, _)| here.components().count())?;
                Some(there.join(path.strip_prefix(here).ok()?))
            }
            Self::Nothing => None,
        }
    }
}

/// A folder as an archive, made while it is sent.
fn archive(folder: PathBuf) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (sender, mut pieces) = mpsc::channel(MAX_WAITING_PIECES);
    drop(tokio::task::spawn_blocking(move || {
        if let Err(error) = write_archive(&folder, Pieces(sender.clone())) {
            // Whoever takes the pieces may have failed before.
            drop(sender.blocking_send(Err(error)));
        }
    }));
    futures_util::stream::poll_fn(move |context| pieces.poll_recv(context))
}

fn write_archive(folder: &Path, pieces: Pieces) -> io::Result<()> {
    let mut archive = tar::Builder::new(io::BufWriter::with_capacity(PIECE, pieces));
    archive.follow_symlinks(false);
    archive.append_dir_all(".", folder)?;
    archive.into_inner()?.flush()
}

struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(piece)));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_where_the_engine_sees_them() {
        let mounts = View::Mounts(vec![
            ("/var/lib".into(), "/else".into()),
            ("/var/lib/localstack".into(), "/home/me/volume".into()),
        ]);
        let folder = |path: &str, digest: Option<&str>| Folder { path: path.into(), digest: digest.map(str::to_owned) };
        let owner = Owner::me(None);
        for (view, folder, bound) in [
            (View::Same, folder("/a/b", Some("d")), Some("/a/b")),
            (mounts.clone(), folder("/var/lib/localstack/code/d", Some("d")), Some("/home/me/volume/code/d")),
            (mounts.clone(), folder("/tmp/d", Some("d")), None),
            (mounts, folder("/home/me/app", None), Some("/home/me/app")),
            (View::Nothing, folder("/a/b", Some("d")), None),
        ] {
            let files = Files::new(view, owner.clone());
            assert_eq!(files.bound(&folder), bound.map(PathBuf::from), "{folder:?}");
        }
    }

    #[test]
    fn an_engine_that_does_not_see_folders_gets_volumes() {
        let files = Files::new(View::Same, Owner::me(None));
        let folder = Folder { path: "/a".into(), digest: Some("d".to_owned()) };
        let message = "invalid mount config for type \"bind\": bind source path does not exist: /a".to_owned();
        let error = Error::DockerResponseServerError { status_code: 400, message };
        assert!(files.bound(&folder).is_some());
        assert!(files.learn(&error));
        assert!(!files.learn(&error), "once");
        assert!(files.bound(&folder).is_none());
    }
}
