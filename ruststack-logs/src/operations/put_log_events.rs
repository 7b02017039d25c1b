//! `PutLogEvents`: events in the order of their times; those too old or too far ahead are left out, and told.

use ruststack_core::operation::Call;

use super::log_stream::sequence_token;
use crate::{
    Logs,
    api::{InputLogEvent, PutLogEventsInput, PutLogEventsOutput, RejectedLogEventsInfo},
    batch::Event,
    error::{LogsError, invalid},
    limits::{MAX_AGE, MAX_AHEAD, MAX_EVENT_SIZE, MAX_PUT_SIZE, MAX_PUT_SPAN},
};

pub(super) async fn put_log_events(
    call: Call<Logs>,
    input: PutLogEventsInput,
) -> Result<PutLogEventsOutput, LogsError> {
    let PutLogEventsInput { log_group_name: group, log_stream_name: stream, log_events, .. } = input;
    let now = call.now().millis();
    let retained_since = {
        let home = call.service().home(call.scope());
        let things = home.lock();
        let found = things.group(&group)?;
        found.stream(&stream)?;
        found.settings.retained_since(now)
    };
    let events: Vec<Event> = log_events.into_iter().map(read).collect();
    check(&events)?;
    let sorted = Sorted::of(events, now, retained_since);
    if !sorted.taken.is_empty() {
        call.service().outbox.room().await;
        call.service().ingest(call.ctx(), (call.scope(), &group, &stream), sorted.taken)?;
    }
    Ok(PutLogEventsOutput {
        next_sequence_token: Some(sequence_token(now)),
        rejected_log_events_info: sorted.rejected,
        rejected_entity_info: None,
    })
}

fn read(event: InputLogEvent) -> Event {
    Event(event.timestamp, event.message.into_boxed_str())
}

fn check(events: &[Event]) -> Result<(), LogsError> {
    if !events.is_sorted_by_key(Event::timestamp) {
        return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
    }
    let span = events.first().zip(events.last()).map_or(0, |(first, last)| last.timestamp() - first.timestamp());
    if span > MAX_PUT_SPAN {
        return Err(invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    if let Some(size) = events.iter().map(Event::size).find(|size| *size > MAX_EVENT_SIZE) {
        return Err(invalid(format!("Log event too large: {size} bytes exceeds limit of {MAX_EVENT_SIZE}")));
    }
    let size: usize = events.iter().map(Event::size).sum();
    if size > MAX_PUT_SIZE {
        return Err(invalid(format!("Upload too large: {size} bytes exceeds limit of {MAX_PUT_SIZE}")));
    }
    Ok(())
}

/// What is taken of events, and which are not.
struct Sorted {
    taken: Vec<Event>,
    rejected: Option<RejectedLogEventsInfo>,
}

impl Sorted {
    fn of(mut events: Vec<Event>, now: i64, retained_since: i64) -> Self {
        let before = |time: i64| events.partition_point(|event| event.timestamp() < time);
        let too_old = before(now - MAX_AGE);
        // Those that are too old are told as such alone.
        let expired = before(retained_since).max(too_old);
        let too_new = before(now + MAX_AHEAD + 1);
        let index = |at: usize, is_told: bool| is_told.then(|| i32::try_from(at).unwrap_or(i32::MAX));
        let rejected = RejectedLogEventsInfo {
            too_new_log_event_start_index: index(too_new, too_new < events.len()),
            too_old_log_event_end_index: index(too_old, too_old > 0),
            expired_log_event_end_index: index(expired, expired > too_old),
        };
        events.truncate(too_new);
        events.drain(..expired.min(too_new));
        let is_told = rejected != RejectedLogEventsInfo::default();
        Self { taken: events, rejected: is_told.then_some(rejected) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::DAY;

    #[test]
    fn events_too_old_expired_or_too_new_are_told_by_their_places() {
        let now = 100 * DAY;
        let times = [now - 20 * DAY, now - 13 * DAY, now - DAY, now, now + MAX_AHEAD, now + MAX_AHEAD + 1];
        let events = || times.map(|time| Event(time, "m".into())).to_vec();
        let sorted = Sorted::of(events(), now, now - 3 * DAY);
        let expected = RejectedLogEventsInfo {
            too_new_log_event_start_index: Some(5),
            too_old_log_event_end_index: Some(1),
            expired_log_event_end_index: Some(2),
        };
        assert_eq!(sorted.rejected, Some(expected));
        assert_eq!(sorted.taken, events()[2..5]);
        let sorted = Sorted::of(events()[1..5].to_vec(), now, 0);
        assert_eq!((sorted.rejected, sorted.taken.len()), (None, 4));
    }
}
