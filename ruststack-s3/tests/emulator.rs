//! An emulator without sockets: requests go through the gateway, so resolving, identity and error bodies are real.

use std::sync::Arc;

use http::{HeaderMap, Method};
use ruststack_auth::{authenticator::Authenticator, issued_keys::IssuedKeys};
use ruststack_core::{
    body::Body,
    bus::Bus,
    clock::{Clock, Timestamp},
    gateway::{Gateway, Settings},
    ids::Ids,
    journal::Ephemeral,
    registry::Registry,
    scope::{AccountId, Region},
    service::Runtime,
    tasks::Tasks,
};
use ruststack_s3::{Config, S3, control::S3Control};

/// The account of requests that do not say otherwise.
pub(crate) const ACCOUNT: &str = "000000000000";
const HOST: &str = "localhost:4566";
const LARGEST_ANSWER: usize = 64 << 20;

pub(crate) struct Emulator {
    gateway: Gateway,
}

/// A request in the making.
pub(crate) struct Sent<'e> {
    emulator: &'e Emulator,
    request: http::request::Builder,
    account: String,
    host: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Emulator {
    pub(crate) fn new() -> Self {
        let s3 = S3::new(Config {
            max_memory_object_size: 1 << 20,
            temporary_directory: std::env::temp_dir(),
            domains: ["localhost.localstack.cloud", "localhost", "amazonaws.com"].map(str::to_owned).to_vec(),
        });
        let registry = Registry::new(vec![S3Control::of(&s3), s3]).unwrap().with_fallback("s3");
        let runtime = Runtime {
            bus: Bus::default(),
            tasks: Tasks::default(),
            clock: Clock::frozen_at(Timestamp::from_seconds(1_792_567_680)),
            ids: Ids::seeded(1),
            journal: Arc::new(Ephemeral),
        };
        let registry = Arc::new(registry);
        runtime.bus.connect(Arc::clone(&registry), &runtime.tasks);
        let authenticator = Authenticator::new(auth(), IssuedKeys::default());
        let settings = Settings { default_region: Region::US_EAST_1 };
        Self { gateway: Gateway::new(registry, Arc::new(authenticator), runtime, settings) }
    }

    /// With a bucket, `bucket`, that holds one object: `key`, with the bytes `unharmed`.
    pub(crate) async fn with_object() -> Self {
        let emulator = Self::new();
        assert_eq!(emulator.put("/bucket").send("").await.status, 200);
        assert_eq!(emulator.put("/bucket/key").send("unharmed").await.status, 200);
        emulator
    }

    /// Nothing of [`Emulator::with_object`] was changed or added.
    pub(crate) async fn assert_unharmed(&self) {
        assert_eq!(self.get("/bucket/key").send("").await.body, "unharmed");
        let list = self.get("/bucket?list-type=2").send("").await.body;
        assert_eq!(list.matches("<Key>").count(), 1, "{list}");
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    pub(crate) fn request(&self, method: Method, uri: &str) -> Sent<'_> {
        let request = http::Request::builder().method(method).uri(uri);
        Sent { emulator: self, request, account: ACCOUNT.to_owned(), host: HOST.to_owned() }
    }

    pub(crate) fn get(&self, uri: &str) -> Sent<'_> {
        self.request(Method::GET, uri)
    }

    pub(crate) fn head(&self, uri: &str) -> Sent<'_> {
        self.request(Method::HEAD, uri)
    }

    pub(crate) fn put(&self, uri: &str) -> Sent<'_> {
        self.request(Method::PUT, uri)
    }

    pub(crate) fn post(&self, uri: &str) -> Sent<'_> {
        self.request(Method::POST, uri)
    }

    pub(crate) fn delete(&self, uri: &str) -> Sent<'_> {
        self.request(Method::DELETE, uri)
    }
}

impl Sent<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn account(mut self, account: &str) -> Self {
        account.clone_into(&mut self.account);
        self
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Sends it with a body whose length it says.
    pub(crate) async fn send(self, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        let with_length = self.header("content-length", &body.len().to_string());
        with_length.send_body(Body::from(body)).await
    }

    pub(crate) async fn send_body(self, body: Body) -> Answer {
        let credential = format!("{}/20261021/us-east-1/s3/aws4_request", self.account);
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let request = self.request.header("host", self.host).header("authorization", authorization);
        let response = self.emulator.gateway.handle(request.body(body).unwrap(), false).await;
        let (parts, body) = response.into_parts();
        let body = body.read(LARGEST_ANSWER).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The text of the first element of a name.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        rest.split_once("</").map(|(text, _)| text)
    }

    /// Status, code and message of an error.
    pub(crate) fn error(&self) -> (u16, &str, &str) {
        (self.status, self.element("Code").unwrap_or_default(), self.element("Message").unwrap_or_default())
    }
}

fn auth() -> ruststack_auth::Config {
    ruststack_auth::Config {
        mode: ruststack_auth::Mode::Off,
        verified_when_presigned: Vec::new(),
        default_account: AccountId::DEFAULT,
        allows_nonstandard_regions: false,
        has_accounts_in_aws_keys: false,
    }
}
