//! What one `PutLogEvents` brought: events in the order of their times. A batch is one row, and never changes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{limits::EVENT_OVERHEAD, position::Position};

/// Time and message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Event(pub(crate) i64, pub(crate) Box<str>);

impl Event {
    pub(crate) fn timestamp(&self) -> i64 {
        self.0
    }

    pub(crate) fn message(&self) -> &str {
        &self.1
    }

    /// As AWS counts it.
    pub(crate) fn size(&self) -> usize {
        self.1.len() + EVENT_OVERHEAD
    }
}

#[derive(PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Batch {
    /// Below 2^48; no two of an account in a region have the same.
    pub(crate) number: u64,
    pub(crate) ingested_at: i64,
    /// At least one.
    pub(crate) events: Vec<Event>,
}

impl Batch {
    pub(crate) fn first(&self) -> i64 {
        self.events.first().map_or(0, Event::timestamp)
    }

    pub(crate) fn last(&self) -> i64 {
        self.events.last().map_or(0, Event::timestamp)
    }

    pub(crate) fn size(&self) -> u64 {
        self.events.iter().map(|event| event.size() as u64).sum()
    }

    pub(crate) fn position(&self, index: usize) -> Position {
        Position::new(self.events.get(index).map_or(0, Event::timestamp), self.number, index)
    }

    /// The events that stand in a span of positions.
    pub(crate) fn within(&self, span: &Range<Position>) -> Range<usize> {
        let start = self.first_at_or_after(span.start);
        start..self.first_at_or_after(span.end).max(start)
    }

    fn first_at_or_after(&self, position: Position) -> usize {
        let timestamp = position.timestamp();
        let earlier = self.events.partition_point(|event| event.timestamp() < timestamp);
        let same = self.events[earlier..].partition_point(|event| event.timestamp() == timestamp);
        // Of those of the same time, their positions decide: they are ordered.
        let mut range = earlier..earlier + same;
        while !range.is_empty() {
            let middle = range.start + range.len() / 2;
            if self.position(middle) < position {
                range.start = middle + 1;
            } else {
                range.end = middle;
            }
        }
        range.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_selects_events_by_their_positions() {
        let events = [1, 2, 2, 2, 5].map(|time| Event(time, "m".into()));
        let batch = Batch { number: 4, ingested_at: 9, events: events.into() };
        let at = Position::new;
        for (span, expected) in [
            (Position::FIRST..Position::LAST, 0..5),
            (Position::of_time(2)..Position::after_time(2), 1..4),
            (at(2, 4, 2)..at(2, 4, 3), 2..3),
            (at(2, 3, 9)..at(2, 5, 0), 1..4),
            (at(2, 4, 3).next()..Position::LAST, 4..5),
            (Position::of_time(6)..Position::LAST, 5..5),
            (Position::LAST..Position::FIRST, 5..5),
        ] {
            assert_eq!(batch.within(&span), expected, "{span:?}");
        }
    }
}
