//! Notifications: how long after a PutObject's answer its notification is with whoever waits for it.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::ensure;

use crate::{load::Connection, process::Server, report, scenario::request};

const QUEUE: &str = "http://localhost:4566/000000000000/bench";
/// Time for a long poll to begin.
const PAUSE: Duration = Duration::from_millis(3);

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    pub(crate) notifications: usize,
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
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

fn delete_request(handle: &str) -> Vec<u8> {
    sqs("DeleteMessage", &format!(",\"ReceiptHandle\":\"{handle}\""))
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
        reader.exchange(&delete_request(&handles[0])).await?;
        latencies.push(read.saturating_duration_since(written));
    }
    Ok(latencies)
}
