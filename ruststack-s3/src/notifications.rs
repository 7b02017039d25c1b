//! Event notifications: who is told of what happens to a bucket's objects.
//!
//! `notifications/configuration.rs` is what a bucket was told, `document.rs` reads and writes it, `validation.rs` says
//! whether it is such as AWS takes; `event.rs` is what happened, which `record.rs` and `event_bridge.rs` put into JSON,
//! and `delivery.rs` carries that.

pub(crate) mod configuration;
mod delivery;
pub(crate) mod document;
pub(crate) mod event;
mod event_bridge;
mod record;
mod sequencer;
pub(crate) mod validation;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use ruststack_core::{context::Context, outbox::Outbox, service::Runtime};

use self::{
    configuration::{Destination, encoded_key},
    delivery::{Parcel, Postman},
    event::{Event, Happened},
    sequencer::Sequencer,
};
use crate::{
    S3,
    bucket::{Bucket, Settings},
    object::Version,
    rows,
};

/// Which version of the records is sent (`eventVersion`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventVersion {
    /// 2.5, that of all events since 2026.
    Current,
    /// 2.1, 2.2 or 2.3, as the event was before.
    Legacy,
}

/// What waits to be told.
pub(crate) struct Notifications {
    /// Some bucket has notifications: until then a request costs no more than to find that out.
    is_on: AtomicBool,
    pub(crate) outbox: Arc<Outbox<Postman>>,
    pub(crate) sequencer: Sequencer,
    postman: Arc<Postman>,
}

impl Default for Notifications {
    fn default() -> Self {
        let outbox = Arc::new(Outbox::new(&rows::NOTIFICATIONS));
        let postman = Arc::new(Postman::of(&outbox));
        Self { is_on: AtomicBool::new(false), outbox, sequencer: Sequencer::default(), postman }
    }
}

impl Notifications {
    /// Begins to carry what waits.
    pub(crate) fn start(&self, runtime: &Runtime) {
        self.outbox.start(&self.postman, runtime);
    }

    /// A bucket has some.
    pub(crate) fn switch_on(&self) {
        self.is_on.store(true, Ordering::Release);
    }

    /// Returns when there is room for what a request may cause.
    pub(crate) async fn room(&self) {
        if self.is_on.load(Ordering::Acquire) {
            self.outbox.room().await;
        }
    }
}

impl S3 {
    /// Tells of an event whomever the bucket's notifications name. Call it in the section, and under the lock, of the
    /// change that causes it; `version` is what was written, changed or removed.
    pub(crate) fn notify(&self, ctx: &Context, bucket: &Bucket, event: &Event, key: &str, version: &Version) {
        let settings = bucket.settings.read();
        if settings.configurations.notifies() {
            self.post(ctx, bucket, &settings, event, key, version);
        }
    }

    fn post(&self, ctx: &Context, bucket: &Bucket, settings: &Settings, event: &Event, key: &str, version: &Version) {
        let encoded = encoded_key(key);
        let wanted = |it: &&configuration::Notification| it.wants(event, key, &encoded);
        let mut wanted = settings.configurations.notifications.iter().filter(wanted).peekable();
        let notifies_event_bridge = settings.configurations.notifies_event_bridge;
        if wanted.peek().is_none() && !notifies_event_bridge {
            return;
        }
        let generated = settings.tags.iter().filter(|(key, _)| key.starts_with("aws:")).cloned().collect();
        let sequence = || self.notifications.sequencer.next(ctx.now(), ctx.changes());
        let happened = Happened::new(ctx, bucket, event, key, version, sequence).with_generated_tags(generated);
        let (sender, event_version) = (validation::sender(bucket), self.config.event_version);
        let post = |id: &str, destination: Destination, body: String| {
            let lane = format!("{}/{key} {id}", bucket.name);
            self.notifications.outbox.post(ctx, &lane, Parcel { sender: sender.clone(), destination, body });
        };
        for it in wanted {
            post(&it.id, it.destination.clone(), record::message(&happened, &it.id, event_version));
        }
        if notifies_event_bridge && let Some(body) = event_bridge::event(&happened, event_version) {
            post("", default_bus(bucket), body);
        }
    }
}

/// The bucket's owner's, in the bucket's region.
fn default_bus(bucket: &Bucket) -> Destination {
    let Bucket { region, owner, .. } = bucket;
    let arn = format!("arn:{}:events:{region}:{owner}:event-bus/default", region.partition());
    Destination::EventBridge(arn.parse().expect("it is written as one"))
}

/// Of messages to topics.
fn subject(destination: &Destination) -> Option<String> {
    matches!(destination, Destination::Topic(_)).then(|| "Amazon S3 Notification".to_owned())
}
