//! Lambda as an AWS SDK client sees it, in process; what runs is in tests/lambda, beside other people's clients.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{net::IpAddr, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use ruststack_core::service::Service;
use ruststack_lambda::{
    Config, Lambda,
    executor::{Executor, ExecutorError, ExecutorErrorKind, Plan, Started, Version},
};
use ruststack_testkit::Emulator;
use serde_json::{Value, json};

mod durable;
mod functions;

/// Runs nothing.
struct Nothing;

#[async_trait]
impl Executor for Nothing {
    fn name(&self) -> &'static str {
        "nothing"
    }

    async fn health(&self) -> Result<(), ExecutorError> {
        Ok(())
    }

    fn bind_address(&self) -> IpAddr {
        [127, 0, 0, 1].into()
    }

    async fn prepare(&self, _version: &Version) -> Result<(), ExecutorError> {
        Ok(())
    }

    async fn start(&self, _plan: Plan) -> Result<Started, ExecutorError> {
        Err(ExecutorError::new(ExecutorErrorKind::Unavailable, "nothing runs here"))
    }
}

fn lambda() -> Arc<dyn Service> {
    let config = Config {
        endpoint_url: None,
        url_domain: "localhost".to_owned(),
        keep_alive: Duration::from_secs(600),
        creates_synchronously: true,
        hot_reload_bucket: "hot-reload".to_owned(),
        init_patience: Duration::from_secs(20),
        retry_delay: Duration::from_secs(60),
        refuses_old_runtimes: false,
        concurrent_executions: 1000,
        poll_interval: Duration::from_secs(1),
        temporary_directory: std::env::temp_dir(),
    };
    Lambda::new(config, None, |_| Arc::new(Nothing)).unwrap()
}

fn emulator() -> Emulator {
    Emulator::of(|_| vec![lambda()])
}

fn kept_in(folder: &Path) -> Emulator {
    Emulator::kept_in(folder, |_| vec![lambda()])
}

/// A ZIP file that holds an `index.py`.
const ARCHIVE: &str = "UEsDBBQAAAAAAAAAIQAk0obxKgAAACoAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihldmVudCwgY29udGV4dCk6CiAgICByZXR1cm4gMQpQSwECFAMUAAAAAAAAACEAJNKG8SoAAAAqAAAACAAAAAAAAAAAAAAAgAEAAAAAaW5kZXgucHlQSwUGAAAAAAEAAQA2AAAAUAAAAAAA";

/// Calls an operation by name.
async fn call(emulator: &Emulator, operation: &str, input: Value) -> Result<Value, (String, String)> {
    let ctx = emulator.context();
    let bus = ctx.bus().clone();
    let answer = bus.request(&ctx, "lambda", operation, input).await;
    answer.map_err(|error| (error.code().to_owned(), error.message().to_owned()))
}

async fn create(emulator: &Emulator, name: &str) -> Value {
    let input = json!({
        "FunctionName": name,
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": "arn:aws:iam::000000000000:role/r",
        "Code": { "ZipFile": ARCHIVE },
    });
    call(emulator, "CreateFunction", input).await.unwrap()
}
