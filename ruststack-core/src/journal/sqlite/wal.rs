//! Damage in the write-ahead log: SQLite ends its recovery at the first frame that is not whole, which is right for a
//! tail that was never finished, and would lose silently what was answered when an earlier frame was damaged.
//!
//! <https://www.sqlite.org/fileformat2.html#walformat>

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit says that checksums are big-endian.
const MAGIC: u32 = 0x377f_0682;
/// Largest page that SQLite has. Bytes.
const MAX_PAGE: usize = 65_536;
/// As SQLite makes its files. Bytes.
const USUAL_PAGE: usize = 4096;

/// How far back the salt of a frame of an earlier round may lie: it is raised by one for each round.
const MAX_ROUNDS: u32 = 1 << 24;

/// What cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Damage {
    /// The last write is not whole: it was under way when the process ended, or it was damaged later.
    Torn,
    /// So many commits lie behind what cannot be read, or in it; SQLite would not come to them.
    Lost { commits: u64 },
}

/// Tells of damage, and keeps the damaged log for whoever can do more with it.
pub(super) fn look(database: &Path) -> io::Result<()> {
    let log = beside(database, "-wal");
    let Some(damage) = damage(&log)? else { return Ok(()) };
    let copy = beside(database, "-wal.damaged");
    match damage {
        Damage::Torn => {
            tracing::warn!("the last write to the state's log is not whole; all that was committed before is there");
        }
        Damage::Lost { commits } => {
            std::fs::copy(&log, &copy)?;
            tracing::error!(
                commits,
                log = %copy.display(),
                "the state's log is damaged: commits are lost, by a power cut or a bad disk; those before are there"
            );
        }
    }
    Ok(())
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// What recovery will not come to.
pub(super) fn damage(log: &Path) -> io::Result<Option<Damage>> {
    let mut file = match File::open(log) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut header = [0; HEADER];
    if !fill(&mut file, &mut header)? {
        return Ok(None);
    }
    let (magic, page) = (word(&header, 0), word(&header, 8) as usize);
    let mut sum = Sum { is_big_endian: magic & 1 == 1, pair: (0, 0) };
    sum.add(&header[..24]);
    let has_header = magic & !1 == MAGIC && sum.pair == (word(&header, 24), word(&header, 28));
    // Without its header nothing is known of the log but that there is one.
    if !has_header {
        return commits_without_header(file, page).map(|commits| Some(Damage::Lost { commits }));
    }
    let salts = Salts::at(&header, 16);
    let (mut frame, mut found) = (vec![0; FRAME_HEADER + page], Found::default());
    let mut is_whole = true;
    while fill(&mut file, &mut frame)? {
        let age = Salts::at(&frame, 8).age(salts);
        sum.add(&frame[..8]);
        sum.add(&frame[FRAME_HEADER..]);
        is_whole &= age == Age::Current && sum.pair == (word(&frame, 16), word(&frame, 20));
        if !is_whole && age != Age::Earlier {
            found.add(word(&frame, 4) != 0);
        }
    }
    Ok(found.damage())
}

/// Commits of the round that the first frame is of, as far as it can be told; one at least.
fn commits_without_header(mut file: impl Read, page: usize) -> io::Result<u64> {
    let page = if page.is_power_of_two() && page <= MAX_PAGE { page } else { USUAL_PAGE };
    let (mut frame, mut commits, mut first) = (vec![0; FRAME_HEADER + page], 0, None);
    while fill(&mut file, &mut frame)? {
        let salts = Salts::at(&frame, 8);
        let is_of_this_round = salts == *first.get_or_insert(salts);
        commits += u64::from(is_of_this_round && word(&frame, 4) != 0);
    }
    Ok(commits.max(1))
}

/// Frames of this round that are not whole, or lie behind one that is not.
#[derive(Default)]
struct Found {
    frames: u64,
    commits: u64,
}

impl Found {
    fn add(&mut self, is_commit: bool) {
        self.frames += 1;
        self.commits += u64::from(is_commit);
    }

    /// Frames are written in order: only the last of them can be one that was under way.
    fn damage(&self) -> Option<Damage> {
        match self.frames {
            0 => None,
            1 => Some(Damage::Torn),
            _ => Some(Damage::Lost { commits: self.commits.max(1) }),
        }
    }
}

/// Which round of the log a frame was written in.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Salts(u32, u32);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    Current,
    Earlier,
    /// Neither this round's nor such as an earlier one's are.
    Damaged,
}

impl Salts {
    fn at(bytes: &[u8], at: usize) -> Self {
        Self(word(bytes, at), word(bytes, at + 4))
    }

    fn age(self, current: Self) -> Age {
        let rounds = current.0.wrapping_sub(self.0);
        match self {
            _ if self == current => Age::Current,
            // Of the two, the second is made by chance for each round.
            _ if self.1 != current.1 && (1..MAX_ROUNDS).contains(&rounds) => Age::Earlier,
            _ => Age::Damaged,
        }
    }
}

/// False when there is not as much any more.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// SQLite's running checksum.
struct Sum {
    is_big_endian: bool,
    pair: (u32, u32),
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        for pair in bytes.chunks_exact(8) {
            let read = |at| if self.is_big_endian { word(pair, at) } else { word(pair, at).swap_bytes() };
            self.pair.0 = self.pair.0.wrapping_add(read(0)).wrapping_add(self.pair.1);
            self.pair.1 = self.pair.1.wrapping_add(read(4)).wrapping_add(self.pair.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// A log of five commits, of one frame each but for the first.
    fn log() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.execute_batch("CREATE TABLE numbers (number)").unwrap();
        for number in 0..4 {
            connection.execute("INSERT INTO numbers VALUES (?1)", [number]).unwrap();
        }
        std::fs::read(beside(&path, "-wal")).unwrap()
    }

    fn damage_of(bytes: &[u8]) -> Option<Damage> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, bytes).unwrap();
        damage(&path).unwrap()
    }

    #[test]
    fn a_log_without_damage_has_none() {
        let log = log();
        assert_eq!((damage_of(&log), damage_of(b""), damage(Path::new("/none")).unwrap()), (None, None, None));
        // A tail that was never finished was never answered.
        for cut in [1, 100, 4000, 5000] {
            assert_eq!(damage_of(&log[..log.len() - cut]), None, "{cut}");
        }
    }

    /// Of those that follow the header, the last frame could be a write that was never finished.
    #[test]
    fn every_flipped_bit_is_noticed() {
        let (log, frame) = (log(), FRAME_HEADER + USUAL_PAGE);
        let last = log.len() - frame;
        for bit in (0..log.len() * 8).step_by(1009).chain(0..HEADER * 8).chain(last * 8..(last + FRAME_HEADER) * 8) {
            let (place, mut damaged) = (bit / 8, log.clone());
            damaged[place] ^= 1 << (bit % 8);
            let expected = match place {
                _ if place >= last => Some(Damage::Torn),
                0..HEADER => damage_of(&damaged).filter(|damage| matches!(damage, Damage::Lost { .. })),
                _ => Some(Damage::Lost { commits: 5 - ((place - HEADER) / frame).saturating_sub(1) as u64 }),
            };
            assert!(expected.is_some(), "{bit}");
            let found = damage_of(&damaged);
            let is_commit_flag = (4..8).contains(&((place - HEADER.min(place)) % frame));
            assert!(
                found == expected || is_commit_flag && matches!(found, Some(Damage::Lost { .. })),
                "{bit}: {found:?}"
            );
        }
    }

    #[test]
    fn frames_of_an_earlier_round_are_no_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.execute_batch("CREATE TABLE numbers (number)").unwrap();
        for _ in 0..3 {
            (0..20).for_each(|_| assert_eq!(connection.execute("INSERT INTO numbers VALUES (1)", ()).unwrap(), 1));
            connection.query_row("PRAGMA wal_checkpoint(RESTART)", (), |_| Ok(())).unwrap();
            connection.execute("INSERT INTO numbers VALUES (2)", ()).unwrap();
            assert_eq!(damage(&beside(&path, "-wal")).unwrap(), None);
        }
    }
}
