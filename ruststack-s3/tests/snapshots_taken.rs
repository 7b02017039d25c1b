//! Snapshots: what is put back answers as it did when it was taken, with a data directory and without.

use std::{path::Path, sync::Arc};

use ruststack_core::{
    clock::Timestamp,
    snapshot::{Snapshot, restore},
};

use crate::{
    durable::{fill, read},
    emulator::Emulator,
};

fn take(emulator: &Emulator) -> Snapshot {
    Snapshot::take(emulator.gateway().registry().services(), Timestamp::UNIX_EPOCH)
}

fn try_put_back(emulator: &Emulator, snapshot: &Snapshot) -> Result<(), String> {
    let registry = emulator.gateway().registry();
    let source = |(name, saved): (&String, &Arc<_>)| (registry.by_name(name).unwrap(), Arc::clone(saved));
    let sources: Vec<_> = snapshot.saved.iter().map(source).collect();
    let ticket = restore(&sources, &emulator.gateway().runtime().journal).map_err(|error| error.to_string())?;
    ticket.map_or(Ok(()), |ticket| ticket.wait().map_err(|refused| refused.to_string()))
}

/// It waits for the disk: not on the runtime's own thread.
async fn put_back(emulator: &Emulator, snapshot: &Snapshot) {
    tokio::task::block_in_place(|| try_put_back(emulator, snapshot)).unwrap();
}

/// Overwrites, deletes, ends uploads, and adds what was not there.
async fn change(emulator: &Emulator) {
    assert_eq!(emulator.put("/bucket/key").send("other").await.status, 200);
    assert_eq!(emulator.delete("/bucket/k%00%01").send("").await.status, 204);
    assert_eq!(emulator.put("/bucket/more").send("x".repeat(9000)).await.status, 200);
    assert_eq!(emulator.put("/new").send("").await.status, 200);
    assert_eq!(emulator.put("/bucket/kms?tagging").send("<Tagging><TagSet></TagSet></Tagging>").await.status, 200);
    assert_eq!(emulator.delete("/europe").send("").await.status, 204);
    assert_eq!(emulator.delete("/v20180820/configuration/publicAccessBlock").send("").await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_back_answers_as_before() {
    let emulator = Emulator::new();
    let uploads = fill(&emulator).await;
    let before = read(&emulator, &uploads).await;
    let snapshot = take(&emulator);
    change(&emulator).await;
    assert_ne!(read(&emulator, &uploads).await, before);
    for _ in 0..2 {
        put_back(&emulator, &snapshot).await;
        assert_eq!(read(&emulator, &uploads).await, before);
        let part = emulator.put(&format!("{}&partNumber=2", uploads[0])).send("part").await;
        assert_eq!(part.status, 200, "the upload goes on: {}", part.body);
        let aborted = emulator.delete(&uploads[0]).send("").await;
        assert_eq!(aborted.status, 204, "{}", aborted.body);
    }
}

/// Gives back what the copy answered.
async fn round_trip(from: &Emulator, to: &Emulator) -> ([String; 2], Vec<String>) {
    let uploads = fill(from).await;
    assert_eq!(from.put("/bucket/large").send("large".repeat(10_000)).await.status, 200);
    let before = read(from, &uploads).await;
    let snapshot = take(from);
    put_back(to, &snapshot).await;
    assert_eq!(read(to, &uploads).await, before);
    (uploads, before)
}

fn kept_in(folder: &Path) -> Emulator {
    Emulator::kept_in(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_goes_from_memory_to_a_data_directory_and_survives_there() {
    let (memory, folder) = (Emulator::new(), tempfile::tempdir().unwrap());
    let (uploads, before) = round_trip(&memory, &kept_in(folder.path())).await;
    let kept = kept_in(folder.path());
    assert_eq!(read(&kept, &uploads).await, before);
    assert_eq!(kept.get("/bucket/large").send("").await.body, "large".repeat(10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_goes_from_a_data_directory_to_memory() {
    let folder = tempfile::tempdir().unwrap();
    round_trip(&kept_in(folder.path()), &Emulator::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_back_replaces_all_that_the_disk_has() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = kept_in(folder.path());
    let uploads = fill(&emulator).await;
    assert_eq!(emulator.put("/bucket/large").send("large".repeat(10_000)).await.status, 200);
    let before = read(&emulator, &uploads).await;
    let snapshot = take(&emulator);
    change(&emulator).await;
    assert_eq!(emulator.delete("/bucket/large").send("").await.status, 204);
    put_back(&emulator, &snapshot).await;
    drop(snapshot);
    drop(emulator);
    let emulator = kept_in(folder.path());
    assert_eq!(read(&emulator, &uploads).await, before);
    assert_eq!(emulator.get("/bucket/large").send("").await.body, "large".repeat(10_000));
    assert_eq!(emulator.head("/new").send("").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_never_has_the_effect_without_the_cause() {
    let emulator = Arc::new(Emulator::new());
    for bucket in ["/causes", "/effects"] {
        assert_eq!(emulator.put(bucket).send("").await.status, 200);
    }
    let writers: Vec<_> = (0..4).map(|writer| write_causes_and_effects(Arc::clone(&emulator), writer)).collect();
    let mut running = futures_util::future::join_all(writers.into_iter().map(spawn));
    let mut snapshots = Vec::new();
    loop {
        snapshots.push(tokio::task::block_in_place(|| take(&emulator)));
        if futures_util::poll!(&mut running).is_ready() {
            break;
        }
    }
    for snapshot in snapshots.iter().step_by(1 + snapshots.len() / 20) {
        let copy = Emulator::new();
        put_back(&copy, snapshot).await;
        let list = copy.get("/effects?list-type=2").send("").await.body;
        for key in list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap()) {
            assert_eq!(copy.head(&format!("/causes/{key}")).send("").await.status, 200, "{key} has no cause");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the test waits for its writers")]
fn spawn(work: impl Future<Output = ()> + Send + 'static) -> tokio::task::JoinHandle<()> {
    tokio::spawn(work)
}

async fn write_causes_and_effects(emulator: Arc<Emulator>, writer: usize) {
    for number in 0..100 {
        for bucket in ["causes", "effects"] {
            let answer = emulator.put(&format!("/{bucket}/{writer}-{number}")).send("x").await;
            assert_eq!(answer.status, 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_go_on_while_snapshots_are_put_back() {
    let emulator = Arc::new(Emulator::with_object().await);
    let snapshot = take(&emulator);
    let writing = Arc::clone(&emulator);
    let writer = spawn(async move {
        for number in 0..200 {
            let answer = writing.put(&format!("/bucket/{number}")).send("x").await;
            assert!(answer.status == 200 || answer.status == 404, "{}", answer.body);
        }
    });
    while !writer.is_finished() {
        put_back(&emulator, &snapshot).await;
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
    put_back(&emulator, &snapshot).await;
    emulator.assert_unharmed().await;
}
