//! The process that is killed.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, bail};

/// A running RustStack with persistence; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    port: u16,
}

pub(crate) fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root).args(["build", "--locked", "--package", "ruststack", "--message-format", "json"]);
    let output = command.stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut executables = text.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next().context("cargo built no ruststack")
}

impl Server {
    /// Returns when it is ready.
    pub(crate) fn start(binary: &Path, data: &Path, durability: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        command.env_clear().env("PERSISTENCE", "1").env("DATA_DIR", data).env("RUSTSTACK_DURABILITY", durability);
        Self::spawn(command, data)
    }

    /// Without persistence.
    pub(crate) fn in_memory(binary: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        let data = std::env::temp_dir().join(format!("ruststack-in-memory-{}", std::process::id()));
        command.env_clear().env("DATA_DIR", &data);
        Self::spawn(command, &data)
    }

    fn spawn(mut command: Command, data: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(data.join("log"))?;
        command.env("GATEWAY_LISTEN", format!("127.0.0.1:{port}")).env("LS_LOG", "warn");
        command.env("LAMBDA_RUNTIME_EXECUTOR", "process");
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().context("cannot start RustStack")?;
        let lines = BufReader::new(process.stdout.take().context("it has a pipe")?).lines();
        if !lines.map_while(Result::ok).any(|line| line == "Ready.") {
            bail!("it does not start: {}", std::fs::read_to_string(data.join("log"))?);
        }
        Ok(Self { process, port })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// SIGKILL.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// SIGTERM, and the end that follows.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let status = Command::new("kill").arg(self.process.id().to_string()).status()?;
        let status = if status.success() { self.process.wait()? } else { bail!("cannot stop it: {status}") };
        if status.success() { Ok(()) } else { bail!("it ended with {status}") }
    }
}

/// What `ruststack verify` says of a directory that nobody uses; an error when something is damaged.
pub(crate) fn verify(binary: &Path, data: &Path) -> anyhow::Result<String> {
    let output = Command::new(binary).env_clear().arg("verify").arg(data).output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(said) } else { bail!("{said}") }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.process.kill();
        let _ended = self.process.wait();
    }
}
