//! The environments that run: started when they are needed, kept warm while they may be needed again, counted against
//! the limits of concurrency.

mod slots;
mod warm;

use std::{
    collections::HashMap,
    num::NonZero,
    sync::{Arc, OnceLock},
    thread::available_parallelism,
    time::Duration,
};

use futures_util::future::join_all;
use parking_lot::Mutex;
use ruststack_core::{clock::Timestamp, service::Runtime};
use tokio::sync::Semaphore;

pub(crate) use self::{
    slots::{Slot, Slots},
    warm::{Failure, Start, Warm},
};
use crate::{executor::Executor, service::Config};

/// How often idle environments are looked through.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);
/// How long an environment that has answered may take until it can take the next invocation.
const SETTLING_PATIENCE: Duration = Duration::from_millis(1500);

/// How many environments start at once, per processor; more would only keep each other from getting ready in time.
const STARTS_PER_PROCESSOR: usize = 8;

/// How long extensions have to end:
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>
pub(super) const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(2);

/// What environments have in common that can stand in for each other.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Kind {
    /// Without a qualifier.
    pub(crate) function_arn: String,
    pub(crate) version: String,
    /// Of code and configuration.
    pub(crate) generation: u64,
}

/// All environments.
pub(crate) struct Fleet {
    pub(crate) executor: Arc<dyn Executor>,
    pub(crate) slots: Slots,
    keep_alive: Duration,
    pub(crate) init_patience: Duration,
    idle: Mutex<HashMap<Kind, Vec<Idle>>>,
    starting: Semaphore,
    runtime: OnceLock<Runtime>,
}

struct Idle {
    warm: Arc<Warm>,
    since: Timestamp,
}

impl Fleet {
    pub(crate) fn new(executor: Arc<dyn Executor>, config: &Config) -> Arc<Self> {
        Arc::new(Self {
            executor,
            slots: Slots::new(config.concurrent_executions),
            keep_alive: config.keep_alive,
            init_patience: config.init_patience,
            idle: Mutex::default(),
            starting: Semaphore::new(STARTS_PER_PROCESSOR * available_parallelism().map_or(1, NonZero::get)),
            runtime: OnceLock::new(),
        })
    }

    pub(crate) fn start(self: &Arc<Self>, runtime: &Runtime) {
        if self.runtime.set(runtime.clone()).is_err() {
            return;
        }
        let (fleet, clock) = (Arc::clone(self), runtime.clock.clone());
        runtime.tasks.spawn(async move {
            fleet.executor.sweep().await;
            loop {
                clock.sleep(SWEEP_INTERVAL).await;
                fleet.stop_old(clock.now());
            }
        });
        let (fleet, stopping) = (Arc::clone(self), runtime.tasks.stopping());
        runtime.tasks.spawn_draining(async move {
            stopping.await;
            fleet.stop_all().await;
        });
    }

    /// An environment of that kind: a warm one that answers, or a new one.
    pub(crate) async fn acquire(&self, kind: &Kind, start: Start<'_>) -> Result<Arc<Warm>, Failure> {
        if let Some(warm) = self.take_ready(kind).await {
            return Ok(warm);
        }
        // It is never closed; were it, nothing would need to be bounded any more.
        let _permit = self.starting.acquire().await.ok();
        // While this one waited, others may have answered.
        match self.take_ready(kind).await {
            Some(warm) => Ok(warm),
            None => Warm::start(self, start).await.map(Arc::new),
        }
    }

    async fn take_ready(&self, kind: &Kind) -> Option<Arc<Warm>> {
        while let Some(warm) = self.take(kind) {
            if warm.is_ready_within(SETTLING_PATIENCE).await {
                return Some(warm);
            }
            self.discard(warm);
        }
        None
    }

    fn take(&self, kind: &Kind) -> Option<Arc<Warm>> {
        self.idle.lock().get_mut(kind)?.pop().map(|idle| idle.warm)
    }

    /// Keeps an environment that has answered for the next invocation.
    pub(crate) fn give_back(&self, kind: Kind, warm: Arc<Warm>) {
        let Some(runtime) = self.runtime.get().filter(|_| !self.keep_alive.is_zero()) else {
            return self.discard(warm);
        };
        let since = runtime.clock.now();
        self.idle.lock().entry(kind).or_default().push(Idle { warm, since });
    }

    /// Ends an environment, which nobody waits for.
    pub(crate) fn discard(&self, warm: Arc<Warm>) {
        if let Some(runtime) = self.runtime.get() {
            let now = runtime.clock.now();
            runtime.tasks.spawn_draining(async move { warm.stop("spindown", now).await });
        }
    }

    /// Ends the idle environments of a function, of all its versions, and forgets what was made of folders for them.
    pub(crate) fn retire(&self, function_arn: &str, forgotten: Vec<String>) {
        self.remove(forgotten, |kind, _| kind.function_arn == function_arn);
    }

    /// The same of one version, which is gone or has changed.
    pub(crate) fn retire_version(&self, function_arn: &str, version: &str, forgotten: Vec<String>) {
        self.remove(forgotten, |kind, _| kind.function_arn == function_arn && kind.version == version);
    }

    fn stop_old(&self, now: Timestamp) {
        self.remove(Vec::new(), |_, idle| now.since(idle.since) >= self.keep_alive);
    }

    fn remove(&self, forgotten: Vec<String>, is_over: impl Fn(&Kind, &Idle) -> bool) {
        let mut over = Vec::new();
        self.idle.lock().retain(|kind, idle| {
            let (gone, kept) = std::mem::take(idle).into_iter().partition(|idle| is_over(kind, idle));
            over.extend::<Vec<Idle>>(gone);
            *idle = kept;
            !idle.is_empty()
        });
        let Some(runtime) = self.runtime.get().filter(|_| !over.is_empty() || !forgotten.is_empty()) else { return };
        let now = runtime.clock.now();
        let executor = Arc::clone(&self.executor);
        runtime.tasks.spawn_draining(async move {
            join_all(over.iter().map(|idle| idle.warm.stop("spindown", now))).await;
            // What an environment still uses cannot be removed.
            executor.forget(&forgotten).await;
        });
    }

    async fn stop_all(&self) {
        let now = self.runtime.get().map(|runtime| runtime.clock.now()).unwrap_or_default();
        let all: Vec<Idle> = self.idle.lock().drain().flat_map(|(_, idle)| idle).collect();
        join_all(all.iter().map(|idle| idle.warm.stop("spindown", now))).await;
        self.executor.close().await;
    }
}
