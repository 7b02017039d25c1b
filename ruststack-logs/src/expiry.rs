//! Retention: what groups do not keep any longer goes when the clock says so. Readers leave it out even before.

use std::{sync::Arc, time::Duration};

use ruststack_core::{background::Waiting, clock::Timestamp, journal::Changes, scope::Scope, service::Runtime};
use tokio::sync::mpsc;

use crate::{Logs, home::Home, rows};

/// What came since the last round is looked at after that time at the latest.
const ROUND: Duration = Duration::from_secs(3600);

pub(crate) async fn work(logs: Arc<Logs>, runtime: Runtime, mut asked: mpsc::Receiver<Waiting>) {
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
