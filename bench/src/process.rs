//! Servers under test: started, waited for, watched through /proc, killed.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

/// Clock ticks per second of /proc/<pid>/stat on Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// A start that loads much takes long.
const LONGEST_START: Duration = Duration::from_secs(120);

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// From exec to the first answer of 200.
    pub(crate) start: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("could not stop the server: {error}");
        }
    }
}

impl Server {
    pub(crate) fn ruststack(binary: &Path) -> anyhow::Result<Self> {
        Self::with_environment(binary, &[])
    }

    /// Ends it as users do, so that nothing is left of what it has started.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }

    /// With state that outlives it; `durability` is `normal` or `full`.
    pub(crate) fn durable(binary: &Path, data: &Path, durability: &str) -> anyhow::Result<Self> {
        let data = data.to_str().context("the data directory's name is not UTF-8")?;
        Self::with_environment(
            binary,
            &[("PERSISTENCE", "1"), ("DATA_DIR", data), ("RUSTSTACK_DURABILITY", durability)],
        )
    }

    pub(crate) fn with_environment(binary: &Path, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let begin = Instant::now();
        let child = Command::new(binary)
            .env("GATEWAY_LISTEN", format!("127.0.0.1:{port}"))
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}: run `cargo build --release` first", binary.display()))?;
        let mut server = Self { child, port, start: Duration::ZERO };
        while !is_healthy(port) {
            ensure!(begin.elapsed() < LONGEST_START, "RustStack does not answer");
            std::thread::sleep(Duration::from_micros(200));
        }
        server.start = begin.elapsed();
        Ok(server)
    }

    /// In memory, on a port of its own.
    pub(crate) fn dynamodb_local(folder: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let begin = Instant::now();
        let child = Command::new("java")
            .current_dir(folder)
            .args(["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port"])
            .arg(port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Java")?;
        let mut server = Self { child, port, start: Duration::ZERO };
        let list = crate::dynamodb::request("ListTables", "{}");
        while !answers(port, &list) {
            ensure!(begin.elapsed() < LONGEST_START, "DynamoDB Local does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
        server.start = begin.elapsed();
        Ok(server)
    }

    pub(crate) fn bare() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?).arg("bare").stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let port = line.trim().strip_prefix("Ready. ").context("the bare server did not start")?.parse()?;
        Ok(Self { child, port, start: Duration::ZERO })
    }

    /// Processor time used so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit_once(") ").context("an unexpected /proc/<pid>/stat")?.1;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(Duration::from_secs_f64(ticks / TICKS_PER_SECOND))
    }

    /// Resident memory in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        resident(self.child.id())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

/// Resident memory of process `id`, in bytes.
pub(crate) fn resident(id: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let kib: u64 = line.split_whitespace().nth(1).context("no figure in VmRSS")?.parse()?;
    Ok(kib * 1024)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Whether the first bytes of an answer of 200 come.
fn answers(port: u16, request: &[u8]) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut head = [0; 12];
    stream.write_all(request).and_then(|()| stream.read_exact(&mut head)).is_ok() && &head == b"HTTP/1.1 200"
}

fn is_healthy(port: u16) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let request = b"GET /_localstack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut answer = Vec::new();
    stream.write_all(request).and_then(|()| stream.read_to_end(&mut answer)).is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}
