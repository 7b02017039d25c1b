//! How notifications arrive: in order, in spite of failures, of restarts and of full outboxes.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{
    emulator::{Emulator, config},
    mailbox::Mailbox,
    notifications::QUEUE,
};

async fn listen(emulator: &Emulator, rules: &str, member: &str, destination: &str) {
    let configuration = format!(
        "<{member}Configuration><Event>s3:ObjectCreated:*</Event>{rules}<{member}>{destination}</{member}></{member}Configuration>"
    );
    let document = format!("<NotificationConfiguration>{configuration}</NotificationConfiguration>");
    let answer = emulator.put("/bucket?notification").header("x-amz-skip-destination-validation", "true");
    let answer = answer.send(document).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn listening(rules: &str) -> (Emulator, Arc<Mailbox>) {
    let sqs = Mailbox::sqs();
    let emulator = Emulator::beside(config(None), [sqs.clone() as _]).started().await;
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    listen(&emulator, rules, "Queue", QUEUE).await;
    (emulator, sqs)
}

async fn put(emulator: &Emulator, key: &str, size: usize) {
    assert_eq!(emulator.put(&format!("/bucket/{key}")).send(vec![0; size]).await.status, 200);
}

/// Keys, and sizes that tell writes apart.
fn keys_and_sizes(sqs: &Mailbox) -> Vec<(String, u64)> {
    let key = |record: &serde_json::Value| record["s3"]["object"]["key"].as_str().unwrap().to_owned();
    let records = sqs.take_records(QUEUE);
    let sequencers: Vec<_> = records.iter().map(|record| record["s3"]["object"]["sequencer"].to_string()).collect();
    assert_eq!(sequencers.iter().collect::<std::collections::BTreeSet<_>>().len(), records.len(), "all differ");
    records.iter().map(|record| (key(record), record["s3"]["object"]["size"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn only_keys_with_prefix_and_suffix_are_told() {
    let rule = |name, value| format!("<FilterRule><Name>{name}</Name><Value>{value}</Value></FilterRule>");
    let rules = format!("<Filter><S3Key>{}{}</S3Key></Filter>", rule("prefix", "in/"), rule("suffix", ".jpg"));
    let (emulator, sqs) = listening(&rules).await;
    for key in ["in/a.jpg", "in/a.png", "out/a.jpg", "in/b%20c.jpg"] {
        put(&emulator, key, 1).await;
    }
    emulator.settle().await;
    let mut heard = keys_and_sizes(&sqs);
    heard.sort();
    assert_eq!(heard, [("in/a.jpg".to_owned(), 1), ("in/b+c.jpg".to_owned(), 1)]);
}

#[tokio::test]
async fn events_of_a_key_arrive_in_their_order_whatever_fails_between() {
    let (emulator, sqs) = listening("").await;
    for size in 0..20 {
        sqs.close(size % 3 == 0);
        put(&emulator, "a", size).await;
        put(&emulator, "b", size).await;
        emulator.settle().await;
    }
    sqs.close(false);
    for _ in 0..20 {
        emulator.clock().advance(Duration::from_secs(1));
        emulator.settle().await;
    }
    let heard = keys_and_sizes(&sqs);
    for key in ["a", "b"] {
        let sizes: Vec<_> = heard.iter().filter(|(found, _)| found == key).map(|(_, size)| *size).collect();
        assert_eq!(sizes, (0..20).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn what_does_not_arrive_for_an_hour_is_given_up_and_what_is_gone_at_once() {
    let (emulator, sqs) = listening("").await;
    sqs.close(true);
    put(&emulator, "late", 1).await;
    emulator.settle().await;
    emulator.clock().advance(Duration::from_secs(60 * 60));
    // The second try, which is too late, ends before the queue is there again.
    while !sqs.was_tried(2) {
        tokio::task::yield_now().await;
    }
    emulator.settle().await;
    sqs.close(false);
    listen(&emulator, "", "Queue", &QUEUE.replace("queue", "missing")).await;
    put(&emulator, "gone", 1).await;
    emulator.settle().await;
    listen(&emulator, "", "Queue", QUEUE).await;
    put(&emulator, "late", 2).await;
    put(&emulator, "gone", 2).await;
    emulator.settle().await;
    let mut heard = keys_and_sizes(&sqs);
    heard.sort();
    assert_eq!(heard, [("gone".to_owned(), 2), ("late".to_owned(), 2)]);
}

#[tokio::test]
async fn a_webhook_is_posted_the_record() {
    let (emulator, _) = listening("").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?a=b", listener.local_addr().unwrap());
    listen(&emulator, "", "Topic", &url).await;
    put(&emulator, "key", 7).await;
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = String::new();
        while !asked.ends_with("]}") {
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).await.unwrap();
            asked.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        asked
    };
    let (asked, ()) = tokio::join!(serve, emulator.settle());
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /hook?a=b HTTP/1.1\r\n") && head.contains("content-type: application/json"),
        "{head}"
    );
    let document: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(document["Records"][0]["s3"]["object"]["size"], 7);
}

async fn kept(folder: &Path) -> (Emulator, Arc<Mailbox>) {
    let sqs = Mailbox::sqs();
    (Emulator::kept_beside(folder, [sqs.clone() as _]), sqs)
}

/// Nothing is carried before the emulator starts: what waits is what a killed process leaves.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_outlives_the_process_and_sequencers_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (emulator, _) = kept(folder.path()).await;
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    listen(&emulator, "", "Queue", QUEUE).await;
    for size in 0..10 {
        put(&emulator, "key", size).await;
    }
    drop(emulator);

    let (emulator, sqs) = kept(folder.path()).await;
    let emulator = emulator.started().await;
    put(&emulator, "key", 10).await;
    emulator.settle().await;
    let records = sqs.take_records(QUEUE);
    let sizes: Vec<_> = records.iter().map(|record| record["s3"]["object"]["size"].as_u64().unwrap()).collect();
    assert_eq!(sizes, (0..=10).collect::<Vec<_>>());
    let sequencers: Vec<_> = records.iter().map(|record| record["s3"]["object"]["sequencer"].to_string()).collect();
    assert!(sequencers.is_sorted_by(|one, other| one < other), "{sequencers:?}");
    emulator.stop().await;

    let (emulator, sqs) = kept(folder.path()).await;
    let emulator = emulator.started().await;
    emulator.settle().await;
    assert!(sqs.take(QUEUE).is_empty(), "what arrived is not told again");
    put(&emulator, "key", 11).await;
    emulator.settle().await;
    let next = sqs.take_records(QUEUE)[0]["s3"]["object"]["sequencer"].to_string();
    assert!(next > sequencers[10], "the clock stands still, and the number rises");
}

#[tokio::test]
async fn a_reset_forgets_what_waits() {
    let (emulator, sqs) = listening("").await;
    sqs.close(true);
    put(&emulator, "key", 1).await;
    emulator.settle().await;
    let ctx = emulator.context();
    {
        let _section = ctx.changes().begin().unwrap();
        for service in emulator.gateway().registry().services() {
            service.state().reset(&ruststack_core::service::Part::default(), ctx.changes());
        }
    }
    sqs.close(false);
    emulator.clock().advance(Duration::from_secs(60));
    emulator.settle().await;
    assert!(sqs.take(QUEUE).is_empty());
}
