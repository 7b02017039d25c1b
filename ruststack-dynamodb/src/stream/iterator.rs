//! Shard iterators: a stream, a shard, a place in it, and when it was given out, in a form that says nothing to clients.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ruststack_core::clock::Timestamp;

use super::shards::{SequenceNumber, seal};

/// How long an iterator can be used.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Where a reader goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ShardIterator {
    pub(crate) stream_arn: String,
    pub(crate) shard_id: String,
    /// The first number that is wanted.
    pub(crate) from: SequenceNumber,
    pub(crate) given: Timestamp,
}

impl ShardIterator {
    /// The ARN, a number that means nothing, and the rest.
    pub(crate) fn write(&self) -> String {
        let rest = format!("{} {} {}", self.shard_id, self.from, self.given.millis());
        let seal = seal(rest.as_bytes());
        format!("{}|1|{seal}{}", self.stream_arn, BASE64_URL_SAFE_NO_PAD.encode(rest))
    }

    /// What [`Self::write`] wrote.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (stream_arn, rest) = text.split_once("|1|")?;
        let (sealed, rest) = rest.split_at_checked(8)?;
        let rest = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(rest).ok()?).ok()?;
        let mut parts = rest.splitn(3, ' ');
        let (shard_id, from, given) = (parts.next()?, parts.next()?, parts.next()?);
        (seal(rest.as_bytes()) == sealed).then_some(Self {
            stream_arn: stream_arn.to_owned(),
            shard_id: shard_id.to_owned(),
            from: SequenceNumber::parse(from)?,
            given: Timestamp::from_millis(given.parse().ok()?),
        })
    }

    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        now.since(self.given) > LIFETIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_was_altered_is_not() {
        let iterator = ShardIterator {
            stream_arn: "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-10-21T07:28:00.000".to_owned(),
            shard_id: "shardId-00000001792567680000-0123abcd".to_owned(),
            from: SequenceNumber::at(Timestamp::from_seconds(1_792_567_680)),
            given: Timestamp::from_seconds(1_792_567_690),
        };
        let text = iterator.write();
        assert_eq!(ShardIterator::read(&text), Some(iterator));
        assert_eq!(ShardIterator::read(&format!("{text}A")), None);
        assert_eq!(ShardIterator::read("arn|1|é"), None);
    }

    #[test]
    fn numbers_have_21_digits() {
        let number = SequenceNumber::at(Timestamp::from_seconds(1_792_567_680));
        assert_eq!(number.to_string(), "179256768000000000000");
        assert_eq!(SequenceNumber::parse("+179256768000000000000"), None);
    }
}
