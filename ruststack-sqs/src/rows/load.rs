//! Rows into memory, before the first request.

use std::sync::Arc;

use ruststack_core::{
    arn::Arn,
    clock::Timestamp,
    journal::{LoadError, Reader, Table, load},
    scope::{Region, Scope},
};

use super::{DELETED, DELIVERIES, IDS, MESSAGES, MOVE_TASKS, QUEUES, QueueRow, TURNS};
use crate::{
    SPEC, Sqs,
    delivery::Delivery,
    fifo::FirstSent,
    live_queue::{LiveQueue, QueueState},
    message::Message,
    move_task::MoveTask,
};

pub(crate) fn load_all(reader: &dyn Reader, sqs: &Sqs) -> Result<(), LoadError> {
    load(reader, &QUEUES, |bytes, row: QueueRow| {
        let key = Key::read(&QUEUES, bytes)?;
        sqs.queues(&key.scope).restore(key.into_queue(&QUEUES, bytes, row)?);
        Ok(())
    })?;
    load_messages(reader, sqs)?;
    load_fifo(reader, sqs)?;
    for (_, queues) in sqs.all_queues() {
        queues.all().iter().for_each(|queue| queue.restore(|messages| messages.settle()));
    }
    load(reader, &DELETED, |bytes, at: Timestamp| {
        let key = Key::read(&DELETED, bytes)?;
        sqs.queues(&key.scope).restore_deleted(key.name.to_owned(), at);
        Ok(())
    })?;
    load(reader, &MOVE_TASKS, |bytes, task: MoveTask| {
        let (scope, _) = split_scope(bytes).ok_or_else(|| no_key(&MOVE_TASKS, bytes))?;
        sqs.queues(&scope).move_tasks.restore(task);
        Ok(())
    })
}

fn load_messages(reader: &dyn Reader, sqs: &Sqs) -> Result<(), LoadError> {
    let mut at = At { sqs, table: &MESSAGES, last: None };
    load(reader, &MESSAGES, |bytes, message: Message| {
        let (queue, place) = at.queue_and_place(bytes)?;
        queue.restore(|messages| messages.restore(place, message));
        Ok(())
    })?;
    let mut at = At { sqs, table: &DELIVERIES, last: None };
    load(reader, &DELIVERIES, |bytes, delivery: Delivery| {
        let (queue, place) = at.queue_and_place(bytes)?;
        let is_there = queue.restore(|messages| messages.restore_delivery(place, delivery));
        if is_there { Ok(()) } else { Err(LoadError::broken(&DELIVERIES, bytes, "its message is not there")) }
    })
}

fn load_fifo(reader: &dyn Reader, sqs: &Sqs) -> Result<(), LoadError> {
    let mut at = At { sqs, table: &TURNS, last: None };
    load(reader, &TURNS, |bytes, turn: u64| {
        let (queue, group) = at.queue(bytes)?;
        let group = text(&TURNS, bytes, group)?.to_owned();
        queue.restore(|messages| messages.restore_turn(group, turn));
        Ok(())
    })?;
    let mut at = At { sqs, table: &IDS, last: None };
    load(reader, &IDS, |bytes, first: FirstSent| {
        let (queue, rest) = at.queue(bytes)?;
        let (group, id) = text(&IDS, bytes, rest)?.split_once('\0').ok_or_else(|| no_key(&IDS, bytes))?;
        let group = Some(group.to_owned()).filter(|group| !group.is_empty());
        let key = (group, id.to_owned());
        queue.restore(|messages| messages.restore_id(key, first));
        Ok(())
    })
}

/// Rows come queue by queue: the last one is remembered.
struct At<'s> {
    sqs: &'s Sqs,
    table: &'static Table,
    last: Option<Arc<LiveQueue>>,
}

impl At<'_> {
    /// The queue of a key, and what follows it.
    fn queue<'k>(&mut self, bytes: &'k [u8]) -> Result<(&LiveQueue, &'k [u8]), LoadError> {
        let key = Key::read(self.table, bytes)?;
        let is_last = |queue: &Arc<LiveQueue>| queue.scope == key.scope && queue.name == key.name;
        let last = self.last.take().filter(is_last);
        let found = last.or_else(|| self.sqs.queues(&key.scope).get(key.name));
        let found = found.ok_or_else(|| LoadError::broken(self.table, bytes, "its queue is not there"))?;
        Ok((self.last.insert(found), key.rest))
    }

    fn queue_and_place(&mut self, bytes: &[u8]) -> Result<(&LiveQueue, u64), LoadError> {
        let table = self.table;
        let (queue, place) = self.queue(bytes)?;
        let place = place.try_into().map_err(|_| no_key(table, bytes))?;
        Ok((queue, u64::from_be_bytes(place)))
    }
}

/// What a key says.
struct Key<'k> {
    scope: Scope,
    name: &'k str,
    rest: &'k [u8],
}

impl<'k> Key<'k> {
    fn read(table: &Table, bytes: &'k [u8]) -> Result<Self, LoadError> {
        let (scope, rest) = split_scope(bytes).ok_or_else(|| no_key(table, bytes))?;
        let (name, rest) = split(rest).unwrap_or((rest, b""));
        Ok(Self { scope, name: text(table, bytes, name)?, rest })
    }

    fn into_queue(self, table: &Table, bytes: &[u8], row: QueueRow) -> Result<LiveQueue, LoadError> {
        let Scope { account, region } = &self.scope;
        let partition = self.scope.partition();
        let arn = Arn::new(partition.as_str(), SPEC.name, region.as_str(), &account.to_string(), self.name);
        let arn = arn.map_err(|_| no_key(table, bytes))?;
        let mut state = QueueState::new(row.settings);
        state.messages.restore_numbering(row.deduplication_scope, row.reserved_places);
        Ok(LiveQueue::new(self.name.to_owned(), self.scope, arn, state))
    }
}

/// Account and region, and what follows them.
fn split_scope(bytes: &[u8]) -> Option<(Scope, &[u8])> {
    let (account, rest) = split(bytes)?;
    let (region, rest) = split(rest)?;
    let account = std::str::from_utf8(account).ok()?.parse().ok()?;
    let region = std::str::from_utf8(region).ok()?;
    let region = Region::nonstandard(region);
    Some((Scope::new(account, region), rest))
}

/// At the first NUL.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn text<'k>(table: &Table, bytes: &[u8], part: &'k [u8]) -> Result<&'k str, LoadError> {
    std::str::from_utf8(part).map_err(|error| LoadError::broken(table, bytes, error))
}

fn no_key(table: &Table, key: &[u8]) -> LoadError {
    LoadError::broken(table, key, "this is no key")
}
