//! Requests over one connection after the other; just enough HTTP.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// Longer than any answer takes.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// What is sent. Signatures are read, not checked: they say which service is meant and whose key is used.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    method: &'static str,
    pub(crate) path: String,
    service: &'static str,
    access_key: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(service: &'static str, access_key: &str, method: &'static str, path: &str) -> Self {
        let (path, access_key) = (path.to_owned(), access_key.to_owned());
        Self { method, path, service, access_key, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn with_method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {} {}", self.service, self.method, self.path)
    }

    fn head(&self) -> String {
        let (method, path, length) = (self.method, &self.path, self.body.len());
        let (key, service) = (&self.access_key, self.service);
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential={key}/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n"
        );
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").expect("a string takes all");
        }
        head + "\r\n"
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// An error when there was no whole answer.
    pub(crate) fn send(&mut self, request: &Request) -> io::Result<Answer> {
        self.stream.get_mut().write_all(&[request.head().as_bytes(), &request.body].concat())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut answer = Answer { status, head, body: Vec::new() };
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        answer.body.resize(if request.method == "HEAD" { 0 } else { length }, 0);
        self.stream.read_exact(&mut answer.body)?;
        Ok(answer)
    }
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        self.status < 300
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The texts of all elements of a name.
    pub(crate) fn elements(&self, name: &str) -> Vec<String> {
        elements(&self.text(), name)
    }
}

/// What is in the elements of a name.
pub(crate) fn elements(text: &str, name: &str) -> Vec<String> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let parts = text.split(&start).skip(1);
    parts.map(|part| part.split(&end).next().unwrap_or_default().to_owned()).collect()
}
