//! A log stream: its batches, by the times at which they begin. Appending one costs the same however many there are.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{batch::Batch, position::Position, reading::Piece};

/// What is known of a stream besides its events.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct About {
    /// No two of an account in a region have the same.
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

pub(crate) struct Stream {
    pub(crate) about: Arc<About>,
    /// By the time of their first event, and their number.
    batches: BTreeMap<(i64, u64), Arc<Batch>>,
    /// The longest time from a batch's first event to its last.
    longest_span: i64,
    last_event_at: Option<i64>,
    last_ingested_at: Option<i64>,
}

impl Stream {
    pub(crate) fn new(about: About) -> Self {
        Self {
            about: Arc::new(about),
            batches: BTreeMap::new(),
            longest_span: 0,
            last_event_at: None,
            last_ingested_at: None,
        }
    }

    pub(crate) fn append(&mut self, batch: Arc<Batch>) {
        self.longest_span = self.longest_span.max(batch.last() - batch.first());
        self.last_event_at = self.last_event_at.max(Some(batch.last()));
        self.last_ingested_at = self.last_ingested_at.max(Some(batch.ingested_at));
        self.batches.insert((batch.first(), batch.number), batch);
    }

    pub(crate) fn batches(&self) -> impl Iterator<Item = &Arc<Batch>> {
        self.batches.values()
    }

    pub(crate) fn first_event_at(&self) -> Option<i64> {
        self.batches.first_key_value().map(|((first, _), _)| *first)
    }

    pub(crate) fn last_event_at(&self) -> Option<i64> {
        self.last_event_at
    }

    pub(crate) fn last_ingested_at(&self) -> Option<i64> {
        self.last_ingested_at
    }

    /// All pieces of batches in a span.
    pub(crate) fn pieces(&self, source: usize, span: &Range<Position>) -> Vec<Piece> {
        self.pieces_ascending(source, span, usize::MAX)
    }

    /// Pieces that hold at least the first `count` events of a span.
    pub(crate) fn pieces_ascending(&self, source: usize, span: &Range<Position>, count: usize) -> Vec<Piece> {
        let (mut pieces, mut have, mut reach) = (Vec::new(), 0, i64::MIN);
        for batch in self.overlapping(span) {
            if have >= count && batch.first() > reach {
                break;
            }
            if let Some(piece) = Piece::of(source, batch, span) {
                have += piece.len();
                reach = reach.max(batch.last());
                pieces.push(piece);
            }
        }
        pieces
    }

    /// Pieces that hold at least the last `count` events of a span.
    pub(crate) fn pieces_descending(&self, source: usize, span: &Range<Position>, count: usize) -> Vec<Piece> {
        let (mut pieces, mut have, mut reach) = (Vec::new(), 0, i64::MAX);
        for batch in self.overlapping(span).rev() {
            if have >= count && batch.first().saturating_add(self.longest_span) < reach {
                break;
            }
            if let Some(piece) = Piece::of(source, batch, span) {
                have += piece.len();
                reach = reach.min(batch.first());
                pieces.push(piece);
            }
        }
        pieces
    }

    /// Batches that may have events in a span, by their beginnings.
    fn overlapping(&self, span: &Range<Position>) -> impl DoubleEndedIterator<Item = &Arc<Batch>> {
        let first = span.start.timestamp().saturating_sub(self.longest_span);
        let last = span.end.timestamp().max(first);
        self.batches.range((first, 0)..=(last, u64::MAX)).map(|(_, batch)| batch)
    }

    /// Takes out the batches whose events are all older.
    pub(crate) fn expire(&mut self, before: i64) -> Vec<Arc<Batch>> {
        let old = self.batches.range(..(before, 0)).filter(|(_, batch)| batch.last() < before);
        let old: Vec<(i64, u64)> = old.map(|(key, _)| *key).collect();
        old.iter().filter_map(|key| self.batches.remove(key)).collect()
    }

    /// Takes out the batch that begins first.
    pub(crate) fn remove_oldest(&mut self) -> Option<Arc<Batch>> {
        self.batches.pop_first().map(|(_, batch)| batch)
    }

    /// When the first of its batches is wholly older than everything that is later.
    pub(crate) fn oldest_end(&self) -> Option<i64> {
        self.batches.first_key_value().map(|(_, batch)| batch.last())
    }
}
