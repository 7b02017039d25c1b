//! Where an event stands among all of an account in a region: by its time, then by its batch, then in its batch.

use std::fmt;

/// What `eventId`s begin with, so that all are of one length; AWS's begin so as well.
const EVENT_ID_PREFIX: &str = "3";
/// Digits of an `eventId` behind that.
const EVENT_ID_DIGITS: usize = 55;

/// A place of an event, or the gap before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Position(u128);

impl Position {
    pub(crate) const FIRST: Self = Self(0);
    pub(crate) const LAST: Self = Self(u128::MAX);
    const MAX_TIME: i64 = (1 << 48) - 1;

    /// `batch` is a number below 2^48.
    pub(crate) fn new(timestamp: i64, batch: u64, index: usize) -> Self {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Self(Self::of_time(timestamp).0 | u128::from(batch) << 32 | u128::from(index))
    }

    /// Before everything of that time.
    pub(crate) fn of_time(timestamp: i64) -> Self {
        Self(u128::from(timestamp.clamp(0, Self::MAX_TIME).unsigned_abs()) << 80)
    }

    /// Behind everything of that time.
    pub(crate) fn after_time(timestamp: i64) -> Self {
        Self::of_time(timestamp.saturating_add(1))
    }

    pub(crate) fn timestamp(self) -> i64 {
        i64::try_from(self.0 >> 80).unwrap_or(Self::MAX_TIME)
    }

    /// Behind the event that stands here.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Ranks later positions lower.
    #[must_use]
    pub(crate) fn mirrored(self) -> Self {
        Self(!self.0)
    }

    pub(crate) fn event_id(self) -> String {
        format!("{EVENT_ID_PREFIX}{:0EVENT_ID_DIGITS$}", self.0)
    }

    pub(crate) fn of_event_id(id: &str) -> Option<Self> {
        let digits = id.strip_prefix(EVENT_ID_PREFIX)?;
        let is_id = digits.len() == EVENT_ID_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_id).map(Self)
    }
}

/// A token of `GetLogEvents`: on from a gap, or back from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token {
    Forward(Position),
    Backward(Position),
}

impl Token {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (direction, id) = text.strip_suffix("/s")?.split_once('/')?;
        let position = Position::of_event_id(id)?;
        match direction {
            "f" => Some(Self::Forward(position)),
            "b" => Some(Self::Backward(position)),
            _ => None,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (direction, position) = match self {
            Self::Forward(position) => ('f', position),
            Self::Backward(position) => ('b', position),
        };
        write!(f, "{direction}/{}/s", position.event_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_go_by_time_then_batch_then_index() {
        let positions = [(1, 9, 9), (2, 0, 0), (2, 0, 1), (2, 1, 0), (1_792_567_680_000, 0, 0)];
        let positions = positions.map(|(time, batch, index)| Position::new(time, batch, index));
        assert!(positions.is_sorted());
        assert!(positions.iter().rev().map(|position| position.mirrored()).is_sorted());
        assert_eq!(positions[4].timestamp(), 1_792_567_680_000);
        assert!(Position::after_time(2) > positions[3] && Position::of_time(2) == positions[1]);
    }

    #[test]
    fn a_token_leads_back_to_its_gap() {
        let position = Position::new(1_792_567_680_000, 7, 3);
        assert_eq!(position.event_id().len(), 56);
        for token in [Token::Forward(position), Token::Backward(Position::FIRST), Token::Forward(Position::LAST)] {
            assert_eq!(Token::parse(&token.to_string()), Some(token));
        }
        for wrong in ["", "f/1/s", "invalid-token", "x/3/s", &format!("f/{}", position.event_id())] {
            assert_eq!(Token::parse(wrong), None, "{wrong}");
        }
    }
}
