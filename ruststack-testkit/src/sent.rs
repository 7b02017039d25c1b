//! A request in the making.

use http::Method;
use ruststack_core::body::Body;

use crate::{ACCOUNT, Answer, Emulator, HOST};

const LARGEST_ANSWER: usize = 64 << 20;

/// A request: signed with the name of its account, for S3 unless another service is named.
pub struct Sent<'e> {
    emulator: &'e Emulator,
    request: http::request::Builder,
    /// `None` signs nothing.
    access_key: Option<String>,
    service: &'static str,
    host: String,
}

impl<'e> Sent<'e> {
    pub(crate) fn new(emulator: &'e Emulator, method: Method, uri: &str) -> Self {
        let request = http::Request::builder().method(method).uri(uri);
        Self { emulator, request, access_key: Some(ACCOUNT.to_owned()), service: "s3", host: HOST.to_owned() }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Twelve digits, or a key that was issued.
    #[must_use]
    pub fn account(mut self, access_key: &str) -> Self {
        self.access_key = Some(access_key.to_owned());
        self
    }

    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.access_key = None;
        self
    }

    #[must_use]
    pub fn service(mut self, signing_name: &'static str) -> Self {
        self.service = signing_name;
        self
    }

    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Sends it with a body whose length it says.
    pub async fn send(self, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        let with_length = self.header("content-length", &body.len().to_string());
        with_length.send_body(Body::from(body)).await
    }

    /// Sends it with a body that may be a stream.
    pub async fn send_body(self, body: Body) -> Answer {
        let mut request = self.request.header("host", self.host);
        if let Some(access_key) = self.access_key {
            let credential = format!("{access_key}/20261021/us-east-1/{}/aws4_request", self.service);
            let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
            request = request.header("authorization", authorization);
        }
        let response = self.emulator.gateway().handle(request.body(body).unwrap(), false).await;
        let (parts, body) = response.into_parts();
        let body = body.read(LARGEST_ANSWER).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}
