//! Lambda: what an invocation costs beside the bare exchange with the same runtime, what a cold start costs beside the
//! bare start of the same program or container, and how soon an upload is with its function.

mod archive;
pub(crate) mod runtime;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    task::JoinSet,
};

use self::runtime::{Bare, FIRST_LINE, HELD};
use crate::{load::Connection, process::Server, report, scenario::request};

/// How long a function may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a container takes to go, and a little more.
const PAUSE: Duration = Duration::from_millis(500);
const PYTHON: &str =
    "def handler(event, context):\n    import time\n    time.sleep(0.5 if 'hold' in event else 0)\n    return event\n";
const FUNCTION: &str = "bench";
const EVENT: &str = "{\"a\":1}";
const HELD_EVENT: &str = "{\"hold\":1}";

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    /// A Python image that speaks the Runtime API; without one nothing is started in containers.
    pub(crate) image: Option<String>,
    pub(crate) calls: usize,
    pub(crate) starts: usize,
    /// Cold starts at once.
    pub(crate) parallel: usize,
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let bootstrap = bootstrap(folder.path())?;
    warm(plan, &bootstrap).await?;
    cold_processes(plan, &bootstrap).await?;
    uploads(plan, &bootstrap).await?;
    parallel(plan, &Deployment::process(&bootstrap)?, "process").await?;
    match &plan.image {
        Some(image) => {
            cold_containers(plan, image).await?;
            parallel(plan, &Deployment::docker(image), "docker").await
        }
        None => {
            report::fact("in containers", "not measured: no --image");
            Ok(())
        }
    }
}

/// A script that is this program's own runtime.
fn bootstrap(folder: &Path) -> anyhow::Result<PathBuf> {
    let script = folder.join("bootstrap");
    let program = std::env::current_exe()?;
    let command = format!("exec '{}' runtime \"$AWS_LAMBDA_RUNTIME_API\" ${FIRST_LINE}", program.display());
    std::fs::write(&script, format!("#!/bin/sh\n{command}\n"))?;
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(script)
}

async fn warm(plan: &Plan, bootstrap: &Path) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let _child = spawn(bootstrap, &listener)?;
    let mut bare = Bare::accept(&listener).await?;
    let mut floor = Vec::new();
    for _ in 0..plan.calls {
        let begin = Instant::now();
        bare.give(EVENT).await?;
        floor.push(begin.elapsed());
        bare.settle().await?;
    }
    let server = Deployment::process(bootstrap)?.start(plan, &[]).await?;
    let mut connection = Connection::open(server.port).await?;
    let mut ours = Vec::new();
    for _ in 0..plan.calls {
        let begin = Instant::now();
        connection.exchange(&invoke(EVENT)).await?;
        ours.push(begin.elapsed());
    }
    let (floor, ours) = (Times::of(floor), Times::of(ours));
    report::fact("bare exchange with a runtime", &floor.told());
    report::fact("warm Invoke of the same runtime", &ours.told());
    let (added, late) = (ours.median - floor.median, ours.late - floor.late);
    let text = format!("median {added:.2} ms ({:.1} ×), 99th percentile {late:.2} ms", ours.median / floor.median);
    report::fact("added by Invoke", &text);
    Ok(())
}

async fn cold_processes(plan: &Plan, bootstrap: &Path) -> anyhow::Result<()> {
    let mut floor = Vec::new();
    for _ in 0..plan.starts {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let begin = Instant::now();
        let _child = spawn(bootstrap, &listener)?;
        Bare::accept(&listener).await?.give(EVENT).await?;
        floor.push(begin.elapsed());
    }
    let server = Deployment::process(bootstrap)?.start(plan, &[("LAMBDA_KEEPALIVE_MS", "0")]).await?;
    compare("process", "bare start of the program", &Times::of(floor), &invocations(&server, plan.starts).await?);
    server.stop()
}

async fn cold_containers(plan: &Plan, image: &str) -> anyhow::Result<()> {
    let code = tempfile::tempdir()?;
    std::fs::write(code.path().join("index.py"), PYTHON)?;
    std::fs::set_permissions(code.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let mut floor = Vec::new();
    for _ in 0..plan.starts {
        let listener = TcpListener::bind(("0.0.0.0", 0)).await?;
        let begin = Instant::now();
        let child = docker_run(image, code.path(), listener.local_addr()?.port())?;
        let mut bare = Bare::accept(&listener).await?;
        bare.give(EVENT).await?;
        floor.push(begin.elapsed());
        drop((bare, listener));
        child.wait_with_output().await?;
    }
    let server = Deployment::docker(image).start(plan, &[("LAMBDA_KEEPALIVE_MS", "0")]).await?;
    compare("docker", "docker run", &Times::of(floor), &invocations(&server, plan.starts).await?);
    server.stop()
}

fn docker_run(image: &str, code: &Path, port: u16) -> anyhow::Result<Child> {
    let mut command = Command::new("docker");
    command.args(["run", "--rm", "--add-host", "host.docker.internal:host-gateway", "--memory", "128m"]);
    command.args(["-e", &format!("AWS_LAMBDA_RUNTIME_API=host.docker.internal:{port}")]);
    command.args(["-e", "LAMBDA_TASK_ROOT=/var/task", "-v", &format!("{}:/var/task:ro", code.display())]);
    command.args([image, "index.handler"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().context("cannot run docker")
}

fn compare(executor: &str, name: &str, floor: &Times, ours: &Times) {
    report::fact(&format!("{executor}: {name}, to the first answer"), &floor.told());
    report::fact(&format!("{executor}: cold Invoke"), &ours.told());
    report::fact(&format!("{executor}: added"), &format!("median {:.1} ms", ours.median - floor.median));
}

async fn invocations(server: &Server, count: usize) -> anyhow::Result<Times> {
    let mut connection = Connection::open(server.port).await?;
    let mut times = Vec::new();
    for _ in 0..count {
        // The end of the environment before is no part of a start.
        pause().await;
        let begin = Instant::now();
        connection.exchange(&invoke(EVENT)).await?;
        times.push(begin.elapsed());
    }
    Ok(Times::of(times))
}

#[expect(clippy::disallowed_methods, reason = "no clock of the emulator is here; only a server beside it")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

/// All at once, each in an environment of its own: each holds its event for a while.
async fn parallel(plan: &Plan, deployment: &Deployment, executor: &str) -> anyhow::Result<()> {
    let server = deployment.start(plan, &[]).await?;
    let port = server.port;
    let mut calls = JoinSet::new();
    let begin = Instant::now();
    for _ in 0..plan.parallel {
        calls.spawn(async move { Connection::open(port).await?.exchange(&invoke(HELD_EVENT)).await });
    }
    while let Some(call) = calls.join_next().await {
        call??;
    }
    let time = begin.elapsed().saturating_sub(HELD).as_secs_f64();
    let name = format!("{executor}: {} cold starts at once", plan.parallel);
    let text = format!("{time:.2} s until the last has answered, without the {HELD:.0?} that each holds its event");
    report::fact(&name, &text);
    server.stop()
}

async fn uploads(plan: &Plan, bootstrap: &Path) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let mut deployment = Deployment::process(bootstrap)?;
    deployment.function["Environment"] =
        json!({ "Variables": { FIRST_LINE: listener.local_addr()?.port().to_string() } });
    let server = deployment.start(plan, &[]).await?;
    let mut connection = Connection::open(server.port).await?;
    connection.exchange(&request("PUT", "/uploads", b"")).await?;
    let function = format!("arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}");
    let document = format!(
        "<NotificationConfiguration><CloudFunctionConfiguration><Event>s3:ObjectCreated:*</Event>\
         <CloudFunction>{function}</CloudFunction></CloudFunctionConfiguration></NotificationConfiguration>"
    );
    connection.exchange(&request("PUT", "/uploads?notification", document.as_bytes())).await?;
    // The invocation that made it ready has told of itself, too.
    listener.accept().await?;
    let mut times = Vec::new();
    for number in 0..plan.starts.max(2) * 10 {
        let put = request("PUT", &format!("/uploads/{number}"), &[b'x'; 1024]);
        let begin = Instant::now();
        let (written, reached) = tokio::join!(connection.exchange(&put), listener.accept());
        written?;
        reached?;
        times.push(begin.elapsed());
    }
    report::fact("from PutObject to a warm function's first line", &Times::of(times).told());
    server.stop()
}

fn spawn(bootstrap: &Path, listener: &TcpListener) -> anyhow::Result<Child> {
    let mut command = Command::new(bootstrap);
    command.env_clear().env("AWS_LAMBDA_RUNTIME_API", listener.local_addr()?.to_string()).kill_on_drop(true);
    Ok(command.stdout(Stdio::null()).spawn()?)
}

/// A function, and how RustStack is to run it.
struct Deployment {
    settings: Vec<(&'static str, String)>,
    archive: Vec<u8>,
    function: Value,
}

impl Deployment {
    fn process(bootstrap: &Path) -> anyhow::Result<Self> {
        let settings = vec![("LAMBDA_RUNTIME_EXECUTOR", "process".to_owned())];
        let archive = archive::zipped("bootstrap", &std::fs::read(bootstrap)?);
        Ok(Self { settings, archive, function: json!({ "Runtime": "provided.al2023", "Handler": "any" }) })
    }

    fn docker(image: &str) -> Self {
        let mapping = json!({ "python3.12": image }).to_string();
        let settings =
            vec![("LAMBDA_RUNTIME_EXECUTOR", "docker".to_owned()), ("LAMBDA_RUNTIME_IMAGE_MAPPING", mapping)];
        let archive = archive::zipped("index.py", PYTHON.as_bytes());
        Self { settings, archive, function: json!({ "Runtime": "python3.12", "Handler": "index.handler" }) }
    }

    /// Starts RustStack with the function, ready.
    async fn start(&self, plan: &Plan, more: &[(&str, &str)]) -> anyhow::Result<Server> {
        let settings = self.settings.iter().map(|(name, value)| (*name, value.as_str()));
        let settings: Vec<_> = settings.chain(more.iter().copied()).collect();
        let server = Server::with_environment(&plan.binary, &settings)?;
        let mut connection = Connection::open(server.port).await?;
        connection.exchange(&request("PUT", "/code", b"")).await?;
        connection.exchange(&request("PUT", "/code/f.zip", &self.archive)).await?;
        let mut function = self.function.clone();
        function["FunctionName"] = FUNCTION.into();
        function["Role"] = "arn:aws:iam::000000000000:role/bench".into();
        function["Timeout"] = 120.into();
        function["Code"] = json!({ "S3Bucket": "code", "S3Key": "f.zip" });
        connection.exchange(&lambda("POST", "", &function.to_string())).await?;
        let begin = Instant::now();
        while !connection.ask(&lambda("GET", &format!("/{FUNCTION}"), "")).await?.contains("\"State\":\"Active\"") {
            ensure!(begin.elapsed() < PATIENCE, "the function is not ready");
        }
        // What comes once for all is not what is measured.
        connection.exchange(&invoke(EVENT)).await?;
        Ok(server)
    }
}

fn invoke(event: &str) -> Vec<u8> {
    lambda("POST", &format!("/{FUNCTION}/invocations"), event)
}

fn lambda(method: &str, path: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} /2015-03-31/functions{path} HTTP/1.1\r\nHost: localhost:4566\r\nX-Amz-Date: 20261121T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/lambda/aws4_request, \
         SignedHeaders=host;x-amz-date, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// In milliseconds.
struct Times {
    median: f64,
    /// The 99th percentile.
    late: f64,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e3;
        Self { median: at(50), late: at(99) }
    }

    fn told(&self) -> String {
        format!("median {:.2} ms, 99th percentile {:.2} ms", self.median, self.late)
    }
}
