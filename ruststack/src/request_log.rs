//! The request log: what every request was, in the shape of CloudTrail's records. The last ones are kept for
//! `/_ruststack/requests`; all are written to a file where one is named. Off unless asked for.

mod event;
mod file;

use std::{collections::VecDeque, io, path::Path, sync::Arc};

use axum::http::request::Parts;
use parking_lot::Mutex;
use ruststack_core::{Response, gateway::Outcome, record::Record, service::Runtime};

use crate::{
    backlog::{Backlog, Flush},
    request_log::{event::Sender, file::LogFile},
};

/// How many records are kept.
pub(crate) const MAX_KEPT: usize = 1000;
/// How large they may be together. Bytes.
const MAX_KEPT_SIZE: usize = 8 * 1024 * 1024;

/// The log of a process that keeps one; cheap to clone.
#[derive(Clone)]
pub(crate) struct RequestLog {
    kept: Arc<Mutex<Kept>>,
    file: Option<Backlog>,
}

/// The last records, oldest first.
#[derive(Default)]
struct Kept {
    records: VecDeque<Arc<str>>,
    /// Bytes.
    size: usize,
}

/// A request that will be recorded.
pub(crate) struct Noted {
    record: Record,
    sender: Sender,
}

impl RequestLog {
    /// Also to a file, whose last records are written when what comes with it is dropped.
    pub(crate) fn start(path: Option<&Path>) -> io::Result<(Self, Option<Flush>)> {
        let opened = path.map(|path| Backlog::start("request-log", LogFile::open(path)?)).transpose()?;
        let (file, flush) = opened.unzip();
        Ok((Self { kept: Arc::default(), file }, flush))
    }

    /// Keeps of a request what its answer will not tell; from now on whoever answers it tells what it knows.
    pub(crate) fn note(&self, head: &mut Parts) -> Noted {
        let record = Record::default();
        head.extensions.insert(record.clone());
        Noted { record, sender: Sender::of(head) }
    }

    /// Records an answered request. What no service got to see is no request to AWS.
    pub(crate) fn write(&self, noted: &Noted, response: &Response, runtime: &Runtime) {
        let Some(outcome) = response.extensions().get::<Outcome>() else { return };
        let Some(spec) = outcome.service else { return };
        let mut line = event::render(spec, outcome, noted.record.details(), &noted.sender, response, runtime);
        self.kept.lock().push(line.as_str().into());
        if let Some(file) = &self.file {
            line.push('\n');
            file.add(line.as_bytes());
        }
    }

    /// The last records, at most so many, oldest first: a document as CloudTrail's files are.
    pub(crate) fn document(&self, limit: usize) -> String {
        let kept = self.kept.lock();
        let records: Vec<_> = kept.records.iter().skip(kept.records.len().saturating_sub(limit)).cloned().collect();
        drop(kept);
        format!("{{\"Records\":[{}]}}", records.join(","))
    }

    /// Forgets what was kept; the file stays as it is.
    pub(crate) fn forget(&self) {
        *self.kept.lock() = Kept::default();
    }
}

impl Kept {
    fn push(&mut self, record: Arc<str>) {
        self.size += record.len();
        self.records.push_back(record);
        while self.records.len() > MAX_KEPT || self.size > MAX_KEPT_SIZE {
            let oldest = self.records.pop_front();
            self.size -= oldest.map_or(self.size, |record| record.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_records_are_kept_by_number_and_size() {
        let mut kept = Kept::default();
        (0..MAX_KEPT + 5).for_each(|number| kept.push(number.to_string().into()));
        assert_eq!((kept.records.len(), &*kept.records[0]), (MAX_KEPT, "5"));
        kept.push("x".repeat(MAX_KEPT_SIZE).into());
        assert_eq!((kept.records.len(), kept.size), (1, MAX_KEPT_SIZE));
        kept.push("x".repeat(MAX_KEPT_SIZE + 1).into());
        assert_eq!((kept.records.len(), kept.size), (0, 0));
    }
}
