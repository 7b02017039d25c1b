//! Lines on their way to a stream that may stand still: over a thread of its own, so that no request waits for it. What
//! may wait is bounded; what is too much is lost, counted and told.

use std::{io, sync::Arc, time::Duration};

use parking_lot::{Condvar, Mutex};

/// What may wait to be written; lines beyond that are lost, and counted. Bytes.
pub(crate) const MAX_BACKLOG: usize = 1 << 20;
/// How long lines are gathered: one write for many of them.
const GATHERING: Duration = Duration::from_millis(2);
/// How long the end of the process waits for the last lines.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where lines go.
pub(crate) trait Sink: Send + 'static {
    /// Takes whole lines.
    fn write(&mut self, lines: &[u8]);

    /// Hears that so many lines are missing here.
    fn miss(&mut self, lost: u64);
}

/// Takes lines; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Backlog(Arc<Shared>);

/// Writes the last lines when it is dropped.
pub(crate) struct Flush(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// There is something to write, or it is the end.
    wanted: Condvar,
    /// Everything was written.
    idle: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    lost: u64,
    is_writing: bool,
    is_closed: bool,
}

impl Backlog {
    /// On a thread of this name.
    pub(crate) fn start(name: &str, sink: impl Sink) -> io::Result<(Self, Flush)> {
        let backlog = Self::default();
        let (own, flush) = (Arc::clone(&backlog.0), Flush(Arc::clone(&backlog.0)));
        std::thread::Builder::new().name(name.to_owned()).spawn(move || own.write_all_to(sink))?;
        Ok((backlog, flush))
    }

    /// Takes a whole line, with its line break.
    pub(crate) fn add(&self, line: &[u8]) {
        let mut waiting = self.0.waiting.lock();
        if waiting.lines.len() + line.len() > MAX_BACKLOG {
            waiting.lost += 1;
            return;
        }
        let was_empty = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        if was_empty {
            self.0.wanted.notify_one();
        }
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock();
        waiting.is_closed = true;
        self.0.wanted.notify_one();
        let has_rest = |waiting: &mut Waiting| waiting.is_writing || !waiting.lines.is_empty();
        // A reader that stands still now has had its time.
        self.0.idle.wait_while_for(&mut waiting, has_rest, PATIENCE);
    }
}

impl Shared {
    fn write_all_to(&self, mut sink: impl Sink) {
        let mut lines = Vec::new();
        loop {
            let lost = self.take(&mut lines);
            sink.write(&lines);
            if lost > 0 {
                sink.miss(lost);
            }
            lines.clear();
            self.waiting.lock().is_writing = false;
            self.idle.notify_all();
        }
    }

    /// Waits for lines, and a little longer for more of them; how many were lost.
    fn take(&self, lines: &mut Vec<u8>) -> u64 {
        let mut waiting = self.waiting.lock();
        self.wanted.wait_while(&mut waiting, |waiting| waiting.lines.is_empty());
        self.wanted.wait_while_for(&mut waiting, |waiting| !waiting.is_closed, GATHERING);
        std::mem::swap(&mut waiting.lines, lines);
        waiting.is_writing = true;
        std::mem::take(&mut waiting.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_nobody_takes_are_counted_and_hold_nothing_up() {
        let backlog = Backlog::default();
        let line = [b'a'; 1023];
        (0..1030).for_each(|_| backlog.add(&line));
        let mut written = Vec::new();
        assert_eq!(backlog.0.take(&mut written), 5);
        assert!(written.len() <= MAX_BACKLOG);
    }
}
