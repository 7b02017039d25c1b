//! Sequence numbers and shards. A number begins with the time it was given at, so that which shards there are, and
//! which of them holds a record, follows from the stream's age alone: one is open, and gives way to the next in time.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use md5::{Digest, Md5};
use ruststack_core::clock::Timestamp;

use super::{RETENTION, Stream};

/// How long a shard takes records.
const OPEN: Duration = Duration::from_secs(4 * 60 * 60);
/// How many numbers a millisecond has. With the milliseconds of today a number has 21 digits, as AWS's have.
const NUMBERS: u128 = 100_000_000;

/// The place of a record in its stream; later ones are larger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct SequenceNumber(u128);

impl SequenceNumber {
    pub(crate) const ZERO: Self = Self(0);

    /// The first of a moment.
    pub(super) fn at(time: Timestamp) -> Self {
        Self(u128::try_from(time.millis()).unwrap_or_default() * NUMBERS)
    }

    fn time(self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.0 / NUMBERS).unwrap_or(i64::MAX))
    }

    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    pub(crate) fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// Digits alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_number).map(Self)
    }

    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl std::fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:021}", self.0)
    }
}

/// A part of a stream in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shard {
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) start: SequenceNumber,
    /// The last number that it may hold, once it is closed.
    pub(crate) end: Option<SequenceNumber>,
}

/// The shards of a stream at a moment.
#[derive(Clone, Copy)]
pub(crate) struct Shards<'s> {
    stream: &'s Stream,
    first: i64,
    last: i64,
    /// The number behind which others will be given, or the last one of all.
    given: SequenceNumber,
    has_ended: bool,
}

impl<'s> Shards<'s> {
    pub(super) fn new(stream: &'s Stream, given: SequenceNumber, has_ended: bool, now: Timestamp) -> Self {
        let last = place(stream, if has_ended { given } else { given.next() });
        let oldest = Timestamp::from_millis(now.millis().saturating_sub(millis(RETENTION)));
        let first = place(stream, SequenceNumber::at(oldest)).clamp(0, last);
        Self { stream, first, last, given, has_ended }
    }

    /// Those that may have records, oldest first; ids are in order, too.
    pub(crate) fn all(self) -> impl Iterator<Item = Shard> + use<'s> {
        (self.first..=self.last).map(move |place| self.shard(place))
    }

    pub(crate) fn find(self, id: &str) -> Option<Shard> {
        self.all().find(|shard| shard.id == id)
    }

    fn shard(self, place: i64) -> Shard {
        let end = if place < self.last {
            Some(start(self.stream, place + 1).before())
        } else {
            self.has_ended.then(|| self.given.max(start(self.stream, place)))
        };
        Shard {
            id: id(self.stream, place),
            parent: (place > 0).then(|| id(self.stream, place - 1)),
            start: start(self.stream, place),
            end,
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// How many shards come before the one of a number.
fn place(stream: &Stream, number: SequenceNumber) -> i64 {
    let age = number.time().millis().saturating_sub(stream.settings.created);
    age.max(0) / millis(OPEN)
}

fn opened(stream: &Stream, place: i64) -> i64 {
    stream.settings.created.saturating_add(place.saturating_mul(millis(OPEN)))
}

fn start(stream: &Stream, place: i64) -> SequenceNumber {
    SequenceNumber::at(Timestamp::from_millis(opened(stream, place)))
}

/// `shardId-`, when it was opened, and what tells it from those of other streams.
fn id(stream: &Stream, place: i64) -> String {
    let digest = Md5::digest(format!("{} {place}", stream.arn()));
    let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("shardId-{:020}-{hex}", opened(stream, place))
}

/// What tells records from each other: hexadecimal digits, as AWS has them.
pub(super) fn event_id(stream: &Stream, number: SequenceNumber) -> String {
    let digest = Md5::digest(format!("{} {number}", stream.arn()));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A few letters that texts which nobody made by chance begin with.
pub(super) fn seal(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Md5::digest(bytes)[..6])
}
