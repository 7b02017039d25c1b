//! `StartLiveTail`: what is written from now on, as it comes. `live_tail.rs` is the answer.

use ruststack_core::operation::Call;

use super::group_identified;
use crate::{
    Logs,
    api::{LiveTailSessionStart, StartLiveTailInput, StartLiveTailOutput},
    error::{LogsError, invalid},
    filter_pattern::FilterPattern,
    live_tail::Watched,
};

pub(super) async fn start_live_tail(
    call: Call<Logs>,
    input: StartLiveTailInput,
) -> Result<StartLiveTailOutput, LogsError> {
    let identifiers = input.log_group_identifiers.iter();
    let groups: Vec<String> =
        identifiers.map(|identifier| group_identified(call.scope(), identifier)).collect::<Result<_, _>>()?;
    let has_streams = input.log_stream_names.is_some() || input.log_stream_name_prefixes.is_some();
    if has_streams && groups.len() != 1 {
        return Err(invalid("Log streams can only be named with one log group."));
    }
    {
        let home = call.service().home(call.scope());
        let things = home.lock();
        groups.iter().try_for_each(|group| things.group(group).map(drop))?;
    }
    let watched = Watched {
        scope: call.scope().clone(),
        groups,
        streams: input.log_stream_names.clone().unwrap_or_default(),
        prefixes: input.log_stream_name_prefixes.clone().unwrap_or_default(),
        pattern: FilterPattern::parse(input.log_event_filter_pattern.as_deref().unwrap_or_default())?,
    };
    let start = LiveTailSessionStart {
        request_id: Some(call.ctx().request_id().to_owned()),
        session_id: Some(call.ids().uuid()),
        log_group_identifiers: Some(input.log_group_identifiers),
        log_stream_names: input.log_stream_names,
        log_stream_name_prefixes: input.log_stream_name_prefixes,
        log_event_filter_pattern: input.log_event_filter_pattern,
    };
    call.service().tails.begin(call.ctx().request_id(), watched, start)?;
    Ok(StartLiveTailOutput { response_stream: None })
}
