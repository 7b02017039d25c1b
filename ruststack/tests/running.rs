//! A running RustStack on a port of its own, what it prints, and a client that hides nothing.

use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    net::TcpStream,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long anything may take before the test has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    child: Child,
    pub(crate) log: Lines,
    stdout: Lines,
}

/// Lines that a process prints, as they come.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<(Mutex<Vec<String>>, Condvar)>);

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// The binary with these settings and no others.
#[expect(clippy::disallowed_methods, reason = "the tools of whoever runs the tests")]
pub(crate) fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruststack"));
    command.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("GATEWAY_LISTEN", "127.0.0.1:0");
    command.env("LAMBDA_RUNTIME_EXECUTOR", "process");
    command.envs(settings.iter().copied()).stdin(Stdio::null());
    command
}

/// Runs to the end.
pub(crate) fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    command(settings).args(arguments).output().unwrap()
}

impl Server {
    /// Returns when it says `Ready.`.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        let server = Self::spawn(settings);
        server.stdout.wait("Ready.");
        server
    }

    pub(crate) fn spawn(settings: &[(&str, &str)]) -> Self {
        let mut child = command(settings).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = Lines::of(child.stdout.take().unwrap());
        let log = Lines::of(child.stderr.take().unwrap());
        Self { child, log, stdout }
    }

    pub(crate) fn port(&self) -> u16 {
        let line = self.log.wait("RustStack is up");
        line.split("127.0.0.1:").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.port())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).body).unwrap()
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        ask(self.port(), method, path, headers, body)
    }

    pub(crate) fn stdout(&self) -> &Lines {
        &self.stdout
    }

    pub(crate) fn is_ready(&self) -> bool {
        !self.stdout.0.0.lock().unwrap().is_empty()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Ends it as `docker stop` does, and says how long that took.
    pub(crate) fn stop(&mut self) -> Duration {
        let begin = Instant::now();
        self.signal(Signal::TERM);
        assert!(self.wait().success());
        begin.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Lines {
    pub(crate) fn of(stream: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let added = lines.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                added.0.0.lock().unwrap().push(line);
                added.0.1.notify_all();
            }
        });
        lines
    }

    /// The first line that contains `text`, once there is one.
    pub(crate) fn wait(&self, text: &str) -> String {
        let has = |lines: &mut Vec<String>| !lines.iter().any(|line| line.contains(text));
        let (lines, timeout) = self.0.1.wait_timeout_while(self.0.0.lock().unwrap(), PATIENCE, has).unwrap();
        assert!(!timeout.timed_out(), "no line with '{text}' in:\n{}", lines.join("\n"));
        lines.iter().find(|line| line.contains(text)).unwrap().clone()
    }

    pub(crate) fn all(&self) -> String {
        self.0.0.lock().unwrap().join("\n")
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

pub(crate) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

pub(crate) fn ask(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let mut stream = connect(port);
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    answer(stream)
}

/// The whole answer, to the end of the connection.
pub(crate) fn answer(mut stream: TcpStream) -> Answer {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
