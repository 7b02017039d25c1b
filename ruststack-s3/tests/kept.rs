//! Objects in a data directory.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ruststack_s3::DataDirectory;
use tempfile::TempDir;

use crate::emulator::Emulator;

/// An emulator that keeps its objects in a new directory, with one bucket.
async fn keeping(reserve_bytes: u64) -> (TempDir, Emulator) {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDirectory { path: folder.path().to_owned(), is_synced: false, reserve_bytes };
    let emulator = Emulator::keeping(data);
    assert_eq!(emulator.put("/bucket").send("").await.status, 200);
    (folder, emulator)
}

fn object_files(folder: &Path) -> Vec<PathBuf> {
    let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries(&folder.join("objects")).flat_map(|shard| entries(&shard).collect::<Vec<_>>()).collect()
}

#[tokio::test]
async fn a_lost_file_fails_its_object_alone() {
    let (folder, emulator) = keeping(0).await;
    let (lost, other) = ("lost".repeat(3000), "other".repeat(3000));
    assert_eq!(emulator.put("/bucket/lost").send(lost.clone()).await.status, 200);
    for file in object_files(folder.path()) {
        fs::remove_file(file).unwrap();
    }
    assert_eq!(emulator.put("/bucket/other").send(other.clone()).await.status, 200);
    let answer = emulator.get("/bucket/lost").send("").await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("<Code>InternalError</Code>"), "{}", answer.body);
    assert_eq!(emulator.get("/bucket/other").send("").await.body, other);
    assert_eq!(emulator.put("/bucket/again").send(lost.clone()).await.status, 200);
    assert_eq!(emulator.get("/bucket/lost").send("").await.body, lost);
}

#[tokio::test]
async fn a_full_disk_is_answered_as_what_clients_try_again() {
    let (folder, emulator) = keeping(u64::MAX).await;
    let answer = emulator.put("/bucket/key").send("x".repeat(5000)).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("<Code>ServiceUnavailable</Code>"), "{}", answer.body);
    assert_eq!(emulator.get("/bucket/key").send("").await.status, 404);
    assert_eq!(object_files(folder.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn copies_share_the_file_of_their_source() {
    let (folder, emulator) = keeping(0).await;
    let bytes = "copied".repeat(2000);
    assert_eq!(emulator.put("/bucket/key").send(bytes.clone()).await.status, 200);
    let copy = emulator.put("/bucket/copy").header("x-amz-copy-source", "/bucket/key").send("").await;
    assert_eq!(copy.status, 200);
    assert_eq!(emulator.delete("/bucket/key").send("").await.status, 204);
    assert_eq!(emulator.get("/bucket/copy").send("").await.body, bytes);
    assert_eq!(object_files(folder.path()).len(), 1);
}
