//! What the clock sets going: schedules of rules, and replays.

mod replaying;

use std::sync::Arc;

use ruststack_core::{
    background::{self, Waiting, Worker},
    clock::Timestamp,
    context::Context,
    scope::Scope,
    service::Runtime,
};
use tokio::sync::{Notify, mpsc};

use crate::{Events, SPEC, home::Home, limits::MAX_MISSED, rule::Rule};

/// Reaches the task from outside.
#[derive(Default)]
pub(crate) struct Clockwork {
    worker: Worker,
    /// Something is due at another time than it was.
    wound: Notify,
}

impl Clockwork {
    /// Begins; what was due while nothing ran is not sent.
    pub(crate) fn start(&self, events: &Arc<Events>, runtime: &Runtime) {
        if let Some(asked) = self.worker.begin() {
            skip_missed(events, runtime.clock.now());
            runtime.tasks.spawn(work(Arc::clone(events), runtime.clone(), asked));
        }
    }

    /// Tells that something is due at another time.
    pub(crate) fn wind(&self) {
        self.wound.notify_one();
    }

    /// Returns when what is due is done; at once where there is no task.
    pub(crate) async fn hurry(&self) {
        self.worker.hurry().await;
    }
}

fn skip_missed(events: &Events, now: Timestamp) {
    for (_, home) in events.homes() {
        for entry in home.lock().buses.values_mut() {
            for rule in entry.rules.values_mut().filter(|rule| rule.schedule.is_some()) {
                Arc::make_mut(rule).sent_until = Some(now);
            }
        }
    }
}

async fn work(events: Arc<Events>, runtime: Runtime, mut asked: mpsc::Receiver<Waiting>) {
    loop {
        let due = events.homes().iter().filter_map(|(_, home)| next_due(home)).min();
        let due = async {
            match due {
                Some(due) => runtime.clock.sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        let waiting = tokio::select! {
            waiting = asked.recv() => match waiting {
                Some(waiting) => Some(waiting),
                None => return,
            },
            () = events.clockwork.wound.notified() => None,
            () = due => None,
        };
        for (scope, home) in events.homes() {
            fire_rules(&events, &runtime, &scope, &home);
            replaying::go_on(&events, &runtime, &scope, &home, waiting.is_some()).await;
        }
        // Dropping it tells whoever waits.
        drop(waiting);
    }
}

fn next_due(home: &Home) -> Option<Timestamp> {
    let things = home.lock();
    let rules = things.rules().filter_map(|rule| rule.due());
    let replays = things.replays.values().filter_map(|replay| replaying::due(replay));
    rules.chain(replays).min()
}

/// Sends what schedules are due to send.
fn fire_rules(events: &Events, runtime: &Runtime, scope: &Scope, home: &Home) {
    let now = runtime.clock.now();
    let ctx = context(runtime, scope);
    // A disk that takes nothing loses what was due.
    let Ok(_section) = ctx.changes().begin() else { return };
    let mut things = home.lock();
    for entry in things.buses.values_mut() {
        for rule in entry.rules.values_mut().filter(|rule| rule.due().is_some_and(|due| due <= now)) {
            for at in missed(rule, now) {
                events.fire(&ctx, scope, rule, at);
            }
            Arc::make_mut(rule).sent_until = Some(now);
        }
    }
}

/// The last times up to now at which the rule was to send something.
fn missed(rule: &Rule, now: Timestamp) -> Vec<Timestamp> {
    let (Some(schedule), first) = (&rule.schedule, rule.due()) else { return Vec::new() };
    let times = std::iter::successors(first, |at| schedule.next(rule.since, *at));
    let mut times: Vec<Timestamp> = times.take_while(|at| *at <= now).take(MAX_MISSED).collect();
    times.dedup();
    times
}

/// In the name of the account.
pub(crate) fn context(runtime: &Runtime, scope: &Scope) -> Context {
    background::context(&SPEC, scope.clone(), runtime)
}
