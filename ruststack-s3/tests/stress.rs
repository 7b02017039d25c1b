//! Thirty-two clients at once on a few keys: nothing that was answered is lost, and conditions have one winner.

use std::{collections::BTreeMap, sync::Arc};

use tokio::task::JoinSet;

use crate::emulator::{Answer, Emulator};

const CLIENTS: u64 = 32;
const STEPS: usize = 150;
const KEYS: [&str; 3] = ["/bucket/one", "/bucket/two", "/bucket/three"];

/// Runs one future per client and gives back what they return.
async fn together<T, F>(emulator: &Arc<Emulator>, client: impl Fn(Arc<Emulator>, u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut clients: JoinSet<T> = (0..CLIENTS).map(|number| client(Arc::clone(emulator), number)).collect();
    let mut results = Vec::new();
    while let Some(result) = clients.join_next().await {
        results.push(result.unwrap());
    }
    results
}

/// What a version is, as its writer was told: its bytes, or `None` for a delete marker.
type Versions = BTreeMap<String, Option<String>>;

/// What one client did and saw.
#[derive(Default)]
struct Log {
    made: Versions,
    deleted: Vec<String>,
    seen: Vec<(String, String)>,
    /// Of each copy the version of its source, and its own.
    copied: Vec<(String, String)>,
}

fn version(answer: &Answer) -> String {
    answer.header("x-amz-version-id").unwrap().to_owned()
}

async fn versioned() -> Arc<Emulator> {
    let emulator = Arc::new(Emulator::new());
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(emulator.put("/bucket?versioning").send(enabled).await.status, 200);
    emulator
}

async fn upload(emulator: &Emulator, key: &str, body: &str) -> Answer {
    let begun = emulator.post(&format!("{key}?uploads")).send("").await;
    let at = format!("{key}?uploadId={}", begun.element("UploadId").unwrap());
    let part = emulator.put(&format!("{at}&partNumber=1")).send(body).await;
    let part = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", part.header("etag").unwrap());
    emulator.post(&at).send(format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>")).await
}

async fn copy(emulator: &Emulator, key: &str, source: &str, log: &mut Log) {
    let copied = emulator.put(key).header("x-amz-copy-source", source).send("").await;
    if copied.status == 404 {
        return;
    }
    assert_eq!(copied.status, 200, "{}", copied.body);
    log.copied.push((copied.header("x-amz-copy-source-version-id").unwrap().to_owned(), version(&copied)));
}

/// Deletes the version that is current now, which another may have deleted since.
async fn delete_version(emulator: &Emulator, key: &str, log: &mut Log) {
    let found = emulator.head(key).send("").await;
    if found.status == 200 {
        let gone = version(&found);
        let deleted = emulator.delete(&format!("{key}?versionId={gone}")).send("").await;
        assert_eq!(deleted.status, 204, "{}", deleted.body);
        log.deleted.push(gone);
    }
}

async fn read(emulator: &Emulator, key: &str, log: &mut Log) {
    let got = emulator.get(key).send("").await;
    match got.status {
        200 => log.seen.push((version(&got), got.body)),
        status => assert_eq!(status, 404, "{}", got.body),
    }
}

async fn tag(emulator: &Emulator, key: &str, value: &str) {
    let tags = format!("<Tagging><TagSet><Tag><Key>by</Key><Value>{value}</Value></Tag></TagSet></Tagging>");
    let tagged = emulator.put(&format!("{key}?tagging")).send(tags).await;
    // A delete marker has no tags.
    assert!([200, 404, 405].contains(&tagged.status), "{}", tagged.body);
}

async fn mix(emulator: Arc<Emulator>, client: u64) -> Log {
    let mut random = fastrand::Rng::with_seed(client);
    let mut log = Log::default();
    for step in 0..STEPS {
        let (key, other) = (KEYS[random.usize(..3)], KEYS[random.usize(..3)]);
        let body = format!("{client}-{step}");
        match random.u8(..8) {
            0 | 1 => {
                let put = emulator.put(key).send(body.clone()).await;
                log.made.insert(version(&put), Some(body));
            }
            2 => {
                let done = upload(&emulator, key, &body).await;
                log.made.insert(version(&done), Some(body));
            }
            3 if key != other => copy(&emulator, key, other, &mut log).await,
            4 => {
                let marker = emulator.delete(key).send("").await;
                log.made.insert(version(&marker), None);
            }
            5 => delete_version(&emulator, key, &mut log).await,
            6 => tag(&emulator, key, &body).await,
            _ => read(&emulator, key, &mut log).await,
        }
    }
    log
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_version_that_was_answered_is_there_with_its_bytes() {
    let emulator = versioned().await;
    let logs = together(&emulator, mix).await;
    let mut model: Versions = logs.iter().flat_map(|log| log.made.clone()).collect();
    let mut copies: Vec<_> = logs.iter().flat_map(|log| log.copied.clone()).collect();
    // Copies of copies come to their bytes one after the other.
    while !copies.is_empty() {
        let before = copies.len();
        copies.retain(|(source, copy)| match model.get(source).cloned() {
            Some(body) => {
                model.insert(copy.clone(), body);
                false
            }
            None => true,
        });
        assert!(copies.len() < before, "copies of what nobody made: {copies:?}");
    }
    for (version, body) in logs.iter().flat_map(|log| &log.seen) {
        assert_eq!(model[version].as_ref(), Some(body), "what was read is what was written");
    }
    for version in logs.iter().flat_map(|log| &log.deleted) {
        model.remove(version);
    }
    assert_eq!(listed(&emulator).await, model.keys().cloned().collect::<Vec<_>>());
    for (key, version) in KEYS.iter().flat_map(|key| model.keys().map(move |version| (key, version))) {
        let got = emulator.get(&format!("{key}?versionId={version}")).send("").await;
        if got.status == 200 {
            assert_eq!(model[version].as_ref(), Some(&got.body));
        }
    }
}

/// The ids of all versions and delete markers, in order.
async fn listed(emulator: &Emulator) -> Vec<String> {
    let (mut ids, mut page) = (Vec::new(), "/bucket?versions".to_owned());
    loop {
        let list = emulator.get(&page).send("").await;
        let found = list.body.split("<VersionId>").skip(1);
        ids.extend(found.filter_map(|rest| rest.split_once('<')).map(|(id, _)| id.to_owned()));
        let Some(key) = list.element("NextKeyMarker") else { break };
        let marker = list.element("NextVersionIdMarker").unwrap();
        page = format!("/bucket?versions&key-marker={key}&version-id-marker={marker}");
    }
    ids.sort_unstable();
    ids
}

/// Adds one until the condition holds; gives back how often it did not.
async fn increment(emulator: Arc<Emulator>, _: u64) -> usize {
    let mut lost = 0;
    loop {
        let got = emulator.get("/bucket/counter").send("").await;
        let next = (got.body.parse::<u64>().unwrap() + 1).to_string();
        let put = emulator.put("/bucket/counter").header("if-match", got.header("etag").unwrap());
        match put.send(next).await.status {
            200 => return lost,
            409 | 412 => lost += 1,
            status => panic!("{status}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_counter_that_is_written_if_it_matches_loses_nothing() {
    let emulator = versioned().await;
    assert_eq!(emulator.put("/bucket/counter").send("0").await.status, 200);
    for round in 1..=8 {
        together(&emulator, increment).await;
        assert_eq!(emulator.get("/bucket/counter").send("").await.body, (round * CLIENTS).to_string());
    }
}

/// Puts an object that must not be there yet, half of the clients by uploads in parts.
async fn create(emulator: Arc<Emulator>, client: u64, key: String) -> Option<String> {
    let body = client.to_string();
    let answer = if client.is_multiple_of(2) {
        emulator.put(&key).header("if-none-match", "*").send(body.clone()).await
    } else {
        let begun = emulator.post(&format!("{key}?uploads")).send("").await;
        let at = format!("{key}?uploadId={}", begun.element("UploadId").unwrap());
        let part = emulator.put(&format!("{at}&partNumber=1")).send(body.clone()).await;
        let part = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", part.header("etag").unwrap());
        let parts = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
        emulator.post(&at).header("if-none-match", "*").send(parts).await
    };
    assert!([200, 409, 412].contains(&answer.status), "{}", answer.body);
    (answer.status == 200 && !answer.body.contains("<Error>")).then_some(body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_create_an_object_exactly_one_wins() {
    let emulator = Arc::new(Emulator::with_object().await);
    for round in 0..16 {
        let key = format!("/bucket/new-{round}");
        let created = together(&emulator, |emulator, client| create(emulator, client, key.clone())).await;
        let winners: Vec<_> = created.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert_eq!(emulator.get(&key).send("").await.body, winners[0]);
    }
}
