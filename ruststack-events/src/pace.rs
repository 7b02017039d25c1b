//! How fast API destinations are called: as often in a second as each allows.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use ruststack_core::clock::Timestamp;

const SECOND: Duration = Duration::from_secs(1);

/// Of the destinations that are called, by ARN.
#[derive(Default)]
pub(crate) struct Paces(Mutex<HashMap<String, Pace>>);

impl Paces {
    /// When the destination may be called next; that turn is taken then.
    pub(crate) fn turn(&self, destination: &str, rate: usize, now: Timestamp) -> Timestamp {
        let mut paces = self.0.lock();
        if !paces.contains_key(destination) {
            paces.retain(|_, pace| !pace.is_over(now));
        }
        paces.entry(destination.to_owned()).or_insert(Pace { begins: now, taken: 0, asked_at: now }).turn(rate, now)
    }
}

/// The last second in which turns are taken.
struct Pace {
    begins: Timestamp,
    taken: usize,
    asked_at: Timestamp,
}

impl Pace {
    fn is_over(&self, now: Timestamp) -> bool {
        now >= self.begins.plus(SECOND)
    }

    fn turn(&mut self, rate: usize, now: Timestamp) -> Timestamp {
        let is_set_back = now < self.asked_at;
        if is_set_back || self.is_over(now) {
            (self.begins, self.taken) = (now, 0);
        } else if self.taken >= rate {
            (self.begins, self.taken) = (self.begins.plus(SECOND), 0);
        }
        self.taken += 1;
        self.asked_at = now;
        self.begins.max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(paces: &Paces, count: usize, seconds: i64) -> Vec<i64> {
        let now = Timestamp::from_seconds(seconds);
        (0..count).map(|_| paces.turn("a", 2, now).seconds()).collect()
    }

    #[test]
    fn what_is_beyond_a_seconds_calls_waits_for_the_next() {
        let paces = Paces::default();
        assert_eq!(turns(&paces, 5, 10), [10, 10, 11, 11, 12]);
        assert_eq!(turns(&paces, 2, 11), [12, 13]);
        assert_eq!(turns(&paces, 3, 20), [20, 20, 21]);
    }

    #[test]
    fn destinations_do_not_wait_for_each_other() {
        let paces = Paces::default();
        turns(&paces, 5, 10);
        let now = Timestamp::from_seconds(10);
        assert_eq!(paces.turn("b", 1, now), now);
    }

    #[test]
    fn a_clock_that_is_set_back_begins_anew() {
        let paces = Paces::default();
        turns(&paces, 5, 1000);
        assert_eq!(turns(&paces, 1, 10), [10]);
    }

    #[test]
    fn who_is_not_called_any_more_is_forgotten() {
        let paces = Paces::default();
        turns(&paces, 1, 10);
        paces.turn("b", 1, Timestamp::from_seconds(20));
        assert_eq!(paces.0.lock().len(), 1);
    }
}
