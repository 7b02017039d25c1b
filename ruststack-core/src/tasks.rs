//! Background work that can be stopped and waited for.

use std::{future::Future, time::Duration};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// All background work of the emulator; when it is shut down nothing of it still runs.
#[derive(Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Starts `work`; it is dropped at its next await when the emulator stops.
    #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let stoppable = async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        };
        drop(tokio::spawn(self.tracker.track_future(stoppable)));
    }

    /// Starts `work` that is given the chance to finish by itself: it watches [`Tasks::stopping`].
    #[expect(clippy::disallowed_methods, reason = "the one place that spawns")]
    pub fn spawn_draining(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(tokio::spawn(self.tracker.track_future(work)));
    }

    /// Completes when the emulator stops.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        self.stop.clone().cancelled_owned()
    }

    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Stops everything and waits up to `patience`; false when something still runs.
    pub async fn shutdown(&self, patience: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn shutdown_ends_work_that_would_never_end() {
        let tasks = Tasks::default();
        tasks.spawn(std::future::pending());
        let stopping = tasks.stopping();
        tasks.spawn_draining(stopping);
        assert!(tasks.shutdown(Duration::from_secs(10)).await);
        assert!(tasks.is_stopping());
    }
}
