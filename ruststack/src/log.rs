//! The log's way to standard error: no request waits for a reader that stands still.

mod fields;

use std::io::{self, Write};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{
    backlog::{Backlog, Flush, Sink},
    log::fields::Plain,
};

/// The log of the process; the last lines are written when it is dropped.
pub(crate) struct Log(#[expect(dead_code, reason = "held until the end")] Flush);

impl Log {
    /// Everything that is traced goes to standard error, as the filter says.
    pub(crate) fn start(filter: &str) -> io::Result<Self> {
        let (backlog, flush) = Backlog::start("log", StandardError)?;
        let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::builder().parse_lossy(filter));
        let log = log.with_writer(Lines(backlog)).with_target(false);
        match io::IsTerminal::is_terminal(&io::stderr()) {
            true => log.with_ansi(true).init(),
            false => log.with_ansi(false).fmt_fields(Plain).init(),
        }
        Ok(Self(flush))
    }
}

struct StandardError;

impl Sink for StandardError {
    fn write(&mut self, lines: &[u8]) {
        // Nothing can be said about a closed stream but on that stream.
        drop(io::stderr().write_all(lines));
    }

    fn miss(&mut self, lost: u64) {
        self.write(format!("({lost} lines lost: nobody read them in time)\n").as_bytes());
    }
}

/// Where tracing writes, a line at a time.
struct Lines(Backlog);

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
