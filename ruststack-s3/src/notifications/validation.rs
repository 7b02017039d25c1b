//! Whether notifications are such as AWS takes: their destinations first, then each, then all together.

use std::{collections::HashSet, sync::LazyLock};

use ruststack_core::{
    bus::{DeliveryError, Payload, Sender},
    context::Context,
    error::AwsError,
};

use super::{
    configuration::{Destination, Notification, RuleKind},
    document::Draft,
    event,
};
use crate::{bucket::Bucket, error::S3Error};

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html>
pub(crate) const MAX_NOTIFICATIONS: usize = 100;

/// `ArgumentName1`, `ArgumentValue1` and so on.
static ARGUMENTS: LazyLock<Vec<[String; 2]>> = LazyLock::new(|| {
    (1..=MAX_NOTIFICATIONS).map(|n| [format!("ArgumentName{n}"), format!("ArgumentValue{n}")]).collect()
});

/// On whose behalf a bucket's notifications are delivered.
pub(crate) fn sender(bucket: &Bucket) -> Sender {
    let source = bucket.arn().parse().expect("the ARN of a bucket is one");
    Sender { account: bucket.owner, ..Sender::of("s3", &source) }
}

/// Whether all destinations are there and take notifications.
pub(crate) async fn check_destinations(ctx: &Context, bucket: &Bucket, drafts: &[Draft]) -> Result<(), AwsError> {
    let sender = sender(bucket);
    let mut error = AwsError::from(S3Error::NotificationDestinationsInvalid {});
    let mut numbered = ARGUMENTS.iter();
    let mut is_valid = true;
    for Draft { destination, .. } in drafts {
        let Some((name, reason)) = refusal(ctx, &sender, destination).await else { continue };
        is_valid = false;
        if let Some([argument_name, argument_value]) = numbered.next() {
            error = error.with(argument_name, name).with(argument_value, reason);
        }
    }
    if is_valid { Ok(()) } else { Err(error) }
}

/// What AWS calls a destination that does not do, and why it does not.
async fn refusal(ctx: &Context, sender: &Sender, destination: &Destination) -> Option<(String, String)> {
    let (arn, kind) = match destination {
        Destination::Queue(arn) => (arn, "queue"),
        Destination::Topic(arn) => (arn, "topic"),
        Destination::Function(arn) => {
            ctx.bus().probe(ctx, sender, arn).await.err()?;
            return Some((format!("{arn}, null"), format!("Not authorized to invoke function [{arn}]")));
        }
        Destination::EventBridge(_) | Destination::Webhook(_) => return None,
    };
    let reason = match ctx.bus().probe(ctx, sender, arn).await.err()? {
        DeliveryError::Denied(_) => {
            format!("Permissions on the destination {kind} do not allow S3 to publish notifications from this bucket")
        }
        _ => format!("The destination {kind} does not exist"),
    };
    Some((arn.to_string(), reason))
}

/// What does not depend on other services.
pub(crate) fn check(bucket: &Bucket, notifications: &[Notification]) -> Result<(), S3Error> {
    notifications.iter().try_for_each(check_rules)?;
    notifications.iter().try_for_each(check_events)?;
    check_overlaps(notifications)?;
    notifications.iter().try_for_each(check_fifo)?;
    let mut ids = HashSet::new();
    if !notifications.iter().all(|notification| ids.insert(&notification.id)) {
        return Err(S3Error::NotificationIdRepeated {});
    }
    if notifications.len() > MAX_NOTIFICATIONS {
        return Err(S3Error::NotificationCount { limit: MAX_NOTIFICATIONS });
    }
    notifications.iter().for_each(|notification| warn_of_region(bucket, notification));
    Ok(())
}

fn check_rules(notification: &Notification) -> Result<(), S3Error> {
    for kind in [RuleKind::Prefix, RuleKind::Suffix] {
        if notification.rules.iter().filter(|rule| rule.kind == kind).count() > 1 {
            return Err(S3Error::NotificationFilterRepeated { kind: kind.name().to_lowercase() });
        }
    }
    Ok(())
}

fn check_events(notification: &Notification) -> Result<(), S3Error> {
    let unknown = notification.events.iter().find(|event| !event::is_known(event));
    unknown.map_or(Ok(()), |event| Err(S3Error::NotificationEventUnknown { event: event.clone() }))
}

/// AWS tells nobody twice of one event of one key, whoever the destinations are. Webhooks are ours, and are told besides.
fn check_overlaps(notifications: &[Notification]) -> Result<(), S3Error> {
    let of_aws = |notification: &&Notification| !matches!(notification.destination, Destination::Webhook(_));
    let notifications: Vec<_> = notifications.iter().filter(of_aws).collect();
    for (index, one) in notifications.iter().enumerate() {
        for other in &notifications[..index] {
            if overlap(one, other) {
                let is_filtered = !one.rules.is_empty() || !other.rules.is_empty();
                return Err(match is_filtered {
                    true => S3Error::NotificationOverlapFiltered {},
                    false => S3Error::NotificationOverlap {},
                });
            }
        }
    }
    Ok(())
}

fn overlap(one: &Notification, other: &Notification) -> bool {
    let begins = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
    let ends = |one: &str, other: &str| one.ends_with(other) || other.ends_with(one);
    one.events.iter().any(|event| other.events.iter().any(|of_other| event::overlap(event, of_other)))
        && begins(one.rule(RuleKind::Prefix), other.rule(RuleKind::Prefix))
        && ends(one.rule(RuleKind::Suffix), other.rule(RuleKind::Suffix))
}

fn check_fifo(notification: &Notification) -> Result<(), S3Error> {
    match &notification.destination {
        Destination::Queue(arn) if arn.resource().ends_with(".fifo") => Err(S3Error::NotificationFifoQueue {}),
        Destination::Topic(arn) if arn.resource().ends_with(".fifo") => Err(S3Error::NotificationFifoTopic {}),
        _ => Ok(()),
    }
}

// Differs from AWS: a destination in another region than the bucket is taken, with a warning in the log; AWS refuses it.
fn warn_of_region(bucket: &Bucket, notification: &Notification) {
    let (Destination::Queue(arn) | Destination::Topic(arn) | Destination::Function(arn)) = &notification.destination
    else {
        return;
    };
    if arn.region() != bucket.region.as_str() {
        let (bucket, destination) = (&bucket.name, arn.as_str());
        tracing::warn!(bucket, destination, "AWS refuses destinations of notifications in another region");
    }
}

/// Queues and topics are told that they are destinations now, as AWS does to find out whether it may.
pub(crate) async fn send_test_messages(ctx: &Context, bucket: &Bucket, notifications: &[Notification]) {
    let sender = sender(bucket);
    for Notification { destination, .. } in notifications {
        let (Destination::Queue(arn) | Destination::Topic(arn)) = destination else { continue };
        let message = super::record::test_message(ctx, bucket, ctx.now());
        let payload = Payload { subject: super::subject(destination), ..Payload::of(message) };
        if let Err(error) = ctx.bus().deliver(ctx, &sender, arn, payload).await {
            let (bucket, destination) = (&bucket.name, arn.as_str());
            tracing::warn!(bucket, destination, %error, "a destination of notifications takes none");
        }
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;

    use super::*;
    use crate::notifications::configuration::Rule;

    fn queue(id: &str, name: &str, events: &[&str], rules: &[(RuleKind, &str)]) -> Notification {
        let arn = format!("arn:aws:sqs:us-east-1:000000000000:{name}").parse().unwrap();
        let rule = |(kind, value): &(RuleKind, &str)| Rule { kind: *kind, value: (*value).to_owned() };
        Notification {
            id: id.to_owned(),
            destination: Destination::Queue(arn),
            events: events.iter().map(|event| format!("s3:{event}")).collect(),
            rules: rules.iter().map(rule).collect(),
        }
    }

    fn checked(notifications: &[Notification]) -> Result<(), S3Error> {
        check(&Bucket::named("bucket", AccountId::DEFAULT), notifications)
    }

    /// Documented: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    #[test]
    fn notifications_of_one_event_do_not_overlap() {
        use RuleKind::{Prefix, Suffix};
        let (filtered, plain) = (S3Error::NotificationOverlapFiltered {}, S3Error::NotificationOverlap {});
        let created = ["ObjectCreated:*"];
        let put = ["ObjectCreated:Put"];
        let removed = ["ObjectRemoved:*"];
        for (one, other, expected) in [
            (queue("1", "a", &created, &[]), queue("2", "b", &removed, &[]), Ok(())),
            (queue("1", "a", &created, &[]), queue("2", "b", &put, &[]), Err(plain)),
            (queue("1", "a", &created, &[(Prefix, "a/")]), queue("2", "b", &put, &[(Prefix, "b/")]), Ok(())),
            (
                queue("1", "a", &created, &[(Prefix, "images")]),
                queue("2", "b", &created, &[(Prefix, "images/")]),
                Err(filtered.clone()),
            ),
            (
                queue("1", "a", &created, &[(Prefix, "images"), (Suffix, ".jpg")]),
                queue("2", "b", &created, &[(Prefix, "images/"), (Suffix, ".png")]),
                Ok(()),
            ),
            (queue("1", "a", &created, &[(Suffix, "")]), queue("2", "b", &created, &[(Suffix, ".png")]), Err(filtered)),
        ] {
            assert_eq!(checked(&[one.clone(), other.clone()]), expected, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_notification_is_wrong_by_itself() {
        use RuleKind::Prefix;
        let unknown = S3Error::NotificationEventUnknown { event: "s3:ObjectCreated:Move".to_owned() };
        let repeated = S3Error::NotificationFilterRepeated { kind: "prefix".to_owned() };
        for (notification, expected) in [
            (queue("1", "a", &["ObjectCreated:Move"], &[]), unknown),
            (queue("1", "a", &["ObjectCreated:*"], &[(Prefix, "a"), (Prefix, "b")]), repeated),
            (queue("1", "a.fifo", &["ObjectCreated:*"], &[]), S3Error::NotificationFifoQueue {}),
        ] {
            assert_eq!(checked(&[notification]), Err(expected));
        }
        let twice = [queue("1", "a", &["ObjectCreated:*"], &[]), queue("1", "a", &["ObjectRemoved:*"], &[])];
        assert_eq!(checked(&twice), Err(S3Error::NotificationIdRepeated {}));
    }

    #[test]
    fn a_bucket_has_up_to_a_hundred_notifications() {
        let many = |count: usize| -> Vec<_> {
            let prefix = |number: usize| format!("{number:03}/");
            let one =
                |number| queue(&prefix(number), "a", &["ObjectCreated:*"], &[(RuleKind::Prefix, &prefix(number))]);
            (0..count).map(one).collect()
        };
        assert_eq!(checked(&many(100)), Ok(()));
        assert_eq!(checked(&many(101)), Err(S3Error::NotificationCount { limit: 100 }));
    }
}
