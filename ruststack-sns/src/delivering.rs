//! How messages get to queues, functions and HTTP endpoints, and where they go that cannot be delivered.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Payload, Sender},
    clock::Timestamp,
    context::Context,
    error::AwsError,
    outbound::Outbound,
    outbox::{Courier, Sent},
};
use serde::{Deserialize, Serialize};

use crate::{
    SPEC,
    delivery_policy::{DEFAULT_CONTENT_TYPE, Retries, TopicPolicy},
    delivery_status::{Answer, Cause, Delivered, Report, Wanted},
    envelope::{Confirmation, ConfirmationKind, Links, Notification, Signature},
    message::Message,
    protocol::Protocol,
    signing::{Signer, SigningKey},
    subscription::Subscription,
    topic::Settings,
    topic_attributes,
};

/// How long an HTTP endpoint may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// After which a target in this process is tried again that could not take a message: its disk is full.
const PAUSE: Duration = Duration::from_secs(1);
const USER_AGENT: &str = "Amazon Simple Notification Service Agent";

/// What is carried.
#[derive(Serialize, Deserialize)]
pub(crate) enum Parcel {
    Message {
        topic: Arn,
        /// `None`: it is not signed.
        signature_version: Option<String>,
        message: Message,
        targets: Vec<Target>,
    },
    /// Asks the owner of an HTTP endpoint.
    Confirmation {
        kind: ConfirmationKind,
        topic: Arn,
        signature_version: String,
        message_id: String,
        token: String,
        at: Timestamp,
        target: Target,
    },
}

/// One subscription, as it was when the message was published.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) subscription: Arn,
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: String,
    pub(crate) is_raw: bool,
    dead_letters: Option<Arn>,
    /// Of HTTP endpoints.
    http: Option<HttpSettings>,
    /// What is told of the delivery in CloudWatch Logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Wanted>,
}

#[derive(Clone, Serialize, Deserialize)]
struct HttpSettings {
    retries: Retries,
    content_type: String,
}

/// Why something was not delivered.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: Cause,
    /// It makes no sense to try again.
    is_final: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl From<DeliveryError> for Failure {
    /// What is not there or refuses now will not take it later; a full disk may.
    fn from(error: DeliveryError) -> Self {
        let is_final = !matches!(&error, DeliveryError::Refused(refused) if refused.status().is_server_error());
        Self { cause: Cause::OfService(error), is_final }
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        Self { cause: Cause::Other(error.to_string()), is_final: false }
    }
}

/// It makes no sense to try again.
fn final_failure(error: &dyn fmt::Display) -> Failure {
    Failure { cause: Cause::Other(error.to_string()), is_final: true }
}

impl Target {
    pub(crate) fn of(subscription: &Subscription, topic: &Settings) -> Self {
        let status = Wanted::of(&topic.attributes, subscription.protocol);
        Self { status, ..Self::with_policy(subscription, &topic_attributes::delivery_policy(&topic.attributes)) }
    }

    fn with_policy(subscription: &Subscription, topic: &TopicPolicy) -> Self {
        let policy = subscription.protocol.is_http().then(|| subscription.delivery_policy());
        Self {
            subscription: subscription.arn.clone(),
            protocol: subscription.protocol,
            endpoint: subscription.endpoint.clone(),
            is_raw: subscription.is_raw(),
            dead_letters: subscription.dead_letter_target(),
            http: policy.map(|policy| HttpSettings {
                retries: policy.retries(topic),
                content_type: policy.content_type(topic),
            }),
            status: None,
        }
    }

    fn topic_arn(&self) -> &str {
        self.subscription.as_str().rsplit_once(':').map_or("", |(topic, _)| topic)
    }
}

/// A message on its way, with all that makes a notification of it.
struct Delivery<'d> {
    ctx: &'d Context,
    topic: &'d Arn,
    message: &'d Message,
    links: Links<'d>,
    signature: Option<Signature<'d>>,
}

impl Delivery<'_> {
    fn notification<'n>(&'n self, target: &'n Target, text: &'n str) -> Notification<'n> {
        Notification {
            message: self.message,
            text,
            topic_arn: target.topic_arn(),
            subscription_arn: target.subscription.as_str(),
            links: self.links,
            signature: self.signature,
        }
    }

    async fn to(&self, carrier: &Carrier, target: &Target) -> Result<Answer, Failure> {
        match target.protocol {
            Protocol::Sqs => self.to_queue(target, &arn_of(&target.endpoint)?).await,
            Protocol::Http | Protocol::Https => self.to_url(carrier, target).await,
            _ => self.to_function(target).await,
        }
    }

    /// To a queue of the subscription, or to its dead-letter queue.
    async fn to_queue(&self, target: &Target, queue: &Arn) -> Result<Answer, Failure> {
        let message = self.message;
        let text = message.body.text_for(target.protocol.as_str());
        let mut payload = if target.is_raw {
            Payload { message_attributes: message.attributes.clone(), ..Payload::of(text.to_owned()) }
        } else {
            Payload::of(self.notification(target, text).json()?)
        };
        let is_fifo_queue = queue.resource().ends_with(".fifo");
        // From a FIFO topic a standard queue gets no group.
        let has_group = is_fifo_queue || message.sequence_number.is_none();
        payload.group_id = message.group_id.clone().filter(|_| has_group);
        payload.deduplication_id = message.deduplication_id.clone().filter(|_| is_fifo_queue);
        payload.trace_header = self.ctx.trace_id().map(str::to_owned);
        self.over_bus(queue, payload).await
    }

    async fn to_function(&self, target: &Target) -> Result<Answer, Failure> {
        let text = self.message.body.text_for(target.protocol.as_str());
        let event = self.notification(target, text).lambda_event()?;
        let trace_header = self.ctx.trace_id().map(str::to_owned);
        self.over_bus(&arn_of(&target.endpoint)?, Payload { trace_header, ..Payload::of(event) }).await
    }

    async fn over_bus(&self, target: &Arn, payload: Payload) -> Result<Answer, Failure> {
        let sender = Sender::of(SPEC.name, self.topic);
        Ok(Answer::OfService(self.ctx.bus().deliver(self.ctx, &sender, target, payload).await?))
    }

    async fn to_url(&self, carrier: &Carrier, target: &Target) -> Result<Answer, Failure> {
        let text = self.message.body.text_for(target.protocol.as_str());
        let body = if target.is_raw { text.to_owned() } else { self.notification(target, text).json()? };
        let mut request = request(target, body, "Notification", &self.message.id)?;
        let headers = request.headers_mut();
        headers.insert("x-amz-sns-subscription-arn", value(target.subscription.as_str())?);
        if target.is_raw {
            headers.insert("x-amz-sns-rawdelivery", HeaderValue::from_static("true"));
        }
        if let Some(http) = &target.http {
            headers.insert(header::CONTENT_TYPE, value(&http.content_type)?);
        }
        send(carrier, request).await
    }

    /// Tells what became of it, if that is wanted; `earlier` tries did not bring it there.
    fn tell(&self, report: &mut Report, (target, earlier): (&Target, u32), outcome: Result<&Answer, &Cause>) {
        let Some(wanted) = target.status else { return };
        let (ctx, topic, message) = (self.ctx, self.topic, self.message);
        let (protocol, endpoint, attempts) = (target.protocol, target.endpoint.as_str(), earlier + 1);
        report.add(wanted, &Delivered { ctx, topic, message, protocol, endpoint, attempts, outcome });
    }

    /// To the subscription's dead-letter queue, if it has one.
    async fn give_up(&self, target: &Target, failure: &Failure) {
        let (topic, subscription) = (self.topic.as_str(), target.subscription.as_str());
        let Some(queue) = &target.dead_letters else {
            tracing::warn!(topic, subscription, endpoint = target.endpoint, cause = %failure, "message not delivered");
            return;
        };
        tracing::info!(topic, subscription, cause = %failure, "message goes to the dead-letter queue");
        if let Err(failure) = self.to_queue(target, queue).await {
            tracing::warn!(topic, subscription, queue = queue.as_str(), cause = %failure, "dead letter lost");
        }
    }
}

fn arn_of(endpoint: &str) -> Result<Arn, Failure> {
    endpoint.parse().map_err(|_| final_failure(&format_args!("{endpoint} is no ARN")))
}

/// A request to a subscribed URL.
fn request(target: &Target, body: String, kind: &str, message_id: &str) -> Result<Request<Bytes>, Failure> {
    let request = Request::post(&target.endpoint)
        .header(header::CONTENT_TYPE, DEFAULT_CONTENT_TYPE)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONNECTION, "Keep-Alive")
        .header(header::ACCEPT_ENCODING, "gzip,deflate")
        .header("x-amz-sns-message-type", kind)
        .header("x-amz-sns-message-id", message_id)
        .header("x-amz-sns-topic-arn", target.topic_arn());
    request.body(body.into()).map_err(|error| final_failure(&error))
}

fn value(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).map_err(|error| final_failure(&error))
}

/// What an endpoint answers with 5xx or 429, or does not answer, is tried again.
async fn send(carrier: &Carrier, request: Request<Bytes>) -> Result<Answer, Failure> {
    let answer = carrier.outbound.send(request, PATIENCE).await;
    let answer = answer.map_err(|error| Failure { cause: Cause::Other(error.to_string()), is_final: false })?;
    let status = answer.status();
    if status.is_success() {
        return Ok(Answer::OfUrl(answer));
    }
    let is_final = !status.is_server_error() && status.as_u16() != 429;
    Err(Failure { cause: Cause::OfUrl(status, answer.into_body()), is_final })
}

/// Carries messages: it has all that this takes.
pub(crate) struct Carrier {
    pub(crate) certificate_host: Option<String>,
    pub(crate) signer: Signer,
    outbound: Outbound,
}

impl Carrier {
    pub(crate) fn new(certificate_host: Option<String>) -> Self {
        Self { certificate_host, signer: Signer::default(), outbound: Outbound::default() }
    }

    fn links<'l>(&'l self, ctx: &'l Context) -> Links<'l> {
        Links { endpoint: ctx.endpoint(), certificate_host: self.certificate_host.as_deref() }
    }

    fn delivery<'d>(
        &'d self,
        ctx: &'d Context,
        topic: &'d Arn,
        message: &'d Message,
        signature: Option<Signature<'d>>,
    ) -> Delivery<'d> {
        Delivery { ctx, topic, message, links: self.links(ctx), signature }
    }

    /// The key, where a parcel is signed.
    async fn key_for(&self, ctx: &Context, parcel: &Parcel) -> Result<Option<Arc<SigningKey>>, Failure> {
        let is_enveloped = |target: &Target| !target.is_raw || target.protocol == Protocol::Lambda;
        let is_signed = match parcel {
            Parcel::Message { signature_version, targets, .. } => {
                signature_version.is_some() && targets.iter().any(is_enveloped)
            }
            Parcel::Confirmation { .. } => true,
        };
        if is_signed { Ok(Some(self.signer.key_or_new(ctx).await?)) } else { Ok(None) }
    }

    async fn confirm(&self, ctx: &Context, parcel: &Parcel, key: &SigningKey) -> Result<(), Failure> {
        let Parcel::Confirmation { kind, signature_version, message_id, token, at, target, .. } = parcel else {
            return Ok(());
        };
        let confirmation = Confirmation {
            kind: *kind,
            message_id,
            token,
            topic_arn: target.topic_arn(),
            subscription_arn: target.subscription.as_str(),
            at: *at,
            links: self.links(ctx),
            signature: Signature { key, version: signature_version },
        };
        send(self, request(target, confirmation.json()?, kind.as_str(), message_id)?).await.map(drop)
    }
}

fn signature<'s>(key: Option<&'s SigningKey>, version: Option<&'s String>) -> Option<Signature<'s>> {
    Some(Signature { key: key?, version: version? })
}

#[async_trait]
impl Courier for Carrier {
    type Parcel = Parcel;
    type Failure = Failure;

    fn is_for_elsewhere(&self, parcel: &Parcel) -> bool {
        match parcel {
            Parcel::Message { targets, .. } => targets.iter().any(|target| target.protocol.is_http()),
            Parcel::Confirmation { .. } => true,
        }
    }

    /// What can never be delivered goes to the dead-letter queues at once; the rest of the parcel may be tried again.
    async fn carry(&self, ctx: &Context, sent: Sent<'_, Parcel>) -> Result<(), Failure> {
        let key = self.key_for(ctx, sent.parcel).await?;
        let Parcel::Message { topic, signature_version, message, targets } = sent.parcel else {
            return match key {
                Some(key) => self.confirm(ctx, sent.parcel, &key).await,
                None => Ok(()),
            };
        };
        let delivery = self.delivery(ctx, topic, message, signature(key.as_deref(), signature_version.as_ref()));
        let (mut report, mut outcome) = (Report::default(), Ok(()));
        for target in targets {
            match delivery.to(self, target).await {
                Ok(answer) => delivery.tell(&mut report, (target, sent.attempts), Ok(&answer)),
                Err(failure) if failure.is_final => {
                    delivery.tell(&mut report, (target, sent.attempts), Err(&failure.cause));
                    delivery.give_up(target, &failure).await;
                }
                Err(failure) => outcome = Err(failure),
            }
        }
        report.send(ctx, topic).await;
        outcome
    }

    fn back_off(&self, _ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) -> Option<Duration> {
        let retries = |target: &Target| target.http.as_ref().map(|http| http.retries.clone());
        let policy = match sent.parcel {
            Parcel::Message { targets, .. } => targets.iter().find_map(retries),
            Parcel::Confirmation { target, .. } => retries(target),
        };
        match policy {
            _ if failure.is_final => None,
            Some(policy) => policy.delay(sent.attempts),
            None => Some(PAUSE),
        }
    }

    async fn give_up(&self, ctx: &Context, sent: Sent<'_, Parcel>, failure: &Failure) {
        match sent.parcel {
            Parcel::Message { topic, signature_version, message, targets } => {
                let key = self.signer.key();
                let signature = signature(key.as_deref(), signature_version.as_ref());
                let delivery = self.delivery(ctx, topic, message, signature);
                let mut report = Report::default();
                for target in targets {
                    delivery.tell(&mut report, (target, sent.attempts), Err(&failure.cause));
                    delivery.give_up(target, failure).await;
                }
                report.send(ctx, topic).await;
            }
            Parcel::Confirmation { kind, target, .. } => {
                let (subscription, endpoint) = (target.subscription.as_str(), target.endpoint.as_str());
                tracing::warn!(subscription, endpoint, kind = kind.as_str(), cause = %failure, "not delivered");
            }
        }
    }
}
