//! Replays, from starting to their end.

use std::sync::Arc;

use ruststack_core::{clock::Timestamp, scope::Scope, service::Runtime};

use super::context;
use crate::{
    Events,
    archive::Archived,
    event::Event,
    home::Home,
    limits::REPLAY_DELAY,
    replay::{Replay, ReplayState},
    rows,
};

/// When something is to do for a replay.
pub(super) fn due(replay: &Replay) -> Option<Timestamp> {
    replay.state.is_pending().then(|| replay.started_at.plus(REPLAY_DELAY))
}

/// Does what is due; all that is to do, if somebody waits for it.
pub(super) async fn go_on(events: &Events, runtime: &Runtime, scope: &Scope, home: &Home, is_hurried: bool) {
    let now = runtime.clock.now();
    let pending: Vec<String> = {
        let things = home.lock();
        let is_due = |replay: &&Arc<Replay>| due(replay).is_some_and(|due| is_hurried || due <= now);
        things.replays.values().filter(is_due).map(|replay| replay.name.clone()).collect()
    };
    for name in pending {
        run(events, runtime, scope, home, &name).await;
    }
}

async fn run(events: &Events, runtime: &Runtime, scope: &Scope, home: &Home, name: &str) {
    let begun = change(runtime, scope, home, name, |replay| match replay.state {
        ReplayState::Cancelling => replay.end(ReplayState::Cancelled, runtime.clock.now()),
        _ => replay.state = ReplayState::Running,
    });
    let Some(replay) = begun.filter(|replay| replay.state == ReplayState::Running) else { return };
    for archived in chosen(home, &replay) {
        events.outbox.room().await;
        let is_running = home.lock().replays.get(name).is_some_and(|replay| replay.state == ReplayState::Running);
        if !is_running {
            break;
        }
        send_again(events, runtime, scope, &replay, &archived);
        change(runtime, scope, home, name, |replay| replay.last_replayed = Some(archived.at));
    }
    change(runtime, scope, home, name, |replay| {
        let is_cancelled = replay.state == ReplayState::Cancelling;
        let state = if is_cancelled { ReplayState::Cancelled } else { ReplayState::Completed };
        replay.end(state, runtime.clock.now());
    });
}

/// The archived events of the replay's time.
fn chosen(home: &Home, replay: &Replay) -> Vec<Arc<Archived>> {
    let things = home.lock();
    let entry = things.archives.get(&replay.archive);
    let archived = entry.into_iter().flat_map(|entry| &entry.events).map(|(_, archived)| archived);
    // Times of events are told in seconds.
    let (start, end) = (replay.event_start.truncated_to_seconds(), replay.event_end);
    archived.filter(|archived| start <= archived.at && archived.at <= end).cloned().collect()
}

fn send_again(events: &Events, runtime: &Runtime, scope: &Scope, replay: &Replay, archived: &Archived) {
    let Ok(mut event) = serde_json::from_str::<Event>(&archived.event) else { return };
    event.replay_name = Some(replay.name.clone());
    let ctx = context(runtime, scope);
    // A disk that takes nothing loses what was to be sent; the log says so.
    let Ok(_section) = ctx.changes().begin() else { return };
    events.take_again(&ctx, scope, &replay.bus, &event, replay.filter_arns.as_deref());
}

fn change(
    runtime: &Runtime,
    scope: &Scope,
    home: &Home,
    name: &str,
    change: impl FnOnce(&mut Replay),
) -> Option<Arc<Replay>> {
    let ctx = context(runtime, scope);
    let _section = ctx.changes().begin().ok()?;
    let mut things = home.lock();
    let replay = things.replays.get_mut(name)?;
    change(Arc::make_mut(replay));
    ctx.changes().record(|rows| rows::put_replay(rows, scope, replay));
    Some(Arc::clone(replay))
}
