//! `LAMBDA_RUNTIME_EXECUTOR=auto`: containers where an engine answers, else processes. The choice is made once, when
//! something is asked for the first time: at start.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use tokio::sync::OnceCell;

use super::{Executor, ExecutorError, Plan, Started, Version};

/// An executor if it can run anything, else another.
pub struct Automatic {
    preferred: Arc<dyn Executor>,
    other: Arc<dyn Executor>,
    chosen: OnceCell<Arc<dyn Executor>>,
}

impl Automatic {
    pub fn new(preferred: Arc<dyn Executor>, other: Arc<dyn Executor>) -> Arc<Self> {
        Arc::new(Self { preferred, other, chosen: OnceCell::new() })
    }

    async fn chosen(&self) -> &Arc<dyn Executor> {
        self.chosen.get_or_init(|| self.choose()).await
    }

    async fn choose(&self) -> Arc<dyn Executor> {
        let (preferred, other) = (self.preferred.name(), self.other.name());
        match self.preferred.health().await {
            Ok(()) => {
                tracing::info!(executor = preferred, "functions have an executor");
                Arc::clone(&self.preferred)
            }
            Err(reason) => {
                tracing::info!(executor = other, instead_of = preferred, %reason, "functions have an executor");
                Arc::clone(&self.other)
            }
        }
    }
}

#[async_trait]
impl Executor for Automatic {
    fn name(&self) -> &'static str {
        self.chosen.get().map_or("auto", |chosen| chosen.name())
    }

    async fn health(&self) -> Result<(), ExecutorError> {
        self.chosen().await.health().await
    }

    /// Where environments of either reach it, as long as nothing is chosen.
    fn bind_address(&self) -> IpAddr {
        self.chosen.get().map_or_else(|| self.preferred.bind_address(), |chosen| chosen.bind_address())
    }

    async fn prepare(&self, version: &Version) -> Result<(), ExecutorError> {
        self.chosen().await.prepare(version).await
    }

    async fn start(&self, plan: Plan) -> Result<Started, ExecutorError> {
        self.chosen().await.start(plan).await
    }

    async fn forget(&self, version: &Version) {
        self.chosen().await.forget(version).await;
    }

    async fn sweep(&self) {
        self.chosen().await.sweep().await;
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::executor::{ExecutorErrorKind, docker::DockerExecutor, docker::tests::configuration};

    /// Runs nothing.
    struct Other;

    #[async_trait]
    impl Executor for Other {
        fn name(&self) -> &'static str {
            "other"
        }

        async fn health(&self) -> Result<(), ExecutorError> {
            Ok(())
        }

        fn bind_address(&self) -> IpAddr {
            Ipv4Addr::LOCALHOST.into()
        }

        async fn prepare(&self, _version: &Version) -> Result<(), ExecutorError> {
            Ok(())
        }

        async fn start(&self, _plan: Plan) -> Result<Started, ExecutorError> {
            Err(ExecutorError::new(ExecutorErrorKind::Unavailable, "no"))
        }
    }

    #[tokio::test]
    async fn functions_run_as_processes_where_no_engine_answers() {
        let mut config = configuration("image");
        config.sockets = vec!["/nowhere/docker.sock".into()];
        let docker: Arc<dyn Executor> = DockerExecutor::new(config);
        let automatic = Automatic::new(docker, Arc::new(Other));
        assert_eq!((automatic.name(), automatic.bind_address()), ("auto", Ipv4Addr::UNSPECIFIED.into()));
        automatic.sweep().await;
        assert_eq!((automatic.name(), automatic.bind_address()), ("other", Ipv4Addr::LOCALHOST.into()));
        assert_eq!(automatic.health().await, Ok(()));

        let automatic = Automatic::new(Arc::new(Other), Arc::new(Other));
        automatic.sweep().await;
        assert_eq!(automatic.name(), "other");
    }
}
