//! The records of a stream, and the end to which they are appended.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::MutexGuard;
use ruststack_core::{clock::Timestamp, journal::Rows};
use serde::{Deserialize, Serialize};

use super::{Happened, RETENTION, Record, SequenceNumber, Shard, Stream};
use crate::{key::KeySchema, rows, table::Stored};

/// How many records a stream keeps. Differs from AWS: it keeps all of a day.
const MAX_RECORDS: usize = 100_000;
/// How large all of them may be, as AWS counts. Bytes.
const MAX_SIZE: usize = 256 << 20;
/// The most that one answer holds. Bytes.
const MAX_PAGE_SIZE: usize = 1 << 20;

/// What is read from has been removed since, for it was too old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Trimmed;

/// That a stream takes no more records.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub(crate) struct Ended {
    /// In milliseconds.
    at: i64,
    last: [u8; 16],
}

/// Records in order.
pub(crate) struct Log {
    records: VecDeque<(SequenceNumber, Arc<Record>)>,
    size: usize,
    /// The last number that was given, or behind which others will be given.
    last: SequenceNumber,
    /// The last of those that were removed.
    trimmed: SequenceNumber,
    ended: Option<Ended>,
}

/// A part of a shard.
pub(crate) struct Page {
    pub(crate) records: Vec<(SequenceNumber, Arc<Record>)>,
    /// Where to go on.
    pub(crate) next: SequenceNumber,
}

impl Log {
    pub(super) fn new(created: Timestamp) -> Self {
        let last = SequenceNumber::at(created);
        Self { records: VecDeque::new(), size: 0, last, trimmed: SequenceNumber::ZERO, ended: None }
    }

    pub(crate) fn last(&self) -> SequenceNumber {
        self.last
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Numbers of times that have passed are not given any more: what was told of as closed stays so, even if the clock
    /// is set back.
    pub(super) fn advance(&mut self, now: Timestamp) {
        if self.ended.is_none() {
            self.last = self.last.max(SequenceNumber::at(now).before());
        }
    }

    pub(crate) fn end(&mut self, now: Timestamp) -> Ended {
        self.advance(now);
        *self.ended.get_or_insert(Ended { at: now.millis(), last: self.last.to_bytes() })
    }

    /// Whether it was switched off a day ago.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.ended.is_some_and(|ended| now.since(Timestamp::from_millis(ended.at)) >= RETENTION)
    }

    /// Records of a shard from a number on, so many at most.
    pub(crate) fn page(
        &self,
        shard: &Shard,
        from: SequenceNumber,
        limit: usize,
        now: Timestamp,
    ) -> Result<Page, Trimmed> {
        let start = self.records.partition_point(|(number, _)| *number < from);
        let is_old = |(_, record): &(SequenceNumber, Arc<Record>)| now.since(record.at()) >= RETENTION;
        if from <= self.trimmed || self.records.get(start).is_some_and(is_old) {
            return Err(Trimmed);
        }
        let (mut next, mut size) = (from, 0);
        let of_shard = |(number, _): &&(SequenceNumber, Arc<Record>)| shard.end.is_none_or(|end| *number <= end);
        let mut fits = |(_, record): &&(SequenceNumber, Arc<Record>)| {
            let is_first = size == 0;
            size += record.size();
            is_first || size <= MAX_PAGE_SIZE
        };
        let records: Vec<_> = self
            .records
            .range(start..)
            .take_while(of_shard)
            .take_while(|found| fits(found))
            .take(limit)
            .cloned()
            .collect();
        if let Some((last, _)) = records.last() {
            next = last.next();
        } else if let Some(end) = shard.end {
            next = end.next();
        }
        Ok(Page { records, next })
    }

    /// The oldest place from which a shard can be read.
    pub(crate) fn horizon(&self, shard: &Shard, now: Timestamp) -> SequenceNumber {
        let old = self.records.partition_point(|(_, record)| now.since(record.at()) >= RETENTION);
        let oldest = old.checked_sub(1).and_then(|last| self.records.get(last)).map(|(number, _)| *number);
        shard.start.max(oldest.unwrap_or(self.trimmed).max(self.trimmed).next())
    }

    pub(crate) fn is_trimmed(&self, number: SequenceNumber) -> bool {
        number <= self.trimmed
    }

    pub(crate) fn all(&self) -> Vec<(SequenceNumber, Arc<Record>)> {
        self.records.iter().cloned().collect()
    }

    /// Records that were kept come in their order.
    pub(crate) fn restore(&mut self, number: SequenceNumber, record: Record) {
        self.size += record.size();
        self.last = self.last.max(number);
        self.records.push_back((number, Arc::new(record)));
    }

    pub(crate) fn restore_end(&mut self, ended: Ended) {
        self.last = self.last.max(SequenceNumber::from_bytes(ended.last));
        self.ended = Some(ended);
    }

    /// Removes what is too old, or too much.
    fn trim(&mut self, now: Timestamp) -> Vec<SequenceNumber> {
        let mut removed = Vec::new();
        while let Some((number, record)) = self.records.front() {
            let is_much = self.records.len() > MAX_RECORDS || self.size > MAX_SIZE;
            if !is_much && now.since(record.at()) < RETENTION {
                break;
            }
            self.trimmed = *number;
            self.size -= record.size();
            removed.push(*number);
            self.records.pop_front();
        }
        removed
    }
}

/// The end of a stream, while nobody else appends or reads.
pub(crate) struct Appending<'s> {
    stream: &'s Stream,
    log: MutexGuard<'s, Log>,
    now: Timestamp,
    appended: Vec<(SequenceNumber, Arc<Record>)>,
    removed: Vec<SequenceNumber>,
}

impl<'s> Appending<'s> {
    pub(super) fn new(stream: &'s Stream, mut log: MutexGuard<'s, Log>, now: Timestamp) -> Self {
        log.advance(now);
        let removed = log.trim(now);
        Self { stream, log, now, appended: Vec::new(), removed }
    }

    pub(crate) fn is_of(&self, scope: &ruststack_core::scope::Scope, table_name: &str) -> bool {
        self.stream.table_name == table_name && self.stream.scope == *scope
    }

    /// What became of an item, if anything did.
    pub(crate) fn append(
        &mut self,
        schema: &KeySchema,
        (old, new): (Option<&Stored>, Option<&Stored>),
        is_expiry: bool,
    ) {
        let Some(happened) = Happened::between(old, new, is_expiry) else { return };
        let record = Arc::new(Record::new(self.stream, schema, happened, (old, new), self.now));
        let number = self.log.last.next();
        self.log.last = number;
        self.log.size += record.size();
        self.log.records.push_back((number, Arc::clone(&record)));
        self.appended.push((number, record));
    }

    pub(crate) fn record(&self, rows: &mut Rows) {
        self.appended.iter().for_each(|(number, record)| rows::put_record(rows, self.stream, *number, record));
        self.removed.iter().for_each(|number| rows::remove_record(rows, self.stream, *number));
    }

    /// The stream, if there is something to tell of it.
    pub(crate) fn close(self) -> Option<&'s Stream> {
        (!self.appended.is_empty()).then_some(self.stream)
    }
}
