//! Messages as subscribers get them: notifications and confirmations in JSON, signed, with links back to us.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>

use ruststack_core::{clock::Timestamp, context::Endpoint, error::AwsError};
use serde_json::{Map, Value, json};

use crate::{message::Message, message_attributes, signing::SigningKey};

const NOTIFICATION: &str = "Notification";

/// Where links lead: to the address at which the client reached us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Links<'l> {
    pub(crate) endpoint: &'l Endpoint,
    /// In place of it, for certificates.
    pub(crate) certificate_host: Option<&'l str>,
}

/// Who signs, and how.
#[derive(Clone, Copy)]
pub(crate) struct Signature<'s> {
    pub(crate) key: &'s SigningKey,
    /// `1` or `2`.
    pub(crate) version: &'s str,
}

/// A published message on its way to one subscription.
pub(crate) struct Notification<'n> {
    pub(crate) message: &'n Message,
    /// For this subscription's protocol.
    pub(crate) text: &'n str,
    pub(crate) topic_arn: &'n str,
    pub(crate) subscription_arn: &'n str,
    pub(crate) links: Links<'n>,
    /// What FIFO topics send is not signed.
    pub(crate) signature: Option<Signature<'n>>,
}

/// What asks an endpoint's owner to confirm that a subscription begins, or that it ended.
pub(crate) struct Confirmation<'c> {
    pub(crate) kind: ConfirmationKind,
    pub(crate) message_id: &'c str,
    pub(crate) token: &'c str,
    pub(crate) topic_arn: &'c str,
    pub(crate) subscription_arn: &'c str,
    pub(crate) at: Timestamp,
    pub(crate) links: Links<'c>,
    pub(crate) signature: Signature<'c>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum ConfirmationKind {
    Subscription,
    Unsubscribe,
}

impl ConfirmationKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Subscription => "SubscriptionConfirmation",
            Self::Unsubscribe => "UnsubscribeConfirmation",
        }
    }
}

impl Links<'_> {
    fn base(&self) -> String {
        format!("{}://{}", self.endpoint.scheme, self.endpoint.host)
    }

    fn unsubscribe(&self, subscription_arn: &str) -> String {
        format!("{}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}", self.base())
    }

    fn confirm(&self, topic_arn: &str, token: &str) -> String {
        format!("{}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}", self.base())
    }

    /// As AWS has it where a host of AWS's is asked for.
    fn certificate(&self, key: &SigningKey) -> String {
        match self.certificate_host {
            Some(host) => format!("https://{host}/{}", key.file_name()),
            None => format!("{}{}{}", self.base(), crate::inspection::PATHS, key.file_name()),
        }
    }
}

/// What is signed: these members that are there, in this order, each followed by its value, a line for each.
fn canonical(members: &[(&str, Option<&str>)]) -> String {
    let lines = members.iter().filter_map(|(name, value)| Some(format!("{name}\n{}\n", (*value)?)));
    lines.collect()
}

impl Notification<'_> {
    /// The members of the signature: its version, itself, and where its certificate is.
    fn signature(&self) -> Result<Option<[String; 3]>, AwsError> {
        let Some(signature) = &self.signature else { return Ok(None) };
        let text = canonical(&[
            ("Message", Some(self.text)),
            ("MessageId", Some(&self.message.id)),
            ("Subject", self.message.subject.as_deref()),
            ("Timestamp", Some(&self.timestamp())),
            ("TopicArn", Some(self.topic_arn)),
            ("Type", Some(NOTIFICATION)),
        ]);
        let signed = signature.key.sign(&text, signature.version)?;
        Ok(Some([signature.version.to_owned(), signed, self.links.certificate(signature.key)]))
    }

    fn timestamp(&self) -> String {
        self.message.published_at.to_iso_8601_millis()
    }

    /// For queues and HTTP endpoints.
    pub(crate) fn json(&self) -> Result<String, AwsError> {
        let message = self.message;
        let mut members = Members::default();
        members.add("Type", NOTIFICATION).add("MessageId", message.id.as_str());
        members.add_some("SequenceNumber", message.sequence_number.as_deref());
        members.add("TopicArn", self.topic_arn);
        members.add_some("Subject", message.subject.as_deref());
        members.add("Message", self.text).add("Timestamp", self.timestamp());
        if let Some([version, signature, certificate]) = self.signature()? {
            members.add("SignatureVersion", version).add("Signature", signature).add("SigningCertURL", certificate);
        }
        members.add("UnsubscribeURL", self.links.unsubscribe(self.subscription_arn));
        if !message.attributes.is_empty() {
            members.add("MessageAttributes", message_attributes::notified(&message.attributes));
        }
        Ok(members.into_text())
    }

    /// For functions: an event with one record.
    pub(crate) fn lambda_event(&self) -> Result<String, AwsError> {
        let message = self.message;
        let mut sns = Members::default();
        sns.add("Type", NOTIFICATION).add("MessageId", message.id.as_str()).add("TopicArn", self.topic_arn);
        sns.add("Subject", message.subject.as_deref().map_or(Value::Null, Value::from));
        sns.add("Message", self.text).add("Timestamp", self.timestamp());
        if let Some([_, signature, certificate]) = self.signature()? {
            // Functions are told 1 whatever the version is (recorded).
            sns.add("SignatureVersion", "1").add("Signature", signature).add("SigningCertUrl", certificate);
        }
        sns.add("UnsubscribeUrl", self.links.unsubscribe(self.subscription_arn));
        sns.add("MessageAttributes", message_attributes::notified(&message.attributes));
        let event = json!({"Records": [{
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": self.subscription_arn,
            "Sns": sns.0,
        }]});
        Ok(event.to_string())
    }
}

impl Confirmation<'_> {
    pub(crate) fn json(&self) -> Result<String, AwsError> {
        let (text, link, at) = (self.text(), self.link(), self.at.to_iso_8601_millis());
        let kind = self.kind.as_str();
        let signed = canonical(&[
            ("Message", Some(&text)),
            ("MessageId", Some(self.message_id)),
            ("SubscribeURL", Some(&link)),
            ("Timestamp", Some(&at)),
            ("Token", Some(self.token)),
            ("TopicArn", Some(self.topic_arn)),
            ("Type", Some(kind)),
        ]);
        let Signature { key, version } = self.signature;
        let signature = key.sign(&signed, version)?;
        let mut members = Members::default();
        members.add("Type", kind).add("MessageId", self.message_id).add("Token", self.token);
        members.add("TopicArn", self.topic_arn).add("Message", text).add("SubscribeURL", link).add("Timestamp", at);
        members.add("SignatureVersion", version).add("Signature", signature);
        members.add("SigningCertURL", self.links.certificate(key));
        Ok(members.into_text())
    }

    pub(crate) fn link(&self) -> String {
        self.links.confirm(self.topic_arn, self.token)
    }

    fn text(&self) -> String {
        let (topic, subscription) = (self.topic_arn, self.subscription_arn);
        match self.kind {
            ConfirmationKind::Subscription => format!(
                "You have chosen to subscribe to the topic {topic}.\nTo confirm the subscription, visit the SubscribeURL \
                 included in this message."
            ),
            ConfirmationKind::Unsubscribe => format!(
                "You have chosen to deactivate subscription {subscription}.\nTo cancel this operation and restore the \
                 subscription, visit the SubscribeURL included in this message."
            ),
        }
    }
}

/// Members of a document, in the order in which AWS has them.
#[derive(Default)]
struct Members(Map<String, Value>);

impl Members {
    fn add(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn add_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// Laid out as AWS does: a member a line.
    fn into_text(self) -> String {
        let line = |(name, value): (&String, &Value)| format!("  {} : {value}", Value::from(name.as_str()));
        let lines: Vec<String> = self.0.iter().map(line).collect();
        format!("{{\n{}\n}}", lines.join(",\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Body;

    #[test]
    fn what_is_signed_leaves_out_what_is_not_there() {
        assert_eq!(
            canonical(&[("Message", Some("a\nb")), ("Subject", None), ("Type", Some("x"))]),
            "Message\na\nb\nType\nx\n"
        );
    }

    /// Recorded: test_message_to_fifo_sqs, 2025-08-18.
    #[test]
    fn what_fifo_topics_send_has_a_number_and_no_signature() {
        let message = Message {
            id: "id".to_owned(),
            body: Body::Plain("text".to_owned()),
            subject: Some("subject".to_owned()),
            attributes: message_attributes::Attributes::new(),
            group_id: Some("group".to_owned()),
            deduplication_id: None,
            sequence_number: Some("10000000000000000000".to_owned()),
            published_at: Timestamp::from_seconds(1_792_567_680),
        };
        let endpoint = Endpoint { scheme: "http", host: "localhost:4566".to_owned() };
        let notification = Notification {
            message: &message,
            text: "text",
            topic_arn: "topic",
            subscription_arn: "topic:id",
            links: Links { endpoint: &endpoint, certificate_host: None },
            signature: None,
        };
        assert_eq!(
            notification.json().unwrap(),
            "{\n  \"Type\" : \"Notification\",\n  \"MessageId\" : \"id\",\n  \"SequenceNumber\" : \
             \"10000000000000000000\",\n  \"TopicArn\" : \"topic\",\n  \"Subject\" : \"subject\",\n  \"Message\" : \
             \"text\",\n  \"Timestamp\" : \"2026-10-21T07:28:00.000Z\",\n  \"UnsubscribeURL\" : \
             \"http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=topic:id\"\n}"
        );
        assert!(notification.lambda_event().unwrap().contains("\"EventSubscriptionArn\":\"topic:id\""));
    }
}
