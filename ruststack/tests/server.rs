//! The binary on a port of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// A running RustStack; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// With these variables and no others; returns when it is ready.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut process = command(port, variables).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line == "Ready."), "it did not start");
        Self { process, port }
    }

    /// One that keeps its state in this folder.
    pub(crate) fn durable(folder: &Path) -> Self {
        Self::start(&[("PERSISTENCE", "1"), ("DATA_DIR", folder.to_str().unwrap())])
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Status and body.
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// SIGTERM: returns when it has ended in order.
    pub(crate) fn stop(mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success());
    }

    /// A request whose answer nobody waits for.
    pub(crate) fn begin(&self, method: &str, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").unwrap();
        stream
    }

    /// SIGKILL: nothing of it gets to run again.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// What it says when it does not start.
pub(crate) fn fail(variables: &[(&str, &str)]) -> Output {
    command(free_port(), variables).output().unwrap()
}

fn command(port: u16, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruststack"));
    command.env_clear().env("GATEWAY_LISTEN", format!("127.0.0.1:{port}")).envs(variables.iter().copied());
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
