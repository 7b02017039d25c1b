//! Queues compared with a reference model that goes through all its messages every time.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::message::{Attributes, Draft};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn message(id: &str, group: Option<&str>, now: i64) -> Message {
    let draft = Draft {
        body: id.to_owned(),
        attributes: Attributes::new(),
        trace_header: None,
        group_id: group.map(str::to_owned),
        deduplication_id: group.map(|_| id.to_owned()),
        delay_seconds: None,
        sender_id: String::new(),
    };
    Message::new(id.to_owned(), draft, at(now))
}

fn wish(max: usize, visibility: u64) -> Wish {
    Wish { max, visibility: seconds(visibility), max_receive_count: None }
}

/// Ids and receipts; receipts are numbered.
fn receive(queue: &mut Queue, wish: Wish, now: i64, receipts: &mut u32) -> Vec<(String, String)> {
    let next = || {
        *receipts += 1;
        receipts.to_string()
    };
    let received = queue.receive(wish, at(now), next).unwrap();
    received.messages.into_iter().map(|(entry, receipt)| (entry.message.id.clone(), receipt)).collect()
}

fn ids(received: &[(String, String)]) -> Vec<&str> {
    received.iter().map(|(id, _)| id.as_str()).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Send {
        group: u8,
        delay: u64,
    },
    Receive {
        max: usize,
        visibility: u64,
    },
    /// Of the n-th message that was ever received.
    Delete(usize),
    ChangeVisibility(usize, u64),
    Wait(i64),
    Purge,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..3_u8, prop_oneof![3 => Just(0_u64), 1 => 1..5_u64]).prop_map(|(group, delay)| Step::Send { group, delay }),
        5 => (1..5_usize, 0..6_u64).prop_map(|(max, visibility)| Step::Receive { max, visibility }),
        3 => any::<prop::sample::Index>().prop_map(|index| Step::Delete(index.index(20))),
        3 => (any::<prop::sample::Index>(), 0..6_u64)
            .prop_map(|(index, visibility)| Step::ChangeVisibility(index.index(20), visibility)),
        4 => (0..4_i64).prop_map(Step::Wait),
        1 => Just(Step::Purge),
    ];
    prop::collection::vec(step, 0..60)
}

/// One message of the model.
#[derive(Clone)]
struct Modelled {
    id: String,
    group: u8,
    /// From when on it can be received.
    visible_from: i64,
    receipt: Option<String>,
}

/// A queue as one list.
struct Model {
    is_fifo: bool,
    messages: Vec<Modelled>,
}

impl Model {
    fn is_in_flight(message: &Modelled, now: i64) -> bool {
        message.receipt.is_some() && message.visible_from > now
    }

    /// What can be received, by group; a standard queue is one group.
    fn available(&self, now: i64) -> BTreeMap<u8, Vec<String>> {
        let mut available = BTreeMap::<u8, Vec<String>>::new();
        for (index, message) in self.messages.iter().enumerate() {
            let is_before = |before: &&Modelled| before.group == message.group && Self::is_in_flight(before, now);
            let is_blocked = self.is_fifo && self.messages[..index].iter().any(|before| is_before(&before));
            if message.visible_from <= now && !is_blocked {
                let group = if self.is_fifo { message.group } else { 0 };
                available.entry(group).or_default().push(message.id.clone());
            }
        }
        available
    }

    /// Groups come in any order, each whole but for the last, and the messages of each in theirs.
    fn receive(&mut self, received: &[(String, String)], max: usize, visibility: i64, now: i64) -> Result<(), String> {
        let mut available = self.available(now);
        let expected = available.values().map(Vec::len).sum::<usize>().min(max);
        if received.len() != expected {
            return Err(format!("{expected} messages are expected"));
        }
        let mut rest = received;
        while let Some((first, _)) = rest.first() {
            let group = available.iter().find(|(_, ids)| ids.first() == Some(first)).map(|(group, _)| *group);
            let ids =
                group.and_then(|group| available.remove(&group)).ok_or_else(|| format!("{first} is not first"))?;
            let taken = ids.len().min(rest.len());
            if rest[..taken].iter().map(|(id, _)| id).ne(&ids[..taken]) {
                return Err(format!("{ids:?} are expected"));
            }
            rest = &rest[taken..];
        }
        for (id, receipt) in received {
            let message = self.messages.iter_mut().find(|message| message.id == *id).ok_or("it is not there")?;
            message.visible_from = now + visibility;
            message.receipt = Some(receipt.clone());
        }
        Ok(())
    }

    fn find(&self, id: &str, receipt: &str, now: i64) -> Result<usize, Refusal> {
        let index = self.messages.iter().position(|message| message.id == id).ok_or(Refusal::NotInFlight)?;
        let message = &self.messages[index];
        let is_held = Self::is_in_flight(message, now) && message.receipt.as_deref() == Some(receipt);
        if self.is_fifo && !is_held { Err(Refusal::Expired) } else { Ok(index) }
    }
}

fn compare(is_fifo: bool, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut queue = if is_fifo { Queue::fifo(Scope::Queue) } else { Queue::standard() };
    let mut model = Model { is_fifo, messages: Vec::new() };
    let (mut now, mut sent, mut receipts) = (0_i64, 0, 0_u32);
    let mut handles: Vec<(String, String)> = Vec::new();
    for step in steps {
        match step {
            Step::Send { group, delay } => {
                sent += 1;
                let id = format!("m{sent}");
                let name = format!("g{group}");
                queue.send(message(&id, is_fifo.then_some(&name), now), seconds(delay), at(now));
                let visible_from = now + i64::try_from(delay).unwrap();
                model.messages.push(Modelled { id, group, visible_from, receipt: None });
            }
            Step::Receive { max, visibility } => {
                let received = receive(&mut queue, wish(max, visibility), now, &mut receipts);
                let outcome = model.receive(&received, max, i64::try_from(visibility).unwrap(), now);
                prop_assert_eq!(outcome, Ok(()), "{:?}", received);
                handles.extend(received);
            }
            Step::Delete(index) => {
                let Some((id, receipt)) = handles.get(index) else { continue };
                let expected = match model.find(id, receipt, now) {
                    Ok(index) => {
                        model.messages.remove(index);
                        Ok(())
                    }
                    Err(Refusal::NotInFlight) => Ok(()),
                    Err(refusal) => Err(refusal),
                };
                prop_assert_eq!(queue.delete(id, receipt, at(now)), expected);
            }
            Step::ChangeVisibility(index, visibility) => {
                let Some((id, receipt)) = handles.get(index) else { continue };
                let expected = model.find(id, receipt, now).map(|index| {
                    let message = &mut model.messages[index];
                    if !Model::is_in_flight(message, now) {
                        message.receipt = Some(receipt.clone());
                    }
                    message.visible_from = now + i64::try_from(visibility).unwrap();
                });
                prop_assert_eq!(queue.change_visibility(id, receipt, seconds(visibility), at(now)), expected);
            }
            Step::Wait(seconds) => now += seconds,
            Step::Purge => {
                queue.purge();
                model.messages.clear();
            }
        }
        queue.advance(at(now));
        let in_flight = model.messages.iter().filter(|message| Model::is_in_flight(message, now)).count();
        let ready = model.messages.iter().filter(|message| message.visible_from <= now).count();
        let delayed = model.messages.len() - in_flight - ready;
        prop_assert_eq!(queue.counts(), Counts { ready, in_flight, delayed });
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_standard_queue_is_a_list_of_messages_with_times(steps in steps()) {
        compare(false, steps)?;
    }

    /// Delays are the queue's in FIFO queues; the order within a group is that of sending.
    #[test]
    fn a_fifo_queue_is_one_whose_groups_wait_for_what_is_in_flight(steps in steps()) {
        let undelayed = steps.into_iter().map(|step| match step {
            Step::Send { group, .. } => Step::Send { group, delay: 0 },
            other => other,
        });
        compare(true, undelayed.collect())?;
    }
}

#[test]
fn messages_that_are_received_too_often_are_given_up() {
    let mut queue = Queue::standard();
    queue.send(message("a", None, 0), seconds(0), at(0));
    queue.send(message("b", None, 0), seconds(0), at(0));
    let wish = Wish { max_receive_count: Some(1), ..wish(1, 0) };
    let mut receipts = 0;
    assert_eq!(ids(&receive(&mut queue, wish, 0, &mut receipts)), ["a"]);
    let received = queue.receive(wish, at(0), || "r".to_owned()).unwrap();
    assert_eq!((received.messages.len(), received.given_up.len()), (1, 1));
    assert_eq!((received.messages[0].0.message.id.as_str(), received.given_up[0].delivery.receive_count), ("b", 1));
}

/// Recorded: test_fifo_group_visibility_extends_with_change_message_visibility, 2025-11-19.
#[test]
fn a_message_that_is_hidden_for_longer_hides_what_follows_in_its_group() {
    for (extended, expected) in [(0, &[][..]), (1, &["foo"]), (2, &["foo", "bar"])] {
        let mut queue = Queue::fifo(Scope::Queue);
        for id in ["foo", "bar", "baz"] {
            queue.send(message(id, Some("1"), 0), seconds(0), at(0));
        }
        let received = receive(&mut queue, wish(5, 1), 0, &mut 0);
        assert_eq!(ids(&received), ["foo", "bar", "baz"]);
        let (id, receipt) = &received[extended];
        queue.change_visibility(id, receipt, seconds(4), at(0)).unwrap();
        assert_eq!(ids(&receive(&mut queue, wish(5, 1), 2, &mut 10)), expected);
    }
}

/// Recorded: test_fifo_receive_message_with_zero_visibility_timeout, validated against AWS.
#[test]
fn groups_that_were_served_queue_up_behind_the_others() {
    let mut queue = Queue::fifo(Scope::Queue);
    for (id, group) in [("g1-m1", "1"), ("g2-m1", "2"), ("g2-m2", "2"), ("g3-m1", "3"), ("g1-m2", "1")] {
        queue.send(message(id, Some(group), 0), seconds(0), at(0));
    }
    let mut receipts = 0;
    assert_eq!(ids(&receive(&mut queue, wish(3, 0), 0, &mut receipts)), ["g1-m1", "g1-m2", "g2-m1"]);
    let all = receive(&mut queue, wish(10, 0), 0, &mut receipts);
    assert_eq!(ids(&all), ["g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2"]);
}

#[test]
fn a_message_is_hidden_for_twelve_hours_at_most() {
    let mut queue = Queue::standard();
    queue.send(message("a", None, 0), seconds(0), at(0));
    let received = receive(&mut queue, wish(1, 30), 0, &mut 0);
    let (id, receipt) = &received[0];
    assert_eq!(queue.change_visibility(id, receipt, seconds(43_200), at(10)), Err(Refusal::TooLong));
    assert_eq!(queue.change_visibility(id, receipt, seconds(43_190), at(10)), Ok(()));
}

#[test]
fn a_new_delay_counts_for_messages_that_are_delayed() {
    let mut queue = Queue::fifo(Scope::Queue);
    queue.send(message("a", Some("g"), 0), seconds(60), at(0));
    queue.delay_anew(seconds(10), at(5));
    assert_eq!((queue.counts().delayed, queue.next_due()), (1, Some(at(10))));
    queue.delay_anew(seconds(5), at(5));
    assert_eq!(queue.counts().ready, 1);
}

#[test]
fn old_messages_end_wherever_they_stand() {
    let mut queue = Queue::standard();
    queue.send(message("ready", None, 0), seconds(0), at(0));
    queue.send(message("in flight", None, 0), seconds(0), at(0));
    queue.send(message("delayed", None, 0), seconds(900), at(0));
    queue.send(message("young", None, 50), seconds(0), at(50));
    receive(&mut queue, wish(1, 600), 0, &mut 0);
    queue.expire(at(50));
    assert_eq!(queue.counts(), Counts { ready: 1, in_flight: 0, delayed: 0 });
}
