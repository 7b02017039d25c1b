//! The topics of an account in a region, and who subscribes to them.
//!
//! All that changes them goes through [`Topics::change`], under whose lock it is recorded as well.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
    sync::Arc,
};

use parking_lot::{Mutex, MutexGuard};
use ruststack_core::{arn::Arn, clock::Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    error::SnsError,
    limits::{MAX_ENDED, TOKEN_LIFE},
    protocol::Protocol,
    subscription::Subscription,
    topic::Topic,
    topic_attributes::Counts,
};

#[derive(Default)]
pub(crate) struct Topics(Mutex<Held>);

/// What is held under the lock.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) topics: BTreeMap<String, Topic>,
    pub(crate) subscriptions: Subscriptions,
    /// Subscriptions that ended and can be taken back, by token.
    pub(crate) ended: BTreeMap<String, Ended>,
}

/// A subscription that ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) subscription: Subscription,
    pub(crate) at: Timestamp,
}

/// Subscriptions in the order in which they came, found by what they are asked for.
#[derive(Default)]
pub(crate) struct Subscriptions {
    by_number: BTreeMap<u64, Arc<Subscription>>,
    by_arn: HashMap<Arn, u64>,
    by_topic: HashMap<String, BTreeSet<u64>>,
    by_endpoint: HashMap<(String, Protocol, String), u64>,
    by_token: HashMap<String, u64>,
    last_number: u64,
}

impl Topics {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock()
    }

    /// Something of what is there.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Held) -> T) -> T {
        at(&self.0.lock())
    }
}

impl Held {
    pub(crate) fn topic(&self, name: &str) -> Result<&Topic, SnsError> {
        self.topics.get(name).ok_or(SnsError::NO_TOPIC)
    }

    pub(crate) fn topic_mut(&mut self, name: &str) -> Result<&mut Topic, SnsError> {
        self.topics.get_mut(name).ok_or(SnsError::NO_TOPIC)
    }

    pub(crate) fn subscription(&self, arn: &Arn) -> Result<&Arc<Subscription>, SnsError> {
        self.subscriptions.by_arn(arn).ok_or(SnsError::NO_SUBSCRIPTION)
    }

    /// How many subscriptions a topic has.
    pub(crate) fn counts(&self, topic: &str) -> Counts {
        let mut counts = Counts::default();
        for subscription in self.subscriptions.of_topic(topic, 0) {
            let count = if subscription.is_confirmed() { &mut counts.confirmed } else { &mut counts.pending };
            *count += 1;
        }
        counts
    }

    /// Forgets tokens of ended subscriptions that are too old or too many.
    pub(crate) fn expire_ended(&mut self, now: Timestamp) -> Vec<String> {
        let is_old = |ended: &Ended| now.since(ended.at) >= TOKEN_LIFE;
        let mut gone: Vec<String> =
            self.ended.iter().filter(|(_, ended)| is_old(ended)).map(|(token, _)| token.clone()).collect();
        if self.ended.len() - gone.len() > MAX_ENDED {
            let oldest = self.ended.iter().min_by_key(|(_, ended)| ended.at);
            gone.extend(oldest.map(|(token, _)| token.clone()));
        }
        gone.iter().for_each(|token| drop(self.ended.remove(token)));
        gone
    }
}

impl Subscriptions {
    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn by_arn(&self, arn: &Arn) -> Option<&Arc<Subscription>> {
        self.by_number.get(self.by_arn.get(arn)?)
    }

    pub(crate) fn by_token(&self, token: &str) -> Option<&Arc<Subscription>> {
        self.by_number.get(self.by_token.get(token)?)
    }

    pub(crate) fn by_endpoint(&self, topic: &str, protocol: Protocol, endpoint: &str) -> Option<&Arc<Subscription>> {
        let key = (topic.to_owned(), protocol, endpoint.to_owned());
        self.by_number.get(self.by_endpoint.get(&key)?)
    }

    /// Those behind that number.
    pub(crate) fn all(&self, after: u64) -> impl Iterator<Item = &Arc<Subscription>> {
        self.by_number.range((Bound::Excluded(after), Bound::Unbounded)).map(|(_, subscription)| subscription)
    }

    /// Those of a topic behind that number.
    pub(crate) fn of_topic(&self, topic: &str, after: u64) -> impl Iterator<Item = &Arc<Subscription>> {
        let numbers = self.by_topic.get(topic).into_iter();
        let numbers = numbers.flat_map(move |numbers| numbers.range((Bound::Excluded(after), Bound::Unbounded)));
        numbers.filter_map(|number| self.by_number.get(number))
    }

    /// A new one, or one in place of that with its number.
    pub(crate) fn insert(&mut self, subscription: Subscription) -> Arc<Subscription> {
        self.remove(subscription.number);
        let number = subscription.number;
        self.last_number = self.last_number.max(number);
        self.by_arn.insert(subscription.arn.clone(), number);
        self.by_topic.entry(subscription.topic.clone()).or_default().insert(number);
        self.by_endpoint.insert(endpoint_of(&subscription), number);
        if let Some(token) = &subscription.token {
            self.by_token.insert(token.clone(), number);
        }
        let subscription = Arc::new(subscription);
        self.by_number.insert(number, Arc::clone(&subscription));
        subscription
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Arc<Subscription>> {
        let gone = self.by_number.remove(&number)?;
        self.by_arn.remove(&gone.arn);
        self.by_endpoint.remove(&endpoint_of(&gone));
        if let Some(token) = &gone.token {
            self.by_token.remove(token);
        }
        if let Some(numbers) = self.by_topic.get_mut(&gone.topic) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.by_topic.remove(&gone.topic);
            }
        }
        Some(gone)
    }

    /// All of a topic that is deleted.
    pub(crate) fn remove_topic(&mut self, topic: &str) -> Vec<Arc<Subscription>> {
        let numbers = self.by_topic.get(topic).cloned().unwrap_or_default();
        numbers.into_iter().filter_map(|number| self.remove(number)).collect()
    }
}

fn endpoint_of(subscription: &Subscription) -> (String, Protocol, String) {
    (subscription.topic.clone(), subscription.protocol, subscription.endpoint.clone())
}
