//! Makes versions ready, and starts their containers.

use std::{collections::HashMap, sync::Arc};

use bollard::{
    Docker,
    errors::Error,
    models::{ContainerCreateBody, NetworkConnectRequest},
    query_parameters::{AttachContainerOptionsBuilder, CreateContainerOptionsBuilder},
};

use super::{
    DockerExecutor, Place, Reach,
    configuration::{self, Inside, LAYERS_ROOT, Parts, TASK_ROOT},
    engine::{cause, is_missing, unavailable},
    extensions,
    owner::{ENVIRONMENT, FUNCTION, OWNER, VERSION},
    probe::{self, Verdict},
    running::{Container, Running},
};
use crate::executor::{ExecutorError, ExecutorErrorKind, Folder, Package, Plan, Started, Version};

/// How often a container is made anew when the engine says why it could not, and that can be mended.
const MAX_TRIES: usize = 3;

impl DockerExecutor {
    pub(super) async fn make_ready(&self, version: &Version) -> Result<(), ExecutorError> {
        let (docker, place) = self.place().await?;
        let image = self.image(version);
        let platform = self.platform(version, &place.about);
        self.images.ensure(&docker, &self.engine, &image, platform.as_deref()).await?;
        if let Some(probe) = self.probe(&docker, place, &image) {
            probe.await;
        }
        let explain = |error: Error| self.engine.explain(&error);
        match &version.package {
            Package::Zip { code, .. } => {
                place.files.mount(&docker, &image, code, TASK_ROOT).await.map_err(explain)?;
                if let Some(layers) = &version.layers {
                    place.files.mount(&docker, &image, layers, LAYERS_ROOT).await.map_err(explain)?;
                }
            }
            Package::Image { .. } => {
                self.look_for_extensions(&docker, place, &image).await.map_err(explain)?;
            }
        }
        Ok(())
    }

    pub(super) async fn start_container(&self, plan: Plan) -> Result<Started, ExecutorError> {
        let (docker, place) = self.place().await?;
        let image = self.image(&plan.version);
        self.remove_leftovers(&docker, &plan.tasks);
        if let Reach::Known(Verdict::Unreachable(text)) = self.reach() {
            // Somebody may have opened the firewall since.
            *self.reach.lock() = Reach::Unasked;
            self.probe(&docker, place, &image).into_iter().for_each(|probe| plan.tasks.spawn_draining(probe));
            return Err(unavailable(text));
        }
        let names = match (&plan.version.package, &plan.version.layers) {
            (Package::Zip { .. }, Some(layers)) => extensions::of_layers(&layers.path),
            (Package::Zip { .. }, None) => Vec::new(),
            (Package::Image { .. }, _) => {
                let found = self.look_for_extensions(&docker, place, &image).await;
                found.map_err(|error| self.refusal(&plan.version, &image, &error))?
            }
        };
        self.open_relays(&plan, place).await;
        let container = self.create(&docker, place, &plan, &image).await?;
        let started = self.run(&container, place, &plan, &names).await;
        if started.is_err() {
            container.remove().await;
        }
        let running = started.map_err(|error| self.refusal(&plan.version, &image, &error))?;
        self.probe(&docker, place, &image).into_iter().for_each(|probe| plan.tasks.spawn_draining(probe));
        Ok(Started { environment: Arc::new(running), extensions: names })
    }

    /// Makes the container; mends what the engine says is missing.
    async fn create(
        &self,
        docker: &Docker,
        place: &Place,
        plan: &Plan,
        image: &str,
    ) -> Result<Container, ExecutorError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.try_to_create(docker, place, plan, image).await? {
                Ok(id) => {
                    return Ok(Container { id, docker: docker.clone(), leftovers: Arc::clone(&self.leftovers) });
                }
                Err(error) => error,
            };
            let is_mended = if is_missing(&error) && tries < MAX_TRIES {
                self.make_ready(&plan.version).await?;
                true
            } else {
                place.files.learn(&error)
            };
            if !is_mended {
                return Err(self.refusal(&plan.version, image, &error));
            }
        }
    }

    async fn try_to_create(
        &self,
        docker: &Docker,
        place: &Place,
        plan: &Plan,
        image: &str,
    ) -> Result<Result<String, Error>, ExecutorError> {
        let mut mounts = Vec::new();
        let mut bootstrap = None;
        if let Package::Zip { code, runtime, .. } = &plan.version.package {
            let layers = plan.version.layers.as_ref();
            if runtime.starts_with("provided") {
                bootstrap = Some(own_bootstrap(code, layers)?);
            }
            for (folder, target) in [(Some(code), TASK_ROOT), (layers, LAYERS_ROOT)] {
                let Some(folder) = folder else { continue };
                match place.files.mount(docker, image, folder, target).await {
                    Ok(mount) => mounts.push(mount),
                    Err(error) => return Ok(Err(error)),
                }
            }
        }
        let parts = Parts {
            image: image.to_owned(),
            network: &place.network,
            flags: &self.config.flags,
            mounts,
            labels: labels(plan, place),
            bootstrap,
            has_selinux: place.about.has_selinux,
        };
        let body = configuration::container(plan, parts);
        let name = format!("ruststack-{}-{}", plain(&plan.version.function_name), short(&plan.environment_id));
        Ok(self.new_container(docker, place, Some(&name), Some(&plan.version), body).await)
    }

    async fn new_container(
        &self,
        docker: &Docker,
        place: &Place,
        name: Option<&str>,
        version: Option<&Version>,
        body: ContainerCreateBody,
    ) -> Result<String, Error> {
        let platform = version.and_then(|version| self.platform(version, &place.about)).unwrap_or_default();
        let mut options = CreateContainerOptionsBuilder::new().platform(&platform);
        if let Some(name) = name {
            options = options.name(name);
        }
        let labels = HashMap::from([(OWNER.to_owned(), place.owner.to_string())]);
        let body = ContainerCreateBody { labels: body.labels.or(Some(labels)), ..body };
        Ok(docker.create_container(Some(options.build()), body).await?.id)
    }

    /// Starts a container that was made, and what runs beside the runtime.
    async fn run(&self, container: &Container, place: &Place, plan: &Plan, names: &[String]) -> Result<Running, Error> {
        let docker = &container.docker;
        for network in &place.network.further {
            let request = NetworkConnectRequest { container: container.id.clone(), endpoint_config: None };
            docker.connect_network(network, request).await?;
        }
        let options = AttachContainerOptionsBuilder::new().stream(true).stdout(true).stderr(true).build();
        let attached = docker.attach_container(&container.id, Some(options)).await?;
        docker.start_container(&container.id, None).await?;
        let running = Running::watch(container.clone(), attached, plan.output.clone(), &plan.tasks);
        if !names.is_empty() {
            extensions::start(container, names, &plan.output, &plan.tasks).await?;
        }
        Ok(running)
    }

    /// Names of the extensions that an image brings.
    async fn look_for_extensions(&self, docker: &Docker, place: &Place, image: &str) -> Result<Vec<String>, Error> {
        let known = self.image_extensions.lock().get(image).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let id = self.new_container(docker, place, None, None, extensions::look(image)).await?;
        let container = Container { id, docker: docker.clone(), leftovers: Arc::clone(&self.leftovers) };
        let found = extensions::of_image(&container).await;
        container.remove().await;
        let found = found?;
        self.image_extensions.lock().insert(image.to_owned(), found.clone());
        Ok(found)
    }

    /// Lets the container reach the gateway where it is told that it is.
    async fn open_relays(&self, plan: &Plan, place: &Place) {
        let inside = Inside::new(plan, &place.network, &self.config.flags);
        for port in inside.ports {
            self.relays.open(place.network.bind, port, &plan.tasks).await;
        }
    }

    fn reach(&self) -> Reach {
        self.reach.lock().clone()
    }

    /// Looks whether containers reach this process; nothing to do where that is known, or somebody looks already.
    fn probe(&self, docker: &Docker, place: &Place, image: &str) -> Option<impl Future<Output = ()> + Send + 'static> {
        {
            let mut reach = self.reach.lock();
            if *reach != Reach::Unasked {
                return None;
            }
            *reach = Reach::Asked;
        }
        let (docker, network, image) = (docker.clone(), place.network.clone(), image.to_owned());
        let labels = HashMap::from([(OWNER.to_owned(), place.owner.to_string())]);
        let (leftovers, reach) = (Arc::clone(&self.leftovers), Arc::clone(&self.reach));
        Some(async move {
            let verdict = async {
                let listener = probe::listen(&network).await.ok()?;
                let body = probe::container(&network, &image, listener.local_addr().ok()?.port());
                let body = ContainerCreateBody { labels: Some(labels), ..body };
                let id = docker.create_container(None, body).await.ok()?.id;
                let container = Container { id, docker, leftovers };
                let verdict = probe::run(&container, &listener, &network).await;
                container.remove().await;
                Some(verdict)
            };
            let verdict = verdict.await.unwrap_or(Verdict::Unknown);
            if let Verdict::Unreachable(text) = &verdict {
                tracing::warn!("{text}");
            }
            *reach.lock() = Reach::Known(verdict);
        })
    }

    /// What it means that a container of a version cannot be made or started.
    fn refusal(&self, version: &Version, image: &str, error: &Error) -> ExecutorError {
        let Error::DockerResponseServerError { message, .. } = error else { return self.engine.explain(error) };
        if message.contains("No such image") || message.contains("does not match the specified platform") {
            let text = format!("The image {image} cannot be used: {}", cause(error));
            return ExecutorError::new(ExecutorErrorKind::InvalidImage, text);
        }
        if let Some((_, path)) = message.split_once("bind source path does not exist: ") {
            return unavailable(format!("The folder {} is not on the container engine's machine.", path.trim()));
        }
        let is_about_the_program = message.contains("exec: ") || message.contains("exec format error");
        if !is_about_the_program {
            return self.engine.explain(error);
        }
        // In AWS's words, as far as it has some.
        let reasons = ["no such file or directory", "permission denied", "exec format error"];
        let reason = reasons.into_iter().find(|reason| message.contains(reason));
        let reason = reason.unwrap_or("no such file or directory");
        let program = message.split('"').nth(1).map_or_else(|| plain(&version.function_name), str::to_owned);
        ExecutorError::new(ExecutorErrorKind::InvalidRuntime, format!("fork/exec {program}: {reason}"))
    }
}

/// The runtime that a function brings, where containers see it.
fn own_bootstrap(code: &Folder, layers: Option<&Folder>) -> Result<String, ExecutorError> {
    let has = |folder: &Folder| folder.path.join("bootstrap").is_file();
    if layers.is_some_and(has) && !has(code) {
        return Ok(format!("{LAYERS_ROOT}/bootstrap"));
    }
    // A folder of the engine's machine need not be seen here.
    if has(code) || !code.path.exists() {
        return Ok(format!("{TASK_ROOT}/bootstrap"));
    }
    let text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
    Err(ExecutorError::new(ExecutorErrorKind::InvalidRuntime, text))
}

fn labels(plan: &Plan, place: &Place) -> HashMap<String, String> {
    let labels = [
        (OWNER, place.owner.to_string()),
        (FUNCTION, plan.version.function_arn.clone()),
        (VERSION, plan.version.version.clone()),
        (ENVIRONMENT, plan.environment_id.clone()),
    ];
    labels.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What can stand in the name of a container.
fn plain(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).take(40).collect()
}

fn short(id: &str) -> String {
    plain(id).chars().take(32).collect()
}
