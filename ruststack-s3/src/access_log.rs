//! Server access logs: one line for each request to a bucket that asks for them. `access_log/line.rs` writes a line,
//! `access_log/delivery.rs` puts lines into the bucket that they go to.

pub(crate) mod delivery;
mod line;
mod operation;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use http::request::Parts;
use parking_lot::Mutex;
use ruststack_core::{Response, clock::Timestamp, context::Context, error::AwsError};
use tokio::sync::Notify;

use crate::{S3, background::Worker, before::address::Address, bucket::Bucket, website::site::Site};
use line::{Outcome, Requested};

/// Lines are delivered when there are so many. Bytes.
const DELIVERED_SIZE: usize = 1024 * 1024;
/// Lines are dropped when there are so many. Bytes.
const MAX_SIZE: usize = 8 * 1024 * 1024;

/// Lines that wait to be delivered.
#[derive(Default)]
pub(crate) struct AccessLog {
    /// Some bucket has asked for a log: until then a request costs no more than to find that out.
    is_on: AtomicBool,
    lines: Mutex<Lines>,
    pub(crate) worker: Worker,
    filled: Notify,
}

#[derive(Default)]
struct Lines {
    /// By bucket.
    waiting: BTreeMap<String, Vec<Line>>,
    /// Bytes.
    size: usize,
    dropped: usize,
}

struct Line {
    time: Timestamp,
    text: String,
}

/// A request that will have a line.
pub(crate) struct Noted {
    bucket: Arc<Bucket>,
    requested: Requested,
}

impl AccessLog {
    /// A bucket has a log.
    pub(crate) fn switch_on(&self) {
        self.is_on.store(true, Ordering::Release);
    }

    /// What a line will say of a request; `None` where nobody wants one.
    pub(crate) fn note(&self, s3: &S3, ctx: &Context, head: &Parts) -> Option<Noted> {
        if !self.is_on.load(Ordering::Acquire) {
            return None;
        }
        let site = Site::of(&head.uri, &head.headers, &s3.config.domains);
        let is_website = site.is_some();
        let (bucket, key) = match site {
            Some(site) => (site.bucket, Some(site.key)),
            None => {
                let address = Address::of(head, &s3.config.domains, |name| s3.buckets.get(name).is_ok()).ok()?;
                (address.bucket?, address.key)
            }
        };
        let bucket = s3.buckets.get(&bucket).ok()?;
        let is_logged = bucket.settings.read().configurations.logging.is_some();
        is_logged.then(|| Noted { requested: Requested::of(ctx, head, key, is_website), bucket })
    }

    /// Writes the line, once there is an answer.
    pub(crate) fn write(&self, ctx: &Context, noted: &Noted, answer: &Result<Response, AwsError>) {
        let time = noted.requested.time;
        let text = noted.requested.line(ctx, &noted.bucket, &Outcome::of(answer));
        let mut lines = self.lines.lock();
        if lines.size + text.len() > MAX_SIZE {
            lines.dropped += 1;
            return;
        }
        lines.size += text.len();
        lines.waiting.entry(noted.bucket.name.clone()).or_default().push(Line { time, text });
        if lines.size >= DELIVERED_SIZE {
            self.filled.notify_one();
        }
    }

    fn take(&self) -> Lines {
        std::mem::take(&mut self.lines.lock())
    }
}
