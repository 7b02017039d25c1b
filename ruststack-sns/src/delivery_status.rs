//! Delivery status: what became of messages, told in CloudWatch Logs where the attributes of a topic ask for it.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html>. What is told of functions is recorded
//! (test_delivery_lambda, 2023-11-07).

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Response, StatusCode};
use md5::{Digest, Md5};
use ruststack_core::{
    arn::Arn,
    bus::{DeliveryError, Reply},
    clock::Timestamp,
    context::Context,
    error::AwsError,
    ids::Ids,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{message::Message, protocol::Protocol};

/// Lines of one call: fewer than fill AWS's megabyte.
const MAX_LINES: usize = 500;
/// Of what an endpoint answers. Bytes.
const MAX_RESPONSE: usize = 1024;
/// In place of a request id where a target took nothing.
const UNRECOVERABLE: &str = "Unrecoverable";

/// What a topic has told of its deliveries over one protocol, as it was when the message was published.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Wanted {
    /// Of a hundred that arrive.
    successes: u8,
    failures: bool,
}

/// What an endpoint said that took a message.
pub(crate) enum Answer {
    OfService(Reply),
    OfUrl(Response<Bytes>),
}

/// Why an endpoint did not take it.
#[derive(Debug)]
pub(crate) enum Cause {
    OfService(DeliveryError),
    OfUrl(StatusCode, Bytes),
    Other(String),
}

impl Wanted {
    /// `None`: nothing. Successes are told where there is a role and a rate, failures where there is a role.
    pub(crate) fn of(attributes: &BTreeMap<String, String>, protocol: Protocol) -> Option<Self> {
        let name = match protocol {
            Protocol::Http | Protocol::Https => "HTTP",
            Protocol::Sqs => "SQS",
            Protocol::Lambda => "Lambda",
            Protocol::Firehose => "Firehose",
            // Differs from AWS: push notifications reach no provider here, so nothing is told of them.
            Protocol::Application | Protocol::Email | Protocol::EmailJson | Protocol::Sms => return None,
        };
        let given = |attribute: &str| attributes.get(&format!("{name}{attribute}")).filter(|value| !value.is_empty());
        let rate = given("SuccessFeedbackSampleRate").and_then(|rate| rate.parse().ok());
        let successes = given("SuccessFeedbackRoleArn").and(rate).unwrap_or(0);
        let failures = given("FailureFeedbackRoleArn").is_some();
        (successes > 0 || failures).then_some(Self { successes, failures })
    }

    fn samples(self, is_success: bool, ids: &Ids) -> bool {
        match (is_success, self.successes) {
            (false, _) => self.failures,
            (true, 0) => false,
            (true, 100..) => true,
            (true, rate) => ids.number() % 100 < u64::from(rate),
        }
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OfService(error) => error.fmt(f),
            Self::OfUrl(status, _) => write!(f, "the endpoint answered {status}"),
            Self::Other(cause) => f.write_str(cause),
        }
    }
}

/// A message that arrived at one endpoint, or never will.
pub(crate) struct Delivered<'d> {
    pub(crate) ctx: &'d Context,
    pub(crate) topic: &'d Arn,
    pub(crate) message: &'d Message,
    pub(crate) protocol: Protocol,
    pub(crate) endpoint: &'d str,
    pub(crate) attempts: u32,
    pub(crate) outcome: Result<&'d Answer, &'d Cause>,
}

impl Delivered<'_> {
    /// Members in AWS's order.
    fn line(&self) -> String {
        let text = self.message.body.text_for(self.protocol.as_str());
        let dwell = self.ctx.now().since(self.message.published_at).as_millis();
        let mut delivery = Map::new();
        delivery.insert("deliveryId".to_owned(), self.ctx.ids().uuid().into());
        delivery.insert("destination".to_owned(), self.endpoint.into());
        delivery.insert("providerResponse".to_owned(), self.response().into());
        delivery.insert("dwellTimeMs".to_owned(), u64::try_from(dwell).unwrap_or(u64::MAX).into());
        if self.protocol != Protocol::Lambda {
            delivery.insert("attempts".to_owned(), self.attempts.into());
        }
        if let Some(status) = self.status() {
            delivery.insert("statusCode".to_owned(), status.into());
        }
        json!({
            "notification": {
                "messageMD5Sum": md5_of(text),
                "messageId": self.message.id,
                "topicArn": self.topic.as_str(),
                "timestamp": shown(self.message.published_at),
            },
            "delivery": delivery,
            "status": if self.outcome.is_ok() { "SUCCESS" } else { "FAILURE" },
        })
        .to_string()
    }

    fn status(&self) -> Option<u16> {
        match self.outcome {
            // Functions take events to run them later.
            Ok(Answer::OfService(_)) => Some(if self.protocol == Protocol::Lambda { 202 } else { 200 }),
            Ok(Answer::OfUrl(answer)) => Some(answer.status().as_u16()),
            Err(Cause::OfService(error)) => Some(self.refusal(error).0),
            Err(Cause::OfUrl(status, _)) => Some(status.as_u16()),
            Err(Cause::Other(_)) => None,
        }
    }

    /// JSON in a string where a service answered.
    fn response(&self) -> String {
        match self.outcome {
            Ok(Answer::OfService(reply)) => self.accepted(reply).to_string(),
            Ok(Answer::OfUrl(answer)) => cut(answer.body()),
            Err(Cause::OfService(error)) => {
                let (_, code, message) = self.refusal(error);
                let mut response = json!({"ErrorCode": code, "ErrorMessage": message});
                response[self.request_id_member()] = UNRECOVERABLE.into();
                response.to_string()
            }
            Err(Cause::OfUrl(_, body)) => cut(body),
            Err(Cause::Other(cause)) => cause.clone(),
        }
    }

    fn accepted(&self, reply: &Reply) -> Value {
        match self.protocol {
            Protocol::Sqs => {
                json!({"sqsRequestId": self.ctx.request_id(), "sqsMessageId": reply.attributes.get("MessageId")})
            }
            _ => json!({"lambdaRequestId": reply.attributes.get("RequestId")}),
        }
    }

    fn request_id_member(&self) -> &'static str {
        match self.protocol {
            Protocol::Sqs => "sqsRequestId",
            _ => "lambdaRequestId",
        }
    }

    /// Status, code and message.
    fn refusal(&self, error: &DeliveryError) -> (u16, String, String) {
        let is_queue = self.protocol == Protocol::Sqs;
        let (status, code, message) = match error {
            DeliveryError::Refused(error) => return of(error),
            DeliveryError::Denied(target) if is_queue => {
                let url = queue_url(target);
                (403, "AccessDenied", format!("Access to the resource {url} is denied."))
            }
            DeliveryError::NotATarget(_) | DeliveryError::NoSuchResource(_) if is_queue => {
                let message = "The specified queue does not exist or you do not have access to it.";
                (400, "AWS.SimpleQueueService.NonExistentQueue", message.to_owned())
            }
            DeliveryError::NotATarget(target) | DeliveryError::NoSuchResource(target) => {
                (404, "ResourceNotFoundException", format!("Function not found: {target}"))
            }
            other => (403, "AccessDeniedException", other.to_string()),
        };
        (status, code.to_owned(), message)
    }
}

fn of(error: &AwsError) -> (u16, String, String) {
    (error.status().as_u16(), error.code().to_owned(), error.to_string())
}

fn queue_url(queue: &Arn) -> String {
    format!("https://sqs.{}.amazonaws.com/{}/{}", queue.region(), queue.account(), queue.resource())
}

fn cut(body: &Bytes) -> String {
    String::from_utf8_lossy(&body[..body.len().min(MAX_RESPONSE)]).into_owned()
}

fn md5_of(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `2026-10-21 07:28:00.000`
fn shown(at: Timestamp) -> String {
    at.to_iso_8601_millis().replace('T', " ").trim_end_matches('Z').to_owned()
}

/// What is to be told of the deliveries of one parcel.
#[derive(Default)]
pub(crate) struct Report {
    successes: Vec<String>,
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, wanted: Wanted, delivered: &Delivered<'_>) {
        let is_success = delivered.outcome.is_ok();
        if wanted.samples(is_success, delivered.ctx.ids()) {
            if is_success { &mut self.successes } else { &mut self.failures }.push(delivered.line());
        }
    }

    /// Tells it, in the account and region of the topic. A status that cannot be told makes no delivery fail.
    pub(crate) async fn send(self, ctx: &Context, topic: &Arn) {
        let group = format!("sns/{}/{}/{}", topic.region(), topic.account(), topic.resource());
        for (group, lines) in [(group.clone(), self.successes), (format!("{group}/Failure"), self.failures)] {
            if lines.is_empty() {
                continue;
            }
            let told = match ctx.next_hop(topic) {
                Some(ctx) => put(&ctx, &group, &lines).await,
                None => continue,
            };
            if let Err(error) = told {
                tracing::debug!(group, %error, "the status of deliveries was not taken");
            }
        }
    }
}

/// In a stream of their own; the group may be there.
async fn put(ctx: &Context, group: &str, lines: &[String]) -> Result<(), AwsError> {
    let bus = ctx.bus();
    let made = bus.request(ctx, "logs", "CreateLogGroup", json!({"logGroupName": group})).await;
    made.map(drop).or_else(|error| match error.code() {
        "ResourceAlreadyExistsException" => Ok(()),
        _ => Err(error),
    })?;
    let stream = ctx.ids().uuid();
    let place = json!({"logGroupName": group, "logStreamName": stream});
    bus.request(ctx, "logs", "CreateLogStream", place.clone()).await?;
    for lines in lines.chunks(MAX_LINES) {
        let event = |line: &String| json!({"timestamp": ctx.now().millis(), "message": line});
        let mut input = place.clone();
        input["logEvents"] = lines.iter().map(event).collect();
        bus.request(ctx, "logs", "PutLogEvents", input).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(given: &[(&str, &str)]) -> BTreeMap<String, String> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_topic_says_what_is_told_of_which_protocol() {
        let own = attributes(&[
            ("LambdaSuccessFeedbackRoleArn", "role"),
            ("LambdaSuccessFeedbackSampleRate", "100"),
            ("SQSSuccessFeedbackRoleArn", "role"),
            ("SQSFailureFeedbackRoleArn", "role"),
            ("HTTPSuccessFeedbackSampleRate", "100"),
            ("FirehoseFailureFeedbackRoleArn", ""),
        ]);
        let wanted = |protocol| Wanted::of(&own, protocol);
        assert_eq!(wanted(Protocol::Lambda), Some(Wanted { successes: 100, failures: false }));
        assert_eq!(wanted(Protocol::Sqs), Some(Wanted { successes: 0, failures: true }));
        assert_eq!((wanted(Protocol::Https), wanted(Protocol::Firehose)), (None, None));
    }

    #[test]
    fn a_rate_is_that_many_of_a_hundred() {
        let ids = Ids::seeded(1);
        let wanted = Wanted { successes: 20, failures: true };
        let told = (0..10_000).filter(|_| wanted.samples(true, &ids)).count();
        assert!((1_800..2_200).contains(&told), "{told}");
        assert!((0..100).all(|_| wanted.samples(false, &ids)));
    }
}
