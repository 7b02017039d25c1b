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
    let fan = Fan::spread(port).await?;
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

/// A topic and the queues that subscribe to it.
struct Fan {
    port: u16,
    topic: String,
    queues: Vec<String>,
}

impl Fan {
    async fn spread(port: u16) -> anyhow::Result<Self> {
        let mut connection = Connection::open(port).await?;
        let made = connection.ask(&sns("Action=CreateTopic&Name=bench")).await?;
        let topic = element(&made, "TopicArn").context("no TopicArn")?.to_owned();
        let mut queues = Vec::new();
        for number in 0..QUEUES {
            let name = format!("bench-{number}");
            let made = connection.ask(&call("CreateQueue", &format!(r#"{{"QueueName":"{name}"}}"#))).await?;
            queues.push(member(&made, "QueueUrl").next().context("no QueueUrl")?.to_owned());
            let subscribe = format!(
                "Action=Subscribe&TopicArn={topic}&Protocol=sqs&Endpoint=arn:aws:sqs:us-east-1:{}:{name}",
                topic.split(':').nth(4).context("no account")?
            );
            connection.exchange(&sns(&subscribe)).await?;
        }
        Ok(Self { port, topic, queues })
    }

    /// The times to the answer of the Publish and to that of the last long poll.
    async fn publish(&self) -> anyhow::Result<(Duration, Duration)> {
        let mut readers = JoinSet::new();
        for queue in &self.queues {
            readers.spawn(read(self.port, queue.clone()));
        }
        let mut connection = Connection::open(self.port).await?;
        let begin = Instant::now();
        connection.exchange(&sns(&format!("Action=Publish&TopicArn={}&Message=work", self.topic))).await?;
        let answered = begin.elapsed();
        let mut last = begin;
        while let Some(read) = readers.join_next().await {
            last = last.max(read??);
        }
        Ok((answered, last.saturating_duration_since(begin)))
    }
}

/// Waits for a message, and deletes it. Returns when it came.
async fn read(port: u16, queue: String) -> anyhow::Result<Instant> {
    let mut connection = Connection::open(port).await?;
    let receive = call("ReceiveMessage", &format!(r#"{{"QueueUrl":"{queue}","WaitTimeSeconds":20}}"#));
    let (answer, read) = (connection.ask(&receive).await?, Instant::now());
    let handles: Vec<_> = member(&answer, "ReceiptHandle").collect();
    ensure!(handles.len() == 1, "each queue gets the message once");
    let delete = format!(r#"{{"QueueUrl":"{queue}","ReceiptHandle":"{}"}}"#, handles[0]);
    connection.exchange(&call("DeleteMessage", &delete)).await?;
    Ok(read)
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
