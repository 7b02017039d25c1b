//! The journal as services and the next process see it.

use std::collections::BTreeMap;

use super::*;
use crate::journal::{Changes, Section, load};

static TABLE: Table = Table::new("box", "things", 2);
static OTHER: Table = Table::new("box", "other", 1);

fn open(folder: &Path) -> Arc<dyn Journal> {
    Arc::new(Sqlite::open(&folder.join("state.db"), Durability::Normal, &[&TABLE, &OTHER]).unwrap())
}

fn rows(journal: &dyn Journal, table: &'static Table) -> BTreeMap<Vec<u8>, u32> {
    let mut found = BTreeMap::new();
    let visit = |key: &[u8], value: u32| {
        found.insert(key.to_vec(), value);
        Ok(())
    };
    load(&*journal.reader().unwrap(), table, visit).unwrap();
    found
}

/// Whether the disk takes changes or not.
fn record(changes: &Changes, write: impl FnOnce(&mut Rows)) {
    let _section = Section::enter();
    changes.record(write);
}

async fn put(journal: &Arc<dyn Journal>, key: &str, value: u32) -> Result<(), Refused> {
    let changes = Changes::of(Arc::clone(journal));
    record(&changes, |rows| rows.put(&TABLE, key.into(), &value));
    changes.committed().await
}

fn beside(folder: &Path, sql: &str) {
    Connection::open(folder.join("state.db")).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn what_was_committed_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for (key, value) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
        put(&journal, key, value).await.unwrap();
    }
    let changes = Changes::of(Arc::clone(&journal));
    record(&changes, |rows| {
        rows.remove(&TABLE, b"c".to_vec());
        rows.put(&OTHER, b"d".to_vec(), &5_u32);
    });
    changes.committed().await.unwrap();
    drop((changes, journal));
    let journal = open(folder.path());
    assert_eq!(rows(&*journal, &TABLE), BTreeMap::from([(b"a".to_vec(), 3), (b"b".to_vec(), 2)]));
    assert_eq!(rows(&*journal, &OTHER), BTreeMap::from([(b"d".to_vec(), 5)]));
}

#[tokio::test]
async fn changes_of_one_key_keep_their_order_among_many_writers() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let memory = Arc::new(Mutex::new(0_u32));
    let writers = (0..8).map(|_| {
        let (journal, memory) = (Arc::clone(&journal), Arc::clone(&memory));
        async move {
            for _ in 0..100 {
                let changes = Changes::of(Arc::clone(&journal));
                {
                    let mut memory = memory.lock();
                    *memory += 1;
                    record(&changes, |rows| rows.put(&TABLE, b"n".to_vec(), &*memory));
                }
                changes.committed().await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    futures_util::future::join_all(writers).await;
    assert_eq!(rows(&*journal, &TABLE), BTreeMap::from([(b"n".to_vec(), 800)]));
}

/// A reader sees what a process would find that begins after a kill at this moment.
#[test]
fn a_section_is_kept_as_a_whole_whatever_it_records() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..2_000_u32 {
                let changes = Changes::of(Arc::clone(&journal));
                let _section = changes.begin().unwrap();
                changes.record(|rows| rows.put(&TABLE, b"cause".to_vec(), &number));
                std::thread::yield_now();
                changes.record(|rows| rows.put(&TABLE, b"effect".to_vec(), &number));
            }
            is_over.store(true, Ordering::Release);
        });
        while !is_over.load(Ordering::Acquire) {
            let found = rows(&*journal, &TABLE);
            assert_eq!(found.get(b"cause".as_slice()), found.get(b"effect".as_slice()));
        }
    });
}

#[tokio::test]
async fn a_prefix_names_many_rows() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for key in ["a\0x", "a\0y", "ab", "b\0x"] {
        put(&journal, key, 0).await.unwrap();
    }
    let changes = Changes::of(Arc::clone(&journal));
    record(&changes, |rows| rows.remove_all(&TABLE, b"a\0".to_vec()));
    changes.committed().await.unwrap();
    assert_eq!(rows(&*journal, &TABLE).len(), 2);
    record(&changes, |rows| rows.remove_all(&TABLE, Vec::new()));
    changes.committed().await.unwrap();
    assert!(rows(&*journal, &TABLE).is_empty());
}

/// A trigger refuses as a full disk would.
#[tokio::test]
async fn what_the_disk_refuses_is_owed_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    beside(
        folder.path(),
        "CREATE TRIGGER full BEFORE INSERT ON \"box.things\" BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    );
    assert_eq!(put(&journal, "a", 1).await, Err(Refused));
    assert_eq!(journal.check_writable(), Err(Refused));
    assert_eq!(put(&journal, "a", 2).await, Err(Refused));
    assert!(rows(&*journal, &TABLE).is_empty());
    beside(folder.path(), "DROP TRIGGER full");
    put(&journal, "b", 3).await.unwrap();
    assert_eq!(journal.check_writable(), Ok(()));
    assert_eq!(rows(&*journal, &TABLE), BTreeMap::from([(b"a".to_vec(), 2), (b"b".to_vec(), 3)]));
}

#[tokio::test]
async fn a_later_format_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let path = folder.path().join("state.db");
    let refusal = |tables: &[&'static Table]| {
        Sqlite::open(&path, Durability::Normal, tables).err().map(|error| error.to_string()).unwrap_or_default()
    };
    static OLDER: Table = Table::new("box", "things", 1);
    assert!(refusal(&[&OLDER]).contains("box.things has format 2, made by a later RustStack"));
    // Tables of services that are not here stay as they are.
    assert_eq!(refusal(&[&OTHER]), "");
    beside(folder.path(), "PRAGMA user_version = 9");
    assert!(refusal(&[&TABLE]).contains("has format 9, made by a later RustStack"), "{}", refusal(&[&TABLE]));
    beside(folder.path(), "PRAGMA application_id = 7");
    assert!(refusal(&[&TABLE]).contains("was not made by RustStack"));
}

#[tokio::test]
async fn an_older_row_is_migrated_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    put(&open(folder.path()), "a", 7).await.unwrap();
    static LATER: Table = Table {
        migrate: Some(|version, value| {
            let old: u32 = rmp_serde::from_slice(value).map_err(|error| error.to_string())?;
            Ok(rmp_serde::to_vec(&(old * 10 + u32::from(version))).expect("a number"))
        }),
        ..Table::new("box", "things", 3)
    };
    let journal = Sqlite::open(&folder.path().join("state.db"), Durability::Full, &[&LATER]).unwrap();
    assert_eq!(rows(&journal, &LATER), BTreeMap::from([(b"a".to_vec(), 72)]));
}

#[tokio::test]
async fn a_row_that_says_nothing_is_refused_by_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    beside(folder.path(), "INSERT INTO \"box.things\" VALUES (x'6100', 2, x'c1', 0)");
    let error = load(&*journal.reader().unwrap(), &TABLE, |_, _: u32| Ok(())).unwrap_err().to_string();
    assert!(error.contains("box.things") && error.contains("a\\x00"), "{error}");
}

#[test]
fn a_file_of_other_content_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    std::fs::write(&path, vec![b'x'; 5000]).unwrap();
    let error = Sqlite::open(&path, Durability::Normal, &[&TABLE]).err().unwrap().to_string();
    assert!(error.contains("not a database"), "{error}");
}
