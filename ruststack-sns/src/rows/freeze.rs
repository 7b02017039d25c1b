//! Copies of handles at one instant, and the rows that are made of them later.

use std::sync::Arc;

use ruststack_core::{journal::Rows, scope::Scope, snapshot::Frozen};

use super::{
    put_application, put_ended, put_endpoint, put_kept, put_recent, put_sequence, put_signing_key, put_sms,
    put_subscription, put_topic,
};
use crate::{
    Sns,
    deduplication::Recent,
    kept_messages::KeptMessage,
    platforms::{Application, Endpoint},
    regional::Regional,
    sms,
    subscription::Subscription,
    topic::Settings,
    topics::Ended,
};

/// All that an account has in a region.
struct FrozenRegion {
    scope: Scope,
    topics: Vec<(Settings, Recent)>,
    subscriptions: Vec<Arc<Subscription>>,
    ended: Vec<(String, Ended)>,
    applications: Vec<Application>,
    endpoints: Vec<Endpoint>,
    sms: sms::Settings,
    kept: Vec<(u64, KeptMessage)>,
}

pub(crate) fn freeze(sns: &Sns) -> Frozen {
    let regions: Vec<_> =
        sns.all_regional().into_iter().map(|(scope, regional)| FrozenRegion::of(scope, &regional)).collect();
    let (key, outbox) = (sns.carrier.signer.row(), sns.outbox.freeze());
    Box::new(move |rows| {
        regions.iter().for_each(|region| region.put(rows));
        key.iter().for_each(|key| put_signing_key(rows, key));
        outbox(rows);
    })
}

impl FrozenRegion {
    fn of(scope: Scope, regional: &Regional) -> Self {
        let (held, platforms) = (regional.topics.lock(), regional.platforms.lock());
        Self {
            scope,
            topics: held.topics.values().map(|topic| (topic.settings.clone(), topic.recent.clone())).collect(),
            subscriptions: held.subscriptions.all(0).cloned().collect(),
            ended: held.ended.iter().map(|(token, ended)| (token.clone(), ended.clone())).collect(),
            applications: platforms.applications.values().cloned().collect(),
            endpoints: platforms.endpoints.values().cloned().collect(),
            sms: regional.sms.look(Clone::clone),
            kept: regional.kept.all(),
        }
    }

    fn put(&self, rows: &mut Rows) {
        let scope = &self.scope;
        for (settings, recent) in &self.topics {
            put_topic(rows, scope, settings);
            recent.all().for_each(|(key, first)| put_recent(rows, scope, settings.name(), key, first));
            if recent.last_sequence() > 0 {
                put_sequence(rows, scope, settings.name(), recent.last_sequence());
            }
        }
        self.subscriptions.iter().for_each(|subscription| put_subscription(rows, scope, subscription));
        self.ended.iter().for_each(|(token, ended)| put_ended(rows, scope, token, ended));
        self.applications.iter().for_each(|application| put_application(rows, scope, application));
        self.endpoints.iter().for_each(|endpoint| put_endpoint(rows, scope, endpoint));
        if self.sms != sms::Settings::default() {
            put_sms(rows, scope, &self.sms);
        }
        self.kept.iter().for_each(|(number, message)| put_kept(rows, scope, *number, message));
    }
}
