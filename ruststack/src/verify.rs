//! `ruststack verify`: looks whether all that a data directory holds is as it was written.

use std::{fmt::Write as _, path::PathBuf};

use ruststack_auth::issued_keys::IssuedKeys;
use ruststack_core::{
    journal::{LoadError, directory::Directory, sqlite::Sqlite},
    registry::Registry,
};

use crate::{
    config::{Config, Persistence},
    services,
};

/// What to print, and whether all is whole.
pub(crate) struct Findings {
    pub(crate) text: String,
    pub(crate) is_whole: bool,
}

/// Of the directory, or else of where DATA_DIR says. An error when it cannot be looked at.
pub(crate) fn verify(directory: Option<PathBuf>) -> Result<Findings, String> {
    let config = Config::from_environment()?.for_directory(directory);
    let Some(persistence) = &config.persistence else { return Err("there is no data directory".to_owned()) };
    let (path, mut complaints) = (&persistence.directory, Vec::new());
    if !path.join("state.db").is_file() {
        return Err(format!("{} is no data directory: it holds no state.db", path.display()));
    }
    let registry = services::bind(&config, &IssuedKeys::default())?;
    let looked_at = look(persistence, &registry, &mut |complaint| complaints.push(complaint));
    let looked_at = looked_at.map_err(|error| error.to_string())?;
    let mut text = String::new();
    for complaint in &complaints {
        writeln!(text, "damaged: {complaint}").map_err(|error| error.to_string())?;
    }
    let outcome = if complaints.is_empty() { "all is as it was written" } else { "not all is as it was written" };
    writeln!(text, "{}: {}: {outcome}", path.display(), looked_at.join(", ")).map_err(|error| error.to_string())?;
    Ok(Findings { text, is_whole: complaints.is_empty() })
}

/// What was looked at. Damaged rows are not loaded, so that nothing is known of the files that they would name.
fn look(
    persistence: &Persistence,
    registry: &Registry,
    tell: &mut dyn FnMut(String),
) -> Result<Vec<String>, LoadError> {
    let directory = Directory::open(&persistence.directory)?;
    let tables = registry.tables();
    let database = directory.database();
    let nothing = || Err(LoadError(format!("{} is empty: what it held is lost", database.display())));
    let journal = Sqlite::open_or_begin(&database, persistence.durability, &tables, nothing)?;
    let mut is_whole = true;
    let rows = journal.verify(&tables, &mut |complaint| {
        is_whole = false;
        tell(complaint);
    })?;
    let mut looked_at = vec![format!("{rows} rows")];
    if is_whole {
        registry.load(&journal)?;
        looked_at.extend(registry.services().iter().filter_map(|service| service.state().verify(tell)));
    } else {
        looked_at.push("no files, which damaged rows may name".to_owned());
    }
    Ok(looked_at)
}
