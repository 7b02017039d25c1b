//! What environments write, on its way from the executor to the logs.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// How many lines may wait to be taken; an environment that writes more waits.
pub(crate) const MAX_WAITING_LINES: usize = 4096;

/// The longest line; a longer one comes in pieces. Bytes: AWS's largest log event.
pub(crate) const MAX_LINE: usize = 256 * 1024;

/// Where a line was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// One line, its end included where it had one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub stream: Stream,
    pub text: Bytes,
}

/// Takes an environment's lines; cheap to clone.
#[derive(Clone, Default)]
pub struct Output(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    lines: Mutex<VecDeque<Line>>,
    filled: Notify,
    emptied: Notify,
}

impl Output {
    /// Sends a line; waits while there are too many.
    pub async fn send(&self, stream: Stream, text: Bytes) {
        loop {
            let emptied = self.0.emptied.notified();
            if self.try_send(stream, &text) {
                return;
            }
            emptied.await;
        }
    }

    fn try_send(&self, stream: Stream, text: &Bytes) -> bool {
        let mut lines = self.0.lines.lock();
        if lines.len() >= MAX_WAITING_LINES {
            return false;
        }
        lines.push_back(Line { stream, text: text.clone() });
        if lines.len() == MAX_WAITING_LINES / 2 {
            self.0.filled.notify_one();
        }
        true
    }

    /// All that waits.
    pub(crate) fn take(&self) -> Vec<Line> {
        let taken = self.0.lines.lock().drain(..).collect();
        self.0.emptied.notify_waiters();
        taken
    }

    /// Returns when so much waits that it is time to take it.
    pub(crate) async fn filled(&self) {
        self.0.filled.notified().await;
    }
}

/// Cuts what is read in pieces into lines.
#[derive(Default, Debug)]
pub(crate) struct Lines(Vec<u8>);

impl Lines {
    /// The lines that are complete once `piece` is read.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Vec<Bytes> {
        let mut complete = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            self.0.extend_from_slice(part);
            if part.ends_with(b"\n") || self.0.len() >= MAX_LINE {
                complete.push(Bytes::from(std::mem::take(&mut self.0)));
            }
        }
        complete
    }

    /// The last line, which no end follows.
    pub(crate) fn rest(&mut self) -> Option<Bytes> {
        (!self.0.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_wherever_pieces_end() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"one\ntw"), [Bytes::from("one\n")]);
        assert_eq!(lines.push(b"o\n\nthree"), [Bytes::from("two\n"), Bytes::from("\n")]);
        assert_eq!(lines.rest(), Some(Bytes::from("three")));
        assert_eq!(lines.rest(), None);
    }

    #[test]
    fn a_line_without_end_comes_in_pieces() {
        let mut lines = Lines::default();
        let complete = lines.push(&vec![b'x'; MAX_LINE + 1]);
        assert_eq!(complete.len(), 1);
        assert_eq!(lines.rest(), None);
    }
}
