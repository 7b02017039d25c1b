//! What every test of the AWS SDK for Rust stands on: a running RustStack and the samples all clients are tried with.

#![expect(clippy::disallowed_methods, reason = "the tests are told by variables what to test")]

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::{Client, config::Credentials};
use serde::Deserialize;

pub const MIB: usize = 1024 * 1024;

/// The list that the clients in other languages read, too.
#[derive(Deserialize)]
pub struct Samples {
    pub sizes: Vec<usize>,
    pub large: usize,
    pub odd_keys: Vec<String>,
}

impl Samples {
    pub fn read() -> Self {
        serde_json::from_str(include_str!("../../s3/samples.json")).unwrap()
    }
}

/// The same bytes for the same size: no piece of them repeats soon.
pub fn content(size: usize) -> Vec<u8> {
    let mut block = vec![0; 65_521];
    fastrand::Rng::with_seed(1).fill(&mut block);
    let mut content = block.repeat(size / block.len() + 1);
    content.truncate(size);
    content
}

/// A RustStack of the test's own, or the one that `RUSTSTACK_ENDPOINT` names.
pub struct Server {
    process: Option<Child>,
    pub port: u16,
}

impl Server {
    /// Signatures are verified: that finds what client and server understand differently.
    pub fn start() -> Self {
        Self::start_with(&[("RUSTSTACK_AUTH", "sigv4")])
    }

    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        if let Ok(running) = env::var("RUSTSTACK_ENDPOINT") {
            let port = running.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
            return Self { process: None, port };
        }
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release/ruststack");
        let binary = env::var("RUSTSTACK_BINARY").unwrap_or_else(|_| built.to_owned());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(binary);
        command.env("GATEWAY_LISTEN", format!("127.0.0.1:{port}")).env("LS_LOG", "error");
        command.envs(settings.iter().copied());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "Ready.\n");
        Self { process: Some(process), port }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A client of an account of its own.
    pub async fn client(&self) -> Client {
        self.client_of(&self.url()).await
    }

    /// The same with another name for this machine.
    pub async fn client_of(&self, url: &str) -> Client {
        Client::new(&self.config(url).await)
    }

    /// Settings of any service's client, of an account of its own.
    pub async fn config(&self, url: &str) -> SdkConfig {
        let account = format!("{:012}", fastrand::u64(..1_000_000_000_000));
        let config = aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(url)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new(account, "test", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        config.load().await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

pub async fn new_bucket(client: &Client) -> String {
    let name = format!("bucket-{:016x}", fastrand::u64(..));
    client.create_bucket().bucket(&name).send().await.unwrap();
    name
}

pub async fn put(client: &Client, bucket: &str, key: &str, body: Vec<u8>) {
    client.put_object().bucket(bucket).key(key).body(body.into()).send().await.unwrap();
}

pub async fn read(client: &Client, bucket: &str, key: &str) -> Vec<u8> {
    let got = client.get_object().bucket(bucket).key(key).send().await.unwrap();
    got.body.collect().await.unwrap().to_vec()
}
