//! What becomes of a message that is published: to a topic, for each subscription that takes it; or to one receiver.

use std::{collections::BTreeMap, sync::Arc};

use ring::digest::{SHA256, digest};
use ruststack_core::{arn::Arn, clock::Timestamp, context::Context, scope::Scope};

use crate::{
    Sns,
    arns::TopicPlace,
    deduplication::{FirstPublished, Key},
    delivering::{Parcel, Target},
    error::{SnsError, invalid},
    filter::Values,
    kept_messages::{KeptMessage, Kind},
    limits::MAX_MESSAGE_SIZE,
    message::{Body, Draft, Message},
    protocol::Protocol,
    regional::Regional,
    rows,
    subscription::Subscription,
    topic::{Settings, ThroughputScope, Topic},
};

/// What the publisher is told.
pub(crate) struct Published {
    pub(crate) message_id: String,
    pub(crate) sequence_number: Option<String>,
}

/// A topic that something is published to, in its scope.
struct Publication<'p> {
    sns: &'p Sns,
    ctx: &'p Context,
    scope: &'p Scope,
    regional: &'p Regional,
}

/// Publishes to a topic: all drafts or none.
pub(crate) async fn to_topic(
    sns: &Sns,
    ctx: &Context,
    place: &TopicPlace,
    drafts: Vec<Draft>,
) -> Result<Vec<Published>, SnsError> {
    sns.outbox.room().await;
    let regional = sns.regional(&place.scope);
    let publication = Publication { sns, ctx, scope: &place.scope, regional: &regional };
    let _section = ctx.changes().begin()?;
    let held = &mut *regional.topics.lock();
    let topic = held.topics.get_mut(&place.name).ok_or(SnsError::NO_TOPIC)?;
    drafts.iter().try_for_each(|draft| check(&topic.settings, draft))?;
    let mut published = Vec::new();
    for draft in drafts {
        let (message, is_new) = publication.number(topic, draft);
        if is_new {
            let subscribers =
                held.subscriptions.of_topic(&place.name, 0).filter(|subscriber| subscriber.is_confirmed());
            publication.send(&topic.settings, &message, subscribers);
        }
        published.push(Published { message_id: message.id, sequence_number: message.sequence_number });
    }
    Ok(published)
}

fn check(topic: &Settings, draft: &Draft) -> Result<(), SnsError> {
    if draft.size() > topic.max_message_size() {
        return Err(invalid("Message too long"));
    }
    draft.check_for_topic(topic.is_fifo, topic.deduplicates_by_content())
}

impl Publication<'_> {
    /// The message of a draft; false when it is the same as one that was published lately.
    fn number(&self, topic: &mut Topic, draft: Draft) -> (Message, bool) {
        let now = self.ctx.now();
        let mut message = message(self.ctx, draft);
        if !topic.settings.is_fifo {
            return (message, true);
        }
        let id = message.deduplication_id.get_or_insert_with(|| content_id(&message.body)).clone();
        let group =
            message.group_id.clone().filter(|_| topic.settings.throughput_scope() == ThroughputScope::MessageGroup);
        let key = (group, id);
        self.expire(topic, now);
        if let Some(first) = topic.recent.first(&key) {
            message.id.clone_from(&first.message_id);
            message.sequence_number = Some(shown(first.sequence));
            return (message, false);
        }
        let sequence = topic.recent.next_sequence();
        message.sequence_number = Some(shown(sequence));
        self.remember(topic, key, FirstPublished { message_id: message.id.clone(), sequence, at: now });
        (message, true)
    }

    fn expire(&self, topic: &mut Topic, now: Timestamp) {
        let gone = topic.recent.expire(now);
        let name = topic.settings.name();
        self.ctx.changes().record(|rows| gone.iter().for_each(|key| rows::remove_recent(rows, self.scope, name, key)));
    }

    fn remember(&self, topic: &mut Topic, key: Key, first: FirstPublished) {
        let name = topic.settings.name();
        self.ctx.changes().record(|rows| {
            rows::put_recent(rows, self.scope, name, &key, &first);
            rows::put_sequence(rows, self.scope, name, first.sequence);
        });
        topic.recent.insert(key, first);
    }

    /// Keeps or posts the message for each subscription that takes it.
    fn send<'s>(&self, topic: &Settings, message: &Message, subscribers: impl Iterator<Item = &'s Arc<Subscription>>) {
        let takers = takers(message, subscribers);
        let (kept, carried): (Vec<_>, Vec<_>) = takers.into_iter().partition(|taker| taker.protocol.is_kept());
        for taker in kept {
            self.keep(message, taker);
        }
        let (queues, others): (Vec<_>, Vec<_>) =
            carried.into_iter().partition(|taker| taker.protocol == Protocol::Sqs || topic.is_fifo);
        let target = |taker: &&Arc<Subscription>| Target::of(taker, topic);
        // Queues take what they get at once: one parcel for all of them.
        if !queues.is_empty() {
            let lane = match &message.group_id {
                Some(group) if topic.is_fifo => format!("{}/{group}", topic.arn),
                _ => message.id.clone(),
            };
            self.post(topic, message, &lane, queues.iter().map(target).collect());
        }
        for other in others {
            self.post(topic, message, &format!("{}/{}", message.id, other.number), vec![target(&other)]);
        }
    }

    fn post(&self, topic: &Settings, message: &Message, lane: &str, targets: Vec<Target>) {
        let parcel = Parcel::Message {
            topic: topic.arn.clone(),
            // What FIFO topics send is not signed.
            signature_version: (!topic.is_fifo).then(|| topic.signature_version().to_owned()),
            message: message.clone(),
            targets,
        };
        self.sns.outbox.post(self.ctx, lane, parcel);
    }

    fn keep(&self, message: &Message, subscription: &Subscription) {
        let (kind, receiver) = (Kind::of(subscription.protocol), subscription.endpoint.as_str());
        let text = match kind {
            Kind::Push => message.body.text_for(platform_of(receiver)),
            _ => message.body.text_for(subscription.protocol.as_str()),
        };
        let is_wanted = match kind {
            Kind::Sms => !self.regional.sms.look(|settings| settings.opted_out.contains(receiver)),
            Kind::Push => self.regional.platforms.lock().endpoint(receiver).is_ok_and(|endpoint| endpoint.is_enabled()),
            Kind::Email => true,
        };
        if is_wanted {
            let kept = KeptMessage {
                topic_arn: Some(subscription.topic_arn().to_owned()),
                subscription_arn: Some(subscription.arn.to_string()),
                ..KeptMessage::direct(kind, receiver, text, message)
            };
            self.regional.kept.keep(self.scope, self.ctx.changes(), kept);
        }
    }
}

/// Those whose filters let the message through.
fn takers<'s>(
    message: &Message,
    subscribers: impl Iterator<Item = &'s Arc<Subscription>>,
) -> Vec<&'s Arc<Subscription>> {
    let mut values: BTreeMap<&str, Values> = BTreeMap::new();
    let subscribers: Vec<_> = subscribers.collect();
    for subscriber in subscribers.iter().filter(|subscriber| subscriber.filter.is_some()) {
        let text = message.body.text_for(subscriber.protocol.as_str());
        values.entry(text).or_insert_with(|| Values::of(text, &message.attributes));
    }
    let filtered: BTreeMap<_, _> = values.iter().map(|(text, values)| (*text, values.filtered())).collect();
    let takes = |subscriber: &&Arc<Subscription>| match &subscriber.filter {
        None => true,
        Some(filter) => {
            let text = message.body.text_for(subscriber.protocol.as_str());
            filtered.get(text).is_some_and(|filtered| filter.takes(filtered))
        }
    };
    subscribers.into_iter().filter(takes).collect()
}

/// Publishes to a phone.
pub(crate) fn to_phone(sns: &Sns, ctx: &Context, number: &str, draft: Draft) -> Result<Published, SnsError> {
    check_size(&draft)?;
    let message = message(ctx, draft);
    let regional = sns.regional(ctx.scope());
    let _section = ctx.changes().begin()?;
    if !regional.sms.look(|settings| settings.opted_out.contains(number)) {
        let kept = KeptMessage::direct(Kind::Sms, number, message.body.text_for("sms"), &message);
        regional.kept.keep(ctx.scope(), ctx.changes(), kept);
    }
    Ok(Published { message_id: message.id, sequence_number: None })
}

/// Publishes to a mobile device.
pub(crate) fn to_endpoint(
    sns: &Sns,
    ctx: &Context,
    scope: &Scope,
    arn: &Arn,
    draft: Draft,
) -> Result<Published, SnsError> {
    check_size(&draft)?;
    let regional = sns.regional(scope);
    check_endpoint(&regional, arn, &draft.body)?;
    let message = message(ctx, draft);
    let _section = ctx.changes().begin()?;
    let text = message.body.text_for(platform_of(arn.as_str()));
    let kept = KeptMessage::direct(Kind::Push, arn.as_str(), text, &message);
    regional.kept.keep(scope, ctx.changes(), kept);
    Ok(Published { message_id: message.id, sequence_number: None })
}

fn check_endpoint(regional: &Regional, arn: &Arn, body: &Body) -> Result<(), SnsError> {
    let platforms = regional.platforms.lock();
    let no_endpoint = |_| invalid("TargetArn Reason: No endpoint found for the target arn specified");
    let endpoint = platforms.endpoint(arn.as_str()).map_err(no_endpoint)?;
    let application = platforms.application(&endpoint.application)?;
    if !application.is_enabled() {
        return Err(SnsError::PlatformApplicationDisabled {});
    }
    if !endpoint.is_enabled() {
        return Err(SnsError::EndpointDisabled {});
    }
    match body {
        Body::Structured(texts) if texts.contains_key(application.platform()) => Ok(()),
        body => body.check_default(),
    }
}

fn check_size(draft: &Draft) -> Result<(), SnsError> {
    if draft.size() > MAX_MESSAGE_SIZE { Err(invalid("Message too long")) } else { Ok(()) }
}

/// `GCM` of an endpoint's ARN.
fn platform_of(endpoint: &str) -> &str {
    endpoint.split('/').nth(1).unwrap_or_default()
}

fn message(ctx: &Context, draft: Draft) -> Message {
    Message {
        id: ctx.ids().uuid(),
        body: draft.body,
        subject: draft.subject,
        attributes: draft.attributes,
        group_id: draft.group_id,
        deduplication_id: draft.deduplication_id,
        sequence_number: None,
        published_at: ctx.now(),
    }
}

/// The deduplication id of who gave none.
fn content_id(body: &Body) -> String {
    let text = match body {
        Body::Plain(text) => text.clone(),
        Body::Structured(texts) => texts.get("default").cloned().unwrap_or_default(),
    };
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Twenty digits.
fn shown(sequence: u64) -> String {
    format!("{sequence:020}")
}
