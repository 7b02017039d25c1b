//! What SNS keeps on the disk: topics, subscriptions, what FIFO topics remember, platforms, text messages, the key that
//! signs, and what is yet to be delivered.
//!
//! Keys begin with account and region, none of which holds a NUL. `rows/load.rs` reads the rows back.

mod freeze;
mod load;

use ruststack_core::{
    journal::{Rows, Table, key},
    scope::Scope,
};

use crate::{
    deduplication::{FirstPublished, Key},
    kept_messages::KeptMessage,
    platforms::{Application, Endpoint},
    signing::KeyRow,
    sms,
    subscription::Subscription,
    topic::Settings,
    topics::Ended,
};

pub(crate) use self::{freeze::freeze, load::load_all};

pub(crate) static TABLES: &[&Table] =
    &[&TOPICS, &SUBSCRIPTIONS, &RECENT, &SEQUENCES, &ENDED, &APPLICATIONS, &ENDPOINTS, &SMS, &KEPT, &SIGNING, &OUTBOX];
/// Those that begin with an account and a region.
static SCOPED: [&Table; 9] =
    [&TOPICS, &SUBSCRIPTIONS, &RECENT, &SEQUENCES, &ENDED, &APPLICATIONS, &ENDPOINTS, &SMS, &KEPT];

/// By topic.
static TOPICS: Table = Table::new("sns", "topics", 1);
/// By number.
static SUBSCRIPTIONS: Table = Table::new("sns", "subscriptions", 1);
/// Of messages of the last five minutes, by topic, group (empty where ids are the topic's) and id.
static RECENT: Table = Table::new("sns", "deduplication_ids", 1);
/// The last number that a FIFO topic gave, by topic.
static SEQUENCES: Table = Table::new("sns", "sequence_numbers", 1);
/// By token.
static ENDED: Table = Table::new("sns", "ended_subscriptions", 1);
/// By ARN.
static APPLICATIONS: Table = Table::new("sns", "platform_applications", 1);
/// By ARN.
static ENDPOINTS: Table = Table::new("sns", "platform_endpoints", 1);
static SMS: Table = Table::new("sns", "sms_settings", 1);
/// By number.
static KEPT: Table = Table::new("sns", "kept_messages", 1);
/// One row.
static SIGNING: Table = Table::new("sns", "signing_key", 1);
/// What is yet to be delivered.
pub(crate) static OUTBOX: Table = Table::new("sns", "outbox", 1);

/// The key of the one row.
const ONLY: &[u8] = b"key";

pub(crate) fn put_topic(rows: &mut Rows, scope: &Scope, settings: &Settings) {
    rows.put(&TOPICS, below(scope, settings.name().as_bytes()), settings);
}

/// With all that is remembered of what was published to it.
pub(crate) fn remove_topic(rows: &mut Rows, scope: &Scope, name: &str) {
    rows.remove(&TOPICS, below(scope, name.as_bytes()));
    rows.remove(&SEQUENCES, below(scope, name.as_bytes()));
    rows.remove_all(&RECENT, below(scope, &key([name.as_bytes(), b""])));
}

pub(crate) fn put_subscription(rows: &mut Rows, scope: &Scope, subscription: &Subscription) {
    rows.put(&SUBSCRIPTIONS, below(scope, &subscription.number.to_be_bytes()), subscription);
}

pub(crate) fn remove_subscription(rows: &mut Rows, scope: &Scope, number: u64) {
    rows.remove(&SUBSCRIPTIONS, below(scope, &number.to_be_bytes()));
}

pub(crate) fn put_recent(rows: &mut Rows, scope: &Scope, topic: &str, key: &Key, first: &FirstPublished) {
    rows.put(&RECENT, recent_key(scope, topic, key), first);
}

pub(crate) fn remove_recent(rows: &mut Rows, scope: &Scope, topic: &str, key: &Key) {
    rows.remove(&RECENT, recent_key(scope, topic, key));
}

fn recent_key(scope: &Scope, topic: &str, (group, id): &Key) -> Vec<u8> {
    let group = group.as_deref().unwrap_or_default();
    below(scope, &key([topic.as_bytes(), group.as_bytes(), id.as_bytes()]))
}

pub(crate) fn put_sequence(rows: &mut Rows, scope: &Scope, topic: &str, last: u64) {
    rows.put(&SEQUENCES, below(scope, topic.as_bytes()), &last);
}

pub(crate) fn put_ended(rows: &mut Rows, scope: &Scope, token: &str, ended: &Ended) {
    rows.put(&ENDED, below(scope, token.as_bytes()), ended);
}

pub(crate) fn remove_ended(rows: &mut Rows, scope: &Scope, token: &str) {
    rows.remove(&ENDED, below(scope, token.as_bytes()));
}

pub(crate) fn put_application(rows: &mut Rows, scope: &Scope, application: &Application) {
    rows.put(&APPLICATIONS, below(scope, application.arn.as_str().as_bytes()), application);
}

pub(crate) fn remove_application(rows: &mut Rows, scope: &Scope, arn: &str) {
    rows.remove(&APPLICATIONS, below(scope, arn.as_bytes()));
}

pub(crate) fn put_endpoint(rows: &mut Rows, scope: &Scope, endpoint: &Endpoint) {
    rows.put(&ENDPOINTS, below(scope, endpoint.arn.as_str().as_bytes()), endpoint);
}

pub(crate) fn remove_endpoint(rows: &mut Rows, scope: &Scope, arn: &str) {
    rows.remove(&ENDPOINTS, below(scope, arn.as_bytes()));
}

pub(crate) fn put_sms(rows: &mut Rows, scope: &Scope, settings: &sms::Settings) {
    rows.put(&SMS, below(scope, b""), settings);
}

pub(crate) fn put_kept(rows: &mut Rows, scope: &Scope, number: u64, message: &KeptMessage) {
    rows.put(&KEPT, below(scope, &number.to_be_bytes()), message);
}

pub(crate) fn remove_kept(rows: &mut Rows, scope: &Scope, number: u64) {
    rows.remove(&KEPT, below(scope, &number.to_be_bytes()));
}

pub(crate) fn put_signing_key(rows: &mut Rows, row: &KeyRow) {
    rows.put(&SIGNING, ONLY.to_vec(), row);
}

/// All that an account has in a region.
pub(crate) fn remove_scope(rows: &mut Rows, scope: &Scope) {
    for table in SCOPED {
        rows.remove_all(table, below(scope, b""));
    }
}

fn below(scope: &Scope, rest: &[u8]) -> Vec<u8> {
    key([scope.account.to_string().as_bytes(), scope.region.as_str().as_bytes(), rest])
}
