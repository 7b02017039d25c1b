//! From subscription filters to their destinations, in the form in which AWS sends events: JSON, compressed.

use std::{fmt, io::Write as _, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Payload, Sender},
    context::Context,
    outbox::{Courier, Sent},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Logs, batch::Batch, group::group_arn};

/// How often a delivery that may go better is tried again.
const MAX_ATTEMPTS: u32 = 10;
/// The longest pause between two tries.
const MAX_BACK_OFF: Duration = Duration::from_secs(600);

/// Events of one stream for one subscriber.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// On whose behalf: `…:log-group:name:*`.
    source_arn: String,
    target_arn: String,
    filter: String,
    stream: String,
    /// As JSON, not yet compressed.
    data: String,
}

impl Parcel {
    /// Of the events of a batch that stand at these places.
    pub(crate) fn of(
        scope: &Scope,
        (group, stream): (&str, &str),
        (filter, target_arn): (&str, &str),
        (batch, places): (&Batch, &[usize]),
    ) -> Self {
        let shown = |at: &usize| {
            let event = &batch.events[*at];
            json!({"id": batch.position(*at).event_id(), "timestamp": event.timestamp(), "message": event.message()})
        };
        let data = json!({
            "messageType": "DATA_MESSAGE",
            "owner": scope.account.to_string(),
            "logGroup": group,
            "logStream": stream,
            "subscriptionFilters": [filter],
            "logEvents": places.iter().map(shown).collect::<Vec<_>>(),
        });
        Self {
            source_arn: format!("{}:*", group_arn(scope, group)),
            target_arn: target_arn.to_owned(),
            filter: filter.to_owned(),
            stream: stream.to_owned(),
            data: data.to_string(),
        }
    }

    /// Events of a stream come in their order.
    pub(crate) fn lane(&self) -> String {
        format!("{}/{}/{}", self.source_arn, self.filter, self.stream)
    }

    /// Functions are given JSON, others the bytes themselves.
    fn payload(&self, target: &Arn) -> Result<Payload, Failure> {
        let compressed = compressed(self.data.as_bytes()).map_err(|error| Failure::lasting(error.to_string()))?;
        Ok(Payload::of(match target.service() {
            "lambda" => Bytes::from(json!({"awslogs": {"data": STANDARD.encode(compressed)}}).to_string()),
            _ => Bytes::from(compressed),
        }))
    }
}

fn compressed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Why events did not arrive.
#[derive(Clone, Debug)]
pub struct Failure {
    message: String,
    /// Whether another try may go better.
    is_passing: bool,
}

impl Failure {
    fn lasting(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_passing: false }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<DeliveryError> for Failure {
    fn from(error: DeliveryError) -> Self {
        let is_passing = match &error {
            DeliveryError::Refused(refused) => refused.status().is_server_error() || refused.status().as_u16() == 429,
            _ => false,
        };
        Self { message: error.to_string(), is_passing }
    }
}

#[async_trait]
impl Courier for Logs {
    type Parcel = Parcel;
    type Failure = Failure;

    async fn carry(&self, ctx: &Context, sent: Sent<'_, Parcel>) -> Result<(), Failure> {
        let target = parse(&sent.parcel.target_arn)?;
        let sender = Sender::of("logs", &parse(&sent.parcel.source_arn)?);
        let payload = sent.parcel.payload(&target)?;
        ctx.bus().deliver(ctx, &sender, &target, payload).await?;
        Ok(())
    }

    fn back_off(&self, _ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) -> Option<Duration> {
        let is_worth_it = failure.is_passing && sent.attempts < MAX_ATTEMPTS;
        is_worth_it.then(|| Duration::from_secs(1 << sent.attempts.min(10)).min(MAX_BACK_OFF))
    }

    async fn give_up(&self, _ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) {
        let Parcel { source_arn, target_arn, filter, .. } = sent.parcel;
        tracing::warn!(source_arn, target_arn, filter, %failure, "log events for a subscriber were dropped");
    }
}

fn parse(arn: &str) -> Result<Arn, Failure> {
    arn.parse().map_err(|_| Failure::lasting(format!("{arn} is no ARN")))
}
