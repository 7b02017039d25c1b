//! The journal's thread: takes what waits, commits it, tells who waited.
//!
//! What the disk refuses is owed to it: until it takes that, in order and before all else, changes are refused before
//! they are made, so that memory never shows as done what the disk does not get.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, Params, Transaction, TransactionBehavior};

use super::{
    checksum::{self, Sum, Sums},
    queue::{Batch, Queue},
};
use crate::journal::{Change, Refused, Row, Rows, Section, Table};

/// After a refusal, the disk is asked again so often.
const RETRY: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    connection: Connection,
    statements: HashMap<(&'static str, &'static str), Statements>,
    /// As they were committed.
    sums: Sums,
    queue: Arc<Queue>,
    /// What the disk refused, oldest first.
    owed: Vec<Rows>,
    is_refusing: Arc<AtomicBool>,
}

/// The SQL of a table.
struct Statements {
    table: String,
    find: String,
    put: String,
    remove: String,
    remove_all: String,
    remove_rest: String,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        tables: &[&'static Table],
        sums: Sums,
        queue: Arc<Queue>,
        is_refusing: Arc<AtomicBool>,
    ) -> Self {
        let statements = tables.iter().map(|table| ((table.service, table.name), Statements::of(table))).collect();
        Self { connection, statements, sums, queue, owed: Vec::new(), is_refusing }
    }

    pub(super) fn run(mut self) {
        loop {
            let patience = (!self.owed.is_empty()).then_some(RETRY);
            let is_last = !self.queue.wait(patience);
            let group = self.take();
            let (rows, waiters): (Vec<_>, Vec<_>) = group.into_iter().map(|batch| (batch.rows, batch.waiter)).unzip();
            let outcome = self.commit_or_owe(rows);
            for waiter in waiters {
                // Who has gone away does not wait.
                let _gone = waiter.send(outcome);
            }
            if is_last {
                return;
            }
        }
    }

    /// Between sections, so that all that one of them records is in one transaction.
    fn take(&self) -> VecDeque<Batch> {
        let _instant = Section::instant();
        self.queue.take()
    }

    fn commit_or_owe(&mut self, rows: Vec<Rows>) -> Result<(), Refused> {
        if rows.is_empty() && self.owed.is_empty() {
            return Ok(());
        }
        match self.commit(&rows) {
            Ok(()) => {
                self.owed.clear();
                if self.is_refusing.swap(false, Ordering::AcqRel) {
                    tracing::info!("the disk takes changes again");
                }
                Ok(())
            }
            Err(error) => {
                self.owed.extend(rows);
                if !self.is_refusing.swap(true, Ordering::AcqRel) {
                    tracing::error!(%error, "the disk takes no changes; they are answered 503 until it does");
                }
                Err(Refused)
            }
        }
    }

    fn commit(&mut self, rows: &[Rows]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut sums = self.sums.clone();
        for row in self.owed.iter().chain(rows).flat_map(Rows::iter) {
            let statements = &self.statements[&(row.table.service, row.table.name)];
            apply(&transaction, statements, row, sums.of(&statements.table))?;
        }
        sums.write(&transaction, &self.sums)?;
        transaction.commit()?;
        self.sums = sums;
        Ok(())
    }
}

fn apply(transaction: &Transaction<'_>, statements: &Statements, row: &Row, sum: &mut Sum) -> rusqlite::Result<()> {
    match &row.change {
        Change::Put { key, value } => {
            let version = row.table.version;
            let checksum = checksum::of_row(&statements.table, key, version, value);
            let find = transaction.prepare_cached(&statements.find)?.query_row([key], |row| row.get(0)).optional()?;
            find.into_iter().for_each(|before| sum.subtract(before));
            transaction.prepare_cached(&statements.put)?.execute((key, version, value, checksum))?;
            sum.add(checksum);
            Ok(())
        }
        Change::Remove { key } => remove(transaction, &statements.remove, [key], sum),
        Change::RemoveAll { prefix } => match end_of(prefix) {
            Some(end) => remove(transaction, &statements.remove_all, [prefix, &end], sum),
            None => remove(transaction, &statements.remove_rest, [prefix], sum),
        },
    }
}

fn remove(transaction: &Transaction<'_>, sql: &str, keys: impl Params, sum: &mut Sum) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(sql)?;
    let removed = statement.query_map(keys, |row| row.get(0))?;
    for checksum in removed {
        sum.subtract(checksum?);
    }
    Ok(())
}

/// The first key that is behind all that begin with `prefix`.
fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

impl Statements {
    fn of(table: &Table) -> Self {
        let table = table.full_name();
        let delete = |keys: &str| format!("DELETE FROM \"{table}\" WHERE {keys} RETURNING checksum");
        Self {
            find: format!("SELECT checksum FROM \"{table}\" WHERE key = ?1"),
            put: format!("INSERT OR REPLACE INTO \"{table}\" (key, version, value, checksum) VALUES (?1, ?2, ?3, ?4)"),
            remove: delete("key = ?1"),
            remove_all: delete("key >= ?1 AND key < ?2"),
            remove_rest: delete("key >= ?1"),
            table,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_one() {
        assert_eq!(end_of(b"a\0"), Some(b"a\x01".to_vec()));
        assert_eq!(end_of(b"a\xff\xff"), Some(b"b".to_vec()));
        assert_eq!((end_of(b""), end_of(b"\xff")), (None, None));
    }
}
