//! Processes that run: what they write, how they end, and ending them with all that they started.

use std::{
    collections::BTreeMap, io::ErrorKind, os::fd::OwnedFd, os::unix::process::ExitStatusExt, path::Path,
    process::ExitStatus, time::Duration,
};

use async_trait::async_trait;
use rustix::process::{Pid, Signal, kill_process_group};
use ruststack_core::tasks::Tasks;
use tokio::{
    net::unix::pipe,
    process::{Child, Command},
    sync::{mpsc, oneshot, watch},
};

use super::{Entry, unavailable};
use crate::executor::{
    Environment, ExecutorError, ExecutorErrorKind, Exit, FLUSH_PATIENCE, Output, Stop, Stream, output::Lines,
};

/// How much is read at once. Bytes.
const PIECE: usize = 64 * 1024;

/// The processes of an environment, the runtime's first.
pub(super) struct Running {
    groups: Vec<Group>,
    ended: watch::Receiver<Option<Exit>>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
}

/// A process and all that it started, ended when this goes.
struct Group(Pid);

impl Drop for Group {
    fn drop(&mut self) {
        self.end(Signal::KILL);
    }
}

impl Group {
    /// A group that is no more needs no signal.
    fn end(&self, signal: Signal) {
        kill_process_group(self.0, signal).ok();
    }
}

impl Running {
    pub(super) fn start(
        programs: Vec<Entry>,
        folder: &Path,
        variables: &BTreeMap<String, String>,
        output: Output,
        tasks: &Tasks,
    ) -> Result<Self, ExecutorError> {
        // One pipe for all, so that lines come in the order in which they were written.
        let (reader, writer) = std::io::pipe().map_err(|error| unavailable(error.to_string()))?;
        let mut children = Vec::new();
        for entry in programs {
            let child = spawn(&entry, folder, variables, &writer).map_err(|error| refusal(&entry, &error))?;
            let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
            let group = pid.map(Group).ok_or_else(|| unavailable("a process ended before it began".to_owned()))?;
            children.push((child, group));
        }
        drop(writer);
        let reader = pipe::Receiver::from_owned_fd(OwnedFd::from(reader));
        let reader = reader.map_err(|error| unavailable(error.to_string()))?;
        let (flushes, requests) = mpsc::channel(8);
        tasks.spawn(read(reader, output, requests));
        let (tell, ended) = watch::channel(None);
        let mut groups = Vec::new();
        let mut tell = Some(tell);
        for (child, group) in children {
            groups.push(group);
            tasks.spawn(watch_over(child, tell.take()));
        }
        Ok(Self { groups, ended, flushes })
    }
}

fn spawn(
    entry: &Entry,
    folder: &Path,
    variables: &BTreeMap<String, String>,
    writer: &std::io::PipeWriter,
) -> std::io::Result<Child> {
    let mut command = Command::new(&entry.program);
    command.args(&entry.arguments).env_clear().envs(variables).current_dir(folder).stdin(std::process::Stdio::null());
    command.stdout(writer.try_clone()?).stderr(writer.try_clone()?).process_group(0).kill_on_drop(true);
    command.spawn()
}

/// Why a program does not start, in AWS's words where it has some.
fn refusal(entry: &Entry, error: &std::io::Error) -> ExecutorError {
    let program = entry.program.display();
    let text = match error.kind() {
        ErrorKind::NotFound => format!("fork/exec {program}: no such file or directory"),
        ErrorKind::PermissionDenied => format!("fork/exec {program}: permission denied"),
        _ => format!("fork/exec {program}: {error}"),
    };
    ExecutorError::new(ExecutorErrorKind::InvalidRuntime, text)
}

async fn watch_over(mut child: Child, tell: Option<watch::Sender<Option<Exit>>>) {
    let exit = match child.wait().await {
        Ok(status) => exit_of(status),
        Err(error) => Exit::Lost(error.to_string()),
    };
    if let Some(tell) = tell {
        tell.send_replace(Some(exit));
    }
}

fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Lost("unknown status".to_owned()),
    }
}

/// Hands on what is written until nobody writes any more.
async fn read(reader: pipe::Receiver, output: Output, mut flushes: mpsc::Receiver<oneshot::Sender<()>>) {
    let mut lines = Lines::default();
    let mut buffer = vec![0; PIECE];
    loop {
        let flush = tokio::select! {
            biased;
            ready = reader.readable() => ready.err().map(|_| None),
            flush = flushes.recv() => flush.map(Some),
        };
        let is_over = drain(&reader, &mut buffer, &mut lines, &output).await;
        if let Some(Some(done)) = flush {
            if let Some(rest) = lines.rest() {
                output.send(Stream::Stdout, rest).await;
            }
            // Whoever asked may have lost patience.
            done.send(()).ok();
        }
        if is_over {
            break;
        }
    }
    if let Some(rest) = lines.rest() {
        output.send(Stream::Stdout, rest).await;
    }
}

/// Reads what is there; true at the end.
async fn drain(reader: &pipe::Receiver, buffer: &mut [u8], lines: &mut Lines, output: &Output) -> bool {
    loop {
        match reader.try_read(buffer) {
            Ok(0) => return true,
            Ok(length) => {
                for line in lines.push(&buffer[..length]) {
                    output.send(Stream::Stdout, line).await;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(_) => return true,
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
            self.groups.iter().for_each(|group| group.end(Signal::TERM));
            drop(tokio::time::timeout(patience, self.ended()).await);
        }
        self.groups.iter().for_each(|group| group.end(Signal::KILL));
        drop(tokio::time::timeout(Duration::from_secs(5), self.ended()).await);
    }

    async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        let asked = async {
            // The reader is gone when all that was written has been read.
            if self.flushes.send(done).await.is_ok() {
                drop(flushed.await);
            }
        };
        drop(tokio::time::timeout(FLUSH_PATIENCE, asked).await);
    }

    async fn peak_memory(&self) -> Option<u64> {
        let pid = self.groups.first()?.0;
        let status = tokio::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).await.ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kibibytes * 1024)
    }
}
