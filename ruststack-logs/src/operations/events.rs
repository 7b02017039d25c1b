//! Reading events: `GetLogEvents` of one stream, on and back; `FilterLogEvents` of many, by a pattern.

use std::ops::Range;

use ruststack_core::{operation::Call, page};

use super::{group_of, has_prefix};
use crate::{
    Logs,
    api::{
        FilterLogEventsInput, FilterLogEventsOutput, FilteredLogEvent, GetLogEventsInput, GetLogEventsOutput,
        OutputLogEvent,
    },
    error::{LogsError, invalid, invalid_token, no_such},
    filter_pattern::FilterPattern,
    group::Group,
    limits::{MAX_ANSWER_SIZE, MAX_ANSWERED_EVENTS, MAX_SCANNED_EVENTS},
    position::{Position, Token},
    reading::{Direction, Found, Merge, Piece},
    stream::Stream,
};

pub(super) async fn get_log_events(
    call: Call<Logs>,
    input: GetLogEventsInput,
) -> Result<GetLogEventsOutput, LogsError> {
    let group = group_of(call.scope(), input.log_group_name, input.log_group_identifier.as_deref())?;
    let token = input.next_token.as_deref().map(|token| Token::parse(token).ok_or_else(invalid_token));
    let token = token.transpose()?;
    let limit = limit(input.limit);
    let home = call.service().home(call.scope());
    let (span, direction, pieces) = {
        let things = home.lock();
        let found = things.group(&group)?;
        let stream = found.stream(&input.log_stream_name)?;
        let since = found.settings.retained_since(call.now().millis()).max(input.start_time.unwrap_or(0));
        // The end is no part of it.
        let until = input.end_time.map_or(Position::LAST, Position::of_time);
        let (span, direction) = aimed(Position::of_time(since)..until, token, input.start_from_head == Some(true));
        (span.clone(), direction, pieces(stream, &span, direction, limit))
    };
    let mut events = answered(Merge::of(pieces, direction), limit);
    if direction == Direction::Descending {
        events.reverse();
    }
    let gap = match token {
        Some(Token::Forward(gap) | Token::Backward(gap)) => gap,
        None => span.start,
    };
    Ok(GetLogEventsOutput {
        next_forward_token: Some(Token::Forward(events.last().map_or(gap, |last| last.position.next())).to_string()),
        next_backward_token: Some(Token::Backward(events.first().map_or(gap, |first| first.position)).to_string()),
        events: Some(events.iter().map(output).collect()),
    })
}

/// From where to where a request reads, and in which direction.
fn aimed(span: Range<Position>, token: Option<Token>, is_from_head: bool) -> (Range<Position>, Direction) {
    match token {
        Some(Token::Forward(gap)) => (span.start.max(gap)..span.end, Direction::Ascending),
        Some(Token::Backward(gap)) => (span.start..span.end.min(gap), Direction::Descending),
        None if is_from_head => (span, Direction::Ascending),
        None => (span, Direction::Descending),
    }
}

fn pieces(stream: &Stream, span: &Range<Position>, direction: Direction, count: usize) -> Vec<Piece> {
    match direction {
        Direction::Ascending => stream.pieces_ascending(0, span, count),
        Direction::Descending => stream.pieces_descending(0, span, count),
    }
}

fn limit(limit: Option<i32>) -> usize {
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_ANSWERED_EVENTS).min(MAX_ANSWERED_EVENTS)
}

/// As many as fit into an answer; at least one, if there is one.
fn answered(events: impl Iterator<Item = Found>, limit: usize) -> Vec<Found> {
    let mut size = 0;
    let fits = |found: &Found| {
        let is_first = size == 0;
        size += found.event().size();
        is_first || size <= MAX_ANSWER_SIZE
    };
    events.take(limit).take_while(fits).collect()
}

fn output(found: &Found) -> OutputLogEvent {
    OutputLogEvent {
        timestamp: Some(found.event().timestamp()),
        message: Some(found.event().message().to_owned()),
        ingestion_time: Some(found.ingested_at()),
    }
}

pub(super) async fn filter_log_events(
    call: Call<Logs>,
    input: FilterLogEventsInput,
) -> Result<FilterLogEventsOutput, LogsError> {
    let group = group_of(call.scope(), input.log_group_name.clone(), input.log_group_identifier.as_deref())?;
    let pattern = FilterPattern::parse(input.filter_pattern.as_deref().unwrap_or_default())?;
    let from = input.next_token.as_deref().map(|token| filter_token(token).ok_or_else(invalid_token)).transpose()?;
    let home = call.service().home(call.scope());
    let (names, pieces) = {
        let things = home.lock();
        let found = things.group(&group)?;
        let since = found.settings.retained_since(call.now().millis()).max(input.start_time.unwrap_or(0));
        let start = Position::of_time(since).max(from.unwrap_or(Position::FIRST));
        // The end is a part of it.
        let span = start..input.end_time.map_or(Position::LAST, Position::after_time);
        let streams = selected(found, &input)?;
        let pieces = streams.iter().enumerate().flat_map(|(source, stream)| stream.pieces(source, &span)).collect();
        (streams.iter().map(|stream| stream.about.clone()).collect::<Vec<_>>(), pieces)
    };
    let (events, rest) = filtered(Merge::of(pieces, Direction::Ascending), &pattern, limit(input.limit));
    let shown = |found: &Found| FilteredLogEvent {
        log_stream_name: Some(names[found.source].name.clone()),
        timestamp: Some(found.event().timestamp()),
        message: Some(found.event().message().to_owned()),
        ingestion_time: Some(found.ingested_at()),
        event_id: Some(found.position.event_id()),
    };
    Ok(FilterLogEventsOutput {
        events: Some(events.iter().map(shown).collect()),
        // AWS tells none since 2022.
        searched_log_streams: Some(Vec::new()),
        next_token: rest.map(|position| page::encode(&position.event_id())),
    })
}

fn filter_token(token: &str) -> Option<Position> {
    page::decode(token).ok().and_then(|id| Position::of_event_id(&id))
}

/// The streams that are asked for.
fn selected<'g>(group: &'g Group, input: &FilterLogEventsInput) -> Result<Vec<&'g Stream>, LogsError> {
    match (&input.log_stream_names, &input.log_stream_name_prefix) {
        (Some(_), Some(_)) => Err(invalid("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")),
        (Some(names), None) => {
            names.iter().map(|name| group.streams.get(name).ok_or_else(|| no_such("log stream"))).collect()
        }
        (None, prefix) => {
            Ok(group.streams.iter().filter(|(name, _)| has_prefix(name, prefix.as_ref())).map(|(_, s)| s).collect())
        }
    }
}

/// What matches, and where the next request goes on, if there is more to look at.
fn filtered(mut merge: Merge, pattern: &FilterPattern, limit: usize) -> (Vec<Found>, Option<Position>) {
    let (mut events, mut size, mut scanned) = (Vec::new(), 0, 0);
    for found in merge.by_ref() {
        if scanned >= MAX_SCANNED_EVENTS {
            return (events, Some(found.position));
        }
        scanned += 1;
        if !pattern.matches(found.event().message()) {
            continue;
        }
        size += found.event().size();
        let is_too_much = events.len() >= limit || (size > MAX_ANSWER_SIZE && !events.is_empty());
        if is_too_much {
            return (events, Some(found.position));
        }
        events.push(found);
    }
    (events, None)
}
