//! Files that are not as they were written: refused, or read as they were. Nothing is lost without a word.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use rusqlite::Connection;

use super::*;
use crate::journal::{Changes, load};

static TABLE: Table = Table::new("box", "things", 1);
static OTHER: Table = Table::new("box", "other", 1);

const ROWS: u32 = 150;

type Found = BTreeMap<Vec<u8>, (u32, String)>;

fn open(folder: &Path) -> Result<Sqlite, LoadError> {
    Sqlite::open(&folder.join("state.db"), Durability::Normal, &[&TABLE, &OTHER])
}

fn read(journal: &Sqlite) -> Result<[Found; 2], LoadError> {
    let reader = journal.reader()?;
    let rows = |table| {
        let mut found = Found::new();
        load(&*reader, table, |key, value| {
            found.insert(key.to_vec(), value);
            Ok(())
        })?;
        Ok(found)
    };
    Ok([rows(&TABLE)?, rows(&OTHER)?])
}

/// Rows of two tables, each row a commit.
fn write(journal: &Arc<dyn Journal>, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        let changes = Changes::of(Arc::clone(journal));
        let table = if number % 5 == 0 { &OTHER } else { &TABLE };
        let value = (number, "some text ".repeat(7));
        let section = changes.begin().unwrap();
        changes.record(|rows| rows.put(table, format!("key{number:04}").into(), &value));
        drop(section);
        journal.wait().unwrap();
    }
}

/// A file with rows, and what they are.
fn filled(folder: &Path) -> (Vec<u8>, [Found; 2]) {
    let journal = Arc::new(open(folder).unwrap());
    write(&(Arc::clone(&journal) as Arc<dyn Journal>), 0..ROWS);
    let rows = read(&journal).unwrap();
    drop(journal);
    (fs::read(folder.join("state.db")).unwrap(), rows)
}

/// What the next process makes of these bytes.
fn reopened(database: &[u8], log: Option<&[u8]>) -> Result<[Found; 2], LoadError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("state.db"), database).unwrap();
    log.iter().for_each(|log| fs::write(folder.path().join("state.db-wal"), log).unwrap());
    read(&open(folder.path())?)
}

#[test]
fn a_flipped_bit_of_the_file_is_noticed_or_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (database, rows) = filled(folder.path());
    let mut noticed = 0;
    // The heads of pages are where their structure is.
    let heads = (0..database.len())
        .step_by(4096)
        .flat_map(|page| (page..page + 12).map(move |byte| byte * 8 + page / 4096 % 8));
    for bit in (0..database.len() * 8).step_by(2003).chain(heads) {
        let mut damaged = database.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        match reopened(&damaged, None) {
            Ok(found) => assert!(found == rows, "bit {bit}: rows are lost or changed"),
            Err(_) => noticed += 1,
        }
    }
    assert!(noticed > 100, "{noticed}");
}

#[test]
fn a_row_that_is_gone_is_missed() {
    for damage in [
        "DELETE FROM \"box.things\" WHERE key = x'6b657930303031'",
        "INSERT INTO \"box.other\" SELECT * FROM \"box.things\" WHERE key = x'6b657930303031'",
        "DROP TABLE \"box.other\"",
    ] {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path());
        Connection::open(folder.path().join("state.db")).unwrap().execute_batch(damage).unwrap();
        let error = read(&open(folder.path()).unwrap()).unwrap_err().to_string();
        assert!(error.contains("ruststack verify") && error.contains("box."), "{damage}: {error}");
    }
}

/// A disk that said that it wrote a page, and did not.
#[test]
fn a_page_as_it_was_before_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let (before, _) = filled(folder.path());
    let journal = Arc::new(open(folder.path()).unwrap());
    write(&(Arc::clone(&journal) as Arc<dyn Journal>), (0..ROWS).step_by(3).map(|number| number + 1));
    write(&(Arc::clone(&journal) as Arc<dyn Journal>), ROWS..ROWS + 20);
    let rows = read(&journal).unwrap();
    drop(journal);
    let after = fs::read(folder.path().join("state.db")).unwrap();
    for page in 0..before.len() / 4096 {
        let mut damaged = after.clone();
        damaged[page * 4096..][..4096].copy_from_slice(&before[page * 4096..][..4096]);
        let is_changed = damaged != after;
        let found = reopened(&damaged, None);
        assert!(found.as_ref().is_ok_and(|found| *found == rows) || is_changed && found.is_err(), "page {page}");
    }
}

#[test]
fn all_ways_to_change_rows_keep_the_sums() {
    let folder = tempfile::tempdir().unwrap();
    let journal: Arc<dyn Journal> = Arc::new(open(folder.path()).unwrap());
    write(&journal, (0..20).chain(5..9));
    let changes = Changes::of(Arc::clone(&journal));
    let section = changes.begin().unwrap();
    changes.record(|rows| {
        rows.remove(&TABLE, b"key0001".to_vec());
        rows.remove(&TABLE, b"never".to_vec());
        rows.remove_all(&TABLE, b"key001".to_vec());
        rows.remove_all(&OTHER, Vec::new());
    });
    drop(section);
    journal.wait().unwrap();
    drop((changes, journal));
    let [things, other] = read(&open(folder.path()).unwrap()).unwrap();
    assert_eq!((things.len(), other.len()), (7, 0));
}

/// A log and the file below it, as a killed process leaves them: the first half of the rows is in the file.
fn killed() -> (Vec<u8>, Vec<u8>, [Found; 2]) {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let journal = Arc::new(open(folder.path()).unwrap());
    write(&(Arc::clone(&journal) as Arc<dyn Journal>), ROWS..ROWS + 10);
    let file = |name| fs::read(folder.path().join(name)).unwrap();
    let rows = read(&journal).unwrap();
    (file("state.db"), file("state.db-wal"), rows)
}

/// Whether rows are those of the first commits, however many.
fn is_prefix(found: &[Found; 2], all: &[Found; 2]) -> bool {
    let number = |found: &[Found; 2]| found.iter().map(Found::len).sum::<usize>();
    let first = number(found).max(ROWS as usize);
    let expected = all.each_ref().map(|rows| {
        let is_there = |(_, (number, _)): &(&Vec<u8>, &(u32, String))| (*number as usize) < first;
        rows.iter().filter(is_there).map(|(key, value)| (key.clone(), value.clone())).collect::<Found>()
    });
    *found == expected
}

#[test]
fn a_log_that_is_cut_gives_what_was_committed_before_the_cut() {
    let (database, log, rows) = killed();
    let frame = 24 + 4096;
    let ends = (32..=log.len()).step_by(frame);
    let cuts = ends.flat_map(|end| [end.saturating_sub(1), end, end + 8, end + 24, end + 2000]).chain(0..33);
    for cut in cuts.filter(|cut| *cut <= log.len()) {
        let found = reopened(&database, Some(&log[..cut])).unwrap();
        assert!(is_prefix(&found, &rows), "{cut}");
    }
}

#[test]
fn a_flipped_bit_of_the_log_gives_what_was_committed_before_it_and_is_told() {
    let (database, log, rows) = killed();
    for bit in (0..log.len() * 8).step_by(4001) {
        let mut damaged = log.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let found = reopened(&database, Some(&damaged)).unwrap();
        assert!(is_prefix(&found, &rows), "{bit}");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("log"), &damaged).unwrap();
        let is_told = wal::damage(&folder.path().join("log")).unwrap().is_some();
        assert!(found == rows || is_told, "{bit}");
    }
}

/// As RustStack wrote files before rows had checksums.
#[test]
fn a_file_of_the_first_layout_gets_checksums() {
    let folder = tempfile::tempdir().unwrap();
    let (_, rows) = filled(folder.path());
    let path = folder.path().join("state.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "ALTER TABLE \"box.things\" DROP COLUMN checksum; ALTER TABLE \"box.other\" DROP COLUMN checksum;
             ALTER TABLE tables DROP COLUMN sum; PRAGMA user_version = 1",
        )
        .unwrap();
    for _ in 0..2 {
        assert_eq!(read(&open(folder.path()).unwrap()).unwrap(), rows);
    }
    Connection::open(&path).unwrap().execute_batch("DELETE FROM \"box.other\" WHERE key = x'6b657930303035'").unwrap();
    assert!(read(&open(folder.path()).unwrap()).is_err());
}
