//! What tells a row from a damaged one, and a table from one that has lost rows: SQLite notices neither.
//!
//! Every row has a checksum, and every table the sum of them, written in the transactions that change its rows.

use std::collections::HashMap;

use crc_fast::{CrcAlgorithm, Digest};
use rusqlite::{Connection, OptionalExtension as _, Transaction};

/// The sums of tables, by their full names, as they are on the disk.
#[derive(Clone, Default, Debug)]
pub(super) struct Sums(HashMap<String, Sum>);

/// Of the checksums of rows, in any order; rows that are there twice, or not at all, change it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Sum(i64);

/// Of a row of a table: a row that strayed into another table shows, too.
pub(super) fn of_row(table: &str, key: &[u8], version: u16, value: &[u8]) -> i64 {
    let mut digest = Digest::new(CrcAlgorithm::Crc64Nvme);
    digest.update(table.as_bytes());
    digest.update(&(key.len() as u64).to_le_bytes());
    digest.update(key);
    digest.update(&version.to_le_bytes());
    digest.update(value);
    digest.finalize().cast_signed()
}

impl Sum {
    pub(super) fn add(&mut self, checksum: i64) {
        self.0 = self.0.wrapping_add(checksum);
    }

    pub(super) fn subtract(&mut self, checksum: i64) {
        self.0 = self.0.wrapping_sub(checksum);
    }

    /// Of a table that holds nothing when none is kept.
    pub(super) fn read(connection: &Connection, table: &str) -> rusqlite::Result<Self> {
        let select = "SELECT sum FROM tables WHERE name = ?1";
        let sum = connection.query_row(select, [table], |row| row.get(0)).optional()?;
        Ok(Self(sum.unwrap_or_default()))
    }
}

impl Sums {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare("SELECT name, sum FROM tables")?;
        let rows = statement.query_map((), |row| Ok((row.get(0)?, Sum(row.get(1)?))))?;
        rows.collect::<rusqlite::Result<_>>().map(Self)
    }

    pub(super) fn of(&mut self, table: &str) -> &mut Sum {
        // No name is made for a table that is known.
        if !self.0.contains_key(table) {
            self.0.insert(table.to_owned(), Sum::default());
        }
        self.0.get_mut(table).expect("it was made")
    }

    /// Writes those that differ from what is on the disk.
    pub(super) fn write(&self, transaction: &Transaction<'_>, written: &Self) -> rusqlite::Result<()> {
        for (table, sum) in self.0.iter().filter(|(table, sum)| written.0.get(*table) != Some(sum)) {
            transaction.prepare_cached("UPDATE tables SET sum = ?2 WHERE name = ?1")?.execute((table, sum.0))?;
        }
        Ok(())
    }
}

/// Gives the rows of a file that has none their checksums.
pub(super) fn add_to_all(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch("ALTER TABLE tables ADD COLUMN sum INTEGER NOT NULL DEFAULT 0")?;
    let tables: Vec<String> = {
        let mut names = transaction.prepare("SELECT name FROM tables")?;
        names.query_map((), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    for table in tables {
        transaction
            .execute_batch(&format!("ALTER TABLE \"{table}\" ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0"))?;
        let sum = add_to_table(&transaction, &table)?;
        transaction.execute("UPDATE tables SET sum = ?2 WHERE name = ?1", (&table, sum.0))?;
    }
    transaction.pragma_update(None, "user_version", super::LAYOUT)?;
    transaction.commit()
}

fn add_to_table(transaction: &Transaction<'_>, table: &str) -> rusqlite::Result<Sum> {
    let mut sum = Sum::default();
    let mut select = transaction.prepare(&format!("SELECT key, version, value FROM \"{table}\""))?;
    let mut update = transaction.prepare(&format!("UPDATE \"{table}\" SET checksum = ?2 WHERE key = ?1"))?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        let key: Vec<u8> = row.get(0)?;
        let checksum = of_row(table, &key, row.get(1)?, row.get_ref(2)?.as_blob()?);
        update.execute((key, checksum))?;
        sum.add(checksum);
    }
    Ok(sum)
}
