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

/// What cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Damage {
    /// How many commits.
    pub(super) commits: u64,
}

/// Tells of damage, and keeps the damaged log for whoever can do more with it.
pub(super) fn look(database: &Path) -> io::Result<()> {
    let log = beside(database, "-wal");
    let Some(Damage { commits }) = damage(&log)? else { return Ok(()) };
    let copy = beside(database, "-wal.damaged");
    std::fs::copy(&log, &copy)?;
    tracing::error!(
        commits,
        log = %copy.display(),
        "the end of the state's log is damaged: a power cut or a bad disk; what was committed before is there"
    );
    Ok(())
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Commits of the log that recovery will not come to.
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
    let mut is_whole = magic & !1 == MAGIC && sum.pair == (word(&header, 24), word(&header, 28));
    // Without its header nothing is known of the log but that there is one.
    if !is_whole && (page == 0 || page > MAX_PAGE) {
        return Ok(Some(Damage { commits: 1 }));
    }
    let (mut frame, mut commits) = (vec![0; FRAME_HEADER + page], 0);
    while fill(&mut file, &mut frame)? {
        // Frames of earlier rounds have other salts.
        let is_of_this_round = frame[8..16] == header[16..24];
        sum.add(&frame[..8]);
        sum.add(&frame[FRAME_HEADER..]);
        is_whole &= is_of_this_round && sum.pair == (word(&frame, 16), word(&frame, 20));
        let is_commit = word(&frame, 4) != 0;
        commits += u64::from(!is_whole && is_of_this_round && is_commit);
    }
    Ok((commits > 0).then_some(Damage { commits }))
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

    fn damage_of(bytes: &[u8]) -> Option<u64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, bytes).unwrap();
        damage(&path).unwrap().map(|damage| damage.commits)
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

    #[test]
    fn a_flipped_bit_costs_the_commits_from_there_on() {
        let log = log();
        let frame = FRAME_HEADER + 4096;
        for (place, commits) in [(log.len() - 1, 1), (log.len() - frame - 1, 2), (log.len() - 3 * frame + 30, 3)] {
            let mut damaged = log.clone();
            damaged[place] ^= 1;
            assert_eq!(damage_of(&damaged), Some(commits), "{place}");
        }
        let mut damaged = log;
        damaged[3] ^= 1;
        assert_eq!(damage_of(&damaged), Some(5));
    }
}
