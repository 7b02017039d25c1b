//! Invocations that nobody waits for: kept until they are done, tried again when they fail, and then told to
//! destinations and dead-letter queues.

mod record;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Payload, Reply, Sender},
    context::Context,
    outbox::{Courier, Sent},
    scope::Scope,
};
use serde::{Deserialize, Serialize};

use self::record::{Condition, dead_letter, destination_payload};
use crate::{
    Lambda,
    error::LambdaError,
    function::{EventInvoke, Function},
    invoking::Outcome,
    limits::{DEFAULT_EVENT_AGE, DEFAULT_RETRIES, MAX_ASYNCHRONOUS_EVENT, MAX_THROTTLED_WAIT, THROTTLED_WAIT},
    names::{FunctionName, LATEST},
    policy,
};

/// An event for a function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// With the qualifier, as the caller named it.
    pub(crate) function_arn: String,
    /// The same in all tries.
    pub(crate) request_id: String,
    pub(crate) body: Bytes,
}

/// Why an event is not done with.
#[derive(Debug)]
pub struct Failure(Cause);

#[derive(Debug)]
enum Cause {
    /// There is no such function any more.
    Gone(String),
    /// Too much runs already.
    Throttled {
        /// It never may.
        is_forbidden: bool,
    },
    /// It is being made, or the disk takes nothing.
    Unready(String),
    Function(Box<Outcome>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Gone(text) | Cause::Unready(text) => f.write_str(text),
            Cause::Throttled { .. } => f.write_str("Rate Exceeded."),
            Cause::Function(outcome) => f.write_str(&String::from_utf8_lossy(&outcome.body)),
        }
    }
}

/// Takes an event for a function; it is kept when this returns and the changes are committed. Returns its request id.
pub(crate) async fn take(
    lambda: &Arc<Lambda>,
    ctx: &Context,
    name: &FunctionName,
    body: Bytes,
) -> Result<String, LambdaError> {
    if body.len() > MAX_ASYNCHRONOUS_EVENT {
        let message = format!(
            "{} byte payload is too large for the Event invocation type (limit {MAX_ASYNCHRONOUS_EVENT} bytes)",
            body.len()
        );
        return Err(LambdaError::RequestTooLargeException { message });
    }
    lambda.outbox.room().await;
    let _section = ctx.changes().begin()?;
    let request_id = ctx.ids().uuid();
    let event = Event { function_arn: name.qualified_arn(), request_id: request_id.clone(), body };
    // Events do not wait for each other.
    lambda.outbox.post(ctx, &request_id, event);
    Ok(request_id)
}

/// Takes what another service sends.
pub(crate) async fn take_delivery(
    lambda: &Arc<Lambda>,
    ctx: &Context,
    sender: &Sender,
    target: &Arn,
    payload: Payload,
) -> Result<Reply, DeliveryError> {
    let name = policy::check_delivery(lambda, ctx, sender, target)?;
    let taken = take(lambda, ctx, &name, payload.body).await;
    let request_id = taken.map_err(|error| DeliveryError::Refused(error.into()))?;
    Ok(Reply { attributes: [("RequestId".to_owned(), request_id)].into(), ..Reply::default() })
}

/// What is configured for the events of a function's version or alias.
struct Rules {
    function: Arc<Function>,
    config: EventInvoke,
    /// `$LATEST` where the caller named none.
    qualifier: String,
}

impl Lambda {
    fn rules(&self, scope: &Scope, event: &Event) -> Option<(FunctionName, Rules)> {
        let name = FunctionName::parse(scope, &event.function_arn).ok()?;
        let function = self.home(&name.scope).lock().functions.get(&name.name).cloned()?;
        let qualifier = name.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
        let config = function.event_invoke.get(&qualifier).cloned().unwrap_or_default();
        Some((name, Rules { function, config, qualifier }))
    }

    async fn try_event(&self, ctx: &Context, event: &Event) -> Result<(), Failure> {
        let gone = || Failure(Cause::Gone(format!("Function not found: {}", event.function_arn)));
        let (name, rules) = self.rules(ctx.scope(), event).ok_or_else(gone)?;
        let mut order = self.order(ctx, &name, event.body.clone()).map_err(|error| failure(&rules, error))?;
        order.request_id.clone_from(&event.request_id);
        let outcome = self.run(ctx, &name.scope, order).await.map_err(|error| failure(&rules, error))?;
        if outcome.is_error {
            return Err(Failure(Cause::Function(Box::new(outcome))));
        }
        let destination = rules.config.destination_config.as_ref().and_then(|config| config.on_success.as_ref());
        if let Some(target) = destination.and_then(|one| one.destination.as_deref()) {
            let version = rules.function.qualified_arn(&rules.qualifier);
            let record = record::of(ctx, event, &version, Condition::Success, 1, Some(&outcome));
            tell(ctx, &version, target, destination_payload(&version, target, Condition::Success, &record)).await;
        }
        Ok(())
    }
}

fn failure(rules: &Rules, error: LambdaError) -> Failure {
    Failure(match error {
        LambdaError::TooManyRequestsException { .. } => {
            Cause::Throttled { is_forbidden: rules.function.reserved_concurrency == Some(0) }
        }
        LambdaError::ResourceNotFoundException { message } => Cause::Gone(message),
        error => Cause::Unready(error.to_string()),
    })
}

/// Sends what became of an event; what cannot be sent is lost, as on AWS.
async fn tell(ctx: &Context, function: &str, target: &str, payload: Payload) {
    let sent = match (function.parse(), target.parse()) {
        (Ok(function), Ok(target)) => {
            let sender = Sender::of("lambda", &function);
            ctx.bus().deliver(ctx, &sender, &target, payload).await.map(drop).map_err(|error| error.to_string())
        }
        _ => Err("its ARN cannot be read".to_owned()),
    };
    if let Err(error) = sent {
        tracing::warn!(function, target, error, "the destination of a function took nothing");
    }
}

#[async_trait]
impl Courier for Lambda {
    type Parcel = Event;
    type Failure = Failure;

    async fn carry(&self, ctx: &Context, sent: Sent<'_, Event>) -> Result<(), Failure> {
        self.try_event(ctx, sent.parcel).await
    }

    fn back_off(&self, ctx: &Context, sent: Sent<'_, Event>, failure: &Failure) -> Option<Duration> {
        let (_, rules) = self.rules(ctx.scope(), sent.parcel)?;
        let wait = match &failure.0 {
            Cause::Gone(_) | Cause::Throttled { is_forbidden: true } => return None,
            Cause::Throttled { .. } | Cause::Unready(_) => {
                THROTTLED_WAIT.saturating_mul(1 << sent.attempts.min(16)).min(MAX_THROTTLED_WAIT)
            }
            Cause::Function(_) => {
                let retries = rules.config.maximum_retry_attempts.map_or(DEFAULT_RETRIES, i32::unsigned_abs);
                if sent.attempts >= retries {
                    return None;
                }
                self.config.retry_delay.saturating_mul(sent.attempts + 1)
            }
        };
        (ctx.now().plus(wait).since(sent.origin.posted_at()) <= max_age(&rules.config)).then_some(wait)
    }

    async fn give_up(&self, ctx: &Context, sent: Sent<'_, Event>, failure: &Failure) {
        let Some((_, rules)) = self.rules(ctx.scope(), sent.parcel) else { return };
        let outcome = match &failure.0 {
            Cause::Function(outcome) => Some(&**outcome),
            _ => None,
        };
        let condition = condition(&rules, sent, failure);
        let version = rules.function.qualified_arn(&rules.qualifier);
        let destination = rules.config.destination_config.as_ref().and_then(|config| config.on_failure.as_ref());
        if let Some(target) = destination.and_then(|one| one.destination.as_deref()) {
            let invocations = if outcome.is_some() { sent.attempts + 1 } else { 0 };
            let record = record::of(ctx, sent.parcel, &version, condition, invocations, outcome);
            tell(ctx, &version, target, destination_payload(&version, target, condition, &record)).await;
        }
        let configuration = rules.function.version(&rules.qualifier).map(|version| &version.configuration);
        let queue = configuration.and_then(|configuration| configuration.dead_letter_config.as_ref());
        if let Some(target) = queue.and_then(|config| config.target_arn.as_deref()) {
            tell(ctx, &version, target, dead_letter(sent.parcel, outcome)).await;
        }
    }
}

fn max_age(config: &EventInvoke) -> Duration {
    let seconds = config.maximum_event_age_in_seconds.map(i32::unsigned_abs);
    seconds.map_or(DEFAULT_EVENT_AGE, |seconds| Duration::from_secs(seconds.into()))
}

fn condition(rules: &Rules, sent: Sent<'_, Event>, failure: &Failure) -> Condition {
    let retries = rules.config.maximum_retry_attempts.map_or(DEFAULT_RETRIES, i32::unsigned_abs);
    match &failure.0 {
        Cause::Throttled { is_forbidden: true } => Condition::ZeroReservedConcurrency,
        Cause::Function(_) if sent.attempts >= retries => Condition::RetriesExhausted,
        _ => Condition::EventAgeExceeded,
    }
}
