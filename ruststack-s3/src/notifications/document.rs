//! Notifications as requests and answers say them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Uri;
use ruststack_core::{arn::Arn, ids::Ids};
use s3s::dto::{
    Event as EventMember, EventBridgeConfiguration, FilterRule, FilterRuleName,
    GetBucketNotificationConfigurationOutput, LambdaFunctionConfiguration, NotificationConfiguration,
    NotificationConfigurationFilter, QueueConfiguration, S3KeyFilter, TopicConfiguration,
};

use super::configuration::{Destination, Notification, Rule, RuleKind};
use crate::{configurations::Configurations, error::S3Error};

/// A notification whose destination can be read; nothing else of it was looked at.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) destination: Destination,
    id: Option<String>,
    events: Vec<EventMember>,
    filter: Option<NotificationConfigurationFilter>,
}

/// The drafts of a document, once all their destinations can be read.
pub(crate) fn drafts(document: NotificationConfiguration) -> Result<Vec<Draft>, S3Error> {
    let topics = document.topic_configurations.into_iter().flatten().map(|it| {
        let TopicConfiguration { events, filter, id, topic_arn } = it;
        Ok(Draft { destination: topic(topic_arn)?, id, events, filter })
    });
    let queues = document.queue_configurations.into_iter().flatten().map(|it| {
        let QueueConfiguration { events, filter, id, queue_arn } = it;
        Ok(Draft { destination: Destination::Queue(arn("Queue", "sqs", &queue_arn)?), id, events, filter })
    });
    let functions = document.lambda_function_configurations.into_iter().flatten().map(|it| {
        let LambdaFunctionConfiguration { events, filter, id, lambda_function_arn } = it;
        let arn = arn("CloudFunction", "lambda", &lambda_function_arn)?;
        Ok(Draft { destination: Destination::Function(arn), id, events, filter })
    });
    topics.chain(queues).chain(functions).collect()
}

// Differs from AWS: where a topic's ARN is expected, a URL of http or https is taken, too, and is posted to.
fn topic(text: String) -> Result<Destination, S3Error> {
    if is_url(&text) { Ok(Destination::Webhook(text)) } else { arn("Topic", "sns", &text).map(Destination::Topic) }
}

fn is_url(text: &str) -> bool {
    let uri = text.parse::<Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")))
}

fn arn(member: &'static str, service: &str, text: &str) -> Result<Arn, S3Error> {
    let arn = text.parse::<Arn>().ok();
    let arn = arn.filter(|arn| arn.service() == service && !arn.region().is_empty() && !arn.account().is_empty());
    arn.ok_or_else(|| S3Error::NotificationArnInvalid { member, arn: text.to_owned() })
}

impl Draft {
    /// With an id of its own, where it was given none.
    pub(crate) fn into_notification(self, ids: &Ids) -> Result<Notification, S3Error> {
        let Self { destination, id, events, filter } = self;
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| STANDARD.encode(ids.uuid()));
        let events = events.into_iter().map(String::from).collect();
        let rules = filter.and_then(|filter| filter.key).and_then(|key| key.filter_rules).unwrap_or_default();
        let rules = rules.into_iter().map(rule).collect::<Result<_, _>>()?;
        Ok(Notification { id, destination, events, rules })
    }
}

fn rule(rule: FilterRule) -> Result<Rule, S3Error> {
    let (Some(name), Some(value)) = (rule.name, rule.value) else { return Err(S3Error::MalformedXML {}) };
    let unknown = || S3Error::NotificationFilterUnknown { value: name.as_str().to_owned() };
    Ok(Rule { kind: RuleKind::parse(name.as_str()).ok_or_else(unknown)?, value })
}

/// What a bucket was told, as it is shown.
pub(crate) fn shown(configurations: &Configurations) -> GetBucketNotificationConfigurationOutput {
    let mut output = GetBucketNotificationConfigurationOutput {
        event_bridge_configuration: configurations.notifies_event_bridge.then(EventBridgeConfiguration::default),
        ..Default::default()
    };
    for notification in &configurations.notifications {
        let (id, filter) = (Some(notification.id.clone()), shown_filter(&notification.rules));
        let events = notification.events.iter().cloned().map(EventMember::from).collect();
        match &notification.destination {
            Destination::Queue(arn) => {
                let queue_arn = arn.to_string();
                let list = output.queue_configurations.get_or_insert_default();
                list.push(QueueConfiguration { events, filter, id, queue_arn });
            }
            Destination::Topic(_) | Destination::Webhook(_) => {
                let topic_arn = notification.destination.name().to_owned();
                let list = output.topic_configurations.get_or_insert_default();
                list.push(TopicConfiguration { events, filter, id, topic_arn });
            }
            Destination::Function(arn) => {
                let lambda_function_arn = arn.to_string();
                let list = output.lambda_function_configurations.get_or_insert_default();
                list.push(LambdaFunctionConfiguration { events, filter, id, lambda_function_arn });
            }
            Destination::EventBridge(_) => unreachable!("a bucket has a switch for EventBridge, not a notification"),
        }
    }
    output
}

fn shown_filter(rules: &[Rule]) -> Option<NotificationConfigurationFilter> {
    let shown_rule = |rule: &Rule| FilterRule {
        name: Some(FilterRuleName::from_static(rule.kind.name())),
        value: Some(rule.value.clone()),
    };
    let filter_rules = Some(rules.iter().map(shown_rule).collect());
    let filter = NotificationConfigurationFilter { key: Some(S3KeyFilter { filter_rules }) };
    (!rules.is_empty()).then_some(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_an_arn_of_its_service() {
        for wrong in ["invalid-queue", "", "arn:aws:sns:us-east-1:000000000000:topic", "arn:aws:sqs:::queue"] {
            assert!(arn("Queue", "sqs", wrong).is_err(), "{wrong}");
        }
        assert!(arn("Queue", "sqs", "arn:aws:sqs:us-east-1:000000000000:queue").is_ok());
    }

    #[test]
    fn a_webhook_is_a_url_of_http() {
        for (text, expected) in [
            ("http://localhost:8080/hook?a=b", true),
            ("https://example.com", true),
            ("http://", false),
            ("ftp://localhost/x", false),
            ("/hook", false),
            ("invalid-topic", false),
        ] {
            assert_eq!(is_url(text), expected, "{text}");
        }
    }
}
