//! Runs functions in containers of an engine that speaks Docker's interface: Docker, Docker Desktop, Podman.
//!
//! `engine.rs` finds the engine; `surroundings.rs` and `network.rs` decide how containers reach this process, and
//! `probe.rs` checks it; `images.rs` and `pull.rs` are about images, `files.rs` about code and layers,
//! `configuration.rs` says what a container is given, `running.rs` watches over it, `owner.rs` tells whose it is.

mod configuration;
mod engine;
mod extensions;
mod files;
mod flags;
mod images;
mod network;
mod owner;
mod probe;
mod pull;
mod relay;
mod running;
mod settings;
mod starting;
mod surroundings;
#[cfg(test)]
pub(super) mod tests;

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    sync::Arc,
};

use async_trait::async_trait;
use bollard::{
    Docker,
    query_parameters::{ListContainersOptionsBuilder, ListVolumesOptionsBuilder, RemoveVolumeOptions},
};
use parking_lot::Mutex;
use ruststack_core::tasks::Tasks;
use tokio::sync::OnceCell;

use self::{
    engine::{Engine, unavailable},
    files::{Files, View},
    network::Network,
    owner::{OWNER, Owner},
    probe::Verdict,
    pull::Images,
    relay::Relays,
    running::{Container, Leftovers},
    surroundings::{About, OwnContainer},
};
pub use self::{flags::Flags, images::ImageMapping, network::NetworkSettings};
use super::{Executor, ExecutorError, Package, Plan, Started, Version};

/// What the Docker executor is told.
#[derive(Clone, Debug)]
pub struct DockerConfig {
    /// `DOCKER_HOST`.
    pub host: Option<String>,
    /// Where an engine is looked for without it, the likeliest first.
    pub sockets: Vec<PathBuf>,
    pub images: ImageMapping,
    pub flags: Flags,
    pub network: NetworkSettings,
    /// This process runs in a container.
    pub is_in_container: bool,
    /// Functions run on the processor that there is, whichever they ask for.
    pub ignores_architecture: bool,
}

/// Runs functions in containers.
pub struct DockerExecutor {
    config: DockerConfig,
    engine: Engine,
    place: OnceCell<Place>,
    images: Images,
    /// Names of the extensions that images bring, by image.
    image_extensions: Mutex<HashMap<String, Vec<String>>>,
    relays: Relays,
    leftovers: Leftovers,
    reach: Arc<Mutex<Reach>>,
}

/// What is found out once an engine answers, and holds then.
struct Place {
    about: About,
    network: Network,
    owner: Owner,
    files: Files,
}

/// Whether containers reach this process, as far as it is known.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
enum Reach {
    #[default]
    Unasked,
    Asked,
    Known(Verdict),
}

impl DockerExecutor {
    pub fn new(config: DockerConfig) -> Arc<Self> {
        let engine = Engine::new(config.host.as_deref(), &config.sockets);
        Arc::new(Self {
            config,
            engine,
            place: OnceCell::new(),
            images: Images::default(),
            image_extensions: Mutex::default(),
            relays: Relays::default(),
            leftovers: Leftovers::default(),
            reach: Arc::default(),
        })
    }

    /// The engine, and what is known of the place.
    async fn place(&self) -> Result<(Docker, &Place), ExecutorError> {
        let docker = self.engine.get().await?;
        let place = self.place.get_or_try_init(|| self.explore(&docker)).await?;
        Ok((docker, place))
    }

    async fn explore(&self, docker: &Docker) -> Result<Place, ExecutorError> {
        let config = &self.config;
        let address = self.engine.address().unwrap_or_default();
        let about = About::ask(docker, &address).await.map_err(|error| self.engine.explain(&error))?;
        let own = match config.is_in_container {
            true => OwnContainer::find(docker).await,
            false => None,
        };
        let mut settings = config.network.clone();
        if settings.networks.is_empty() {
            settings.networks.extend(config.flags.network.clone());
        }
        let first = settings.networks.first().map(String::as_str);
        let surroundings = surroundings::explore(docker, &about, own.as_ref(), config.is_in_container, first).await;
        let network = Network::decide(&settings, &surroundings);
        let mode = network.mode.as_deref().unwrap_or("default");
        tracing::info!(engine = address, network = mode, host = network.host, "functions run in containers");
        if let Some(warning) = &network.warning {
            tracing::warn!("{warning}");
        }
        let view = match &own {
            Some(own) => View::Mounts(own.mounts.clone()),
            None if !about.shares_files() => View::Nothing,
            // Where that turns out to be wrong, volumes take its place.
            None => View::Same,
        };
        let owner = Owner::me(own.as_ref());
        Ok(Place { about, network, files: Files::new(view, owner.clone()), owner })
    }

    fn image(&self, version: &Version) -> String {
        match &version.package {
            Package::Zip { runtime, .. } => self.config.images.image(runtime),
            Package::Image { uri, .. } => uri.clone(),
        }
    }

    /// What the engine is told of the processor, where it is not the engine's own.
    fn platform(&self, version: &Version, about: &About) -> Option<String> {
        if self.config.flags.platform.is_some() {
            return self.config.flags.platform.clone();
        }
        let is_own = version.architecture == about.architecture;
        let name = if version.architecture == "arm64" { "linux/arm64" } else { "linux/amd64" };
        (!is_own && !self.config.ignores_architecture).then(|| name.to_owned())
    }

    /// Removes what could not be removed when it should have been.
    fn remove_leftovers(&self, docker: &Docker, tasks: &Tasks) {
        for id in std::mem::take(&mut *self.leftovers.lock()) {
            let container = Container { id, docker: docker.clone(), leftovers: Arc::clone(&self.leftovers) };
            tasks.spawn_draining(async move { container.remove().await });
        }
    }

    async fn sweep_containers(&self, docker: &Docker) -> Result<(), bollard::errors::Error> {
        let filters = HashMap::from([("label", vec![OWNER])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let mut removals = Vec::new();
        for found in docker.list_containers(Some(options)).await? {
            let labels = found.labels.unwrap_or_default();
            let owner = labels.get(OWNER).and_then(|label| Owner::parse(label));
            let Some((id, owner)) = found.id.zip(owner) else { continue };
            if owner.is_gone(docker).await {
                let container = Container { id, docker: docker.clone(), leftovers: Arc::clone(&self.leftovers) };
                removals.push(async move { container.remove().await });
            }
        }
        let count = removals.len();
        futures_util::future::join_all(removals).await;
        if count > 0 {
            tracing::info!(count, "containers of a RustStack that has ended were removed");
        }
        Ok(())
    }

    async fn sweep_volumes(&self, docker: &Docker) -> Result<(), bollard::errors::Error> {
        let filters = HashMap::from([("label", vec![OWNER])]);
        let options = ListVolumesOptionsBuilder::new().filters(&filters).build();
        for volume in docker.list_volumes(Some(options)).await?.volumes.unwrap_or_default() {
            let owner = volume.labels.get(OWNER).and_then(|label| Owner::parse(label));
            if let Some(owner) = owner
                && owner.is_gone(docker).await
            {
                docker.remove_volume(&volume.name, None::<RemoveVolumeOptions>).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Executor for DockerExecutor {
    fn name(&self) -> &'static str {
        "docker"
    }

    async fn health(&self) -> Result<(), ExecutorError> {
        self.engine.ask().await?;
        match &*self.reach.lock() {
            Reach::Known(Verdict::Unreachable(text)) => Err(unavailable(text.clone())),
            _ => Ok(()),
        }
    }

    fn bind_address(&self) -> IpAddr {
        self.place.get().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |place| place.network.bind)
    }

    async fn prepare(&self, version: &Version) -> Result<(), ExecutorError> {
        self.make_ready(version).await
    }

    async fn start(&self, plan: Plan) -> Result<Started, ExecutorError> {
        self.start_container(plan).await
    }

    async fn forget(&self, digests: &[String]) {
        // An engine that was never asked has nothing of ours.
        let Some(place) = self.place.get() else { return };
        let Ok(docker) = self.engine.get().await else { return };
        place.files.forget(&docker, digests).await;
    }

    async fn close(&self) {
        let digests = self.place.get().map(|place| place.files.digests()).unwrap_or_default();
        if !digests.is_empty() {
            self.forget(&digests).await;
        }
    }

    async fn sweep(&self) {
        let Ok((docker, _)) = self.place().await else { return };
        let swept = async {
            self.sweep_containers(&docker).await?;
            self.sweep_volumes(&docker).await
        };
        if let Err(error) = swept.await {
            let reason = engine::cause(&error);
            tracing::warn!(reason, "what an earlier RustStack left behind could not be removed");
        }
    }
}
