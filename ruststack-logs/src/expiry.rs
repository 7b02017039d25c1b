//! Retention: what groups do not keep any longer goes when the clock says so. Readers leave it out even before.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use ruststack_core::{clock::Timestamp, journal::Changes, scope::Scope, service::Runtime};
use tokio::sync::{mpsc, oneshot};

use crate::{Logs, home::Home, rows};

/// How many may wait for a round before others wait to be let in.
const MAX_WAITING: usize = 16;
/// What came since the last round is looked at after that time at the latest.
const ROUND: Duration = Duration::from_secs(3600);

/// Reaches the task from outside.
#[derive(Default)]
pub(crate) struct Expiry {
    asked: OnceLock<mpsc::Sender<oneshot::Sender<()>>>,
}

impl Expiry {
    pub(crate) fn start(&self, logs: &Arc<Logs>, runtime: &Runtime) {
        let (sender, asked) = mpsc::channel(MAX_WAITING);
        if self.asked.set(sender).is_ok() {
            runtime.tasks.spawn(work(Arc::clone(logs), runtime.clone(), asked));
        }
    }

    /// Returns when what is due is done; at once where there is no task.
    pub(crate) async fn hurry(&self) {
        let Some(task) = self.asked.get() else { return };
        let (waiting, done) = oneshot::channel();
        if task.send(waiting).await.is_ok() {
            // An error says that the round is over, as an answer would.
            drop(done.await);
        }
    }
}

async fn work(logs: Arc<Logs>, runtime: Runtime, mut asked: mpsc::Receiver<oneshot::Sender<()>>) {
    loop {
        let latest = runtime.clock.now().plus(ROUND);
        let next = logs.homes().iter().filter_map(|(_, home)| next_expiry(home)).min();
        let waiting = tokio::select! {
            waiting = asked.recv() => match waiting {
                Some(waiting) => Some(waiting),
                None => return,
            },
            () = runtime.clock.sleep_until(next.unwrap_or(latest).min(latest)) => None,
        };
        for (scope, home) in logs.homes() {
            expire(&runtime, &scope, &home);
        }
        // Dropping it tells whoever waits.
        drop(waiting);
    }
}

fn next_expiry(home: &Home) -> Option<Timestamp> {
    let next = home.lock().groups.values().filter_map(|group| group.next_expiry()).min();
    next.map(Timestamp::from_millis)
}

/// What a disk that takes nothing would not let go goes in a later round.
fn expire(runtime: &Runtime, scope: &Scope, home: &Home) {
    let changes = Changes::of(Arc::clone(&runtime.journal));
    let Ok(_section) = changes.begin() else { return };
    let now = runtime.clock.now().millis();
    for (name, group) in &mut home.lock().groups {
        let removed = group.expire(now);
        changes.record(|rows| rows::remove_batches(rows, scope, name, &removed));
    }
}
