//! One environment: a runtime that was started, and the Runtime API that it talks to.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use ruststack_core::{clock::Timestamp, context::Context};
use tokio::time::{Instant, timeout};

use super::{Fleet, SHUTDOWN_PATIENCE};
use crate::{
    executor::{Environment, ExecutorError, ExecutorErrorKind, Exit, Line, Output, Plan, Started, Stop, Version},
    logs::LogStream,
    runtime_api::{Listener, Names, Session},
};

/// An environment that has started.
pub(crate) struct Warm {
    pub(crate) session: Arc<Session>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) output: Output,
    pub(crate) log: Arc<LogStream>,
    /// How long it took to start; told by the first invocation.
    init: parking_lot::Mutex<Option<Duration>>,
    /// Ends with the environment.
    _listener: Listener,
}

/// What an environment is started with.
pub(crate) struct Start<'s> {
    pub(crate) ctx: &'s Context,
    pub(crate) version: Version,
    pub(crate) handler: String,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) log_group: String,
    pub(crate) environment_id: String,
    pub(crate) log_stream: String,
}

/// Why there is no environment.
pub(crate) enum Failure {
    /// The executor could not start one.
    Executor(ExecutorError),
    /// The runtime said so, in its own words.
    Init {
        body: Bytes,
        log: Arc<LogStream>,
        output: Output,
    },
    Exited {
        exit: Exit,
        log: Arc<LogStream>,
        output: Output,
    },
    TimedOut {
        log: Arc<LogStream>,
        output: Output,
    },
}

impl Warm {
    pub(super) async fn start(fleet: &Fleet, start: Start<'_>) -> Result<Self, Failure> {
        let begun = Instant::now();
        let runtime = start.ctx.runtime();
        let session = Arc::new(Session::new());
        let names = Names {
            function_name: start.version.function_name.clone(),
            version: start.version.version.clone(),
            handler: start.handler,
        };
        let address = SocketAddr::new(fleet.executor.bind_address(), 0);
        let listener = Listener::open(address, Arc::clone(&session), names, runtime.ids.clone(), &runtime.tasks).await;
        let listener = listener.map_err(|error| {
            let text = format!("The Runtime API cannot listen at {}: {error}", address.ip());
            Failure::Executor(ExecutorError::new(ExecutorErrorKind::Unavailable, text))
        })?;
        let output = Output::default();
        let plan = Plan {
            version: start.version,
            environment_id: start.environment_id,
            runtime_api: listener.address,
            variables: start.variables,
            output: output.clone(),
            tasks: runtime.tasks.clone(),
        };
        let log = LogStream::open(start.ctx, &runtime.tasks, &start.log_group, &start.log_stream);
        let Started { environment, extensions } = fleet.executor.start(plan).await.map_err(Failure::Executor)?;
        session.expect_extensions(extensions);
        let outcome = initialised(&session, &environment, fleet.init_patience).await;
        if outcome.is_err() {
            environment.flush().await;
            environment.stop(Stop::Now).await;
        }
        match outcome {
            Ok(()) => {
                let init = parking_lot::Mutex::new(Some(begun.elapsed()));
                Ok(Self { session, environment, output, log, init, _listener: listener })
            }
            Err(End::Init(body)) => Err(Failure::Init { body, log, output }),
            Err(End::Exited(exit)) => Err(Failure::Exited { exit, log, output }),
            Err(End::TimedOut) => Err(Failure::TimedOut { log, output }),
        }
    }

    /// Waits until it can take an invocation; false when it cannot, for it has ended or is too slow.
    pub(super) async fn is_ready_within(&self, patience: Duration) -> bool {
        let ready = async {
            tokio::select! {
                biased;
                _ = self.environment.ended() => false,
                () = self.session.idle() => true,
            }
        };
        timeout(patience, ready).await.unwrap_or(false)
    }

    /// Ends it; extensions that want to know of it are told first, and given a while.
    pub(super) async fn stop(&self, reason: &str, now: Timestamp) {
        if self.session.shut_down(reason, now.plus(SHUTDOWN_PATIENCE).millis()) {
            drop(timeout(SHUTDOWN_PATIENCE, self.environment.ended()).await);
            self.environment.flush().await;
            let lines = self.output.take();
            let text = |line: &Line| String::from_utf8_lossy(&line.text).into_owned();
            self.log.write(lines.iter().map(|line| (now.millis(), text(line))).collect());
        }
        self.environment.stop(Stop::Now).await;
    }

    /// How long it took to start, the first time that it is asked.
    pub(crate) fn take_init(&self) -> Option<Duration> {
        self.init.lock().take()
    }
}

/// How a start came to its end.
enum End {
    Init(Bytes),
    Exited(Exit),
    TimedOut,
}

async fn initialised(session: &Session, environment: &Arc<dyn Environment>, patience: Duration) -> Result<(), End> {
    let outcome = async {
        tokio::select! {
            biased;
            said = session.initialised() => said.map_err(|failure| End::Init(failure.body)),
            exit = environment.ended() => Err(match session.init_failure() {
                Some(failure) => End::Init(failure.body),
                None => End::Exited(exit),
            }),
        }
    };
    timeout(patience, outcome).await.unwrap_or(Err(End::TimedOut))
}
