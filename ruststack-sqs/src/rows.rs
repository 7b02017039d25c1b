//! What SQS keeps on the disk: queues, messages, what becomes of them, and what makes queues FIFO queues.
//!
//! Keys begin with account, region and queue, none of which holds a NUL. A message's body is written once, when it is
//! sent; whoever receives it changes a small row beside it. `rows/load.rs` reads the rows back.

mod freeze;
mod load;
#[cfg(test)]
mod tests;

use ruststack_core::{
    clock::Timestamp,
    journal::{Refused, Rows, Table, key},
    scope::Scope,
};
use serde::{Deserialize, Serialize};

use crate::{
    delivery::Delivery,
    error::SqsError,
    fifo::{self, FirstSent, Key},
    live_queue::{Difference, LiveQueue, QueueState, Settings},
    message::Message,
    move_task::MoveTask,
    queue::Entry,
};

pub(crate) use self::{freeze::freeze, load::load_all};

pub(crate) static TABLES: &[&Table] = &[&QUEUES, &MESSAGES, &DELIVERIES, &TURNS, &IDS, &DELETED, &MOVE_TASKS];

/// By queue.
static QUEUES: Table = Table::new("sqs", "queues", 1);
/// By queue and place.
static MESSAGES: Table = Table::new("sqs", "messages", 1);
/// By queue and place; messages that nobody received and that are not delayed have none.
static DELIVERIES: Table = Table::new("sqs", "deliveries", 1);
/// Of the groups of FIFO queues that have something to receive, by queue and group.
static TURNS: Table = Table::new("sqs", "turns", 1);
/// Of messages of the last five minutes, by queue, group (empty where ids are the queue's) and id.
static IDS: Table = Table::new("sqs", "deduplication_ids", 1);
/// When queues were deleted, by queue.
static DELETED: Table = Table::new("sqs", "deleted_queues", 1);
/// By account, region and number.
static MOVE_TASKS: Table = Table::new("sqs", "move_tasks", 1);

#[derive(Serialize, Deserialize)]
struct QueueRow {
    settings: Settings,
    /// As it was when the queue was created; the attribute may say something else by now.
    deduplication_scope: fifo::Scope,
    /// Places before this one may have been taken.
    reserved_places: u64,
}

impl QueueRow {
    fn of(state: &QueueState) -> Self {
        Self {
            settings: Settings::clone(&state.settings),
            deduplication_scope: state.messages.deduplication_scope(),
            reserved_places: state.messages.reserved(),
        }
    }
}

/// A new queue, or what was touched of one.
pub(crate) fn put_difference(rows: &mut Rows, queue: &LiveQueue, state: &QueueState, difference: &Difference) {
    let Difference { has_settings, messages: touched } = difference;
    let messages = &state.messages;
    if *has_settings {
        put_queue(rows, queue, state);
    }
    if touched.is_purged {
        remove_messages(rows, queue);
    }
    for (place, is_new) in &touched.places {
        match messages.entry(*place) {
            Some(entry) => put_entry(rows, queue, *place, entry, *is_new),
            None => remove_message(rows, queue, *place),
        }
    }
    for group in &touched.groups {
        put_turn(rows, queue, group, messages.turn(group));
    }
    for id in &touched.ids {
        put_id(rows, queue, id, messages.first_sent(id));
    }
}

pub(crate) fn put_queue(rows: &mut Rows, queue: &LiveQueue, state: &QueueState) {
    rows.put(&QUEUES, queue_key(&queue.scope, &queue.name), &QueueRow::of(state));
}

/// With all that is in it.
pub(crate) fn remove_queue(rows: &mut Rows, queue: &LiveQueue) {
    rows.remove(&QUEUES, queue_key(&queue.scope, &queue.name));
    remove_messages(rows, queue);
}

fn remove_messages(rows: &mut Rows, queue: &LiveQueue) {
    for table in [&MESSAGES, &DELIVERIES, &TURNS, &IDS] {
        rows.remove_all(table, below(queue, b""));
    }
}

fn put_entry(rows: &mut Rows, queue: &LiveQueue, place: u64, entry: &Entry, is_new: bool) {
    if is_new {
        put_message(rows, queue, place, &entry.message);
    }
    if entry.delivery != Delivery::default() {
        put_delivery(rows, queue, place, &entry.delivery);
    } else if !is_new {
        rows.remove(&DELIVERIES, below(queue, &place.to_be_bytes()));
    }
}

fn put_message(rows: &mut Rows, queue: &LiveQueue, place: u64, message: &Message) {
    rows.put(&MESSAGES, below(queue, &place.to_be_bytes()), message);
}

fn put_delivery(rows: &mut Rows, queue: &LiveQueue, place: u64, delivery: &Delivery) {
    rows.put(&DELIVERIES, below(queue, &place.to_be_bytes()), delivery);
}

fn remove_message(rows: &mut Rows, queue: &LiveQueue, place: u64) {
    rows.remove(&MESSAGES, below(queue, &place.to_be_bytes()));
    rows.remove(&DELIVERIES, below(queue, &place.to_be_bytes()));
}

fn put_turn(rows: &mut Rows, queue: &LiveQueue, group: &str, turn: Option<u64>) {
    let key = below(queue, group.as_bytes());
    match turn {
        Some(turn) => rows.put(&TURNS, key, &turn),
        None => rows.remove(&TURNS, key),
    }
}

fn put_id(rows: &mut Rows, queue: &LiveQueue, (group, id): &Key, first: Option<&FirstSent>) {
    let key = below(queue, &key([group.as_deref().unwrap_or_default().as_bytes(), id.as_bytes()]));
    match first {
        Some(first) => rows.put(&IDS, key, first),
        None => rows.remove(&IDS, key),
    }
}

pub(crate) fn put_deleted(rows: &mut Rows, scope: &Scope, name: &str, at: Timestamp) {
    rows.put(&DELETED, queue_key(scope, name), &at);
}

pub(crate) fn remove_deleted(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&DELETED, queue_key(scope, name));
}

pub(crate) fn put_move_task(rows: &mut Rows, scope: &Scope, task: &MoveTask) {
    rows.put(&MOVE_TASKS, below_scope(scope, &task.number.to_be_bytes()), task);
}

pub(crate) fn remove_move_task(rows: &mut Rows, scope: &Scope, task: &MoveTask) {
    rows.remove(&MOVE_TASKS, below_scope(scope, &task.number.to_be_bytes()));
}

/// All that an account has in a region.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    for table in TABLES {
        rows.remove_all(table, below_scope(scope, b""));
    }
}

fn below_scope(scope: &Scope, rest: &[u8]) -> Vec<u8> {
    key([scope.account.to_string().as_bytes(), scope.region.as_str().as_bytes(), rest])
}

fn queue_key(scope: &Scope, name: &str) -> Vec<u8> {
    below_scope(scope, name.as_bytes())
}

fn below(queue: &LiveQueue, rest: &[u8]) -> Vec<u8> {
    key([&queue_key(&queue.scope, &queue.name), rest])
}

impl From<Refused> for SqsError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailable {}
    }
}
