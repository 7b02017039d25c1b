//! With a real engine: environments are started, give answers, and end. Where no engine answers, nothing is tested, and
//! the test says so.

mod cold_starts;
mod ends;
mod engines;
mod environments;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use bollard::{Docker, body_full, query_parameters::CreateImageOptionsBuilder};
use bytes::Bytes;
use futures_util::TryStreamExt;
use ruststack_core::{ids::Ids, tasks::Tasks};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{DockerConfig, DockerExecutor, Flags, ImageMapping, NetworkSettings};
use crate::{
    executor::{Environment, Executor, ExecutorError, Exit, Folder, Output, Package, Plan, Stop, Version},
    runtime_api::{Answer, Invocation, Listener, Names, Session},
};

/// How long anything may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(90);

const IMAGE_CHANGES: [&str; 4] = [
    r#"ENTRYPOINT ["/lambda-entrypoint.sh"]"#,
    "WORKDIR /var/task",
    "ENV PATH=/var/lang/bin:/usr/bin:/bin",
    "ENV LANG=C.UTF-8",
];

/// An executor with a real engine, and what a test's functions are made of.
pub(super) struct Laboratory {
    pub(super) executor: Arc<DockerExecutor>,
    pub(super) docker: Docker,
    pub(super) tasks: Tasks,
    /// Of this machine's Python.
    pub(super) image: String,
    folder: TempDir,
    ids: Ids,
}

impl Laboratory {
    /// `None`, told, where no engine answers.
    pub(super) async fn open() -> Option<Self> {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut DockerConfig)) -> Option<Self> {
        let docker = engine().await?;
        let image = image(&docker).await;
        let mut config = configuration(&image);
        change(&mut config);
        let tasks = Tasks::default();
        let executor = DockerExecutor::new(config);
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        Some(Self { executor, docker, tasks, image, folder, ids: Ids::default() })
    }

    /// The tests run where the engine does.
    pub(super) async fn sees_files(&self) -> bool {
        self.executor.place().await.unwrap().1.files.shares(self.folder.path())
    }

    /// A folder with files; those without a dot in their names are programs.
    pub(super) fn files(&self, name: &str, files: &[(&str, &str)]) -> Folder {
        let path = self.folder.path().join(name);
        let mut digest = Sha256::new();
        for (file, text) in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            let mode = if file.extension().is_some() { 0o644 } else { 0o755 };
            std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
            digest.update(text);
        }
        let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Folder { path, digest: Some(digest) }
    }

    /// A Python function whose handler is `handler` in this text.
    pub(super) fn python(&self, text: &str) -> Version {
        let code = self.files("code", &[("app.py", text)]);
        self.version(Package::Zip { runtime: "python3.12".to_owned(), handler: "app.handler".to_owned(), code })
    }

    pub(super) fn version(&self, package: Package) -> Version {
        Version {
            function_name: "f".to_owned(),
            version: "$LATEST".to_owned(),
            function_arn: "arn:aws:lambda:us-east-1:000000000000:function:f".to_owned(),
            package,
            layers: None,
            architecture: if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }.to_owned(),
            memory_mb: 128,
            ephemeral_storage_mb: 512,
            revision: self.ids.uuid(),
        }
    }

    pub(super) async fn start(&self, version: &Version) -> Result<Lamp, ExecutorError> {
        self.start_with(version, &[]).await
    }

    /// Starts an environment, and its Runtime API.
    pub(super) async fn start_with(
        &self,
        version: &Version,
        variables: &[(&str, &str)],
    ) -> Result<Lamp, ExecutorError> {
        self.executor.prepare(version).await?;
        let session = Arc::new(Session::new());
        let names = Names { function_name: "f".into(), version: "$LATEST".into(), handler: "app.handler".into() };
        let address = SocketAddr::new(self.executor.bind_address(), 0);
        let listener = Listener::open(address, Arc::clone(&session), names, self.ids.clone(), &self.tasks).await;
        let listener = listener.unwrap();
        let output = Output::default();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let plan = Plan {
            version: version.clone(),
            environment_id: self.ids.uuid().replace('-', ""),
            runtime_api: listener.address,
            variables: variables.collect::<BTreeMap<_, _>>(),
            output: output.clone(),
            tasks: self.tasks.clone(),
        };
        let id = plan.environment_id.clone();
        let started = self.executor.start(plan).await?;
        session.expect_extensions(started.extensions.clone());
        let extensions = started.extensions;
        let environment = started.environment;
        Ok(Lamp { environment, session, output, extensions, id, _listener: listener, ids: self.ids.clone() })
    }
}

/// An environment, and what it is spoken to by.
pub(super) struct Lamp {
    pub(super) environment: Arc<dyn Environment>,
    pub(super) session: Arc<Session>,
    pub(super) extensions: Vec<String>,
    pub(super) id: String,
    output: Output,
    _listener: Listener,
    ids: Ids,
}

impl Lamp {
    /// Waits until it is ready, gives it an event, and returns its answer.
    pub(super) async fn invoke(&self, event: &str) -> Result<Value, Value> {
        let answered = async {
            self.session.initialised().await.map_err(|failure| parse(&failure.body))?;
            self.session.idle().await;
            let invocation = Invocation {
                request_id: self.ids.uuid(),
                deadline: 0,
                function_arn: "arn".to_owned(),
                trace_id: "Root=1".to_owned(),
                client_context: None,
                body: Bytes::from(event.to_owned()),
            };
            match self.session.invoke(invocation).await.unwrap() {
                Answer::Response(body) => Ok(parse(&body)),
                Answer::Error(body) => Err(parse(&body)),
                other => panic!("{other:?}"),
            }
        };
        tokio::time::timeout(PATIENCE, answered).await.expect("it answers")
    }

    pub(super) async fn ended(&self) -> Exit {
        tokio::time::timeout(PATIENCE, self.environment.ended()).await.expect("it ends")
    }

    /// What was written so far.
    pub(super) fn lines(&self) -> Vec<String> {
        let lines = self.output.take().into_iter();
        lines.map(|line| format!("{:?} {}", line.stream, String::from_utf8_lossy(&line.text))).collect()
    }

    /// The container's id, if there still is one.
    pub(super) async fn container(&self, docker: &Docker) -> Option<String> {
        containers(docker, &format!("ruststack.environment={}", self.id)).await.pop()
    }

    pub(super) async fn stop(&self) {
        tokio::time::timeout(PATIENCE, self.environment.stop(Stop::Now)).await.expect("it is stopped");
    }
}

pub(super) async fn containers(docker: &Docker, label: &str) -> Vec<String> {
    let filters = std::collections::HashMap::from([("label", vec![label])]);
    let options = bollard::query_parameters::ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let found = docker.list_containers(Some(options)).await.unwrap();
    found.into_iter().filter_map(|container| container.id).collect()
}

fn parse(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

pub(super) fn sockets() -> Vec<PathBuf> {
    vec![PathBuf::from("/var/run/docker.sock")]
}

pub(crate) fn configuration(image: &str) -> DockerConfig {
    DockerConfig {
        host: None,
        sockets: sockets(),
        images: ImageMapping::Pattern(image.to_owned()),
        flags: Flags::default(),
        network: NetworkSettings::default(),
        is_in_container: is_in_container(),
        ignores_architecture: false,
    }
}

fn is_in_container() -> bool {
    Path::new("/.dockerenv").exists()
}

async fn engine() -> Option<Docker> {
    match super::engine::Engine::new(None, &sockets()).ask().await {
        Ok(docker) if Path::new("/usr/bin/python3").exists() => Some(docker),
        Ok(_) => {
            eprintln!("skipped: there is no /usr/bin/python3 to make an image of");
            None
        }
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}

/// The image, made unless the engine has it: its tag is the digest of what it is made of.
async fn image(docker: &Docker) -> String {
    static MADE: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images");
        let mut digest = Sha256::new();
        for file in ["python.sh", "bootstrap.py"] {
            digest.update(std::fs::read(folder.join(file)).unwrap());
        }
        let tag: String = digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("ruststack-test/python:{tag}");
        if docker.inspect_image(&name).await.is_err() {
            let output = Command::new(folder.join("python.sh")).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            import(docker, &name, &IMAGE_CHANGES, output.stdout.into()).await;
        }
        name
    };
    MADE.get_or_init(make).await.clone()
}

/// Makes an image of an archive.
pub(super) async fn import(docker: &Docker, name: &str, changes: &[&str], archive: Bytes) {
    let (repository, tag) = name.rsplit_once(':').unwrap();
    let options = CreateImageOptionsBuilder::new().from_src("-").repo(repository).tag(tag);
    let options = options.changes(changes.iter().map(|&change| change.to_owned()).collect()).build();
    let steps: Vec<_> = docker.create_image(Some(options), Some(body_full(archive)), None).try_collect().await.unwrap();
    assert!(!steps.is_empty());
}
