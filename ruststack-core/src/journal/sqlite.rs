//! The durable journal: one SQLite file in WAL mode, written by one thread, many requests in one transaction.
//!
//! Each [`Table`] is a table of keys, versions and values. `sqlite/writer.rs` is the thread; here are opening, closing
//! and reading.

mod checksum;
mod queue;
mod verify;
mod wal;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use self::{
    checksum::{Sum, Sums},
    queue::Queue,
    writer::Writer,
};
use super::{Journal, LoadError, Reader, Refused, Rows, Table, Ticket, Visit};

pub use self::queue::QUEUE_SIZE;

/// Of the file: which tables beside the services' there are, and their columns. Since 2, rows have checksums.
const LAYOUT: i64 = 2;
/// "RSTK": the file is ours.
const APPLICATION: i64 = 0x5253_544B;
const STATEMENTS: usize = 256;
/// What a user can do about a damaged file.
const ADVICE: &str = "`ruststack verify` says what else is";
/// After loading for so long, the log says how far it is.
const SILENCE: Duration = Duration::from_secs(1);

/// What an acknowledged write survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// The death of the process.
    Normal,
    /// The death of the machine, too: every commit waits for the disk.
    Full,
}

impl Durability {
    fn synchronous(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Full => "FULL",
        }
    }

    /// How long the log is when it is written back into the tables. Pages of 4 KiB.
    ///
    /// Writing back waits for the disk, so that it is done seldom where nothing else does. Where every commit waits, the
    /// log is kept short: what overwrites it from its beginning is on the disk sooner than what makes it longer.
    fn log_pages(self) -> u32 {
        match self {
            Self::Normal => 8192,
            Self::Full => 1000,
        }
    }
}

/// The journal in a file.
pub struct Sqlite {
    path: PathBuf,
    queue: Arc<Queue>,
    is_refusing: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Sqlite {
    /// Opens or makes the file. Tables that it has and `tables` has not belong to services that are not here: they stay.
    pub fn open(path: &Path, durability: Durability, tables: &[&'static Table]) -> Result<Self, LoadError> {
        Self::open_or_begin(path, durability, tables, || Ok(()))
    }

    /// The same; where nothing is there, nothing is made unless `may_begin` allows it.
    pub fn open_or_begin(
        path: &Path,
        durability: Durability,
        tables: &[&'static Table],
        may_begin: impl FnOnce() -> Result<(), LoadError>,
    ) -> Result<Self, LoadError> {
        let wrong = |error: rusqlite::Error| LoadError(format!("cannot open {}: {error}", path.display()));
        wal::look(path).map_err(|error| LoadError(format!("cannot read the log of {}: {error}", path.display())))?;
        let mut connection = Connection::open(path).map_err(wrong)?;
        let is_new = check_layout(&mut connection, path)?;
        if is_new {
            may_begin()?;
        }
        prepare(&connection, durability, tables, is_new).map_err(wrong)?;
        check_versions(&connection, tables)?;
        let sums = Sums::read(&connection).map_err(wrong)?;
        let (queue, is_refusing) = (Arc::new(Queue::default()), Arc::new(AtomicBool::new(false)));
        let writer = Writer::new(connection, tables, sums, Arc::clone(&queue), Arc::clone(&is_refusing));
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run());
        let thread = thread.map_err(|error| LoadError(format!("cannot start the journal's thread: {error}")))?;
        Ok(Self { path: path.to_owned(), queue, is_refusing, thread: Mutex::new(Some(thread)) })
    }
}

impl Sqlite {
    fn rowset(&self) -> Result<Rowset, LoadError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(|error| unreadable(&error))?;
        connection.pragma_update(None, "query_only", true).map_err(|error| unreadable(&error))?;
        Ok(Rowset { connection })
    }
}

impl Journal for Sqlite {
    fn is_durable(&self) -> bool {
        true
    }

    fn check_writable(&self) -> Result<(), Refused> {
        if self.is_refusing.load(Ordering::Acquire) { Err(Refused) } else { Ok(()) }
    }

    fn wait_for_room(&self) {
        self.queue.wait_for_room();
    }

    fn enqueue(&self, rows: Rows) -> Ticket {
        let (sender, ticket) = Ticket::new();
        self.queue.push(rows, sender);
        ticket
    }

    fn reader(&self) -> Result<Box<dyn Reader>, LoadError> {
        Ok(Box::new(self.rowset()?))
    }
}

/// What was enqueued is committed before the file is closed.
impl Drop for Sqlite {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the journal's thread panicked");
        }
    }
}

fn unreadable(error: &rusqlite::Error) -> LoadError {
    LoadError(format!("cannot read the state: {error}"))
}

/// Refuses what is not ours, and what a later RustStack made; what an earlier one made gets the layout of today.
/// True when nothing is there.
fn check_layout(connection: &mut Connection, path: &Path) -> Result<bool, LoadError> {
    let path = path.display();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let wrong = |error: rusqlite::Error| LoadError(format!("{path} cannot be read: {error}"));
    let (application, layout) = (pragma("application_id").map_err(wrong)?, pragma("user_version").map_err(wrong)?);
    let is_new = application == 0 && layout == 0 && pragma("schema_version").map_err(wrong)? == 0;
    if !is_new && application != APPLICATION {
        return Err(LoadError(format!("{path} was not made by RustStack; set DATA_DIR to another directory")));
    }
    if layout > LAYOUT {
        return Err(LoadError(format!(
            "{path} has format {layout}, made by a later RustStack; this one reads formats up to {LAYOUT}"
        )));
    }
    if !is_new && layout < LAYOUT {
        checksum::add_to_all(connection).map_err(wrong)?;
    }
    Ok(is_new)
}

/// Writes nothing where everything is there: a full disk does not keep anybody from reading.
fn prepare(
    connection: &Connection,
    durability: Durability,
    tables: &[&'static Table],
    is_new: bool,
) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", durability.synchronous())?;
    connection.pragma_update(None, "wal_autocheckpoint", durability.log_pages())?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    if is_new {
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", LAYOUT)?;
    }
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS tables (name TEXT PRIMARY KEY, version INTEGER NOT NULL, sum INTEGER NOT NULL DEFAULT 0) \
         WITHOUT ROWID",
    )?;
    for table in tables {
        connection.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS \"{}\" \
             (key BLOB PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL, \
             checksum INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
            table.full_name()
        ))?;
    }
    Ok(())
}

/// Refuses tables whose rows a later RustStack may have written; notes that ours may be in them from now on.
fn check_versions(connection: &Connection, tables: &[&'static Table]) -> Result<(), LoadError> {
    let note = "INSERT INTO tables (name, version) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET version = ?2";
    for table in tables {
        let name = table.full_name();
        let found = connection.query_row("SELECT version FROM tables WHERE name = ?1", [&name], |row| row.get(0));
        match found {
            Ok(version) if version >= table.version => table.check_version(version)?,
            Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => {
                connection.execute(note, (&name, table.version)).map_err(|error| unreadable(&error))?;
            }
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(())
}

/// Reads through a connection of its own.
struct Rowset {
    connection: Connection,
}

impl Reader for Rowset {
    fn visit(&self, table: &'static Table, visit: &mut Visit<'_>) -> Result<(), LoadError> {
        // The sum and the rows are of one moment.
        let transaction = self.connection.unchecked_transaction().map_err(|error| unreadable(&error))?;
        let name = table.full_name();
        let expected = Sum::read(&transaction, &name).map_err(|error| unreadable(&error))?;
        let select = format!("SELECT key, version, value, checksum FROM \"{name}\" ORDER BY key");
        let mut statement = transaction.prepare(&select).map_err(|error| unreadable(&error))?;
        let mut rows = statement.query(()).map_err(|error| unreadable(&error))?;
        let (mut count, mut sum, mut last_said) = (0_u64, Sum::default(), Instant::now());
        while let Some(row) = rows.next().map_err(|error| unreadable(&error))? {
            sum.add(visit_row(table, &name, row, visit)?);
            count += 1;
            if count.is_multiple_of(10_000) && last_said.elapsed() > SILENCE {
                tracing::info!(table = name, rows = count, "loading state");
                last_said = Instant::now();
            }
        }
        if sum == expected { Ok(()) } else { Err(incomplete(&name)) }
    }
}

fn incomplete(table: &str) -> LoadError {
    let sentence = "are gone that were written, or are there that were not: the file is damaged";
    LoadError(format!("rows of {table} {sentence}; {ADVICE}"))
}

/// Gives back the row's checksum.
fn visit_row(
    table: &'static Table,
    name: &str,
    row: &rusqlite::Row<'_>,
    visit: &mut Visit<'_>,
) -> Result<i64, LoadError> {
    let blob = |column: usize| row.get_ref(column).ok().and_then(|value| value.as_blob().ok());
    let (Some(key), Ok(version), Some(value), Ok(checksum)) =
        (blob(0), row.get::<_, u16>(1), blob(2), row.get::<_, i64>(3))
    else {
        return Err(LoadError::broken(table, b"", "a column is of another type"));
    };
    if checksum::of_row(name, key, version, value) != checksum {
        return Err(LoadError::broken(table, key, format!("it is not as it was written; {ADVICE}")));
    }
    super::visit_row(table, key, version, value, visit)?;
    Ok(checksum)
}

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod tests;
