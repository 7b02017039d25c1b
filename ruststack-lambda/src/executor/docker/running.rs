//! A container that runs: what it writes, how it ends, and its removal.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bollard::{
    Docker,
    container::{AttachContainerResults, LogOutput},
    errors::Error,
    models::{ContainerInspectResponse, ContainerState},
    query_parameters::{KillContainerOptionsBuilder, RemoveContainerOptionsBuilder, WaitContainerOptionsBuilder},
};
use futures_util::{FutureExt, StreamExt};
use parking_lot::Mutex;
use ruststack_core::tasks::Tasks;
use tokio::sync::{OnceCell, mpsc, oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::engine::{cause, is_missing};
use crate::executor::{Environment, Exit, FLUSH_PATIENCE, Output, Stop, Stream, output::Lines};

/// What is written before an answer may come so much later than the answer: it goes through two processes of the
/// engine's.
const LATENESS: Duration = Duration::from_millis(10);

/// How long the engine may take to remove a container.
const REMOVAL_PATIENCE: Duration = Duration::from_secs(30);

/// Containers that should have been removed, and could not be: their ids.
pub(super) type Leftovers = Arc<Mutex<Vec<String>>>;

/// What a container, or a program that was started in one, writes.
pub(super) type Written = std::pin::Pin<Box<dyn futures_util::Stream<Item = Result<LogOutput, Error>> + Send>>;

/// An environment's container.
pub(super) struct Running {
    container: Container,
    ended: watch::Receiver<Option<Exit>>,
    removed: watch::Receiver<bool>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    /// The runtime's, where this process sees it.
    pid: OnceCell<Option<i64>>,
    stop: DropGuard,
}

#[derive(Clone)]
pub(super) struct Container {
    pub(super) id: String,
    pub(super) docker: Docker,
    pub(super) leftovers: Leftovers,
}

impl Running {
    /// Watches over a container that was started: hands on what it writes, and removes it when it has ended, when it is
    /// stopped, and when RustStack ends.
    pub(super) fn watch(container: Container, attached: AttachContainerResults, output: Output, tasks: &Tasks) -> Self {
        let (flushes, requests) = mpsc::channel(8);
        let (tell_ended, ended) = watch::channel(None);
        let (tell_removed, removed) = watch::channel(false);
        let stop = CancellationToken::new();
        let (watched, stopped, ending) = (container.clone(), stop.clone(), tasks.stopping());
        tasks.spawn_draining(async move {
            let run = async {
                hand_on(attached.output, &output, requests).await;
                watched.exit().await
            };
            let mut run = std::pin::pin!(run);
            let exit = tokio::select! {
                exit = &mut run => exit,
                () = async { tokio::select! { () = stopped.cancelled() => {}, () = ending => {} } } => {
                    watched.remove().await;
                    // The last lines.
                    drop(tokio::time::timeout(FLUSH_PATIENCE, run).await);
                    Exit::Signal(9)
                }
            };
            tell_ended.send_replace(Some(exit));
            watched.remove().await;
            tell_removed.send_replace(true);
        });
        Self { container, ended, removed, flushes, pid: OnceCell::new(), stop: stop.drop_guard() }
    }
}

impl Container {
    /// Ends it, if it runs, and removes it.
    pub(super) async fn remove(&self) {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        let removal = self.docker.remove_container(&self.id, Some(options));
        let failure = match tokio::time::timeout(REMOVAL_PATIENCE, removal).await {
            Ok(Ok(())) => return,
            // Somebody else removed it, or is about to.
            Ok(Err(Error::DockerResponseServerError { status_code: 404 | 409, .. })) => return,
            Ok(Err(error)) => cause(&error),
            Err(_) => "the engine takes too long".to_owned(),
        };
        tracing::warn!(container = self.id, reason = failure, "a container could not be removed");
        self.leftovers.lock().push(self.id.clone());
    }

    /// The number of its first process, if that is one of this machine's.
    async fn pid(&self) -> Option<i64> {
        let found = self.docker.inspect_container(&self.id, None).await.ok()?;
        let pid = found.state?.pid?;
        let groups = tokio::fs::read_to_string(format!("/proc/{pid}/cgroup")).await.ok()?;
        groups.contains(&self.id).then_some(pid)
    }

    /// How it ended, once it has.
    async fn exit(&self) -> Exit {
        loop {
            let options = WaitContainerOptionsBuilder::new().condition("not-running").build();
            let waited = self.docker.wait_container(&self.id, Some(options)).next().await;
            match self.docker.inspect_container(&self.id, None).await {
                Ok(found) if is_running(&found) && !matches!(waited, Some(Ok(_))) => {}
                Ok(found) => return exit_of(&found.state.unwrap_or_default()),
                Err(error) if is_missing(&error) => return Exit::Signal(9),
                Err(error) => return Exit::Lost(format!("the container engine was lost: {}", cause(&error))),
            }
        }
    }
}

fn is_running(found: &ContainerInspectResponse) -> bool {
    found.state.as_ref().and_then(|state| state.running).unwrap_or(false)
}

fn exit_of(state: &ContainerState) -> Exit {
    if state.oom_killed == Some(true) {
        return Exit::OutOfMemory;
    }
    let code = state.exit_code.and_then(|code| i32::try_from(code).ok()).unwrap_or(-1);
    match code - 128 {
        // Engines tell signals as shells do.
        signal @ (4 | 6 | 7 | 8 | 9 | 11 | 13 | 15) => Exit::Signal(signal),
        _ => Exit::Status(code),
    }
}

/// Hands on what a container writes, until nobody writes any more.
async fn hand_on(mut written: Written, output: &Output, mut flushes: mpsc::Receiver<oneshot::Sender<()>>) {
    let mut lines = Divided::default();
    loop {
        tokio::select! {
            biased;
            piece = written.next() => match piece {
                Some(Ok(piece)) => lines.hand_on(piece, output).await,
                // The container has ended, or the engine.
                Some(Err(_)) | None => break,
            },
            Some(done) = flushes.recv() => {
                while lines.is_more_expected() && !done.is_closed() {
                    let Ok(Some(Ok(piece))) = tokio::time::timeout(LATENESS, written.next()).await else { break };
                    lines.hand_on(piece, output).await;
                }
                while let Some(Some(Ok(piece))) = written.next().now_or_never() {
                    lines.hand_on(piece, output).await;
                }
                lines.rest(output).await;
                lines.begin_anew();
                // Whoever asked may have lost patience.
                done.send(()).ok();
            }
        }
    }
    lines.rest(output).await;
}

/// Hands on what a program in a container writes.
pub(super) async fn hand_on_all(mut written: Written, output: Output) {
    let mut lines = Divided::default();
    while let Some(Ok(piece)) = written.next().await {
        lines.hand_on(piece, &output).await;
    }
    lines.rest(&output).await;
}

/// The lines of both streams.
#[derive(Default)]
struct Divided {
    out: Lines,
    error: Lines,
    /// Lines since the last flush, and between the two flushes before.
    seen: usize,
    expected: Option<usize>,
}

impl Divided {
    async fn hand_on(&mut self, piece: LogOutput, output: &Output) {
        let (lines, stream) = match piece {
            LogOutput::StdErr { .. } => (&mut self.error, Stream::Stderr),
            _ => (&mut self.out, Stream::Stdout),
        };
        for line in lines.push(&piece.into_bytes()) {
            self.seen += 1;
            output.send(stream, line).await;
        }
    }

    /// Whether to wait for lines that are on their way. Nobody can know: most functions write as much each time, and
    /// those that write nothing are not to be held up.
    fn is_more_expected(&self) -> bool {
        self.expected.is_none_or(|expected| self.seen < expected)
    }

    fn begin_anew(&mut self) {
        self.expected = Some(std::mem::take(&mut self.seen));
    }

    /// What no end of a line follows.
    async fn rest(&mut self, output: &Output) {
        for (lines, stream) in [(&mut self.out, Stream::Stdout), (&mut self.error, Stream::Stderr)] {
            if let Some(rest) = lines.rest() {
                self.seen += 1;
                output.send(stream, rest).await;
            }
        }
    }
}

#[async_trait]
impl Environment for Running {
    async fn ended(&self) -> Exit {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(exit) => exit.clone().unwrap_or(Exit::Status(0)),
            Err(_) => Exit::Lost("stopped".to_owned()),
        }
    }

    async fn stop(&self, how: Stop) {
        if let Stop::Gracefully(patience) = how {
            let options = KillContainerOptionsBuilder::new().signal("SIGTERM").build();
            // One that has ended needs no signal.
            drop(self.container.docker.kill_container(&self.container.id, Some(options)).await);
            drop(tokio::time::timeout(patience, self.ended()).await);
        }
        self.stop.token().cancel();
        let mut removed = self.removed.clone();
        // Who watches over it is gone only when it is, too.
        drop(removed.wait_for(|removed| *removed).await);
    }

    async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        let asked = async {
            // Nobody takes requests when all that was written has been read.
            if self.flushes.send(done).await.is_ok() {
                drop(flushed.await);
            }
        };
        drop(tokio::time::timeout(FLUSH_PATIENCE, asked).await);
    }

    /// Engines take a second to say it, so only the kernel is asked, where it is the same.
    async fn peak_memory(&self) -> Option<u64> {
        let pid = self.pid.get_or_init(|| self.container.pid()).await.as_ref()?;
        let status = tokio::fs::read_to_string(format!("/proc/{pid}/status")).await.ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kibibytes * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_end_as_processes_do() {
        let state = |exit_code: i64, oom_killed: bool| ContainerState {
            exit_code: Some(exit_code),
            oom_killed: Some(oom_killed),
            ..ContainerState::default()
        };
        for (state, exit) in [
            (state(0, false), Exit::Status(0)),
            (state(1, false), Exit::Status(1)),
            (state(142, false), Exit::Status(142)),
            (state(137, false), Exit::Signal(9)),
            (state(139, false), Exit::Signal(11)),
            (state(137, true), Exit::OutOfMemory),
        ] {
            assert_eq!(exit_of(&state), exit);
        }
    }
}
