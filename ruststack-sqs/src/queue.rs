//! A queue's messages and what becomes of them: delayed, ready, in flight. No clock, no ids of its own.
//!
//! Every operation costs the same whether the queue has ten messages or a million: all that is ordered is a tree.

mod kept;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use ruststack_core::clock::Timestamp;

use crate::{
    delivery::{Delivery, Standing},
    fifo::{Deduplication, FirstSent, Groups, Scope},
    limits::{MAX_IN_FLIGHT, MAX_VISIBILITY},
    message::Message,
};

pub(crate) use kept::{Kept, Touched};

/// A message and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub message: Arc<Message>,
    pub delivery: Delivery,
}

impl From<Message> for Entry {
    fn from(message: Message) -> Self {
        Self { message: Arc::new(message), delivery: Delivery::default() }
    }
}

#[derive(Debug)]
enum Ready {
    Standard(BTreeSet<u64>),
    Fifo(Groups),
}

/// How many messages stand where.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    pub ready: usize,
    pub in_flight: usize,
    pub delayed: usize,
}

/// What a receiver asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub max: usize,
    pub visibility: Duration,
    /// Messages received more often are given up; `None` where nothing takes them.
    pub max_receive_count: Option<u32>,
}

/// What a receiver gets, and what was given up meanwhile.
#[derive(Default, Debug)]
pub struct Received {
    /// With the receipts of this reception.
    pub messages: Vec<(Entry, String)>,
    pub given_up: Vec<Entry>,
}

/// Why a receipt handle does nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Of a FIFO queue: the message was visible again.
    Expired,
    NotInFlight,
    /// Longer than twelve hours altogether.
    TooLong,
    /// Too many messages are in flight.
    OverLimit,
}

/// The messages of one queue.
#[derive(Debug)]
pub struct Queue {
    entries: HashMap<u64, Entry>,
    places: HashMap<String, u64>,
    ready: Ready,
    /// When what is delayed or in flight becomes ready.
    timers: BTreeSet<(i64, u64)>,
    /// When messages were sent.
    ages: BTreeSet<(i64, u64)>,
    deduplication: Deduplication,
    next_place: u64,
    /// Places before this one may have been taken; only it is kept, so that numbers go on growing after a restart.
    reserved: u64,
    in_flight: usize,
    delayed: usize,
    touched: Touched,
}

impl Queue {
    pub fn standard() -> Self {
        Self::of(Ready::Standard(BTreeSet::new()), Scope::Queue)
    }

    pub(crate) fn fifo(scope: Scope) -> Self {
        Self::of(Ready::Fifo(Groups::default()), scope)
    }

    fn of(ready: Ready, scope: Scope) -> Self {
        Self {
            entries: HashMap::new(),
            places: HashMap::new(),
            ready,
            timers: BTreeSet::new(),
            ages: BTreeSet::new(),
            deduplication: Deduplication::of(scope),
            next_place: 0,
            reserved: 0,
            in_flight: 0,
            delayed: 0,
            touched: Touched::default(),
        }
    }

    /// Lets time pass: what was delayed or in flight long enough is ready.
    pub fn advance(&mut self, now: Timestamp) {
        while let Some((due, place)) = self.timers.first().copied().filter(|(due, _)| *due <= now.millis()) {
            debug_assert_eq!(self.entries.get(&place).and_then(|entry| entry.delivery.standing.due()), Some(due));
            // Of a standard queue that follows from the time; of a FIFO queue, the order of the groups does not.
            if self.is_fifo() {
                self.touched.mark(place);
            }
            self.stand(place, Standing::Ready);
        }
    }

    /// When [`Queue::advance`] has something to do.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.timers.first().map(|(due, _)| Timestamp::from_millis(*due))
    }

    /// Drops messages sent before `oldest`.
    pub fn expire(&mut self, oldest: Timestamp) {
        while let Some((_, place)) = self.ages.first().copied().filter(|(sent, _)| *sent < oldest.millis()) {
            self.remove(place);
        }
    }

    /// The first message with this id of the last five minutes.
    pub(crate) fn duplicate_of(&mut self, group: &str, id: &str, now: Timestamp) -> Option<FirstSent> {
        self.deduplication.find(group, id, now)
    }

    /// Takes a message; a FIFO queue numbers it and remembers its id.
    pub fn send(&mut self, mut message: Message, delay: Duration, now: Timestamp) -> Option<u64> {
        if let (Ready::Fifo(_), Some(group), Some(id)) =
            (&self.ready, &message.draft.group_id, &message.draft.deduplication_id)
        {
            self.deduplication.remember(group, id, &message.id, self.next_place, now);
            message.sequence = Some(self.next_place);
        }
        let sequence = message.sequence;
        self.put(message.into(), delay, now);
        sequence
    }

    /// Takes a message from another queue with what happened to it there.
    pub fn put(&mut self, mut entry: Entry, delay: Duration, now: Timestamp) {
        let place = self.next_place();
        self.touched.add(place);
        self.places.insert(entry.message.id.clone(), place);
        self.ages.insert((entry.message.sent_at, place));
        let until = now.plus(delay).millis();
        self.delayed += 1;
        self.timers.insert((until, place));
        entry.delivery.standing = Standing::Delayed { until };
        self.entries.insert(place, entry);
        if delay.is_zero() {
            self.stand(place, Standing::Ready);
        }
    }

    /// Hands out messages, and takes out those that were received too often.
    pub fn receive(
        &mut self,
        wish: Wish,
        now: Timestamp,
        mut receipt: impl FnMut() -> String,
    ) -> Result<Received, Refusal> {
        self.advance(now);
        let mut received = Received::default();
        let mut places = Vec::new();
        let room = MAX_IN_FLIGHT.saturating_sub(self.in_flight);
        let max = wish.max.min(room);
        // A FIFO queue that has no room answers nothing.
        if room == 0 && matches!(&self.ready, Ready::Standard(ready) if !ready.is_empty()) {
            return Err(Refusal::OverLimit);
        }
        while places.len() < max {
            let taken = self.take(max - places.len());
            if taken.is_empty() {
                break;
            }
            for place in taken {
                let Some(entry) = self.entries.get_mut(&place) else { continue };
                let delivery = &mut entry.delivery;
                if wish.max_receive_count.is_some_and(|max| delivery.receive_count >= max) {
                    received.given_up.extend(self.remove(place));
                    continue;
                }
                delivery.receive_count += 1;
                delivery.first_received_at.get_or_insert(now.millis());
                let receipt = receipt();
                received.messages.push((entry.clone(), receipt.clone()));
                self.touched.mark(place);
                let standing =
                    Standing::InFlight { until: now.plus(wish.visibility).millis(), since: now.millis(), receipt };
                self.stand(place, standing);
                places.push(place);
            }
        }
        // Without a timeout they are visible at once, but not to the one who has them.
        self.advance(now);
        Ok(received)
    }

    /// The next ready messages, of one group where there are groups.
    fn take(&mut self, max: usize) -> Vec<u64> {
        match &mut self.ready {
            Ready::Standard(ready) => ready.pop_first().into_iter().collect(),
            Ready::Fifo(groups) => groups.take(max),
        }
    }

    /// The queue that gave up the message which [`Queue::pop`] takes out; `None` where there is none.
    pub fn next_source(&self) -> Option<Option<String>> {
        let place = match &self.ready {
            Ready::Standard(ready) => ready.first().copied(),
            Ready::Fifo(groups) => groups.next(),
        };
        Some(self.entries.get(&place?)?.message.source_arn.clone())
    }

    /// Takes out the ready message that has waited longest.
    pub fn pop(&mut self, now: Timestamp) -> Option<Entry> {
        self.advance(now);
        let place = *self.take(1).first()?;
        self.remove(place)
    }

    /// Whether a receiver would get something now.
    pub fn has_ready(&self) -> bool {
        match &self.ready {
            Ready::Standard(ready) => !ready.is_empty(),
            Ready::Fifo(groups) => groups.has_available() && self.in_flight < MAX_IN_FLIGHT,
        }
    }

    /// Deletes what was received. What is not there any more is deleted already.
    pub fn delete(&mut self, id: &str, receipt: &str, now: Timestamp) -> Result<(), Refusal> {
        self.advance(now);
        let Some(place) = self.places.get(id).copied() else { return Ok(()) };
        self.check_receipt(place, receipt)?;
        self.remove(place);
        Ok(())
    }

    /// Hides a received message from now on for `timeout`, or shows it at once.
    pub fn change_visibility(
        &mut self,
        id: &str,
        receipt: &str,
        timeout: Duration,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.advance(now);
        let place = self.places.get(id).copied().ok_or(Refusal::NotInFlight)?;
        self.check_receipt(place, receipt)?;
        let until = now.plus(timeout);
        let (since, receipt) = match self.standing(place) {
            Some(Standing::InFlight { since, receipt, .. }) => (*since, receipt.clone()),
            _ => (now.millis(), receipt.to_owned()),
        };
        if until > Timestamp::from_millis(since).plus(MAX_VISIBILITY) {
            return Err(Refusal::TooLong);
        }
        self.touched.mark(place);
        self.stand(place, Standing::InFlight { until: until.millis(), since, receipt });
        self.advance(now);
        Ok(())
    }

    /// Receipts of FIFO queues end with the timeout; those of standard queues are good as long as the message.
    fn check_receipt(&self, place: u64, receipt: &str) -> Result<(), Refusal> {
        let is_held = matches!(self.standing(place), Some(Standing::InFlight { receipt: held, .. }) if held == receipt);
        if self.is_fifo() && !is_held { Err(Refusal::Expired) } else { Ok(()) }
    }

    fn standing(&self, place: u64) -> Option<&Standing> {
        self.entries.get(&place).map(|entry| &entry.delivery.standing)
    }

    fn is_fifo(&self) -> bool {
        matches!(self.ready, Ready::Fifo(_))
    }

    fn next_place(&mut self) -> u64 {
        if self.next_place == self.reserved {
            self.reserved += kept::RESERVED;
            self.touched.has_reserved = true;
        }
        self.next_place += 1;
        self.next_place - 1
    }

    /// Forgets all messages, and the ids that were sent.
    pub fn purge(&mut self) {
        let places: Vec<u64> = self.entries.keys().copied().collect();
        places.into_iter().for_each(|place| drop(self.remove(place)));
        self.deduplication.clear();
        self.touch_all();
    }

    /// Delays of FIFO queues are the queue's, and change for messages that are there.
    pub fn delay_anew(&mut self, delay: Duration, now: Timestamp) {
        let delayed = self.entries.iter().filter_map(|(place, entry)| match entry.delivery.standing {
            Standing::Delayed { .. } => Some((*place, entry.message.sent_at)),
            _ => None,
        });
        for (place, sent_at) in delayed.collect::<Vec<_>>() {
            let until = Timestamp::from_millis(sent_at).plus(delay).millis();
            self.touched.mark(place);
            self.stand(place, Standing::Delayed { until });
        }
        self.advance(now);
    }

    pub fn counts(&self) -> Counts {
        let ready = match &self.ready {
            Ready::Standard(ready) => ready.len(),
            Ready::Fifo(groups) => groups.waiting(),
        };
        Counts { ready, in_flight: self.in_flight, delayed: self.delayed }
    }

    /// All messages in their order, each with whether one in flight before it in its group holds it back.
    pub fn entries(&self) -> Vec<(&Entry, bool)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_unstable_by_key(|(place, _)| **place);
        let is_fifo = self.is_fifo();
        let mut held = HashSet::new();
        let mut is_held_back = |entry: &'_ Entry| {
            let group = entry.message.draft.group_id.clone().unwrap_or_default();
            let is_held = is_fifo && held.contains(&group);
            if matches!(entry.delivery.standing, Standing::InFlight { .. }) {
                held.insert(group);
            }
            is_held
        };
        entries.into_iter().map(|(_, entry)| (entry, is_held_back(entry))).collect()
    }

    fn remove(&mut self, place: u64) -> Option<Entry> {
        let entry = self.entries.remove(&place)?;
        self.touched.remove(place);
        self.forget_timer(place, &entry.delivery.standing);
        let message = &entry.message;
        self.places.remove(&message.id);
        self.ages.remove(&(message.sent_at, place));
        match &mut self.ready {
            Ready::Standard(ready) => drop(ready.remove(&place)),
            Ready::Fifo(groups) => groups.remove(message.draft.group_id.as_deref().unwrap_or_default(), place),
        }
        Some(entry)
    }

    /// Moves a message from where it stands to where it shall stand.
    fn stand(&mut self, place: u64, to: Standing) {
        let Some(mut entry) = self.entries.remove(&place) else { return };
        self.forget_timer(place, &entry.delivery.standing);
        let from = std::mem::replace(&mut entry.delivery.standing, to);
        let to = &entry.delivery.standing;
        self.note_timer(place, to);
        let group = entry.message.draft.group_id.as_deref().unwrap_or_default();
        match (&mut self.ready, &from, to) {
            (Ready::Standard(ready), _, Standing::Ready) => drop(ready.insert(place)),
            (Ready::Standard(ready), ..) => drop(ready.remove(&place)),
            (Ready::Fifo(groups), Standing::InFlight { .. }, Standing::Ready) => groups.land(group, place),
            (Ready::Fifo(groups), _, Standing::Ready) => groups.insert(group, place),
            (Ready::Fifo(groups), _, Standing::InFlight { .. }) => groups.take_off(group, place),
            (Ready::Fifo(groups), _, Standing::Delayed { .. }) => groups.remove(group, place),
        }
        self.entries.insert(place, entry);
    }

    fn note_timer(&mut self, place: u64, standing: &Standing) {
        match standing {
            Standing::Ready => {}
            Standing::Delayed { .. } => self.delayed += 1,
            Standing::InFlight { .. } => self.in_flight += 1,
        }
        if let Some(due) = standing.due() {
            self.timers.insert((due, place));
        }
    }

    fn forget_timer(&mut self, place: u64, standing: &Standing) {
        match standing {
            Standing::Ready => {}
            Standing::Delayed { .. } => self.delayed -= 1,
            Standing::InFlight { .. } => self.in_flight -= 1,
        }
        if let Some(due) = standing.due() {
            self.timers.remove(&(due, place));
        }
    }
}

#[cfg(test)]
mod tests;
