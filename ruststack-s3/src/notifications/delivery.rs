//! Carries what was told to whom it is for: queues, topics, functions and EventBridge by the bus, webhooks by HTTP.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Weak},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, header};
use parking_lot::Mutex;
use ruststack_core::{
    bus::{DeliveryError, Payload, Sender},
    clock::Timestamp,
    context::Context,
    outbox::{Courier, MAX_WAITING, Outbox, Sent},
};
use serde::{Deserialize, Serialize};

use super::{configuration::Destination, subject};

/// After a first failure; then twice as long each time.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(30);
/// After which a notification is given up.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// From then on nothing is tried again: requests would wait for destinations that do not answer.
const MAX_PATIENT: usize = MAX_WAITING / 2;
/// How long a webhook may take to answer.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a bucket's failures are told.
const COMPLAINT_PERIOD: Duration = Duration::from_secs(60);

/// Carries parcels, and complains of those that do not arrive.
pub(crate) struct Postman {
    outbox: Weak<Outbox<Self>>,
    complaints: Complaints,
}

impl Postman {
    pub(super) fn of(outbox: &Arc<Outbox<Self>>) -> Self {
        Self { outbox: Arc::downgrade(outbox), complaints: Complaints::default() }
    }
}

/// One event for one destination.
#[derive(Serialize, Deserialize, Debug)]
pub(crate) struct Parcel {
    pub(super) sender: Sender,
    pub(super) destination: Destination,
    pub(super) body: String,
}

#[derive(Debug)]
pub(crate) enum Failure {
    Delivery(DeliveryError),
    Webhook(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivery(error) => error.fmt(f),
            Self::Webhook(reason) => f.write_str(reason),
        }
    }
}

impl Failure {
    /// Whether the next try may end otherwise.
    fn may_pass(&self) -> bool {
        match self {
            Self::Delivery(DeliveryError::Refused(error)) => error.status().is_server_error(),
            Self::Delivery(_) => false,
            Self::Webhook(_) => true,
        }
    }
}

#[async_trait]
impl Courier for Postman {
    type Parcel = Parcel;
    type Failure = Failure;

    fn is_for_elsewhere(&self, parcel: &Parcel) -> bool {
        matches!(parcel.destination, Destination::Webhook(_))
    }

    async fn carry(&self, ctx: &Context, sent: Sent<'_, Parcel>) -> Result<(), Failure> {
        let Parcel { sender, destination, body } = sent.parcel;
        match destination {
            Destination::Queue(arn)
            | Destination::Topic(arn)
            | Destination::Function(arn)
            | Destination::EventBridge(arn) => {
                let trace_header = ctx.trace_id().map(str::to_owned);
                let payload = Payload { subject: subject(destination), trace_header, ..Payload::of(body.clone()) };
                let reply = ctx.bus().deliver(ctx, sender, arn, payload).await;
                reply.map(drop).map_err(Failure::Delivery)
            }
            Destination::Webhook(url) => post(ctx, url, body).await.map_err(Failure::Webhook),
        }
    }

    fn back_off(&self, ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) -> Option<Duration> {
        let is_late = ctx.now().since(sent.origin.posted_at()) >= PATIENCE;
        if is_late || !failure.may_pass() || self.outbox.upgrade().is_some_and(|outbox| outbox.len() > MAX_PATIENT) {
            return None;
        }
        self.complaints.complain(ctx, sent.parcel, failure, false);
        Some(FIRST_BACK_OFF.saturating_mul(1 << sent.attempts.min(16)).min(LONGEST_BACK_OFF))
    }

    async fn give_up(&self, ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) {
        self.complaints.complain(ctx, sent.parcel, failure, true);
    }
}

async fn post(ctx: &Context, url: &str, body: &str) -> Result<(), String> {
    let request = Request::post(url).header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Bytes::copy_from_slice(body.as_bytes())).map_err(|error| error.to_string())?;
    let answer = ctx.runtime().outbound.send(request, WEBHOOK_TIMEOUT).await.map_err(|error| error.to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("{url} answered {}", answer.status())) }
}

/// What the log says of notifications that do not arrive: of each bucket, one line a minute.
#[derive(Default)]
struct Complaints(Mutex<HashMap<String, Complaint>>);

#[derive(Default)]
struct Complaint {
    told: Option<Timestamp>,
    /// Since then.
    lost: usize,
}

impl Complaints {
    fn complain(&self, ctx: &Context, parcel: &Parcel, failure: &Failure, is_lost: bool) {
        let bucket = parcel.sender.source.resource();
        let Some(lost) = self.count(bucket, ctx.now(), is_lost) else { return };
        let destination = parcel.destination.name();
        tracing::warn!(bucket, destination, lost, cause = %failure, "notifications of a bucket do not arrive");
    }

    /// How many were lost, if it is time to tell it.
    fn count(&self, bucket: &str, now: Timestamp, is_lost: bool) -> Option<usize> {
        let mut complaints = self.0.lock();
        if !complaints.contains_key(bucket) {
            let is_recent = |told: Timestamp| now.since(told) < COMPLAINT_PERIOD;
            complaints.retain(|_, complaint| complaint.lost > 0 || complaint.told.is_some_and(is_recent));
        }
        let complaint = complaints.entry(bucket.to_owned()).or_default();
        complaint.lost += usize::from(is_lost);
        if complaint.told.is_some_and(|told| now.since(told) < COMPLAINT_PERIOD) {
            return None;
        }
        complaint.told = Some(now);
        Some(std::mem::take(&mut complaint.lost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_complained_of_once_a_minute() {
        let complaints = Complaints::default();
        let at = Timestamp::from_seconds;
        assert_eq!(complaints.count("a", at(0), true), Some(1));
        assert_eq!(complaints.count("a", at(59), true), None);
        assert_eq!(complaints.count("b", at(59), false), Some(0));
        assert_eq!(complaints.count("a", at(60), true), Some(2));
        assert_eq!(complaints.count("a", at(130), false), Some(0));
    }
}
