//! The log's way to standard error: over a thread of its own, so that no request waits for a reader that stands still.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// What may wait to be written; lines beyond that are lost, and counted. Bytes.
const MAX_BACKLOG: usize = 1 << 20;
/// How long lines are gathered: one write for many of them.
const GATHERING: Duration = Duration::from_millis(2);
/// How long the end of the process waits for the last lines.
const PATIENCE: Duration = Duration::from_secs(1);

/// The log of the process; the last lines are written when it is dropped.
pub(crate) struct Log(Arc<Shared>);

#[derive(Default)]
struct Shared {
    backlog: Mutex<Backlog>,
    /// There is something to write, or it is the end.
    wanted: Condvar,
    /// Everything was written.
    idle: Condvar,
}

#[derive(Default)]
struct Backlog {
    lines: Vec<u8>,
    lost: u64,
    is_writing: bool,
    is_closed: bool,
}

impl Log {
    /// Everything that is traced goes to standard error, as the filter says.
    pub(crate) fn start(filter: &str) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        std::thread::Builder::new().name("log".to_owned()).spawn(move || own.write_all_to(io::stderr()))?;
        let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::builder().parse_lossy(filter));
        let log = log.with_writer(Lines(Arc::clone(&shared))).with_target(false);
        log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).init();
        Ok(Self(shared))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let mut backlog = self.0.backlog.lock();
        backlog.is_closed = true;
        self.0.wanted.notify_one();
        let has_rest = |backlog: &mut Backlog| backlog.is_writing || !backlog.lines.is_empty();
        // A reader that stands still now has had its time.
        self.0.idle.wait_while_for(&mut backlog, has_rest, PATIENCE);
    }
}

impl Shared {
    fn add(&self, line: &[u8]) {
        let mut backlog = self.backlog.lock();
        if backlog.lines.len() + line.len() > MAX_BACKLOG {
            backlog.lost += 1;
            return;
        }
        let was_empty = backlog.lines.is_empty();
        backlog.lines.extend_from_slice(line);
        if was_empty {
            self.wanted.notify_one();
        }
    }

    fn write_all_to(&self, mut stream: impl Write) {
        let mut lines = Vec::new();
        loop {
            self.take(&mut lines);
            // Nothing can be said about a closed stream but on that stream.
            drop(stream.write_all(&lines));
            lines.clear();
            let mut backlog = self.backlog.lock();
            backlog.is_writing = false;
            self.idle.notify_all();
        }
    }

    /// Waits for lines, and a little longer for more of them.
    fn take(&self, lines: &mut Vec<u8>) {
        let mut backlog = self.backlog.lock();
        self.wanted.wait_while(&mut backlog, |backlog| backlog.lines.is_empty());
        self.wanted.wait_while_for(&mut backlog, |backlog| !backlog.is_closed, GATHERING);
        std::mem::swap(&mut backlog.lines, lines);
        backlog.is_writing = true;
        let lost = std::mem::take(&mut backlog.lost);
        drop(backlog);
        if lost > 0 {
            lines.extend_from_slice(format!("({lost} lines lost: nobody read them in time)\n").as_bytes());
        }
    }
}

/// Where tracing writes, a line at a time.
struct Lines(Arc<Shared>);

impl<'w> MakeWriter<'w> for Lines {
    type Writer = &'w Self;

    fn make_writer(&'w self) -> &'w Self {
        self
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_nobody_reads_are_counted_and_hold_nothing_up() {
        let shared = Shared::default();
        let line = [b'a'; 1023];
        (0..1030).for_each(|_| shared.add(&line));
        let mut written = Vec::new();
        shared.take(&mut written);
        assert!(written.len() <= MAX_BACKLOG + 100);
        assert!(String::from_utf8(written).unwrap().ends_with("(5 lines lost: nobody read them in time)\n"));
    }
}
