//! `GetLogGroupFields`: what fields the events of a group have, and how many of them.

use std::collections::BTreeMap;

use ruststack_core::operation::Call;

use super::group_of;
use crate::{
    Logs,
    api::{GetLogGroupFieldsInput, GetLogGroupFieldsOutput, LogGroupField},
    error::LogsError,
    position::Position,
    query::record::discovered,
    reading::{Direction, Merge},
};

/// Events that are looked at.
const SAMPLE: usize = 1000;
/// Around a time, half of it before. Milliseconds.
const WINDOW: i64 = 16 * 60 * 1000;

pub(super) async fn get_log_group_fields(
    call: Call<Logs>,
    input: GetLogGroupFieldsInput,
) -> Result<GetLogGroupFieldsOutput, LogsError> {
    let group = group_of(call.scope(), input.log_group_name, input.log_group_identifier.as_deref())?;
    let now = call.now().millis();
    let (from, to) = match input.time {
        Some(seconds) => (seconds.saturating_mul(1000) - WINDOW / 2, seconds.saturating_mul(1000) + WINDOW / 2),
        None => (now - WINDOW, now),
    };
    let span = Position::of_time(from)..Position::after_time(to);
    let pieces = {
        let home = call.service().home(call.scope());
        let things = home.lock();
        let streams = things.group(&group)?.streams.values();
        streams.flat_map(|stream| stream.pieces_descending(0, &span, SAMPLE)).collect()
    };
    let (mut counts, mut total) = (BTreeMap::<String, usize>::new(), 0);
    for found in Merge::of(pieces, Direction::Descending).take(SAMPLE) {
        total += 1;
        let own = ["@ingestionTime", "@log", "@logStream", "@message", "@ptr", "@timestamp"].map(str::to_owned);
        for name in own.into_iter().chain(discovered(found.event().message()).into_keys()) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let percent = |count: usize| i32::try_from((count * 100).div_ceil(total.max(1))).unwrap_or(100);
    let fields =
        counts.into_iter().map(|(name, count)| LogGroupField { name: Some(name), percent: Some(percent(count)) });
    Ok(GetLogGroupFieldsOutput { log_group_fields: Some(fields.collect()) })
}
