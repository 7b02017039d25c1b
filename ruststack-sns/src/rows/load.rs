//! Rows into memory, before the first request.

use ruststack_core::{
    journal::{LoadError, Reader, Table, load},
    scope::{Region, Scope},
};

use super::{APPLICATIONS, ENDED, ENDPOINTS, KEPT, RECENT, SEQUENCES, SIGNING, SMS, SUBSCRIPTIONS, TOPICS};
use crate::{
    Sns,
    deduplication::FirstPublished,
    kept_messages::KeptMessage,
    platforms::{Application, Endpoint},
    signing::KeyRow,
    sms::Settings as SmsSettings,
    subscription::Subscription,
    topic::{Settings, Topic},
    topics::Ended,
};

pub(crate) fn load_all(reader: &dyn Reader, sns: &Sns) -> Result<(), LoadError> {
    load_topics(reader, sns)?;
    load_recent(reader, sns)?;
    load_platforms(reader, sns)?;
    load(reader, &SMS, |key, settings: SmsSettings| {
        let (scope, _) = split_scope(&SMS, key)?;
        sns.regional(&scope).sms.replace(settings);
        Ok(())
    })?;
    load(reader, &KEPT, |key, message: KeptMessage| {
        let (scope, number) = split_scope(&KEPT, key)?;
        let number = number.try_into().map_err(|_| no_key(&KEPT, key))?;
        sns.regional(&scope).kept.restore(u64::from_be_bytes(number), message);
        Ok(())
    })?;
    load(reader, &SIGNING, |key, row: KeyRow| {
        sns.carrier.signer.restore(&row).map_err(|cause| LoadError::broken(&SIGNING, key, cause))
    })?;
    sns.outbox.load(reader)
}

fn load_topics(reader: &dyn Reader, sns: &Sns) -> Result<(), LoadError> {
    load(reader, &TOPICS, |key, settings: Settings| {
        let (scope, name) = split_scope(&TOPICS, key)?;
        let name = text(&TOPICS, key, name)?.to_owned();
        sns.regional(&scope).topics.lock().topics.insert(name, Topic::new(settings));
        Ok(())
    })?;
    load(reader, &SUBSCRIPTIONS, |key, subscription: Subscription| {
        let (scope, _) = split_scope(&SUBSCRIPTIONS, key)?;
        sns.regional(&scope).topics.lock().subscriptions.insert(subscription.with_filter());
        Ok(())
    })?;
    load(reader, &ENDED, |key, ended: Ended| {
        let (scope, token) = split_scope(&ENDED, key)?;
        let token = text(&ENDED, key, token)?.to_owned();
        sns.regional(&scope).topics.lock().ended.insert(token, ended);
        Ok(())
    })
}

fn load_recent(reader: &dyn Reader, sns: &Sns) -> Result<(), LoadError> {
    load(reader, &RECENT, |key, first: FirstPublished| {
        let (scope, rest) = split_scope(&RECENT, key)?;
        let mut parts = text(&RECENT, key, rest)?.splitn(3, '\0');
        let (Some(name), Some(group), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(no_key(&RECENT, key));
        };
        let group = Some(group.to_owned()).filter(|group| !group.is_empty());
        with_topic(sns, &scope, name, |topic| topic.recent.insert((group, id.to_owned()), first));
        Ok(())
    })?;
    load(reader, &SEQUENCES, |key, last: u64| {
        let (scope, name) = split_scope(&SEQUENCES, key)?;
        with_topic(sns, &scope, text(&SEQUENCES, key, name)?, |topic| topic.recent.restore_sequence(last));
        Ok(())
    })?;
    for (_, regional) in sns.all_regional() {
        regional.topics.lock().topics.values_mut().for_each(|topic| topic.recent.settle());
    }
    Ok(())
}

fn with_topic(sns: &Sns, scope: &Scope, name: &str, work: impl FnOnce(&mut Topic)) {
    if let Some(topic) = sns.regional(scope).topics.lock().topics.get_mut(name) {
        work(topic);
    }
}

fn load_platforms(reader: &dyn Reader, sns: &Sns) -> Result<(), LoadError> {
    load(reader, &APPLICATIONS, |key, application: Application| {
        let (scope, _) = split_scope(&APPLICATIONS, key)?;
        let arn = application.arn.to_string();
        sns.regional(&scope).platforms.lock().applications.insert(arn, application);
        Ok(())
    })?;
    load(reader, &ENDPOINTS, |key, endpoint: Endpoint| {
        let (scope, _) = split_scope(&ENDPOINTS, key)?;
        sns.regional(&scope).platforms.lock().endpoints.insert(endpoint.arn.to_string(), endpoint);
        Ok(())
    })
}

/// Account and region, and what follows them.
fn split_scope<'k>(table: &Table, key: &'k [u8]) -> Result<(Scope, &'k [u8]), LoadError> {
    scope_and_rest(key).ok_or_else(|| no_key(table, key))
}

fn scope_and_rest(key: &[u8]) -> Option<(Scope, &[u8])> {
    let mut parts = key.splitn(3, |byte| *byte == 0);
    let account = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let region = std::str::from_utf8(parts.next()?).ok()?;
    Some((Scope::new(account, Region::nonstandard(region)), parts.next()?))
}

fn text<'k>(table: &Table, key: &[u8], part: &'k [u8]) -> Result<&'k str, LoadError> {
    std::str::from_utf8(part).map_err(|error| LoadError::broken(table, key, error))
}

fn no_key(table: &Table, key: &[u8]) -> LoadError {
    LoadError::broken(table, key, "this is no key")
}
