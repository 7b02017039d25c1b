//! Random changes: what is read back from their rows is what is in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use proptest::prelude::*;
use ruststack_core::{
    clock::{Clock, Timestamp},
    context::{Context, Endpoint, NewContext},
    identity::Identity,
    ids::Ids,
    journal::{Change, Changes, Journal, LoadError, Reader, Refused, Rows, Table, Ticket, Visit},
    scope::{AccountId, Region, Scope},
    service::{Protocol, Runtime},
};

use super::{load_all, put_queue};
use crate::{
    Config, EndpointStrategy, Sqs,
    attributes::Attributes,
    error::SqsError,
    live_queue::{LiveQueue, QueueState, Settings, change_both},
    message::{self, Draft, Message},
    queue::Wish,
};

/// Table and key.
type At = (String, Vec<u8>);

/// A disk that is a tree.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<BTreeMap<At, Vec<u8>>>>);

impl Journal for Kept {
    fn is_durable(&self) -> bool {
        true
    }

    fn check_writable(&self) -> Result<(), Refused> {
        Ok(())
    }

    fn enqueue(&self, rows: Rows) -> Ticket {
        let mut kept = self.0.lock();
        for row in rows.iter() {
            let at = |key: &Vec<u8>| (row.table.full_name(), key.clone());
            match &row.change {
                Change::Put { key, value } => drop(kept.insert(at(key), value.clone())),
                Change::Remove { key } => drop(kept.remove(&at(key))),
                Change::RemoveAll { prefix } => {
                    kept.retain(|(table, key), _| *table != row.table.full_name() || !key.starts_with(prefix));
                }
            }
        }
        let (sender, ticket) = Ticket::new();
        sender.send(Ok(())).unwrap();
        ticket
    }

    fn reader(&self) -> Result<Box<dyn Reader>, LoadError> {
        Ok(Box::new(self.clone()))
    }
}

impl Reader for Kept {
    fn visit(&self, table: &'static Table, visit: &mut Visit<'_>) -> Result<(), LoadError> {
        let kept = self.0.lock();
        let mut rows = kept.iter().filter(|((name, _), _)| *name == table.full_name());
        rows.try_for_each(|((_, key), value)| visit(key, value))
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// By group and id.
    Send(u8, u8, u64),
    Receive(usize, u64),
    /// Messages that were received twice go to the other queue.
    GiveUp(usize),
    /// Of the n-th message that was ever received.
    Delete(usize),
    ChangeVisibility(usize, u64),
    Wait(i64),
    Look,
    Expire(i64),
    Purge,
    Tag(u8),
    DelayAnew(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..3_u8, 0..9_u8, prop_oneof![3 => Just(0_u64), 1 => 1..5_u64])
            .prop_map(|(group, id, delay)| Step::Send(group, id, delay)),
        5 => (1..5_usize, 0..6_u64).prop_map(|(max, visibility)| Step::Receive(max, visibility)),
        2 => (1..5_usize).prop_map(Step::GiveUp),
        3 => (0..20_usize).prop_map(Step::Delete),
        3 => (0..20_usize, 0..6_u64).prop_map(|(index, visibility)| Step::ChangeVisibility(index, visibility)),
        4 => prop_oneof![4 => 0..4_i64, 1 => Just(300_i64)].prop_map(Step::Wait),
        2 => Just(Step::Look),
        1 => (1..20_i64).prop_map(Step::Expire),
        1 => Just(Step::Purge),
        1 => any::<u8>().prop_map(Step::Tag),
        1 => (0..5_u64).prop_map(Step::DelayAnew),
    ];
    prop::collection::vec(step, 0..60)
}

fn sqs() -> Arc<Sqs> {
    let config = Config {
        endpoint_strategy: EndpointStrategy::Host,
        domain: String::new(),
        delays_purges: false,
        delays_recreation: false,
        enforces_retention: false,
        limits_received: true,
    };
    Sqs::new(config, None)
}

fn scope() -> Scope {
    Scope::new(AccountId::DEFAULT, Region::US_EAST_1)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Two queues, and what is kept of them.
struct World {
    kept: Kept,
    changes: Changes,
    queues: [LiveQueue; 2],
    now: i64,
    ids: u32,
    handles: Vec<(String, String)>,
}

impl World {
    fn new(is_fifo: bool) -> Self {
        let kept = Kept::default();
        let changes = Changes::of(Arc::new(kept.clone()));
        let queues = ["a", "b"].map(|name| {
            let given = [("DeduplicationScope".to_owned(), "messageGroup".to_owned())];
            let attributes = Attributes::of(given.into_iter().filter(|_| is_fifo).collect(), is_fifo);
            let state = QueueState::new(Settings::new(attributes, BTreeMap::new(), Timestamp::default()));
            let arn = format!("arn:aws:sqs:us-east-1:000000000000:{name}").parse().unwrap();
            let queue = LiveQueue::new(name.to_owned(), scope(), arn, state);
            let _section = changes.begin().unwrap();
            queue.look(|state| changes.record(|rows| put_queue(rows, &queue, state)));
            queue
        });
        Self { kept, changes, queues, now: 0, ids: 0, handles: Vec::new() }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.now)
    }

    fn id(&mut self) -> String {
        self.ids += 1;
        self.ids.to_string()
    }

    fn send(&mut self, group: u8, id: u8, delay: u64) {
        let (now, message_id) = (self.now(), self.id());
        let _section = self.changes.begin().unwrap();
        self.queues[0].change(&self.changes, |state| {
            let is_fifo = state.settings.attributes.is_fifo();
            let (group, id) = (format!("g{group}"), format!("i{id}"));
            if is_fifo && state.messages.duplicate_of(&group, &id, now).is_some() {
                return;
            }
            let draft = Draft {
                body: message_id.clone(),
                attributes: message::Attributes::new(),
                trace_header: None,
                group_id: is_fifo.then_some(group),
                deduplication_id: is_fifo.then_some(id),
                delay_seconds: None,
                sender_id: String::new(),
            };
            state.messages.send(Message::new(message_id, draft, now), seconds(delay), now);
        });
    }

    fn receive(&mut self, max: usize, visibility: u64) {
        let (now, receipt) = (self.now(), self.id());
        let wish = Wish { max, visibility: seconds(visibility), max_receive_count: None };
        let _section = self.changes.begin().unwrap();
        let received =
            self.queues[0].change(&self.changes, |state| state.messages.receive(wish, now, || receipt.clone()));
        let received = received.unwrap().messages.into_iter();
        self.handles.extend(received.map(|(entry, receipt)| (entry.message.id.clone(), receipt)));
    }

    fn give_up(&mut self, max: usize) {
        let now = self.now();
        let wish = Wish { max, visibility: seconds(0), max_receive_count: Some(2) };
        let [one, other] = &self.queues;
        let _section = self.changes.begin().unwrap();
        change_both(&self.changes, one, other, |state, other| {
            let received = state.messages.receive(wish, now, || "r".to_owned()).unwrap();
            received.given_up.into_iter().for_each(|entry| other.messages.put(entry, seconds(0), now));
        });
    }

    fn step(&mut self, step: &Step) {
        let now = self.now();
        let _section = self.changes.begin().unwrap();
        let handle = |index: &usize| self.handles.get(*index).cloned().unwrap_or_default();
        let change = |work: &dyn Fn(&mut QueueState)| self.queues[0].change(&self.changes, |state| work(state));
        match step {
            Step::Send(group, id, delay) => self.send(*group, *id, *delay),
            Step::Receive(max, visibility) => self.receive(*max, *visibility),
            Step::GiveUp(max) => self.give_up(*max),
            Step::Delete(index) => {
                let (id, receipt) = handle(index);
                change(&|state| {
                    let _refusal = state.messages.delete(&id, &receipt, now);
                });
            }
            Step::ChangeVisibility(index, visibility) => {
                let (id, receipt) = handle(index);
                change(&|state| {
                    let _refusal = state.messages.change_visibility(&id, &receipt, seconds(*visibility), now);
                });
            }
            Step::Wait(seconds) => self.now += seconds,
            Step::Look => self.queues.iter().for_each(|queue| queue.look_at(now, false, |_| ())),
            Step::Expire(age) => change(&|state| state.messages.expire(Timestamp::from_seconds(self.now - age))),
            Step::Purge => change(&|state| state.messages.purge()),
            Step::Tag(tag) => change(&|state| drop(state.settings.tags.insert(tag.to_string(), String::new()))),
            Step::DelayAnew(delay) => change(&|state| {
                if state.settings.attributes.is_fifo() {
                    state.messages.delay_anew(seconds(*delay), now);
                }
            }),
        }
    }

    /// The queue of that name as it is read back.
    fn rebuilt(&self, name: &str) -> Arc<LiveQueue> {
        let sqs = sqs();
        load_all(&self.kept, &sqs).unwrap();
        sqs.queues(&scope()).get(name).unwrap()
    }

    /// Those that have rows.
    fn tables(&self) -> Vec<String> {
        let tables: BTreeSet<String> = self.kept.0.lock().keys().map(|(table, _)| table.clone()).collect();
        tables.into_iter().collect()
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        for queue in &self.queues {
            let rebuilt = self.rebuilt(&queue.name);
            let (memory, rebuilt) = [queue, &*rebuilt].map(|queue| queue.look_at(self.now(), false, seen)).into();
            prop_assert_eq!(rebuilt, memory);
        }
        Ok(())
    }
}

/// All that can be told of a queue.
fn seen(state: &QueueState) -> String {
    let settings: &Settings = &state.settings;
    format!("{settings:#?}\n{:#?}", state.messages.picture())
}

proptest! {
    #[test]
    fn a_queue_is_read_back_as_it_is_in_memory(is_fifo in any::<bool>(), steps in steps()) {
        let mut world = World::new(is_fifo);
        for step in &steps {
            world.step(step);
            world.compare()?;
        }
    }
}

/// Numbers of messages grow though all messages are gone.
#[test]
fn numbers_go_on_after_a_restart() {
    let mut world = World::new(true);
    for id in 0..3 {
        world.send(0, id, 0);
    }
    let _section = world.changes.begin().unwrap();
    world.queues[0].change(&world.changes, |state| state.messages.purge());
    let before = world.queues[0].look(|state| state.messages.reserved());
    assert!(before >= 3);
    world.rebuilt("a").change(&world.changes, |state| assert_eq!(state.messages.reserved(), before));
    assert_eq!(world.tables(), ["sqs.queues"]);
}

/// A disk that takes nothing.
struct Full;

impl Journal for Full {
    fn is_durable(&self) -> bool {
        true
    }

    fn check_writable(&self) -> Result<(), Refused> {
        Err(Refused)
    }

    fn enqueue(&self, _rows: Rows) -> Ticket {
        unreachable!("nothing is changed")
    }

    fn reader(&self) -> Result<Box<dyn Reader>, LoadError> {
        Err(LoadError(String::new()))
    }
}

#[test]
fn nothing_is_changed_while_the_disk_takes_nothing() {
    let runtime = Runtime::new(Clock::frozen_at(Timestamp::default()), Ids::seeded(1), Arc::new(Full));
    let ctx = Context::new(NewContext {
        request_id: String::new(),
        scope: scope(),
        identity: Identity::anonymous(AccountId::DEFAULT),
        protocol: Protocol::AwsJson10,
        endpoint: Endpoint { scheme: "http", host: String::new() },
        trace_id: None,
        hops: 0,
        runtime,
    });
    let world = World::new(false);
    let (sqs, [one, other]) = (sqs(), &world.queues);
    let refused = Err(SqsError::ServiceUnavailable {});
    assert_eq!(sqs.change::<()>(&ctx, one, |_| unreachable!()), refused);
    assert_eq!(sqs.change_with::<()>(&ctx, one, other, |_, _| unreachable!()), refused);
}

#[test]
fn nothing_is_left_of_what_grew_too_old() {
    let mut world = World::new(false);
    world.send(0, 0, 5);
    world.send(0, 0, 0);
    world.receive(2, 30);
    assert_eq!(world.tables(), ["sqs.deliveries", "sqs.messages", "sqs.queues"]);
    world.now = 60;
    world.queues[0].look_at(world.now(), false, |_| ());
    let _section = world.changes.begin().unwrap();
    world.queues[0].change(&world.changes, |state| state.messages.expire(world.now()));
    assert_eq!(world.tables(), ["sqs.queues"]);
}
