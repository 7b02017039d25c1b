//! `LAMBDA_RUNTIME_EXECUTOR=auto`: containers where an engine answers, else processes. That choice is made once, when
//! something is asked for the first time: at start. Runtimes whose image the engine neither has nor can fetch run as
//! processes all the same.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use parking_lot::Mutex;
use tokio::{sync::OnceCell, time::Instant};

use super::{Executor, ExecutorError, ExecutorErrorKind, Package, Plan, Started, Version};

/// How long a runtime whose image is missing runs as processes before the next deployment asks for the image again.
const MISSING_IMAGE_PATIENCE: Duration = Duration::from_secs(300);

/// An executor if it can run anything, else another.
pub struct Automatic {
    preferred: Arc<dyn Executor>,
    other: Arc<dyn Executor>,
    chosen: OnceCell<Choice>,
    /// The runtimes that the preferred executor has no image of.
    without_image: Mutex<HashMap<String, Missing>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Preferred,
    Other,
}

/// When it turned out that an image is missing, and why it is.
#[derive(Clone)]
struct Missing {
    since: Instant,
    error: ExecutorError,
}

impl Automatic {
    pub fn new(preferred: Arc<dyn Executor>, other: Arc<dyn Executor>) -> Arc<Self> {
        Arc::new(Self { preferred, other, chosen: OnceCell::new(), without_image: Mutex::default() })
    }

    async fn chosen(&self) -> &Arc<dyn Executor> {
        self.of(*self.chosen.get_or_init(|| self.choose()).await)
    }

    fn of(&self, choice: Choice) -> &Arc<dyn Executor> {
        match choice {
            Choice::Preferred => &self.preferred,
            Choice::Other => &self.other,
        }
    }

    async fn choose(&self) -> Choice {
        let (preferred, other) = (self.preferred.name(), self.other.name());
        match self.preferred.health().await {
            Ok(()) => {
                tracing::info!(executor = preferred, "functions have an executor");
                Choice::Preferred
            }
            Err(reason) => {
                tracing::info!(executor = other, instead_of = preferred, %reason, "functions have an executor");
                Choice::Other
            }
        }
    }

    /// The runtime of a version that could run elsewhere if its image is missing: a container image could not.
    fn movable_runtime<'v>(&self, version: &'v Version) -> Option<&'v str> {
        match (&version.package, self.chosen.get()) {
            (Package::Zip { runtime, .. }, Some(Choice::Preferred)) => Some(runtime),
            _ => None,
        }
    }

    fn missing(&self, version: &Version) -> Option<Missing> {
        self.without_image.lock().get(self.movable_runtime(version)?).cloned()
    }

    /// Notes that an image is missing, if that is what an error says and there is a way without it.
    fn learn(&self, version: &Version, error: &ExecutorError) -> Option<Missing> {
        let runtime = self.movable_runtime(version).filter(|_| error.kind == ExecutorErrorKind::InvalidImage)?;
        let missing = Missing { since: Instant::now(), error: error.clone() };
        let known = self.without_image.lock().insert(runtime.to_owned(), missing.clone());
        if known.is_none() {
            let (executor, reason) = (self.other.name(), &error.message);
            tracing::warn!(runtime, executor, reason, "functions of this runtime run without their image");
        }
        Some(missing)
    }

    /// Starts what the preferred executor has no image for. Whoever cannot run it leaves it at that.
    async fn start_elsewhere(&self, plan: Plan, missing: Missing) -> Result<Started, ExecutorError> {
        self.other.start(plan).await.map_err(|error| match error.kind {
            ExecutorErrorKind::NotSupported => missing.error,
            _ => error,
        })
    }
}

#[async_trait]
impl Executor for Automatic {
    fn name(&self) -> &'static str {
        self.chosen.get().map_or("auto", |choice| self.of(*choice).name())
    }

    async fn health(&self) -> Result<(), ExecutorError> {
        self.chosen().await.health().await
    }

    /// Where environments of either reach it, as long as nothing is chosen. Processes reach what containers do.
    fn bind_address(&self) -> IpAddr {
        self.of(self.chosen.get().copied().unwrap_or(Choice::Preferred)).bind_address()
    }

    async fn prepare(&self, version: &Version) -> Result<(), ExecutorError> {
        let chosen = self.chosen().await;
        if self.missing(version).is_some_and(|missing| missing.since.elapsed() < MISSING_IMAGE_PATIENCE) {
            return self.other.prepare(version).await;
        }
        match chosen.prepare(version).await {
            Ok(()) => {
                self.movable_runtime(version).and_then(|runtime| self.without_image.lock().remove(runtime));
                Ok(())
            }
            Err(error) if self.learn(version, &error).is_some() => self.other.prepare(version).await,
            Err(error) => Err(error),
        }
    }

    async fn start(&self, plan: Plan) -> Result<Started, ExecutorError> {
        let chosen = self.chosen().await;
        if let Some(missing) = self.missing(&plan.version) {
            return self.start_elsewhere(plan, missing).await;
        }
        match chosen.start(plan.clone()).await {
            // What was deployed before this process started is made ready by its first environment.
            Err(error) => match self.learn(&plan.version, &error) {
                Some(missing) => self.start_elsewhere(plan, missing).await,
                None => Err(error),
            },
            started => started,
        }
    }

    async fn forget(&self, digests: &[String]) {
        self.chosen().await.forget(digests).await;
    }

    async fn sweep(&self) {
        self.chosen().await.sweep().await;
    }

    async fn close(&self) {
        if let Some(choice) = self.chosen.get() {
            self.of(*choice).close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, net::Ipv4Addr};

    use ruststack_core::tasks::Tasks;

    use super::*;
    use crate::executor::{Folder, Output, docker::DockerExecutor, docker::tests::configuration};

    /// Runs nothing, and says why.
    struct Fake(&'static str, ExecutorErrorKind);

    #[async_trait]
    impl Executor for Fake {
        fn name(&self) -> &'static str {
            self.0
        }

        async fn health(&self) -> Result<(), ExecutorError> {
            Ok(())
        }

        fn bind_address(&self) -> IpAddr {
            Ipv4Addr::LOCALHOST.into()
        }

        async fn prepare(&self, _version: &Version) -> Result<(), ExecutorError> {
            match self.1 {
                ExecutorErrorKind::InvalidImage => Err(ExecutorError::new(self.1, self.0)),
                _ => Ok(()),
            }
        }

        async fn start(&self, _plan: Plan) -> Result<Started, ExecutorError> {
            Err(ExecutorError::new(self.1, self.0))
        }
    }

    fn plan(package: Package) -> Plan {
        let version = Version {
            function_name: "f".to_owned(),
            version: "$LATEST".to_owned(),
            function_arn: "arn".to_owned(),
            package,
            layers: None,
            architecture: "x86_64".to_owned(),
            memory_mb: 128,
            ephemeral_storage_mb: 512,
            revision: "1".to_owned(),
        };
        Plan {
            version,
            environment_id: "id".to_owned(),
            runtime_api: (Ipv4Addr::LOCALHOST, 1).into(),
            variables: BTreeMap::new(),
            output: Output::default(),
            tasks: Tasks::default(),
        }
    }

    fn zip(runtime: &str) -> Package {
        let code = Folder { path: "/code".into(), digest: None };
        Package::Zip { runtime: runtime.to_owned(), handler: "h".to_owned(), code }
    }

    #[tokio::test]
    async fn functions_run_as_processes_where_no_engine_answers() {
        let mut config = configuration("image");
        config.sockets = vec!["/nowhere/docker.sock".into()];
        let docker: Arc<dyn Executor> = DockerExecutor::new(config);
        let other = || Arc::new(Fake("other", ExecutorErrorKind::Unavailable));
        let automatic = Automatic::new(docker, other());
        assert_eq!((automatic.name(), automatic.bind_address()), ("auto", Ipv4Addr::UNSPECIFIED.into()));
        automatic.sweep().await;
        assert_eq!((automatic.name(), automatic.bind_address()), ("other", Ipv4Addr::LOCALHOST.into()));
        assert_eq!(automatic.health().await, Ok(()));

        let automatic = Automatic::new(Arc::new(Fake("first", ExecutorErrorKind::Unavailable)), other());
        automatic.sweep().await;
        assert_eq!(automatic.name(), "first");
    }

    #[tokio::test]
    async fn functions_whose_image_is_missing_run_as_processes_and_images_do_not() {
        let tried = |other: ExecutorErrorKind, package: Package| async move {
            let preferred = Arc::new(Fake("no image", ExecutorErrorKind::InvalidImage));
            let automatic = Automatic::new(preferred, Arc::new(Fake("other", other)));
            let plan = plan(package);
            let prepared = automatic.prepare(&plan.version).await.is_ok();
            // Without being prepared, too: deployed before this process started.
            let unprepared = Automatic::new(Arc::clone(&automatic.preferred), Arc::clone(&automatic.other));
            let reason = |started: Result<Started, ExecutorError>| started.err().map(|error| error.message);
            let (first, second) = (automatic.start(plan.clone()).await, unprepared.start(plan).await);
            let (first, second) = (reason(first), reason(second));
            assert_eq!(first, second);
            (prepared, first.unwrap_or_default())
        };
        let image =
            Package::Image { uri: "i".to_owned(), entry_point: vec![], command: vec![], working_directory: None };
        let (runs, runs_not) = (ExecutorErrorKind::Unavailable, ExecutorErrorKind::NotSupported);
        assert_eq!(tried(runs, zip("python3.12")).await, (true, "other".to_owned()));
        assert_eq!(tried(runs_not, zip("java21")).await, (true, "no image".to_owned()));
        assert_eq!(tried(runs, image).await, (false, "no image".to_owned()));
    }
}
