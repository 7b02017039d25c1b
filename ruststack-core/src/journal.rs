//! Where changes become durable: rows in, one commit out.
//!
//! Memory is the truth. A service records the rows of a change with [`Changes::record`], under the lock under which it
//! made the change, so that rows reach the journal in the order of the changes; the gateway answers after they are
//! committed. The ephemeral journal keeps nothing and costs nothing; `journal/sqlite.rs` keeps everything.

pub mod directory;
mod load;
mod rows;
mod section;
pub mod sqlite;

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::{error::AwsError, snapshot::held::Held};

pub use load::{load, load_many};
pub use rows::{Change, Row, Rows, key};
pub use section::Section;

/// A table of rows, declared once by the service that owns it.
#[derive(Debug)]
pub struct Table {
    pub service: &'static str,
    pub name: &'static str,
    /// Of the format of its values. Raised whenever an older RustStack would lose something of a newer row.
    pub version: u16,
    /// Makes a value of this version of an older one; without it older values are read as they are.
    pub migrate: Option<Migrate>,
}

/// From an older version and its value to a value of the table's version, or why it cannot be.
pub type Migrate = fn(version: u16, value: &[u8]) -> Result<Vec<u8>, String>;

impl Table {
    pub const fn new(service: &'static str, name: &'static str, version: u16) -> Self {
        Self { service, name, version, migrate: None }
    }

    /// `service.name`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.service, self.name)
    }

    /// Refuses a version that a later RustStack wrote.
    pub fn check_version(&self, version: u16) -> Result<(), LoadError> {
        let (name, ours) = (self.full_name(), self.version);
        if version <= ours {
            return Ok(());
        }
        let made = format!("{name} has format {version}, made by a later RustStack");
        Err(LoadError(format!("{made}; this one reads formats up to {ours}")))
    }
}

/// Makes rows durable.
pub trait Journal: Send + Sync {
    /// False when nothing is kept: rows need not be made.
    fn is_durable(&self) -> bool;

    /// Refuses while the disk takes nothing; asked before memory is changed.
    fn check_writable(&self) -> Result<(), Refused>;

    /// Returns when there is room for the rows of another section: less waits for the disk than [`sqlite::QUEUE_SIZE`].
    /// It blocks, and is not called in a section: what waits is taken between them.
    fn wait_for_room(&self) {}

    /// Takes rows that become durable in the order of the calls; all that is enqueued in one section does so together
    /// or not at all. It is called under the lock of the change, and does not wait.
    fn enqueue(&self, rows: Rows) -> Ticket;

    /// Returns when all that was enqueued before is durable. It blocks: not for async code, and not for a section.
    fn wait(&self) -> Result<(), Refused> {
        debug_assert!(!Section::is_entered(), "what waits is taken between sections");
        self.enqueue(Rows::default()).wait()
    }

    /// What was kept, as it was when the process began.
    fn reader(&self) -> Result<Box<dyn Reader>, LoadError>;
}

/// The disk took a change not, or not yet; the log says why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the disk does not take changes")
    }
}

impl std::error::Error for Refused {}

impl From<Refused> for AwsError {
    /// What AWS's clients try again.
    fn from(_: Refused) -> Self {
        Self::new(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
    }
}

/// Rows on their way to the disk.
#[must_use = "an answer waits for its rows"]
#[derive(Debug)]
pub struct Ticket(oneshot::Receiver<Result<(), Refused>>);

impl Ticket {
    /// A ticket, and the other end of it.
    pub fn new() -> (oneshot::Sender<Result<(), Refused>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(receiver))
    }

    /// Returns when the rows survive the death of the process.
    pub async fn committed(self) -> Result<(), Refused> {
        self.0.await.unwrap_or(Err(Refused))
    }

    /// The same; it blocks.
    pub fn wait(self) -> Result<(), Refused> {
        self.0.blocking_recv().unwrap_or(Err(Refused))
    }
}

/// The changes of one request, or of one step of background work.
pub struct Changes {
    journal: Arc<dyn Journal>,
    tickets: Mutex<Vec<Ticket>>,
}

impl Changes {
    pub fn of(journal: Arc<dyn Journal>) -> Self {
        Self { journal, tickets: Mutex::default() }
    }

    /// Enters the section in which memory is changed, before any lock of the service is taken: what it records survives
    /// as a whole. Refuses while the disk takes nothing, and waits while it is far behind.
    pub fn begin(&self) -> Result<Section, Refused> {
        if !Section::is_entered() {
            self.journal.wait_for_room();
        }
        let section = Section::enter();
        self.journal.check_writable().map(|()| section)
    }

    /// Records the rows of a change. Call it in a section, under the lock under which the change is made: rows of one
    /// key then reach the disk in the order of the changes.
    pub fn record(&self, write: impl FnOnce(&mut Rows)) {
        if !self.journal.is_durable() {
            return;
        }
        debug_assert!(Section::is_entered(), "memory is changed in a section: call `begin` before the service's locks");
        let mut rows = Rows::default();
        write(&mut rows);
        if !rows.is_empty() {
            let ticket = self.journal.enqueue(rows);
            self.tickets.lock().push(ticket);
        }
    }

    /// Returns when all that was recorded is durable. The gateway and the bus wait here before they answer; whoever
    /// tells others of a change earlier than that waits here, too.
    pub async fn committed(&self) -> Result<(), Refused> {
        let tickets = std::mem::take(&mut *self.tickets.lock());
        for ticket in tickets {
            ticket.committed().await?;
        }
        Ok(())
    }
}

/// Reads what was kept.
pub trait Reader: Send {
    /// Visits the rows of a table in the order of their keys; values are of the table's version.
    fn visit(&self, table: &'static Table, visit: &mut Visit<'_>) -> Result<(), LoadError>;

    /// What rows of a snapshot refer to by number; `None` where the rows are a journal's.
    fn held(&self) -> Option<Arc<[Held]>> {
        None
    }
}

/// Is shown key and value of a row.
pub type Visit<'v> = dyn FnMut(&[u8], &[u8]) -> Result<(), LoadError> + 'v;

/// Shows a row whose value is of a version that may be older than the table's.
pub(crate) fn visit_row(
    table: &'static Table,
    key: &[u8],
    version: u16,
    value: &[u8],
    visit: &mut Visit<'_>,
) -> Result<(), LoadError> {
    table.check_version(version)?;
    match table.migrate {
        Some(migrate) if version < table.version => {
            let value = migrate(version, value).map_err(|cause| LoadError::broken(table, key, cause))?;
            visit(key, &value)
        }
        _ => visit(key, value),
    }
}

/// Why state cannot be loaded: one sentence for the user.
#[derive(Debug, PartialEq, Eq)]
pub struct LoadError(pub String);

impl LoadError {
    /// A row that says nothing that we understand.
    pub fn broken(table: &Table, key: &[u8], cause: impl fmt::Display) -> Self {
        Self(format!("a row of {} cannot be read: {cause} (its key: {})", table.full_name(), key.escape_ascii()))
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LoadError {}

/// Keeps nothing.
pub struct Ephemeral;

impl Journal for Ephemeral {
    fn is_durable(&self) -> bool {
        false
    }

    fn check_writable(&self) -> Result<(), Refused> {
        Ok(())
    }

    fn enqueue(&self, _rows: Rows) -> Ticket {
        let (sender, ticket) = Ticket::new();
        // The receiver is in our hands.
        sender.send(Ok(())).expect("nobody dropped the ticket");
        ticket
    }

    fn reader(&self) -> Result<Box<dyn Reader>, LoadError> {
        Ok(Box::new(Self))
    }
}

impl Reader for Ephemeral {
    fn visit(&self, _table: &'static Table, _visit: &mut Visit<'_>) -> Result<(), LoadError> {
        Ok(())
    }
}
