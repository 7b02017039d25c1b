//! Replays: `StartReplay`, `CancelReplay`, `DescribeReplay`, `ListReplays`.

use std::sync::Arc;

use ruststack_core::{arn::Arn, operation::Call};

use super::{Page, has_prefix};
use crate::{
    Events, access,
    api::{
        CancelReplayInput, CancelReplayOutput, DescribeReplayInput, DescribeReplayOutput, ListReplaysInput,
        ListReplaysOutput, ReplayDestination, StartReplayInput, StartReplayOutput,
    },
    error::{EventsError, exists, invalid_parameter, not_an_arn},
    home::Things,
    limits::{MAX_ACTIVE_REPLAYS, MAX_REMEMBERED_REPLAYS},
    names::BusName,
    replay::{Replay, ReplayState},
    rows,
};

pub(super) async fn start_replay(
    call: Call<Events>,
    input: StartReplayInput,
) -> Result<StartReplayOutput, EventsError> {
    access::check_own(&call, "replay", &input.replay_name)?;
    if input.event_start_time >= input.event_end_time {
        return Err(invalid_parameter("EventEndTime", "EventStartTime must be before EventEndTime."));
    }
    let archive: Arn = input.event_source_arn.parse().map_err(|_| not_an_arn(&input.event_source_arn))?;
    let archive = archive.resource().strip_prefix("archive/").unwrap_or_default().to_owned();
    let bus = BusName::of(Some(&input.destination.arn), call.scope())?;
    let replay = Replay {
        name: input.replay_name,
        description: input.description,
        archive,
        archive_arn: input.event_source_arn,
        bus: bus.name.clone(),
        bus_arn: input.destination.arn,
        filter_arns: input.destination.filter_arns.filter(|arns| !arns.is_empty()),
        event_start: input.event_start_time,
        event_end: input.event_end_time,
        state: ReplayState::Starting,
        state_reason: None,
        started_at: call.now(),
        ended_at: None,
        last_replayed: None,
    };
    let output = StartReplayOutput {
        replay_arn: Some(replay.arn(call.scope())),
        state: Some(replay.state.as_str().to_owned()),
        state_reason: None,
        replay_start_time: Some(replay.started_at),
    };
    call.service().change(call.ctx(), call.scope(), |things| {
        check(things, &replay, &bus, &call)?;
        let forgotten = forgotten(things);
        forgotten.iter().for_each(|name| drop(things.replays.remove(name)));
        call.ctx().changes().record(|rows| {
            rows::put_replay(rows, call.scope(), &replay);
            forgotten.iter().for_each(|name| rows::remove_replay(rows, call.scope(), name));
        });
        things.replays.insert(replay.name.clone(), Arc::new(replay));
        Ok(())
    })?;
    call.service().clockwork.wind();
    Ok(output)
}

/// Events go back to the bus that they came from.
fn check(things: &Things, replay: &Replay, bus: &BusName, call: &Call<Events>) -> Result<(), EventsError> {
    if bus.scope == *call.scope() {
        things.bus(&bus.name)?;
    }
    let Some(entry) = things.archives.get(&replay.archive) else {
        let reason = format!("Archive {} does not exist.", replay.archive);
        return Err(invalid_parameter("EventSourceArn", &reason));
    };
    if entry.archive.source_arn != replay.bus_arn {
        return Err(invalid_parameter("Destination.Arn", "Cross event bus replay is not permitted."));
    }
    if things.replays.contains_key(&replay.name) {
        return Err(exists(format!("Replay {} already exists.", replay.name)));
    }
    let active = things.replays.values().filter(|replay| replay.state.is_active()).count();
    if active >= MAX_ACTIVE_REPLAYS { Err(EventsError::LimitExceededException {}) } else { Ok(()) }
}

/// The oldest replays that are over, when there are too many.
fn forgotten(things: &Things) -> Vec<String> {
    let mut over: Vec<_> = things.replays.values().filter(|replay| !replay.state.is_pending()).collect();
    over.sort_by_key(|replay| replay.started_at);
    let too_many = over.len().saturating_sub(MAX_REMEMBERED_REPLAYS);
    over.into_iter().take(too_many).map(|replay| replay.name.clone()).collect()
}

pub(super) async fn cancel_replay(
    call: Call<Events>,
    input: CancelReplayInput,
) -> Result<CancelReplayOutput, EventsError> {
    access::check_own(&call, "replay", &input.replay_name)?;
    call.service().change(call.ctx(), call.scope(), |things| {
        let mut replay = Replay::clone(things.replay(&input.replay_name)?);
        if !replay.state.is_active() {
            return Err(EventsError::IllegalStatusException { replay: replay.name });
        }
        replay.state = ReplayState::Cancelling;
        call.ctx().changes().record(|rows| rows::put_replay(rows, call.scope(), &replay));
        let output = CancelReplayOutput {
            replay_arn: Some(replay.arn(call.scope())),
            state: Some(replay.state.as_str().to_owned()),
            state_reason: None,
        };
        things.replays.insert(replay.name.clone(), Arc::new(replay));
        Ok(output)
    })
}

pub(super) async fn describe_replay(
    call: Call<Events>,
    input: DescribeReplayInput,
) -> Result<DescribeReplayOutput, EventsError> {
    access::check_own(&call, "replay", &input.replay_name)?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let replay = things.replay(&input.replay_name)?;
    let listed = replay.listed();
    Ok(DescribeReplayOutput {
        replay_name: listed.replay_name,
        replay_arn: Some(replay.arn(call.scope())),
        description: replay.description.clone(),
        state: listed.state,
        state_reason: listed.state_reason,
        event_source_arn: listed.event_source_arn,
        destination: Some(ReplayDestination { arn: replay.bus_arn.clone(), filter_arns: replay.filter_arns.clone() }),
        event_start_time: listed.event_start_time,
        event_end_time: listed.event_end_time,
        event_last_replayed_time: listed.event_last_replayed_time,
        replay_start_time: listed.replay_start_time,
        replay_end_time: listed.replay_end_time,
    })
}

pub(super) async fn list_replays(
    call: Call<Events>,
    input: ListReplaysInput,
) -> Result<ListReplaysOutput, EventsError> {
    access::check_account(&call)?;
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    let replays = things.replays.values().filter(|replay| {
        has_prefix(&replay.name, input.name_prefix.as_ref())
            && input.state.as_deref().is_none_or(|state| replay.state.as_str() == state)
            && input.event_source_arn.as_ref().is_none_or(|arn| replay.archive_arn == *arn)
    });
    let (replays, next_token) = page.take(replays.map(|replay| (replay.name.clone(), replay.listed())));
    Ok(ListReplaysOutput { replays: Some(replays), next_token })
}
