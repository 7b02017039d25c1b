//! Fan-out: how long after a Publish is sent the last of many subscribed queues has given its message to who waits for it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;

use crate::{
    load::Connection,
    process::Server,
    queues::{Peer, call, member},
};

/// Queues that subscribe to the one topic.
const QUEUES: usize = 100;
/// Time for their long polls to begin.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    /// Of which the medians are printed.
    pub(crate) publishes: usize,
    pub(crate) peers: Vec<Peer>,
}

/// Prints a row for RustStack and one for each peer.
pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    let ours = Server::ruststack(&plan.binary)?;
    println!(
        "| one message to {QUEUES} queues | Publish's answer ms | the last queue's answer ms | RustStack is faster |"
    );
    println!("| --- | ---: | ---: | ---: |");
    let (_, floor) = row("RustStack", ours.port, plan.publishes, None).await?;
    for Peer { name, port } in &plan.peers {
        row(name, *port, plan.publishes, Some(floor)).await.with_context(|| name.clone())?;
    }
    Ok(())
}

async fn row(name: &str, port: u16, publishes: usize, floor: Option<f64>) -> anyhow::Result<(f64, f64)> {
    let mut fan = Fan::spread(port).await?;
    let mut times = Vec::new();
    for _ in 0..publishes {
        times.push(fan.publish().await?);
    }
    let answered = median(times.iter().map(|(answered, _)| *answered));
    let arrived = median(times.iter().map(|(_, arrived)| *arrived));
    let ratio = floor.map_or_else(|| "1".to_owned(), |floor| format!("{:.1} ×", arrived / floor));
    println!("| {name} | {answered:.2} | {arrived:.2} | {ratio} |");
    Ok((answered, arrived))
}

/// In milliseconds.
fn median(times: impl Iterator<Item = Duration>) -> f64 {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// A topic and who reads the queues that subscribe to it.
struct Fan {
    topic: String,
    publisher: Connection,
    readers: Vec<Reader>,
}

/// A queue and the connection over which it is read.
struct Reader {
    connection: Connection,
    queue: String,
}

impl Fan {
    async fn spread(port: u16) -> anyhow::Result<Self> {
        let mut publisher = Connection::open(port).await?;
        let made = publisher.ask(&sns("Action=CreateTopic&Name=bench")).await?;
        let topic = element(&made, "TopicArn").context("no TopicArn")?.to_owned();
        let account = topic.split(':').nth(4).context("no account")?;
        let mut readers = Vec::new();
        for number in 0..QUEUES {
            let name = format!("bench-{number}");
            let made = publisher.ask(&call("CreateQueue", &format!(r#"{{"QueueName":"{name}"}}"#))).await?;
            let queue = member(&made, "QueueUrl").next().context("no QueueUrl")?.to_owned();
            readers.push(Reader { connection: Connection::open(port).await?, queue });
            let endpoint = format!("arn:aws:sqs:us-east-1:{account}:{name}");
            let subscribe = format!("Action=Subscribe&TopicArn={topic}&Protocol=sqs&Endpoint={endpoint}");
            publisher.exchange(&sns(&subscribe)).await?;
        }
        Ok(Self { topic, publisher, readers })
    }

    /// The times to the answer of the Publish and to that of the last long poll.
    async fn publish(&mut self) -> anyhow::Result<(Duration, Duration)> {
        let mut reading = JoinSet::new();
        for reader in self.readers.drain(..) {
            reading.spawn(reader.read());
        }
        pause().await;
        let begin = Instant::now();
        let publish = sns(&format!("Action=Publish&TopicArn={}&Message=work", self.topic));
        self.publisher.exchange(&publish).await?;
        let answered = begin.elapsed();
        let (mut last, mut answers) = (begin, Vec::new());
        while let Some(read) = reading.join_next().await {
            let (reader, answer, read) = read??;
            last = last.max(read);
            answers.push(answer);
            self.readers.push(reader);
        }
        for (reader, answer) in self.readers.iter_mut().zip(&answers) {
            reader.delete(answer).await?;
        }
        Ok((answered, last.saturating_duration_since(begin)))
    }
}

#[expect(clippy::disallowed_methods, reason = "no clock of the emulator is here; only a server beside it")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

impl Reader {
    /// Waits for a message. Returns what came, and when.
    async fn read(mut self) -> anyhow::Result<(Self, String, Instant)> {
        let receive = format!(r#"{{"QueueUrl":"{}","WaitTimeSeconds":20}}"#, self.queue);
        let (answer, read) = (self.connection.ask(&call("ReceiveMessage", &receive)).await?, Instant::now());
        Ok((self, answer, read))
    }

    /// Deletes what came.
    async fn delete(&mut self, answer: &str) -> anyhow::Result<()> {
        let handles: Vec<_> = member(answer, "ReceiptHandle").collect();
        ensure!(handles.len() == 1, "each queue gets the message once");
        let delete = format!(r#"{{"QueueUrl":"{}","ReceiptHandle":"{}"}}"#, self.queue, handles[0]);
        self.connection.exchange(&call("DeleteMessage", &delete)).await.map(drop)
    }
}

fn sns(form: &str) -> Vec<u8> {
    let body = format!("{form}&Version=2010-03-31");
    format!(
        "POST / HTTP/1.1\r\nHost: localhost:4566\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         X-Amz-Date: 20261121T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/sns/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, \
         Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    rest.split_once('<').map(|(text, _)| text)
}
