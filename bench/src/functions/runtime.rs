//! A runtime that answers events with themselves, and the least that can give it some: what Lambda's figures stand
//! beside.

use std::{
    io::{Read, Write},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// How long an event with this text is held.
const HOLD: &str = "hold";
pub(super) const HELD: Duration = Duration::from_millis(500);

/// The function's variable that says on which port it tells that it has an event, before it does anything with it.
pub(super) const FIRST_LINE: &str = "BENCH_FIRST_LINE";

const MAX_MESSAGE: usize = 64 * 1024;

/// `bench runtime`: what the bootstrap of a function starts.
pub(crate) fn serve(address: &str, first_line: Option<u16>) -> anyhow::Result<()> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\n\r\n");
    loop {
        stream.write_all(next.as_bytes())?;
        // Who closes the connection needs it no more.
        let Some((head, event)) = read(&mut stream)? else { return Ok(()) };
        if let Some(port) = first_line {
            drop(std::net::TcpStream::connect(("127.0.0.1", port))?);
        }
        if event.contains(HOLD) {
            std::thread::sleep(HELD);
        }
        let id = header(&head, "lambda-runtime-aws-request-id").context("no request id")?;
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let length = event.len();
        let answer = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n{event}");
        stream.write_all(answer.as_bytes())?;
        read(&mut stream)?;
    }
}

fn read(stream: &mut std::net::TcpStream) -> anyhow::Result<Option<(String, String)>> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(message) = whole(&bytes)? {
            return Ok(Some(message));
        }
        let count = stream.read(&mut piece).unwrap_or(0);
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece[..count]);
    }
}

/// The head and the body of a message that is there as a whole.
fn whole(bytes: &[u8]) -> anyhow::Result<Option<(String, String)>> {
    ensure!(bytes.len() < MAX_MESSAGE, "a message is too long");
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8(bytes[..end].to_vec())?;
    let length: usize = header(&head, "content-length").unwrap_or("0").parse()?;
    let body = &bytes[end + 4..];
    Ok(if body.len() < length { None } else { Some((head, String::from_utf8(body.to_vec())?)) })
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A runtime that has connected, and has asked for an event.
pub(super) struct Bare {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Bare {
    pub(super) async fn accept(listener: &TcpListener) -> anyhow::Result<Self> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let mut bare = Self { stream, bytes: vec![0; MAX_MESSAGE] };
        bare.read().await?;
        Ok(bare)
    }

    /// Gives it an event, and returns when its answer is there.
    pub(super) async fn give(&mut self, event: &str) -> anyhow::Result<()> {
        let answer = format!(
            "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 0\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{event}",
            event.len()
        );
        self.stream.write_all(answer.as_bytes()).await?;
        self.read().await
    }

    /// Takes its answer, and waits until it asks for the next event.
    pub(super) async fn settle(&mut self) -> anyhow::Result<()> {
        self.stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}").await?;
        self.read().await
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        let mut filled = 0;
        while whole(&self.bytes[..filled])?.is_none() {
            let count = self.stream.read(&mut self.bytes[filled..]).await?;
            ensure!(count > 0, "the runtime closed the connection");
            filled += count;
        }
        Ok(())
    }
}
