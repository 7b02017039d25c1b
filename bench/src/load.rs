//! The load: connections that send one request after the other and read the answers.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

/// Longest head of an answer.
const HEAD_LIMIT: usize = 16 * 1024;

/// Requests to send: each is a whole HTTP/1.1 request, in order, again and again.
pub(crate) type Requests = std::sync::Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// How a load went.
pub(crate) struct Outcome {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
}

impl Outcome {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}

/// Sends requests over `connections` for `duration`; every answer must be a success.
pub(crate) async fn for_duration(
    port: u16,
    connections: usize,
    duration: Duration,
    requests: &Requests,
) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    run(port, connections, requests, move |_| start.elapsed() < duration).await
}

/// Sends the requests 0 to `count`, each once.
pub(crate) async fn for_count(
    port: u16,
    connections: usize,
    count: u64,
    requests: &Requests,
) -> anyhow::Result<Outcome> {
    run(port, connections, requests, move |number| number < count).await
}

async fn run(
    port: u16,
    connections: usize,
    requests: &Requests,
    goes_on: impl Fn(u64) -> bool + Clone + Send + 'static,
) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let mut workers = JoinSet::new();
    for first in 0..connections {
        let (requests, goes_on) = (requests.clone(), goes_on.clone());
        workers.spawn(async move {
            let mut connection = Connection::open(port).await?;
            let mut done = 0;
            let mut number = first as u64;
            while goes_on(number) {
                connection.exchange(&requests(number)).await?;
                done += 1;
                number += connections as u64;
            }
            anyhow::Ok(done)
        });
    }
    let mut total = 0;
    while let Some(done) = workers.join_next().await {
        total += done??;
    }
    Ok(Outcome { requests: total, elapsed: start.elapsed() })
}

/// One keep-alive connection; with servers that do not keep any it is opened anew for each request.
pub(crate) struct Connection {
    port: u16,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// The head of an answer.
pub(crate) struct Head {
    pub(crate) status: u16,
    content_length: u64,
    /// Bytes of the body that came with the head.
    body_so_far: u64,
    /// Where they are in the buffer.
    body_start: usize,
    /// The server takes no more requests over this connection.
    is_last: bool,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { port, stream, buffer: vec![0; 256 * 1024] })
    }

    /// Sends one request and reads its answer to the end; returns the length of its body.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<u64> {
        self.stream.write_all(request).await?;
        let head = self.read_head().await?;
        self.skip_body(&head).await?;
        ensure!(matches!(head.status, 200 | 201 | 204), "answer {} to {}", head.status, first_line(request));
        self.open_again_after(&head).await?;
        Ok(head.content_length)
    }

    /// Sends one request and gives back the body of its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<String> {
        self.stream.write_all(request).await?;
        let head = self.read_head().await?;
        let mut body = self.buffer[head.body_start..][..usize::try_from(head.body_so_far)?].to_vec();
        let length = usize::try_from(head.content_length)?;
        while body.len() < length {
            let read = self.stream.read(&mut self.buffer).await?;
            ensure!(read > 0, "the answer broke off");
            body.extend_from_slice(&self.buffer[..read]);
        }
        let body = String::from_utf8(body)?;
        ensure!(head.status == 200, "answer {} to {}: {body}", head.status, first_line(request));
        self.open_again_after(&head).await?;
        Ok(body)
    }

    async fn open_again_after(&mut self, head: &Head) -> anyhow::Result<()> {
        if head.is_last {
            *self = Self::open(self.port).await?;
        }
        Ok(())
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(bytes).await?)
    }

    pub(crate) async fn read_head(&mut self) -> anyhow::Result<Head> {
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            ensure!(read > 0, "the server closed the connection");
            filled += read;
            if let Some(end) = find_head_end(&self.buffer[..filled]) {
                return parse_head(&self.buffer[..end], filled);
            }
            ensure!(filled < HEAD_LIMIT, "the head of the answer is too long");
        }
    }

    pub(crate) async fn skip_body(&mut self, head: &Head) -> anyhow::Result<()> {
        let mut left = head.content_length.saturating_sub(head.body_so_far);
        while left > 0 {
            let read = self.stream.read(&mut self.buffer).await?;
            ensure!(read > 0, "the answer broke off");
            left = left.saturating_sub(read as u64);
        }
        Ok(())
    }
}

fn first_line(request: &[u8]) -> String {
    let end = request.iter().position(|byte| *byte == b'\r').unwrap_or(request.len());
    String::from_utf8_lossy(&request[..end]).into_owned()
}

fn find_head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|position| position + 4)
}

fn parse_head(head: &[u8], filled: usize) -> anyhow::Result<Head> {
    let text = std::str::from_utf8(head).context("the head of the answer is not text")?;
    let status = text.split(' ').nth(1).context("no status")?.parse()?;
    let (mut content_length, mut is_last) = (0, false);
    for line in text.lines().skip(1) {
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                content_length = value.trim().parse()?;
            }
            if name.eq_ignore_ascii_case("connection") {
                is_last = value.trim().eq_ignore_ascii_case("close");
            }
            if name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("the load generator does not read chunked answers");
            }
        }
    }
    let body_start = head.len();
    Ok(Head { status, content_length, body_so_far: (filled - body_start) as u64, body_start, is_last })
}
