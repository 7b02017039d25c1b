//! SQS: messages sent, received and deleted per second, one by one and by tens, from one client and from many.
//!
//! The floor is the bare server, which is asked for as many bytes as SQS answers. Other servers that speak SQS can be
//! given the same load in the same run: `--peer moto=5000` names one that listens on that port.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;

use crate::{
    load::{Connection, Requests},
    process::Server,
    scenario::{self, request},
};

/// A body as work usually has it: a small JSON document.
const BODY: &str =
    r#"{\"id\":\"0123456789abcdef\",\"kind\":\"resize\",\"bucket\":\"uploads\",\"key\":\"2026/11/21/image.png\"}"#;
const BATCHES: [usize; 2] = [1, 10];
/// No more are sent: a standard queue has at most 120,000 in flight.
const MOST_MESSAGES: u64 = 100_000;

pub(crate) struct Plan {
    pub(crate) binary: std::path::PathBuf,
    pub(crate) seconds: u64,
    pub(crate) clients: Vec<usize>,
    pub(crate) peers: Vec<Peer>,
}

/// Another server of SQS on this machine.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) port: u16,
}

impl std::str::FromStr for Peer {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, port) = text.split_once('=').context("a peer is NAME=PORT")?;
        Ok(Self { name: name.to_owned(), port: port.parse()? })
    }
}

/// Messages per second.
#[derive(Clone, Copy, Default)]
struct Rates {
    send: f64,
    receive: f64,
    delete: f64,
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    let ours = Server::ruststack(&plan.binary)?;
    let bare = Server::bare()?;
    let mut heading = "| clients | batch | step | RustStack messages/s | bare exchanges/s | ratio |".to_owned();
    let mut rule = "| ---: | ---: | --- | ---: | ---: | ---: |".to_owned();
    for Peer { name, .. } in &plan.peers {
        heading.push_str(&format!(" {name} messages/s | RustStack is faster |"));
        rule.push_str(" ---: | ---: |");
    }
    println!("{heading}\n{rule}");
    for clients in &plan.clients {
        let floor = scenario::measure((plan.seconds, *clients), &bare, &bare_requests()).await?.per_second;
        for batch in BATCHES {
            let rates = steps(ours.port, *clients, batch, plan.seconds).await?;
            let mut peers = Vec::new();
            for peer in &plan.peers {
                let measured = steps(peer.port, *clients, batch, plan.seconds).await;
                peers.push(measured.with_context(|| peer.name.clone())?);
            }
            row((*clients, batch), "send", rates.send, floor, peers.iter().map(|rates| rates.send));
            row((*clients, batch), "receive", rates.receive, floor, peers.iter().map(|rates| rates.receive));
            row((*clients, batch), "delete", rates.delete, floor, peers.iter().map(|rates| rates.delete));
        }
    }
    Ok(())
}

/// The ratio is of requests: one that carries ten messages is one.
fn row((clients, batch): (usize, usize), step: &str, rate: f64, floor: f64, peers: impl Iterator<Item = f64>) {
    let ratio = rate / batch as f64 / floor;
    let peers: String = peers.map(|peer| format!(" {peer:.0} | {:.1} × |", rate / peer)).collect();
    println!("| {clients} | {batch} | {step} | {rate:.0} | {floor:.0} | {ratio:.2} |{peers}");
}

/// What SQS answers to a message sent is as long as this.
fn bare_requests() -> Requests {
    let request = request("GET", "/bench/170", b"");
    Arc::new(move |_| request.clone())
}

/// Sends for the time given, then receives and deletes what was sent.
async fn steps(port: u16, clients: usize, batch: usize, seconds: u64) -> anyhow::Result<Rates> {
    let mut connection = Connection::open(port).await?;
    let name = format!("bench-{clients}-{batch}");
    let answer = connection.ask(&call("CreateQueue", &format!(r#"{{"QueueName":"{name}"}}"#))).await?;
    let url = member(&answer, "QueueUrl").next().context("no QueueUrl")?.to_owned();
    let sent = Arc::new(AtomicU64::new(0));
    let send = send_request(&url, batch);
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let begin = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..clients {
        let (send, sent) = (send.clone(), Arc::clone(&sent));
        senders.spawn(async move {
            let mut connection = Connection::open(port).await?;
            while Instant::now() < deadline && sent.load(Ordering::Relaxed) < MOST_MESSAGES {
                connection.exchange(&send).await?;
                sent.fetch_add(batch as u64, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    finish(senders).await?;
    let sending = begin.elapsed();
    let messages = sent.load(Ordering::Relaxed);
    ensure!(messages > 0, "nothing was sent");
    let (handles, receiving) = receive_all(port, &url, clients, batch, messages).await?;
    let deleting = delete_all(port, &url, handles, batch).await?;
    let rate = |elapsed: Duration| messages as f64 / elapsed.as_secs_f64();
    Ok(Rates { send: rate(sending), receive: rate(receiving), delete: rate(deleting) })
}

/// The receipt handles by client. Servers may give less than is asked for, never nothing while there is something.
async fn receive_all(
    port: u16,
    url: &str,
    clients: usize,
    batch: usize,
    messages: u64,
) -> anyhow::Result<(Vec<Vec<String>>, Duration)> {
    let body = format!(r#"{{"QueueUrl":"{url}","MaxNumberOfMessages":{batch},"VisibilityTimeout":43200}}"#);
    let receive = call("ReceiveMessage", &body);
    let received = Arc::new(AtomicU64::new(0));
    let begin = Instant::now();
    let mut receivers = JoinSet::new();
    for _ in 0..clients {
        let (receive, received) = (receive.clone(), Arc::clone(&received));
        receivers.spawn(async move {
            let mut connection = Connection::open(port).await?;
            let mut handles = Vec::new();
            while received.load(Ordering::Relaxed) < messages {
                let answer = connection.ask(&receive).await?;
                let before = handles.len();
                handles.extend(member(&answer, "ReceiptHandle").map(str::to_owned));
                received.fetch_add((handles.len() - before) as u64, Ordering::Relaxed);
            }
            anyhow::Ok(handles)
        });
    }
    let handles = finish(receivers).await?;
    Ok((handles, begin.elapsed()))
}

async fn delete_all(port: u16, url: &str, handles: Vec<Vec<String>>, batch: usize) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let mut deleters = JoinSet::new();
    for handles in handles {
        let url = url.to_owned();
        deleters.spawn(async move {
            let mut connection = Connection::open(port).await?;
            for handles in handles.chunks(batch) {
                connection.exchange(&delete_request(&url, handles)).await?;
            }
            anyhow::Ok(())
        });
    }
    finish(deleters).await?;
    Ok(begin.elapsed())
}

async fn finish<T: Send + 'static>(mut workers: JoinSet<anyhow::Result<T>>) -> anyhow::Result<Vec<T>> {
    let mut done = Vec::new();
    while let Some(worker) = workers.join_next().await {
        done.push(worker??);
    }
    Ok(done)
}

fn send_request(url: &str, batch: usize) -> Vec<u8> {
    if batch == 1 {
        return call("SendMessage", &format!(r#"{{"QueueUrl":"{url}","MessageBody":"{BODY}"}}"#));
    }
    let entries = (0..batch).map(|id| format!(r#"{{"Id":"{id}","MessageBody":"{BODY}"}}"#));
    call("SendMessageBatch", &of_entries(url, entries))
}

fn delete_request(url: &str, handles: &[String]) -> Vec<u8> {
    if let [handle] = handles {
        return call("DeleteMessage", &format!(r#"{{"QueueUrl":"{url}","ReceiptHandle":"{handle}"}}"#));
    }
    let entries = handles.iter().enumerate();
    let entries = entries.map(|(id, handle)| format!(r#"{{"Id":"{id}","ReceiptHandle":"{handle}"}}"#));
    call("DeleteMessageBatch", &of_entries(url, entries))
}

fn of_entries(url: &str, entries: impl Iterator<Item = String>) -> String {
    format!(r#"{{"QueueUrl":"{url}","Entries":[{}]}}"#, entries.collect::<Vec<_>>().join(","))
}

/// A call as an SDK sends it: signed, although nobody checks.
pub(crate) fn call(operation: &str, body: &str) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nHost: localhost:4566\r\nAccept-Encoding: identity\r\nUser-Agent: bench\r\n\
         X-Amz-Target: AmazonSQS.{operation}\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amzn-Query-Mode: true\r\nX-Amz-Date: 20261121T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sqs/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The values of a member of type string, wherever it is; none of those asked for has anything to unescape.
pub(crate) fn member<'a>(document: &'a str, name: &'static str) -> impl Iterator<Item = &'a str> {
    let key = format!("\"{name}\"");
    let starts = document.match_indices(&key).map(|(index, key)| index + key.len()).collect::<Vec<_>>();
    starts.into_iter().filter_map(|start| document[start..].split('"').nth(1))
}
