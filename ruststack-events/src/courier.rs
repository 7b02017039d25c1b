//! From rules to their targets: tried until they take the event, or until the retry policy is exhausted; then to the
//! target's dead-letter queue.

use std::{collections::BTreeMap, fmt, time::Duration};

use async_trait::async_trait;
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, MessageAttribute, MessageAttributeValue, Payload, Sender},
    context::Context,
    ids::Ids,
    outbox::{Courier, Sent},
};
use serde::{Deserialize, Serialize};

use crate::{
    Events,
    api::Target,
    invocation,
    limits::{DEFAULT_EVENT_AGE, DEFAULT_RETRIES, MAX_BACK_OFF},
};

/// An event for a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parcel {
    pub(crate) rule_arn: String,
    pub(crate) target: Target,
    /// As JSON.
    pub(crate) event: String,
    /// What the target is given, where that is not the event itself.
    pub(crate) body: Option<String>,
    /// The trace that the event is part of.
    pub(crate) trace: Option<String>,
}

impl Parcel {
    /// Events come to a target here in the order in which they came to the bus, though AWS does not promise that; those
    /// for elsewhere do not wait for each other.
    pub(crate) fn lane(&self, ids: &Ids) -> String {
        let target = format!("{}/{}", self.rule_arn, self.target.id);
        if self.is_for_elsewhere() { format!("{target}/{}", ids.number()) } else { target }
    }

    pub(crate) fn body(&self) -> &str {
        self.body.as_deref().unwrap_or(&self.event)
    }

    /// Whether it leaves this process.
    fn is_for_elsewhere(&self) -> bool {
        self.target.arn.contains(":api-destination/")
    }

    fn payload(&self) -> Payload {
        let group_id = self.target.sqs_parameters.as_ref().and_then(|parameters| parameters.message_group_id.clone());
        Payload { group_id, trace_header: self.trace.clone(), ..Payload::of(self.body().to_owned()) }
    }
}

/// Why an event did not arrive, in the words of dead-letter queues.
#[derive(Clone, Debug)]
pub struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Whether another try may go better.
    pub(crate) is_passing: bool,
}

impl Failure {
    pub(crate) fn lasting(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), is_passing: false }
    }

    pub(crate) fn passing(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), is_passing: true }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl From<DeliveryError> for Failure {
    fn from(error: DeliveryError) -> Self {
        let message = error.to_string();
        match error {
            DeliveryError::NotATarget(_) | DeliveryError::NoSuchResource(_) => Self::lasting("NO_RESOURCE", message),
            DeliveryError::Denied(_) => Self::lasting("NO_PERMISSIONS", message),
            DeliveryError::TooManyHops(_) => Self::lasting("INTERNAL_ERROR", message),
            DeliveryError::Refused(refused) if refused.status().is_server_error() => {
                Self::passing("INTERNAL_ERROR", refused.message().to_owned())
            }
            DeliveryError::Refused(refused) => Self::lasting("SDK_CLIENT_ERROR", refused.message().to_owned()),
        }
    }
}

#[async_trait]
impl Courier for Events {
    type Parcel = Parcel;
    type Failure = Failure;

    fn is_for_elsewhere(&self, parcel: &Parcel) -> bool {
        parcel.is_for_elsewhere()
    }

    /// A destination's rate holds its events back, but not for longer than they may live.
    fn pause(&self, ctx: &Context, sent: Sent<'_, Parcel>) -> Option<Duration> {
        if !sent.parcel.is_for_elsewhere() {
            return None;
        }
        let left = max_age(sent).saturating_sub(ctx.now().since(sent.origin.posted_at()));
        invocation::pause(self, ctx, sent.parcel).map(|pause| pause.min(left))
    }

    async fn carry(&self, ctx: &Context, sent: Sent<'_, Parcel>) -> Result<(), Failure> {
        let parcel = sent.parcel;
        if parcel.is_for_elsewhere() {
            if ctx.now().since(sent.origin.posted_at()) >= max_age(sent) {
                return Err(Failure::passing("THROTTLING", "the destination's rate let it not be called in time"));
            }
            return invocation::invoke(self, ctx, parcel).await;
        }
        let target = parse(&parcel.target.arn)?;
        let sender = Sender::of("events", &parse(&parcel.rule_arn)?);
        ctx.bus().deliver(ctx, &sender, &target, parcel.payload()).await?;
        Ok(())
    }

    fn back_off(&self, ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) -> Option<Duration> {
        let is_worth_it = failure.is_passing && exhausted(ctx, sent).is_none();
        is_worth_it.then(|| Duration::from_secs(1 << sent.attempts.min(10)).min(MAX_BACK_OFF))
    }

    async fn give_up(&self, ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) {
        let (rule, target) = (&sent.parcel.rule_arn, &sent.parcel.target.arn);
        let queue = sent.parcel.target.dead_letter_config.as_ref().and_then(|config| config.arn.as_deref());
        let Some(queue) = queue else {
            tracing::warn!(rule, target, %failure, "an event could not be delivered and was dropped");
            return;
        };
        let result = match (queue.parse::<Arn>(), rule.parse::<Arn>()) {
            (Ok(queue), Ok(rule)) => {
                let payload = dead_letter(ctx, sent, failure);
                ctx.bus().deliver(ctx, &Sender::of("events", &rule), &queue, payload).await.map_err(|e| e.to_string())
            }
            _ => Err("its ARN cannot be read".to_owned()),
        };
        if let Err(error) = result {
            tracing::warn!(rule, target, queue, %failure, error, "an event and its dead-letter queue were lost");
        }
    }
}

fn parse(arn: &str) -> Result<Arn, Failure> {
    arn.parse().map_err(|_| Failure::lasting("INVALID_PARAMETER", format!("{arn} is no ARN")))
}

fn max_age(sent: Sent<'_, Parcel>) -> Duration {
    let policy = sent.parcel.target.retry_policy.as_ref();
    let seconds = policy.and_then(|policy| policy.maximum_event_age_in_seconds).and_then(|age| age.try_into().ok());
    seconds.map_or(DEFAULT_EVENT_AGE, Duration::from_secs)
}

/// What of the target's retry policy does not allow another try.
fn exhausted(ctx: &Context, sent: Sent<'_, Parcel>) -> Option<&'static str> {
    let policy = sent.parcel.target.retry_policy.as_ref();
    let retries = policy.and_then(|policy| policy.maximum_retry_attempts).and_then(|count| count.try_into().ok());
    if sent.attempts >= retries.unwrap_or(DEFAULT_RETRIES) {
        Some("MaximumRetryAttempts")
    } else if ctx.now().since(sent.origin.posted_at()) >= max_age(sent) {
        Some("MaximumEventAgeInSeconds")
    } else {
        None
    }
}

/// The event, and beside it why it did not arrive.
fn dead_letter(ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) -> Payload {
    let Parcel { rule_arn, target, event, .. } = sent.parcel;
    let text = |text: &str| MessageAttribute {
        data_type: "String".to_owned(),
        value: MessageAttributeValue::Text(text.to_owned()),
    };
    let mut attributes = BTreeMap::from([
        ("RULE_ARN".to_owned(), text(rule_arn)),
        ("TARGET_ARN".to_owned(), text(&target.arn)),
        ("ERROR_CODE".to_owned(), text(failure.code)),
        ("ERROR_MESSAGE".to_owned(), text(&failure.message)),
    ]);
    if failure.is_passing {
        let attempts = MessageAttribute { data_type: "Number".to_owned(), ..text(&sent.attempts.to_string()) };
        attributes.insert("RETRY_ATTEMPTS".to_owned(), attempts);
        let condition = exhausted(ctx, sent).unwrap_or_default();
        attributes.insert("EXHAUSTED_RETRY_CONDITION".to_owned(), text(condition));
    }
    Payload { message_attributes: attributes, ..Payload::of(event.clone()) }
}
