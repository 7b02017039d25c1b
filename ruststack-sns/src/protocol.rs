//! The protocols of subscriptions: what an endpoint of each is, and whether its owner must confirm.

use ruststack_core::arn::Arn;
use serde::{Deserialize, Serialize};

use crate::{
    error::{SnsError, invalid},
    phone,
};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Protocol {
    Http,
    Https,
    Email,
    EmailJson,
    Sms,
    Sqs,
    Application,
    Lambda,
    Firehose,
}

const ALL: [(Protocol, &str); 9] = [
    (Protocol::Http, "http"),
    (Protocol::Https, "https"),
    (Protocol::Email, "email"),
    (Protocol::EmailJson, "email-json"),
    (Protocol::Sms, "sms"),
    (Protocol::Sqs, "sqs"),
    (Protocol::Application, "application"),
    (Protocol::Lambda, "lambda"),
    (Protocol::Firehose, "firehose"),
];

impl Protocol {
    pub(crate) fn parse(text: &str) -> Result<Self, SnsError> {
        let found = ALL.iter().find(|(_, name)| *name == text);
        let unknown = || invalid(format!("Amazon SNS does not support this protocol string: {text}"));
        found.map(|(protocol, _)| *protocol).ok_or_else(unknown)
    }

    pub(crate) fn as_str(self) -> &'static str {
        ALL.iter().find(|(protocol, _)| *protocol == self).map_or("", |(_, name)| name)
    }

    /// Messages are posted to a URL.
    pub(crate) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }

    /// Messages are kept to be looked at, as nothing here sends them.
    pub(crate) fn is_kept(self) -> bool {
        matches!(self, Self::Email | Self::EmailJson | Self::Sms | Self::Application)
    }

    /// Its messages carry signatures.
    pub(crate) fn is_signed(self) -> bool {
        !self.is_kept()
    }

    /// Its endpoints are other people's, who must agree.
    pub(crate) fn must_be_confirmed(self) -> bool {
        self.is_http() || matches!(self, Self::Email | Self::EmailJson)
    }

    /// Refuses what is no endpoint of this protocol; `is_fifo` says what the topic is.
    pub(crate) fn check_endpoint(self, endpoint: &str, is_fifo: bool) -> Result<(), SnsError> {
        if is_fifo && self != Self::Sqs {
            let reason = "Endpoint Reason: Please use FIFO SQS queue";
            return Err(invalid(format!("Invalid parameter: {reason}")));
        }
        match self {
            Self::Http | Self::Https => self.check_url(endpoint),
            Self::Email | Self::EmailJson if is_address(endpoint) => Ok(()),
            Self::Email | Self::EmailJson => Err(invalid("Email address")),
            Self::Sms => phone::check_endpoint(endpoint),
            Self::Sqs if !is_arn_of(endpoint, "sqs") => Err(invalid("SQS endpoint ARN")),
            Self::Sqs if endpoint.ends_with(".fifo") && !is_fifo => {
                let reason = "FIFO SQS Queues can not be subscribed to standard SNS topics";
                Err(invalid(format!("Invalid parameter: Endpoint Reason: {reason}")))
            }
            Self::Lambda if !is_arn_of(endpoint, "lambda") => Err(invalid("Lambda endpoint ARN")),
            Self::Firehose if !is_arn_of(endpoint, "firehose") => Err(invalid("Kinesis Firehose endpoint ARN")),
            Self::Application if !is_arn_of(endpoint, "sns") => Err(invalid("Application endpoint arn invalid")),
            Self::Firehose => Err(SnsError::NotImplemented { protocol: self.as_str() }),
            _ => Ok(()),
        }
    }

    fn check_url(self, endpoint: &str) -> Result<(), SnsError> {
        let rest = endpoint.strip_prefix(self.as_str()).and_then(|rest| rest.strip_prefix("://"));
        match rest {
            None => Err(invalid("Endpoint must match the specified protocol")),
            Some(rest) if rest.is_empty() || endpoint.parse::<http::Uri>().is_err() => {
                Err(invalid(format!("Unreachable Endpoint: {endpoint}")))
            }
            Some(_) => Ok(()),
        }
    }
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

fn is_arn_of(text: &str, service: &str) -> bool {
    text.parse::<Arn>().is_ok_and(|arn| arn.service() == service)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_subscribe_with_invalid_protocol, test_validations_for_fifo, 2025.
    #[test]
    fn endpoints_are_of_their_protocols() {
        let queue = "arn:aws:sqs:us-east-1:000000000000:queue";
        let refused = |protocol: &str, endpoint: &str, is_fifo: bool| {
            let protocol = Protocol::parse(protocol).unwrap();
            protocol.check_endpoint(endpoint, is_fifo).err().map_or_else(String::new, |error| error.to_string())
        };
        assert_eq!(refused("sqs", queue, false), "");
        assert_eq!(refused("sqs", queue, true), "");
        assert_eq!(refused("sqs", "http://localhost/000000000000/queue", false), "Invalid parameter: SQS endpoint ARN");
        let fifo = refused("sqs", &format!("{queue}.fifo"), false);
        assert!(fifo.ends_with("FIFO SQS Queues can not be subscribed to standard SNS topics"), "{fifo}");
        assert_eq!(
            refused("http", "https://x", false),
            "Invalid parameter: Endpoint must match the specified protocol"
        );
        assert_eq!(refused("https", "https://x/y?z=1", false), "");
        assert_eq!(refused("email", "nobody", false), "Invalid parameter: Email address");
        let unknown = Protocol::parse("test-protocol").unwrap_err().to_string();
        assert_eq!(unknown, "Invalid parameter: Amazon SNS does not support this protocol string: test-protocol");
    }
}
