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
use ruststack_core::{Response, background::Worker, clock::Timestamp, context::Context, error::AwsError};
use tokio::sync::Notify;

use crate::{S3, before::address::Address, bucket::Bucket, call::Call, website::site::Site};
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

/// What became of an object without a request of its own.
pub(crate) struct Done<'d> {
    /// As logs name it.
    pub(crate) operation: &'static str,
    pub(crate) key: &'d str,
    pub(crate) object_size: Option<u64>,
    pub(crate) version_id: Option<String>,
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
        self.is_of(&bucket).then(|| Noted { requested: Requested::of(ctx, head, key, is_website), bucket })
    }

    /// Writes the line, once there is an answer.
    pub(crate) fn write(&self, ctx: &Context, noted: &Noted, answer: &Result<Response, AwsError>) {
        let text = noted.requested.line(ctx, &noted.bucket, &Outcome::of(answer));
        self.add(&noted.bucket, noted.requested.time, text);
    }

    /// Whether what happens to the bucket's objects is to be told.
    pub(crate) fn is_of(&self, bucket: &Bucket) -> bool {
        self.is_on.load(Ordering::Acquire) && bucket.settings.read().configurations.logging.is_some()
    }

    /// Writes the line of one delete of many in a request, which has a line itself.
    pub(crate) fn write_deleted(&self, call: &Call, bucket: &Bucket, done: &Done<'_>, refusal: Option<&AwsError>) {
        self.add(bucket, call.ctx().now(), line::of_deleted(call, bucket, done, refusal));
    }

    /// Writes the line of what nobody asked for: what a lifecycle does.
    pub(crate) fn write_done(&self, ctx: &Context, bucket: &Bucket, done: &Done<'_>) {
        self.add(bucket, ctx.now(), line::of_done(ctx, bucket, done));
    }

    fn add(&self, bucket: &Bucket, time: Timestamp, text: String) {
        let mut lines = self.lines.lock();
        if lines.size + text.len() > MAX_SIZE {
            lines.dropped += 1;
            return;
        }
        lines.size += text.len();
        lines.waiting.entry(bucket.name.clone()).or_default().push(Line { time, text });
        if lines.size >= DELIVERED_SIZE {
            self.filled.notify_one();
        }
    }

    fn take(&self) -> Lines {
        std::mem::take(&mut self.lines.lock())
    }
}
