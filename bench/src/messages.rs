//! Messages: how many a queue takes, gives and forgets in a second, and how long after a PutObject its notification is
//! with whoever waits for it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::{load::Connection, process::Server, report, scenario::request};

const QUEUE: &str = "http://localhost:4566/000000000000/bench";
const BODY: usize = 256;
/// Time for a long poll to begin.
const PAUSE: Duration = Duration::from_millis(3);

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    /// Of each row.
    pub(crate) messages: usize,
    pub(crate) notifications: usize,
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    report::messages_heading();
    for (persistence, name) in [(false, ""), (true, ", with PERSISTENCE=1")] {
        for (clients, batch) in [(1, 1), (1, 10), (16, 1), (16, 10)] {
            let (server, _folder) = start(&plan.binary, persistence)?;
            let [sent, received, deleted] = rates(server.port, plan.messages, clients, batch).await?;
            report::messages_row(&format!("{clients} clients, batches of {batch}{name}"), [sent, received, deleted]);
        }
    }
    for (persistence, name) in [(false, ""), (true, ", with PERSISTENCE=1")] {
        let (server, _folder) = start(&plan.binary, persistence)?;
        let mut latencies = latencies(server.port, plan.notifications).await?;
        latencies.sort();
        let [median, late] = [50, 99].map(|percent| latencies[latencies.len() * percent / 100].as_secs_f64() * 1e3);
        let text = format!("median {median:.2} ms, 99th percentile {late:.2} ms");
        report::fact(&format!("from PutObject's answer to a long poll's{name}"), &text);
    }
    Ok(())
}

fn start(binary: &Path, persistence: bool) -> anyhow::Result<(Server, Option<tempfile::TempDir>)> {
    if !persistence {
        return Ok((Server::ruststack(binary)?, None));
    }
    let folder = tempfile::tempdir()?;
    let server = Server::durable(binary, folder.path(), "normal")?;
    Ok((server, Some(folder)))
}

fn sqs(action: &str, members: &str) -> Vec<u8> {
    let body = format!("{{\"QueueUrl\":\"{QUEUE}\"{members}}}");
    format!(
        "POST / HTTP/1.1\r\nHost: localhost:4566\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: AmazonSQS.{action}\r\nX-Amz-Date: 20261121T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sqs/aws4_request, \
         SignedHeaders=host;x-amz-date, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn create_queue(connection: &mut Connection) -> anyhow::Result<()> {
    connection.exchange(&sqs("CreateQueue", ",\"QueueName\":\"bench\"")).await.map(drop)
}

/// Messages a second, sent, received and deleted.
async fn rates(port: u16, messages: usize, clients: usize, batch: usize) -> anyhow::Result<[f64; 3]> {
    create_queue(&mut Connection::open(port).await?).await?;
    let send = send_request(batch);
    let sent = phase(port, messages, clients, move |connection, left| {
        let send = Arc::clone(&send);
        Box::pin(async move {
            while take(&left, batch) {
                connection.exchange(&send).await?;
            }
            Ok(Vec::new())
        })
    });
    let (sent, _) = sent.await?;
    let receive =
        Arc::new(sqs("ReceiveMessage", &format!(",\"MaxNumberOfMessages\":{batch},\"VisibilityTimeout\":3600")));
    let received = phase(port, messages, clients, move |connection, left| {
        let receive = Arc::clone(&receive);
        Box::pin(async move {
            let mut handles = Vec::new();
            while left.load(Ordering::Relaxed) > 0 {
                let found = receipt_handles(&connection.ask(&receive).await?);
                left.fetch_sub(found.len(), Ordering::Relaxed);
                handles.extend(found);
            }
            Ok(handles)
        })
    });
    let (received, handles) = received.await?;
    let handles = Arc::new(parking(handles));
    let deleted = phase(port, messages, clients, move |connection, left| {
        let handles = Arc::clone(&handles);
        Box::pin(async move {
            while take(&left, batch) {
                let some = handles.take(batch);
                connection.exchange(&delete_request(&some)).await?;
            }
            Ok(Vec::new())
        })
    });
    let (deleted, _) = deleted.await?;
    Ok([sent, received, deleted])
}

type Work<'c> = std::pin::Pin<Box<dyn Future<Output = anyhow::Result<Vec<String>>> + Send + 'c>>;

/// Lets clients do all that is left; gives back how many a second, and what they found.
async fn phase(
    port: u16,
    messages: usize,
    clients: usize,
    work: impl for<'c> Fn(&'c mut Connection, Arc<AtomicUsize>) -> Work<'c> + Clone + Send + Sync + 'static,
) -> anyhow::Result<(f64, Vec<String>)> {
    let (left, begin) = (Arc::new(AtomicUsize::new(messages)), Instant::now());
    let mut workers = JoinSet::new();
    for _ in 0..clients {
        let (left, work) = (Arc::clone(&left), work.clone());
        workers.spawn(async move {
            let mut connection = Connection::open(port).await?;
            work(&mut connection, left).await
        });
    }
    let mut found = Vec::new();
    while let Some(done) = workers.join_next().await {
        found.extend(done??);
    }
    Ok((messages as f64 / begin.elapsed().as_secs_f64(), found))
}

/// Takes so many of what is left to do.
fn take(left: &AtomicUsize, count: usize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(count)).is_ok()
}

/// Handles that several clients take from.
struct Parked(std::sync::Mutex<Vec<String>>);

fn parking(handles: Vec<String>) -> Parked {
    Parked(std::sync::Mutex::new(handles))
}

impl Parked {
    fn take(&self, count: usize) -> Vec<String> {
        let mut handles = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let rest = handles.len().saturating_sub(count);
        handles.split_off(rest)
    }
}

fn send_request(batch: usize) -> Arc<Vec<u8>> {
    let body = "x".repeat(BODY);
    let entry = |number| format!("{{\"Id\":\"{number}\",\"MessageBody\":\"{body}\"}}");
    Arc::new(match batch {
        1 => sqs("SendMessage", &format!(",\"MessageBody\":\"{body}\"")),
        _ => {
            let entries: Vec<_> = (0..batch).map(entry).collect();
            sqs("SendMessageBatch", &format!(",\"Entries\":[{}]", entries.join(",")))
        }
    })
}

fn delete_request(handles: &[String]) -> Vec<u8> {
    if let [handle] = handles {
        return sqs("DeleteMessage", &format!(",\"ReceiptHandle\":\"{handle}\""));
    }
    let entry = |(number, handle)| format!("{{\"Id\":\"{number}\",\"ReceiptHandle\":\"{handle}\"}}");
    let entries: Vec<_> = handles.iter().enumerate().map(entry).collect();
    sqs("DeleteMessageBatch", &format!(",\"Entries\":[{}]", entries.join(",")))
}

fn receipt_handles(answer: &str) -> Vec<String> {
    let rest = answer.split("\"ReceiptHandle\":\"").skip(1);
    rest.filter_map(|rest| rest.split_once('"')).map(|(handle, _)| handle.to_owned()).collect()
}

#[expect(clippy::disallowed_methods, reason = "no clock of the emulator is here; only a server beside it")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

/// From the answer of a PutObject to that of a long poll which waits for its notification.
async fn latencies(port: u16, count: usize) -> anyhow::Result<Vec<Duration>> {
    let (mut writer, mut reader) = (Connection::open(port).await?, Connection::open(port).await?);
    create_queue(&mut writer).await?;
    writer.exchange(&request("PUT", "/notifying", b"")).await?;
    let queue = "<Event>s3:ObjectCreated:*</Event><Queue>arn:aws:sqs:us-east-1:000000000000:bench</Queue>";
    let document = format!(
        "<NotificationConfiguration><QueueConfiguration>{queue}</QueueConfiguration></NotificationConfiguration>"
    );
    writer.exchange(&request("PUT", "/notifying?notification", document.as_bytes())).await?;
    writer.exchange(&sqs("PurgeQueue", "")).await?;
    let receive = sqs("ReceiveMessage", ",\"WaitTimeSeconds\":20");
    let mut latencies = Vec::new();
    for number in 0..count {
        let put = request("PUT", &format!("/notifying/key-{number}"), &[b'x'; 1024]);
        let writing = async {
            pause().await;
            writer.exchange(&put).await?;
            anyhow::Ok(Instant::now())
        };
        let reading = async {
            let answer = reader.ask(&receive).await?;
            anyhow::Ok((Instant::now(), receipt_handles(&answer)))
        };
        let (written, (read, handles)) = tokio::try_join!(writing, reading)?;
        ensure!(handles.len() == 1, "one object is told once");
        reader.exchange(&delete_request(&handles)).await?;
        latencies.push(read.saturating_duration_since(written));
    }
    Ok(latencies)
}
