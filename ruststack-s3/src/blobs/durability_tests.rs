//! Blobs of a data directory: what is on the disk, after whatever happens to handles, files and processes.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use blake3::Hash;
use proptest::prelude::*;
use ruststack_core::error::AwsError;
use tempfile::TempDir;

use super::*;
use crate::config::DataDirectory;

/// A process that keeps its objects in a directory, until it is killed.
struct Process {
    store: BlobStore,
    is_alive: Arc<AtomicBool>,
}

impl Process {
    /// Rows are still to be opened.
    fn begin(path: &Path) -> Self {
        Self::with_reserve(path, 0)
    }

    fn with_reserve(path: &Path, reserve_bytes: u64) -> Self {
        let data = DataDirectory { path: path.to_owned(), is_synced: true, reserve_bytes };
        let place = Place::Durable(Directory::new(&data));
        let store = BlobStore { max_memory_size: INLINE_LIMIT, place, lent: Lent::default() };
        let is_alive = Arc::new(AtomicBool::new(true));
        let barrier = Arc::clone(&is_alive);
        store.remove_after(Box::new(move || barrier.load(Ordering::SeqCst)));
        Self { store, is_alive }
    }

    /// Has nothing to open.
    async fn start(path: &Path) -> Self {
        let process = Self::begin(path);
        process.store.sweep().await.unwrap();
        process
    }

    async fn put(&self, bytes: &[u8]) -> Result<Blob, BlobError> {
        let mut writer = self.store.writer(Some(bytes.len() as u64), &[]);
        for piece in bytes.chunks(100_000) {
            writer.write(Bytes::copy_from_slice(piece)).await?;
        }
        Ok(writer.finish().await?.blob)
    }

    fn directory(&self) -> &Directory {
        let Place::Durable(directory) = &self.store.place else { panic!("it is durable") };
        directory
    }

    /// Returns when what was let go is gone.
    async fn settle(&self) {
        while !self.directory().removals.is_idle() {
            tokio::task::yield_now().await;
        }
    }

    /// Nothing of what its handles do from now on touches a file.
    async fn kill(self) {
        self.settle().await;
        self.is_alive.store(false, Ordering::SeqCst);
    }
}

async fn read(blob: Blob) -> Result<Vec<u8>, BlobError> {
    let body = blob.into_body().await?;
    Ok(body.read(usize::MAX).await.unwrap().to_vec())
}

/// What is in the folders of `objects`: complete files and temporary ones.
fn files(path: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    let all = entries(&path.join("objects")).flat_map(|folder| entries(&folder).collect::<Vec<_>>());
    all.partition(|file| !file.parent().unwrap().ends_with("tmp"))
}

fn assert_no_files(path: &Path) {
    assert_eq!(files(path), (Vec::new(), Vec::new()));
}

/// Distinct for each seed and length.
fn content(seed: u8, length: usize) -> Vec<u8> {
    (0..length).map(|position| seed.wrapping_add((position % 251) as u8)).collect()
}

fn hashes(reference: &BlobRef) -> Vec<Hash> {
    match reference {
        BlobRef::Inline(_) | BlobRef::Held { .. } => Vec::new(),
        BlobRef::Stored { hash, .. } => vec![(*hash).into()],
        BlobRef::Parts(parts) => parts.iter().flat_map(hashes).collect(),
    }
}

/// One step of a life of blobs; places are taken modulo the number of blobs there are.
#[derive(Clone, Debug)]
enum Step {
    Write { seed: u8, length: usize },
    Slice { of: usize, cut: (prop::sample::Index, prop::sample::Index) },
    Join { of: [usize; 3] },
    Drop { of: usize },
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let length = prop::sample::select(vec![0, 1, INLINE_LIMIT, INLINE_LIMIT + 1, 9000, 300_000, BATCH_SIZE + 1]);
    let step = prop_oneof![
        4 => (0..2_u8, length).prop_map(|(seed, length)| Step::Write { seed, length }),
        2 => (0..9_usize, any::<(prop::sample::Index, prop::sample::Index)>())
            .prop_map(|(of, cut)| Step::Slice { of, cut }),
        2 => any::<[u8; 3]>().prop_map(|of| Step::Join { of: of.map(usize::from) }),
        2 => (0..9_usize).prop_map(|of| Step::Drop { of }),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..16)
}

/// Blobs, and the bytes that they have.
struct Life {
    folder: TempDir,
    process: Process,
    blobs: Vec<(Blob, Vec<u8>)>,
}

impl Life {
    async fn step(&mut self, step: Step) {
        let count = self.blobs.len();
        match step {
            Step::Write { seed, length } => {
                let bytes = content(seed, length);
                self.blobs.push((self.process.put(&bytes).await.unwrap(), bytes));
            }
            Step::Restart => self.restart().await,
            _ if count == 0 => {}
            Step::Slice { of, cut } => {
                let (blob, bytes) = &self.blobs[of % count];
                let (one, other) = (cut.0.index(bytes.len() + 1), cut.1.index(bytes.len() + 1));
                let (start, end) = (one.min(other), one.max(other));
                let slice = (blob.slice(start as u64..end as u64), bytes[start..end].to_vec());
                self.blobs.push(slice);
            }
            Step::Join { of } => {
                let joined: Vec<_> = of.iter().map(|of| self.blobs[of % count].clone()).collect();
                let bytes = joined.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
                self.blobs.push((Blob::join(joined.into_iter().map(|(blob, _)| blob)), bytes));
            }
            Step::Drop { of } => drop(self.blobs.swap_remove(of % count)),
        }
    }

    async fn restart(&mut self) {
        let row = |(blob, bytes): &(Blob, Vec<u8>)| {
            let reference = blob.reference().unwrap();
            (serde_json::to_vec(&reference).unwrap(), bytes.clone())
        };
        let rows: Vec<_> = self.blobs.iter().map(row).collect();
        let next = Process::begin(self.folder.path());
        std::mem::replace(&mut self.process, next).kill().await;
        let open = |(row, bytes): (Vec<u8>, _)| {
            (self.process.store.open(&serde_json::from_slice(&row).unwrap()).unwrap(), bytes)
        };
        self.blobs = rows.into_iter().map(open).collect();
        self.process.store.sweep().await.unwrap();
    }

    async fn check(&self) {
        self.process.settle().await;
        let mut wanted = HashSet::new();
        for (blob, bytes) in &self.blobs {
            assert_eq!(blob.len(), bytes.len() as u64);
            assert!(read(blob.clone()).await.unwrap() == *bytes);
            wanted.extend(hashes(&blob.reference().unwrap()));
        }
        let (complete, temporary) = files(self.folder.path());
        assert_eq!((complete.len(), temporary.len()), (wanted.len(), 0));
        assert!(wanted.iter().all(|hash| complete.contains(&self.process.directory().path(hash))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_file_is_there_while_a_blob_needs_it_and_no_longer(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let process = Process::start(folder.path()).await;
            let mut life = Life { folder, process, blobs: Vec::new() };
            for step in steps {
                life.step(step).await;
                life.check().await;
            }
        });
    }
}

#[tokio::test]
async fn equal_content_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    for length in [5000, 2_000_000] {
        let bytes = content(1, length);
        let (one, other) = (process.put(&bytes).await.unwrap(), process.put(&bytes).await.unwrap());
        assert_eq!((files(folder.path()).0.len(), files(folder.path()).1.len()), (1, 0));
        drop(one);
        process.settle().await;
        assert!(read(other.clone()).await.unwrap() == bytes);
        drop(other);
        process.settle().await;
        assert_no_files(folder.path());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn content_written_while_it_is_removed_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let process = Arc::new(Process::start(folder.path()).await);
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..16_u8 {
        let process = Arc::clone(&process);
        writers.spawn(async move {
            for _ in 0..50 {
                let bytes = content(writer % 2, 5000);
                let blob = process.put(&bytes).await.unwrap();
                assert!(read(blob).await.unwrap() == bytes);
            }
        });
    }
    writers.join_all().await;
    process.settle().await;
    assert_no_files(folder.path());
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let mut writer = process.store.writer(None, &[]);
    for _ in 0..3 {
        writer.write(Bytes::from(content(1, BATCH_SIZE))).await.unwrap();
    }
    assert_eq!(files(folder.path()).1.len(), 1);
    drop(writer);
    // What the pool still writes is dropped when it is done: later work of one thread comes after it.
    while !files(folder.path()).1.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_no_files(folder.path());
}

#[tokio::test]
async fn a_start_sweeps_what_no_row_tells_of() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let (told, untold) = (process.put(&content(1, 5000)).await.unwrap(), process.put(&content(2, 6000)).await.unwrap());
    let reference = told.reference().unwrap();
    process.kill().await;
    drop((told, untold));
    fs::write(folder.path().join("objects/tmp/0123-half"), "half").unwrap();
    let strange = folder.path().join("objects").join("00");
    fs::create_dir_all(&strange).unwrap();
    fs::write(strange.join("notes.txt"), "not ours").unwrap();

    let process = Process::begin(folder.path());
    let first = process.store.open(&reference).unwrap();
    // Nothing goes before everything is loaded: another row may tell of it.
    drop(first);
    let blob = process.store.open(&reference).unwrap();
    let swept = process.store.sweep().await.unwrap();
    assert_eq!(swept, Swept { kept: 1, removed: 1, removed_bytes: 6000, temporary: 1, missing: 0 });
    process.settle().await;
    assert!(read(blob).await.unwrap() == content(1, 5000));
    assert!(strange.join("notes.txt").exists());
}

#[tokio::test]
async fn a_file_stays_while_the_row_that_lets_it_go_is_not_durable() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let blob = process.put(&content(1, 5000)).await.unwrap();
    let reference = blob.reference().unwrap();
    process.is_alive.store(false, Ordering::SeqCst);
    drop(blob);
    process.settle().await;
    let process = Process::begin(folder.path());
    assert!(read(process.store.open(&reference).unwrap()).await.unwrap() == content(1, 5000));
}

#[tokio::test]
async fn a_full_disk_refuses_a_write_and_keeps_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with_reserve(folder.path(), 1000);
    process.store.sweep().await.unwrap();
    let pretend = |free: u64| process.directory().space.pretended.store(free, Ordering::Relaxed);
    let is_refused = |error| {
        let is_it = matches!(error, BlobError::NoSpace(_));
        let answer = AwsError::from(error);
        is_it && (answer.status().as_u16(), answer.code()) == (503, "ServiceUnavailable")
    };

    pretend(5999);
    assert!(is_refused(process.put(&content(1, 5000)).await.unwrap_err()));
    pretend(6000);
    drop(process.put(&content(1, 5000)).await.unwrap());

    pretend(2 * BATCH_SIZE as u64);
    let mut writer = process.store.writer(None, &[]);
    writer.write(Bytes::from(content(1, BATCH_SIZE + 1))).await.unwrap();
    pretend(0);
    let mut refused = Ok(());
    while refused.is_ok() {
        refused = writer.write(Bytes::from(content(1, BATCH_SIZE))).await;
    }
    assert!(is_refused(refused.unwrap_err()));
    drop(writer);
    process.settle().await;
    assert_no_files(folder.path());
}

#[tokio::test]
async fn a_damaged_file_harms_its_own_objects_alone() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let (bytes, other) = (content(1, 700_000), content(2, 5000));
    let (blob, whole) = (process.put(&bytes).await.unwrap(), process.put(&other).await.unwrap());
    let joined = Blob::join([whole.clone(), blob.clone()]);
    let reference = joined.reference().unwrap();
    let file = process.directory().path(&blake3::hash(&bytes));
    for damage in ["truncated", "gone"] {
        match damage {
            "truncated" => fs::File::options().write(true).open(&file).unwrap().set_len(1000).unwrap(),
            _ => fs::remove_file(&file).unwrap(),
        }
        for unreadable in [blob.clone(), blob.slice(10..20), joined.clone(), joined.slice(4000..6000)] {
            let error = read(unreadable).await.unwrap_err();
            assert!(matches!(error, BlobError::Damaged(_)), "{damage}: {error}");
            let answer = AwsError::from(error);
            assert_eq!((answer.status().as_u16(), answer.code()), (500, "InternalError"));
        }
        assert!(read(joined.slice(0..5000)).await.unwrap() == other);

        let next = Process::begin(folder.path());
        let opened = next.store.open(&reference).unwrap();
        assert!(matches!(read(opened.clone()).await, Err(BlobError::Damaged(_))), "{damage}");
        // A start lists files; their lengths are looked at when they are read.
        assert_eq!(next.store.sweep().await.unwrap().missing, u64::from(damage == "gone"));
        next.is_alive.store(false, Ordering::SeqCst);
    }
    // The same bytes, written again, make it whole.
    drop(process.put(&bytes).await.unwrap());
    assert!(read(blob).await.unwrap() == bytes);
}

/// A file system of a few bytes and files, where the tests may mount one.
struct SmallFileSystem(TempDir);

impl SmallFileSystem {
    fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).output();
        mount.is_ok_and(|mount| mount.status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallFileSystem {
    fn drop(&mut self) {
        assert!(Command::new("umount").arg(self.0.path()).status().unwrap().success());
    }
}

/// Says what the kernel says; without the right to mount, the test before this one pretends as much.
#[tokio::test]
async fn a_disk_that_fills_while_bytes_come_keeps_what_it_had() {
    let Some(disk) = SmallFileSystem::mount("size=4m,nr_inodes=32") else { return };
    let process = Process::start(disk.0.path()).await;
    let kept = process.put(&content(1, 5000)).await.unwrap();
    let error = process.put(&vec![7; 5 * BATCH_SIZE]).await.unwrap_err();
    assert!(matches!(error, BlobError::NoSpace(_)), "{error}");
    assert_eq!((files(disk.0.path()).0.len(), files(disk.0.path()).1.len()), (1, 0));

    let mut blobs = Vec::new();
    let error = loop {
        match process.put(&content(2, 5000 + blobs.len())).await {
            Ok(blob) => blobs.push(blob),
            Err(error) => break error,
        }
    };
    // No more files, although there are bytes: this is no answer of statvfs.
    assert!(matches!(error, BlobError::NoSpace(_)) && blobs.len() < 32, "{error}");
    drop(blobs);
    process.settle().await;
    assert!(read(kept).await.unwrap() == content(1, 5000));
    process.put(&content(3, 5000)).await.unwrap();
}
