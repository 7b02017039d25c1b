//! Requests to addresses that users configured: webhooks, endpoints that subscribe to topics, destinations of events.
//!
//! Nothing else of the emulator goes out. Settings of proxies are not looked at, redirections not followed.

mod resolver;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::{Client, redirect::Policy};

use self::resolver::Resolver;

/// How long a connection may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of an answer is read. Bytes.
pub const MAX_ANSWER: usize = 64 * 1024;

/// Sends requests; cheap to clone, made when it is first used.
#[derive(Clone, Default)]
pub struct Outbound(Arc<OnceLock<Result<Client, OutboundError>>>);

/// Why there is no answer: one sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboundError(pub String);

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutboundError {}

impl Outbound {
    /// Sends a request and reads the answer, whatever its status; both within `timeout`.
    pub async fn send(&self, request: Request<Bytes>, timeout: Duration) -> Result<Response<Bytes>, OutboundError> {
        self.send_within(request, timeout, MAX_ANSWER).await
    }

    /// The same, of an answer of at most so many bytes.
    pub async fn send_within(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
        max_answer: usize,
    ) -> Result<Response<Bytes>, OutboundError> {
        let client = self.0.get_or_init(client).clone()?;
        let exchange = async {
            let request = reqwest::Request::try_from(request).map_err(|error| explain(&error))?;
            let answer = client.execute(request).await.map_err(|error| explain(&error))?;
            read(answer, max_answer).await
        };
        let late = |_| OutboundError(format!("no answer within {} seconds", timeout.as_secs()));
        tokio::time::timeout(timeout, exchange).await.map_err(late)?
    }
}

fn client() -> Result<Client, OutboundError> {
    // An error says that somebody else chose before.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().redirect(Policy::none()).connect_timeout(CONNECT_TIMEOUT);
    client.dns_resolver(Arc::new(Resolver)).build().map_err(|error| explain(&error))
}

/// The answer, cut at so many bytes.
async fn read(mut answer: reqwest::Response, limit: usize) -> Result<Response<Bytes>, OutboundError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| explain(&error))? {
        body.extend_from_slice(&chunk[..chunk.len().min(limit - body.len())]);
        if body.len() == limit {
            break;
        }
    }
    let mut response = Response::new(body.freeze());
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    Ok(response)
}

/// With its causes: reqwest's own words leave out why.
fn explain(error: &dyn std::error::Error) -> OutboundError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    OutboundError(text)
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// Answers one request with these bytes, and returns what was asked.
    async fn serve(listener: TcpListener, answer: Vec<u8>) -> String {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let length = stream.read(&mut asked).await.unwrap();
        asked.truncate(length);
        // Whoever has read enough hangs up.
        drop(stream.write_all(&answer).await);
        String::from_utf8(asked).unwrap()
    }

    async fn listen() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        (listener, url)
    }

    fn post(url: &str) -> Request<Bytes> {
        Request::post(url).header("x-test", "1").body("hello".into()).unwrap()
    }

    #[tokio::test]
    async fn answers_are_given_as_they_are() {
        let (listener, url) = listen().await;
        let answer = b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 2\r\n\r\nno".to_vec();
        let outbound = Outbound::default();
        let (asked, answer) = tokio::join!(serve(listener, answer), outbound.send(post(&url), PATIENCE));
        let answer = answer.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (302, &b"no"[..]));
        assert_eq!(answer.headers()["location"], "/elsewhere");
        let asked = asked.to_lowercase();
        assert!(asked.starts_with("post /hook http/1.1\r\n") && asked.contains("x-test: 1\r\n"), "{asked}");
    }

    #[tokio::test]
    async fn own_names_are_found_without_the_network() {
        let (listener, url) = listen().await;
        let url = url.replace("127.0.0.1", "id.lambda-url.us-east-1.localhost.localstack.cloud");
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec();
        let outbound = Outbound::default();
        let (_, answer) = tokio::join!(serve(listener, answer), outbound.send(post(&url), PATIENCE));
        assert_eq!(answer.unwrap().status().as_u16(), 200);
    }

    #[tokio::test]
    async fn long_answers_are_cut() {
        let (listener, url) = listen().await;
        let answer = [b"HTTP/1.0 200 OK\r\n\r\n".to_vec(), vec![b'x'; 3 * MAX_ANSWER]].concat();
        let outbound = Outbound::default();
        let (_, answer) = tokio::join!(serve(listener, answer), outbound.send(post(&url), PATIENCE));
        assert_eq!(answer.unwrap().body().len(), MAX_ANSWER);
    }

    #[tokio::test]
    async fn an_address_where_nobody_listens_is_told_with_the_cause() {
        let (listener, url) = listen().await;
        drop(listener);
        let error = Outbound::default().send(post(&url), PATIENCE).await.unwrap_err().to_string();
        assert!(error.contains(&url) && error.contains("Connection refused"), "{error}");
    }
}
