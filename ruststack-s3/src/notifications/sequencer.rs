//! The clock of events: it shows the time, and never the same twice, nor less than before, in any process.

use parking_lot::Mutex;
use ruststack_core::{clock::Timestamp, journal::Changes};

use crate::rows;

/// How far ahead of the last number the row is that tells the next process where to begin: 16 seconds.
const RESERVED: u64 = 16 << 32;

/// Seconds since 1970, and 2^-32 of a second.
#[derive(Default, Debug)]
pub(crate) struct Sequencer(Mutex<Numbers>);

#[derive(Clone, Copy, Default, Debug)]
struct Numbers {
    last: u64,
    /// The next process begins above it.
    reserved: u64,
}

impl Sequencer {
    /// A number above all before; called in a section.
    pub(crate) fn next(&self, now: Timestamp, changes: &Changes) -> u64 {
        let mut numbers = self.0.lock();
        numbers.last = of_time(now).max(numbers.last + 1);
        if numbers.last >= numbers.reserved {
            numbers.reserved = numbers.last + RESERVED;
            // Under the lock, so that nobody's number above the row becomes durable before it.
            changes.record(|rows| rows::put_sequencer(rows, numbers.reserved));
        }
        numbers.last
    }

    /// Begins above what an earlier process may have given, and says so anew.
    pub(crate) fn skip_to(&self, reserved: u64) {
        let mut numbers = self.0.lock();
        *numbers = Numbers { last: numbers.last.max(reserved), reserved: 0 };
    }

    /// Above all that was given; for snapshots.
    pub(crate) fn reserved(&self) -> u64 {
        let numbers = self.0.lock();
        numbers.reserved.max(numbers.last)
    }
}

fn of_time(now: Timestamp) -> u64 {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    ((millis / 1000) << 32) | (((millis % 1000) << 32) / 1000)
}

/// As records show it: `006A6EF6F74389E232`.
pub(crate) fn shown(number: u64) -> String {
    format!("00{number:016X}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::changes;

    /// Decoded from an event of August 2026.
    #[test]
    fn a_number_tells_the_time() {
        let number = of_time(Timestamp::from_millis(1_785_657_079_264));
        assert_eq!(&shown(number)[..14], "006A6EF6F74395");
        assert_eq!(shown(number).len(), 18);
    }

    #[test]
    fn numbers_rise_while_the_clock_stands_or_goes_back() {
        let sequencer = Sequencer::default();
        let mut last = 0;
        for seconds in [10, 10, 10, 5, 11, 1] {
            let next = sequencer.next(Timestamp::from_seconds(seconds), &changes());
            assert!(next > last);
            last = next;
        }
        let successor = Sequencer::default();
        successor.skip_to(sequencer.reserved());
        assert!(successor.next(Timestamp::UNIX_EPOCH, &changes()) > last);
    }
}
