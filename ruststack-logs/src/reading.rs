//! Reading events of several batches, and of several streams, in the order of their positions.

use std::{collections::BinaryHeap, iter::Peekable, ops::Range, sync::Arc, vec};

use crate::{
    batch::{Batch, Event},
    position::Position,
};

/// Events of a batch, of a source that the reader knows by number.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) source: usize,
    pub(crate) batch: Arc<Batch>,
    range: Range<usize>,
}

impl Piece {
    /// The events of a batch in a span; `None` where there are none.
    pub(crate) fn of(source: usize, batch: &Arc<Batch>, span: &Range<Position>) -> Option<Self> {
        let range = batch.within(span);
        (!range.is_empty()).then(|| Self { source, batch: Arc::clone(batch), range })
    }

    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    /// The next one's rank.
    fn rank(&self, direction: Direction) -> Position {
        match direction {
            Direction::Ascending => self.batch.position(self.range.start).mirrored(),
            Direction::Descending => self.batch.position(self.range.end.saturating_sub(1)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

/// An event, and where it stands.
pub(crate) struct Found {
    pub(crate) source: usize,
    pub(crate) position: Position,
    batch: Arc<Batch>,
    index: usize,
}

impl Found {
    pub(crate) fn event(&self) -> &Event {
        &self.batch.events[self.index]
    }

    pub(crate) fn ingested_at(&self) -> i64 {
        self.batch.ingested_at
    }
}

/// The events of pieces, one by one.
pub(crate) struct Merge {
    direction: Direction,
    /// Those that begin later than the heap's next, in order.
    waiting: Peekable<vec::IntoIter<Piece>>,
    heap: BinaryHeap<Begun>,
}

/// A piece that is read, ordered by the rank of its next event.
struct Begun {
    rank: Position,
    piece: Piece,
}

impl Merge {
    pub(crate) fn of(mut pieces: Vec<Piece>, direction: Direction) -> Self {
        pieces.sort_by_key(|piece| piece.rank(direction).mirrored());
        Self { direction, waiting: pieces.into_iter().peekable(), heap: BinaryHeap::new() }
    }

    fn begin_what_is_due(&mut self) {
        let direction = self.direction;
        loop {
            let next = self.heap.peek().map_or(Position::FIRST, |begun| begun.rank);
            let is_due = |piece: &Piece| piece.rank(direction) >= next;
            let Some(piece) = self.waiting.next_if(is_due) else { return };
            self.heap.push(Begun { rank: piece.rank(direction), piece });
        }
    }
}

impl Iterator for Merge {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        self.begin_what_is_due();
        let mut begun = self.heap.pop()?;
        let range = &mut begun.piece.range;
        let index = match self.direction {
            Direction::Ascending => range.next()?,
            Direction::Descending => range.next_back()?,
        };
        let Piece { source, batch, .. } = &begun.piece;
        let found = Found { source: *source, position: batch.position(index), batch: Arc::clone(batch), index };
        if begun.piece.len() > 0 {
            begun.rank = begun.piece.rank(self.direction);
            self.heap.push(begun);
        }
        Some(found)
    }
}

impl PartialEq for Begun {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Begun {}

impl PartialOrd for Begun {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Begun {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{About, Stream};

    /// Streams of batches of times; numbers count up.
    fn stream(batches: &[&[i64]]) -> Stream {
        let mut stream = Stream::new(About { id: 1, name: "s".to_owned(), created_at: 0 });
        for (number, times) in (1..).zip(batches) {
            let events = times.iter().map(|time| Event(*time, format!("{number}/{time}").into())).collect();
            stream.append(Arc::new(Batch { number, ingested_at: 0, events }));
        }
        stream
    }

    fn read(pieces: Vec<Piece>, direction: Direction, count: usize) -> Vec<String> {
        let found = Merge::of(pieces, direction).take(count);
        found.map(|found| found.event().message().to_owned()).collect()
    }

    #[test]
    fn events_of_overlapping_batches_are_read_in_order() {
        let all = Position::FIRST..Position::LAST;
        let stream = stream(&[&[1, 5, 9], &[2, 2, 3], &[9, 10], &[0]]);
        let mut expected = vec!["4/0", "1/1", "2/2", "2/2", "2/3", "1/5", "1/9", "3/9", "3/10"];
        assert_eq!(read(stream.pieces(0, &all), Direction::Ascending, 99), expected);
        for count in 0..=9 {
            let first = read(stream.pieces_ascending(0, &all, count), Direction::Ascending, count);
            assert_eq!(first, expected[..count]);
        }
        expected.reverse();
        for count in 0..=9 {
            let last = read(stream.pieces_descending(0, &all, count), Direction::Descending, count);
            assert_eq!(last, expected[..count]);
        }
    }

    #[test]
    fn a_span_leaves_out_what_is_outside() {
        let stream = stream(&[&[1, 5, 9], &[2, 2, 3], &[9, 10], &[0]]);
        let span = Position::of_time(2)..Position::of_time(9);
        assert_eq!(read(stream.pieces(0, &span), Direction::Ascending, 99), ["2/2", "2/2", "2/3", "1/5"]);
        assert_eq!(read(stream.pieces_descending(0, &span, 1), Direction::Descending, 1), ["1/5"]);
    }
}
