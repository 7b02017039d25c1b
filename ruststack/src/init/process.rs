//! A script's process: its surroundings, its output line by line, and its end.

use std::{convert::Infallible, io, path::Path, process::Stdio, time::Duration};

use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process_group},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    sync::oneshot,
};

use crate::edge::App;

/// A line of output that is longer is logged in pieces. Bytes.
const MAX_LINE: usize = 16 * 1024;
/// How long the output of a script that has ended is waited for: what it left running may hold it open for ever.
const OUTPUT_PATIENCE: Duration = Duration::from_millis(200);

/// Runs until the script ends; one that is given up is killed with all that it started.
pub(super) async fn execute(mut command: Command, path: &Path, app: &App) -> Result<(), String> {
    surround(&mut command, app);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| why(&error, &command))?;
    let group = Group::of(&child);
    let outputs = [
        child.stdout.take().map(|stream| relay(stream, path, app)),
        child.stderr.take().map(|stream| relay(stream, path, app)),
    ];
    let status = child.wait().await.map_err(|error| error.to_string())?;
    group.ended();
    let outputs = futures_util::future::join_all(outputs.into_iter().flatten());
    // Either way the script is done; what comes later is logged, too.
    drop(tokio::time::timeout(OUTPUT_PATIENCE, outputs).await);
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
}

/// What AWS clients need; what the user has set stays.
fn surround(command: &mut Command, app: &App) {
    let is_set = |name: &str| app.config.aws_variables.contains(name);
    for (name, value) in [
        ("AWS_ENDPOINT_URL", format!("http://{}", app.authority())),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_DEFAULT_REGION", app.config.default_region.to_string()),
    ] {
        let is_set_otherwise = name == "AWS_DEFAULT_REGION" && is_set("AWS_REGION");
        if !is_set(name) && !is_set_otherwise {
            command.env(name, value);
        }
    }
}

fn why(error: &io::Error, command: &Command) -> String {
    let program = command.as_std().get_program().to_string_lossy();
    match error.kind() {
        io::ErrorKind::NotFound if program == "python3" => {
            "python3 was not found; install it, or write the script for sh".to_owned()
        }
        io::ErrorKind::NotFound => format!("{program} or the interpreter that its first line names was not found"),
        _ if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) => {
            "its first line names no interpreter; begin with #!/bin/sh".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Logs lines as they come; the receiver completes when the stream has ended.
fn relay(stream: impl AsyncRead + Send + Unpin + 'static, path: &Path, app: &App) -> oneshot::Receiver<Infallible> {
    let (done, ended) = oneshot::channel();
    let script = path.display().to_string();
    app.gateway.runtime().tasks.spawn(async move {
        if let Err(error) = relay_lines(stream, &script).await {
            tracing::warn!(script, %error, "cannot read what the init script says");
        }
        drop(done);
    });
    ended
}

async fn relay_lines(stream: impl AsyncRead + Unpin, script: &str) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        let piece = stream.fill_buf().await?;
        if piece.is_empty() {
            break;
        }
        let end = piece.iter().position(|byte| *byte == b'\n');
        line.extend_from_slice(&piece[..end.unwrap_or(piece.len())]);
        let used = end.map_or(piece.len(), |end| end + 1);
        stream.consume(used);
        if end.is_some() || line.len() >= MAX_LINE {
            say(script, &line);
            line.clear();
        }
    }
    if !line.is_empty() {
        say(script, &line);
    }
    Ok(())
}

fn say(script: &str, line: &[u8]) {
    tracing::info!(script, line = %String::from_utf8_lossy(line), "init script says");
}

/// The processes of a running script: killed when it is given up.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
    }

    /// What it left running on purpose goes on.
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.map(|id| kill_process_group(id, Signal::KILL)) {
            tracing::debug!(%error, "the init script had ended by itself");
        }
    }
}
