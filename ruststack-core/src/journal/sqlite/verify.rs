//! Looks through the whole file, and goes on where loading would give up.

use rusqlite::Connection;

use super::{
    Rowset, Sqlite,
    checksum::{self, Sum},
    incomplete, unreadable,
};
use crate::journal::{LoadError, Table};

/// What SQLite says of a file, at most.
const MAX_COMPLAINTS: u32 = 100;

impl Sqlite {
    /// Tells of each thing in the file that is not as it was written; returns how many rows there are.
    pub fn verify(&self, tables: &[&'static Table], tell: &mut dyn FnMut(String)) -> Result<u64, LoadError> {
        let Rowset { connection } = self.rowset()?;
        verify_structure(&connection, tell).map_err(|error| unreadable(&error))?;
        let mut count = 0;
        for table in tables {
            match verify_table(&connection, table, tell) {
                Ok(rows) => count += rows,
                Err(error) => tell(format!("{} cannot be read to its end: {error}", table.full_name())),
            }
        }
        Ok(count)
    }
}

fn verify_structure(connection: &Connection, tell: &mut dyn FnMut(String)) -> rusqlite::Result<()> {
    let mut check = connection.prepare(&format!("PRAGMA integrity_check({MAX_COMPLAINTS})"))?;
    let complaints = check.query_map((), |row| row.get::<_, String>(0))?;
    for complaint in complaints {
        let complaint = complaint?;
        if complaint != "ok" {
            tell(complaint);
        }
    }
    Ok(())
}

fn verify_table(connection: &Connection, table: &Table, tell: &mut dyn FnMut(String)) -> rusqlite::Result<u64> {
    let name = table.full_name();
    let mut select = connection.prepare(&format!("SELECT key, version, value, checksum FROM \"{name}\""))?;
    let (mut rows, mut sum, mut count) = (select.query(())?, Sum::default(), 0);
    while let Some(row) = rows.next()? {
        let (key, value) = (row.get_ref(0)?.as_blob()?, row.get_ref(2)?.as_blob()?);
        let checksum = row.get(3)?;
        if checksum::of_row(&name, key, row.get(1)?, value) != checksum {
            tell(format!("a row of {name} is not as it was written (its key: {})", key.escape_ascii()));
        }
        sum.add(checksum);
        count += 1;
    }
    if sum != Sum::read(connection, &name)? {
        tell(incomplete(&name).to_string());
    }
    Ok(count)
}
