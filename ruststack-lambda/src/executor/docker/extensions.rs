//! External extensions: programs in `/opt/extensions` that run beside the runtime.
//!
//! AWS's own entry point starts them only where it emulates the Runtime API too, so they are started here.

use std::{
    io::{self, Seek, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use bollard::{
    errors::Error,
    exec::StartExecResults,
    models::{ContainerCreateBody, ExecConfig},
    query_parameters::DownloadFromContainerOptionsBuilder,
};
use futures_util::{StreamExt, future::join_all};
use ruststack_core::tasks::Tasks;

use super::{
    engine::is_missing,
    running::{Container, hand_on_all},
};
use crate::executor::Output;

const FOLDER: &str = "/opt/extensions";

/// How much of an image's extensions is looked at. Bytes.
const MAX_EXTENSIONS_SIZE: usize = 512 * 1024 * 1024;

/// Names of the programs in the extensions folder of merged layers.
pub(super) fn of_layers(layers: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(layers.join("extensions")).into_iter().flatten().flatten();
    let is_program = |path: &Path| {
        path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    let programs = entries.map(|entry| entry.path()).filter(|path| is_program(path));
    let mut names: Vec<String> =
        programs.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
    names.sort();
    names
}

/// Names of the programs in the extensions folder of a container that was made of `body`, but is not started.
pub(super) async fn of_image(container: &Container) -> Result<Vec<String>, Error> {
    let options = DownloadFromContainerOptionsBuilder::new().path(FOLDER).build();
    let mut pieces = std::pin::pin!(container.docker.download_from_container(&container.id, Some(options)));
    let (mut file, mut size) = (tempfile::tempfile()?, 0);
    while let Some(piece) = pieces.next().await {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        size += piece.len();
        if size > MAX_EXTENSIONS_SIZE {
            break;
        }
        file.write_all(&piece)?;
    }
    file.rewind()?;
    Ok(programs(file).unwrap_or_default())
}

/// A container of an image that is only looked at.
pub(super) fn look(image: &str) -> ContainerCreateBody {
    ContainerCreateBody {
        image: Some(image.to_owned()),
        entrypoint: Some(vec!["/never-started".to_owned()]),
        ..ContainerCreateBody::default()
    }
}

/// The programs right in the folder that an archive is of.
fn programs(archive: impl io::Read) -> io::Result<Vec<String>> {
    let mut archive = tar::Archive::new(archive);
    let mut names = Vec::new();
    for entry in archive.entries()? {
        let entry = entry?;
        let (path, header) = (entry.path()?, entry.header());
        if path.components().count() == 2 && header.entry_type().is_file() && header.mode()? & 0o111 != 0 {
            names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// Starts extensions in a container that runs; in one that has ended already there is nothing to start.
pub(super) async fn start(
    container: &Container,
    names: &[String],
    output: &Output,
    tasks: &Tasks,
) -> Result<(), Error> {
    let started = names.iter().map(|name| async move {
        let config = ExecConfig {
            cmd: Some(vec![format!("{FOLDER}/{name}")]),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            working_dir: Some("/".to_owned()),
            ..ExecConfig::default()
        };
        let exec = container.docker.create_exec(&container.id, config).await?;
        container.docker.start_exec(&exec.id, None).await
    });
    for started in join_all(started).await {
        match started {
            Ok(StartExecResults::Attached { output: written, .. }) => {
                tasks.spawn(hand_on_all(written, output.clone()));
            }
            Ok(StartExecResults::Detached) | Err(Error::DockerResponseServerError { status_code: 409, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_the_programs_in_their_folder() {
        let layers = tempfile::tempdir().unwrap();
        assert!(of_layers(layers.path()).is_empty());
        let folder = layers.path().join("extensions");
        std::fs::create_dir_all(folder.join("folder")).unwrap();
        for (name, mode) in [("watch", 0o755), ("also", 0o755), ("readme", 0o644), ("folder/inner", 0o755)] {
            std::fs::write(folder.join(name), "#!/bin/sh").unwrap();
            std::fs::set_permissions(folder.join(name), PermissionsExt::from_mode(mode)).unwrap();
        }
        assert_eq!(of_layers(layers.path()), ["also", "watch"]);

        let mut archive = tar::Builder::new(Vec::new());
        archive.append_dir_all("extensions", &folder).unwrap();
        let archive = archive.into_inner().unwrap();
        assert_eq!(programs(&archive[..]).unwrap(), ["also", "watch"]);
    }
}
