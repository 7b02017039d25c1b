//! What is measured, in order.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::ensure;

use crate::{
    load::{self, Connection, Requests},
    memory::Watch,
    process::Server,
    report::{self, Figures},
    snapshots,
};

pub(crate) const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
/// Starts that the start-up figure is the median of.
const STARTS: usize = 11;
/// How many different keys the PUT rows write, so that memory does not grow without end.
const KEYS_WRITTEN: u64 = 64;

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    pub(crate) seconds: u64,
    pub(crate) connections: usize,
    pub(crate) keys: u64,
    pub(crate) large_mib: u64,
    pub(crate) only: Option<String>,
    pub(crate) snapshot_objects: u64,
}

impl Plan {
    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    start_up(plan)?;
    let ours = Server::ruststack(&plan.binary)?;
    let bare = Server::bare()?;
    report::fact("idle memory", &report::mib(ours.memory()?));
    prepare(ours.port).await?;
    println!();
    report::heading();
    for (name, size) in [("GET 1 KiB", KIB), ("GET 64 KiB", 64 * KIB), ("GET 4 MiB", 4 * MIB)] {
        if plan.wants(name) {
            compare(plan, name, &ours, get(size), &bare, get(size)).await?;
        }
    }
    for (name, size) in [("PUT 1 KiB", KIB), ("PUT 64 KiB", 64 * KIB), ("PUT 4 MiB", 4 * MIB)] {
        if plan.wants(name) {
            compare(plan, name, &ours, put(size), &bare, put(size)).await?;
        }
    }
    if plan.wants("LIST") {
        listings(plan, &ours, &bare).await?;
    }
    drop((ours, bare));
    if plan.wants("snapshot") {
        println!();
        snapshots::measure(plan).await?;
    }
    if plan.wants("large") {
        println!();
        large_object(plan).await?;
    }
    Ok(())
}

fn start_up(plan: &Plan) -> anyhow::Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Server::ruststack(&plan.binary)?.start);
    }
    starts.sort();
    report::fact("start to first 200 (median)", &format!("{:.1} ms", starts[STARTS / 2].as_secs_f64() * 1e3));
    Ok(())
}

/// A request as an SDK with default settings sends it: signed, although nobody checks.
pub(crate) fn request(method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:4566\r\nAccept-Encoding: identity\r\nUser-Agent: bench\r\n\
         X-Amz-Date: 20261121T000000Z\r\nX-Amz-Content-SHA256: UNSIGNED-PAYLOAD\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

async fn prepare(port: u16) -> anyhow::Result<()> {
    let mut connection = Connection::open(port).await?;
    connection.exchange(&request("PUT", "/bench", b"")).await?;
    for size in [KIB, 64 * KIB, 4 * MIB] {
        connection.exchange(&request("PUT", &format!("/bench/{size}"), &vec![b'x'; size])).await?;
    }
    Ok(())
}

fn get(size: usize) -> Requests {
    let request = request("GET", &format!("/bench/{size}"), b"");
    Arc::new(move |_| request.clone())
}

/// Each with other bytes: equal content might be stored once.
pub(crate) fn put(size: usize) -> Requests {
    let requests: Vec<_> =
        (0..KEYS_WRITTEN).map(|key| request("PUT", &format!("/bench/{key}"), &vec![b'x'; size])).collect();
    Arc::new(move |number| {
        let mut request = requests[(number % KEYS_WRITTEN) as usize].clone();
        if let Some(end) = request.last_chunk_mut() {
            *end = number.to_le_bytes();
        }
        request
    })
}

async fn compare(
    plan: &Plan,
    name: &str,
    ours: &Server,
    our_requests: Requests,
    bare: &Server,
    bare_requests: Requests,
) -> anyhow::Result<()> {
    let ours = measure((plan.seconds, plan.connections), ours, &our_requests).await?;
    let bare = measure((plan.seconds, plan.connections), bare, &bare_requests).await?;
    report::row(name, &ours, &bare);
    Ok(())
}

/// A short warm-up, then the measured run.
pub(crate) async fn measure(
    (seconds, connections): (u64, usize),
    server: &Server,
    requests: &Requests,
) -> anyhow::Result<Figures> {
    load::for_duration(server.port, connections, Duration::from_millis(500), requests).await?;
    let cpu_before = server.cpu()?;
    let outcome = load::for_duration(server.port, connections, Duration::from_secs(seconds), requests).await?;
    ensure!(outcome.requests > 0, "no request was answered");
    let cpu = (server.cpu()? - cpu_before).div_f64(outcome.requests as f64);
    Ok(Figures { per_second: outcome.per_second(), cpu })
}

/// A page of 1,000 keys out of a small bucket and out of a large one.
async fn listings(plan: &Plan, ours: &Server, bare: &Server) -> anyhow::Result<()> {
    for (bucket, keys) in [("small", 1000), ("large", plan.keys)] {
        Connection::open(ours.port).await?.exchange(&request("PUT", &format!("/{bucket}"), b"")).await?;
        let fill: Requests = Arc::new(move |number| request("PUT", &format!("/{bucket}/key-{number:09}"), b"x"));
        load::for_count(ours.port, plan.connections, keys, &fill).await?;
        let middle = keys / 2 - 500.min(keys / 2);
        let path = format!("/{bucket}?list-type=2&start-after=key-{middle:09}&max-keys=400");
        let list = request("GET", &path, b"");
        let length = Connection::open(ours.port).await?.exchange(&list).await?;
        let list: Requests = Arc::new(move |_| list.clone());
        let same_size = get(usize::try_from(length)?);
        compare(plan, &format!("LIST 400 of {keys}"), ours, list, bare, same_size.clone()).await?;
        let page = request("GET", &format!("/{bucket}?list-type=2"), b"");
        let length = Connection::open(ours.port).await?.exchange(&page).await?;
        let page: Requests = Arc::new(move |_| page.clone());
        compare(plan, &format!("LIST 1000 of {keys}"), ours, page, bare, get(usize::try_from(length)?)).await?;
    }
    let per_key = ours.memory()? / plan.keys.max(1);
    report::fact("memory of the process per key of the large bucket", &format!("{per_key} bytes"));
    Ok(())
}

/// One upload and one download, and how much memory they took at most.
async fn large_object(plan: &Plan) -> anyhow::Result<()> {
    let server = Server::ruststack(&plan.binary)?;
    let idle = server.memory()?;
    let mut connection = Connection::open(server.port).await?;
    connection.exchange(&request("PUT", "/bench", b"")).await?;

    let size = plan.large_mib * MIB as u64;
    let watch = Watch::start(server.id());
    let begin = std::time::Instant::now();
    let head = request("PUT", "/bench/large", b"");
    let head = String::from_utf8(head)?.replace("Content-Length: 0", &format!("Content-Length: {size}"));
    connection.write(head.as_bytes()).await?;
    let piece = vec![b'x'; MIB];
    for _ in 0..plan.large_mib {
        connection.write(&piece).await?;
    }
    let answer = connection.read_head().await?;
    ensure!(answer.status == 200, "the upload was answered {}", answer.status);
    describe(&format!("large upload of {} MiB", plan.large_mib), size, begin.elapsed(), watch.finish(), idle);

    let watch = Watch::start(server.id());
    let begin = std::time::Instant::now();
    let length = connection.exchange(&request("GET", "/bench/large", b"")).await?;
    ensure!(length == size, "{length} bytes came back");
    describe(&format!("large download of {} MiB", plan.large_mib), size, begin.elapsed(), watch.finish(), idle);
    Ok(())
}

fn describe(name: &str, size: u64, elapsed: Duration, peak: u64, idle: u64) {
    let rate = size as f64 / MIB as f64 / elapsed.as_secs_f64();
    let above = report::mib(peak.saturating_sub(idle));
    report::fact(name, &format!("{rate:.0} MiB/s, peak memory {} ({above} above idle)", report::mib(peak)));
}
