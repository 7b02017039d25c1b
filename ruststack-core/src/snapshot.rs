//! Snapshots: the state of services at one instant, as rows and the bytes that these refer to, and the way back.
//!
//! A service gives away copies of its handles at the instant ([`State::freeze`](crate::service::State::freeze)); rows
//! are made of them afterwards, by what makes the journal's rows. A snapshot is put back by what fills a service at
//! start. `snapshot/packed.rs` holds the rows, `snapshot/held.rs` the bytes.

pub mod held;
pub mod packed;

use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use self::{
    held::Held,
    packed::{PackedRows, Packing},
};
use crate::{
    clock::Timestamp,
    journal::{
        Changes, Ephemeral, Journal, LoadError, Reader, Refused, Rows, Section, Table, Ticket, Visit, visit_row,
    },
    registry::Registry,
    service::{Part, Service},
};

/// Writes the rows of state that was frozen.
pub type Frozen = Box<dyn FnOnce(&mut Rows) + Send>;

/// The state of services at one instant.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub created: Timestamp,
    /// By service.
    pub saved: BTreeMap<String, Arc<Saved>>,
}

/// The state of one service.
#[derive(Debug)]
pub struct Saved {
    pub tables: Vec<SavedTable>,
    /// Bytes that are not in rows, which refer to them by their position.
    pub held: Arc<[Held]>,
}

/// The rows of one table.
#[derive(Debug)]
pub struct SavedTable {
    /// `service.name`.
    pub name: String,
    pub version: u16,
    pub rows: PackedRows,
}

/// Why a snapshot is not put back; nothing has changed.
#[derive(Debug)]
pub enum RestoreError {
    /// It is not for this RustStack, or broken.
    Load(LoadError),
    /// The disk takes no changes.
    Refused(Refused),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load(error) => error.fmt(f),
            Self::Refused(refused) => write!(f, "{refused}; the log says why"),
        }
    }
}

impl std::error::Error for RestoreError {}

impl From<LoadError> for RestoreError {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<Refused> for RestoreError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl Snapshot {
    /// Freezes these services at one instant and writes their rows. Services without tables have no part in it.
    ///
    /// It blocks: not for async code.
    pub fn take(services: &[Arc<dyn Service>], now: Timestamp) -> Self {
        let frozen = {
            let _instant = Section::instant();
            freeze(services)
        };
        let saved = frozen.into_iter().map(|(service, frozen)| {
            let name = service.spec().name.to_owned();
            (name, Arc::new(Saved::of(service.state().tables(), frozen)))
        });
        Self { created: now, saved: saved.collect() }
    }

    pub fn row_count(&self) -> u64 {
        self.saved.values().map(|saved| saved.row_count()).sum()
    }

    /// Of rows and what they refer to.
    pub fn size_bytes(&self) -> u64 {
        self.saved.values().map(|saved| saved.size_bytes()).sum()
    }
}

impl Saved {
    fn of(tables: &'static [&'static Table], frozen: Frozen) -> Self {
        let mut rows = Rows::packing(Packing::of(tables));
        frozen(&mut rows);
        rows.into_packing().map(Packing::finish).expect("it was given")
    }

    pub fn row_count(&self) -> u64 {
        self.tables.iter().map(|table| table.rows.len() as u64).sum()
    }

    pub fn size_bytes(&self) -> u64 {
        let rows: u64 = self.tables.iter().map(|table| table.rows.size_bytes() as u64).sum();
        rows + self.held.iter().map(Held::len).sum::<u64>()
    }

    /// Refuses by name what `tables` cannot read.
    pub fn check(&self, tables: &[&'static Table]) -> Result<(), LoadError> {
        for saved in &self.tables {
            let known = tables.iter().find(|table| table.full_name() == saved.name);
            let unknown =
                || LoadError(format!("this RustStack knows no {}; a later one made the snapshot", saved.name));
            known.ok_or_else(unknown)?.check_version(saved.version)?;
        }
        Ok(())
    }
}

/// Reads what is saved as a journal is read.
struct SavedReader(Arc<Saved>);

impl Reader for SavedReader {
    fn visit(&self, table: &'static Table, visit: &mut Visit<'_>) -> Result<(), LoadError> {
        let name = table.full_name();
        let Some(saved) = self.0.tables.iter().find(|saved| saved.name == name) else { return Ok(()) };
        saved.rows.iter().try_for_each(|(key, value)| visit_row(table, key, saved.version, value, visit))
    }

    fn held(&self) -> Option<Arc<[Held]>> {
        Some(Arc::clone(&self.0.held))
    }
}

/// The services of a registry that have state to save, by name; all where no name is given.
pub fn stateful(registry: &Registry, names: Option<&[String]>) -> Result<Vec<Arc<dyn Service>>, LoadError> {
    let has_state = |service: &Arc<dyn Service>| !service.state().tables().is_empty();
    let mut all: Vec<_> = registry.services().iter().filter(|service| has_state(service)).cloned().collect();
    all.sort_unstable_by_key(|service| service.spec().name);
    let Some(names) = names else { return Ok(all) };
    let known = || all.iter().map(|service| service.spec().name).collect::<Vec<_>>().join(", ");
    let find = |name: &String| {
        let found = all.iter().find(|service| service.spec().name == name).cloned();
        found
            .ok_or_else(|| LoadError(format!("there is no service '{name}' with state to save; there are {}", known())))
    };
    names.iter().map(find).collect()
}

fn freeze(services: &[Arc<dyn Service>]) -> Vec<(Arc<dyn Service>, Frozen)> {
    let freeze = |service: &Arc<dyn Service>| Some((Arc::clone(service), service.state().freeze()?));
    services.iter().filter_map(freeze).collect()
}

/// Puts back the state of services, in place of what they have: all of them or none, at one instant. The ticket is for
/// the rows of that.
///
/// It blocks: not for async code.
pub fn restore(
    sources: &[(Arc<dyn Service>, Arc<Saved>)],
    journal: &Arc<dyn Journal>,
) -> Result<Option<Ticket>, RestoreError> {
    for (service, saved) in sources {
        saved.check(service.state().tables())?;
    }
    let services: Vec<_> = sources.iter().map(|(service, _)| Arc::clone(service)).collect();
    // Dropped when the instant is over, for that may take time; until the rows are on their way it keeps the files of
    // what is replaced.
    let replaced;
    let _instant = Section::instant();
    journal.check_writable()?;
    replaced = freeze(&services);
    if let Err(error) = sources.iter().try_for_each(|(service, saved)| refill(&**service, Arc::clone(saved))) {
        put_back(replaced);
        return Err(error.into());
    }
    Ok(journal.is_durable().then(|| journal.enqueue(rows_of(&services))))
}

/// Empties a service and fills it with what is saved. What is broken must not end the process.
fn refill(service: &dyn Service, saved: Arc<Saved>) -> Result<(), LoadError> {
    let state = service.state();
    state.reset(&Part::default(), &Changes::of(Arc::new(Ephemeral)));
    let load = || state.load(&SavedReader(saved));
    let broken = |_| LoadError(format!("the state of {} is broken", service.spec().name));
    catch_unwind(AssertUnwindSafe(load)).map_err(broken)?
}

/// What was there a moment ago is there again.
fn put_back(replaced: Vec<(Arc<dyn Service>, Frozen)>) {
    for (service, frozen) in replaced {
        let saved = Arc::new(Saved::of(service.state().tables(), frozen));
        if let Err(error) = refill(&*service, saved) {
            tracing::error!(service = service.spec().name, %error, "what a snapshot did not replace is lost");
        }
    }
}

/// All rows of services, in place of those that the journal has.
fn rows_of(services: &[Arc<dyn Service>]) -> Rows {
    let mut rows = Rows::default();
    for (service, frozen) in freeze(services) {
        service.state().tables().iter().for_each(|table| rows.remove_all(table, Vec::new()));
        frozen(&mut rows);
    }
    rows
}

#[cfg(test)]
mod tests;
