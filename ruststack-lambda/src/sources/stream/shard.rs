//! One shard of a stream: where it was read to, and the batch that is being tried.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use ruststack_core::{
    bus::{Payload, Sender},
    context::Context,
};
use serde_json::{Value, json};

use super::{super::Active, super::Poller, sequence_number};
use crate::{Lambda, error::LambdaError, invoking::Outcome, rows};

/// The longest wait before a batch is tried again.
const MAX_BACK_OFF: Duration = Duration::from_secs(60);

pub(super) struct Shard {
    pub(super) id: String,
    pub(super) parent: Option<String>,
    /// Nothing will come any more.
    pub(super) is_done: bool,
    iterator: Option<String>,
}

/// How a batch came out.
enum End {
    Taken,
    /// All records from this one on are to be tried again.
    FailedFrom(usize),
    /// The mapping or the function is gone, or the emulator stops.
    Given,
}

impl Shard {
    pub(super) fn new(id: String, parent: Option<String>) -> Self {
        Self { id, parent, is_done: false, iterator: None }
    }

    /// Reads records once, and sees them through; true when there may be more.
    pub(super) async fn poll(&mut self, poller: &Poller, lambda: &Arc<Lambda>, active: &Active) -> bool {
        let ctx = super::super::context(poller.ctx.runtime(), &poller.scope);
        let Some(iterator) = self.iterator(&ctx, active).await else { return false };
        let size = active.mapping.configuration.batch_size.unwrap_or(100).clamp(1, 1000);
        let input = json!({ "ShardIterator": iterator, "Limit": size });
        let answer = match ctx.bus().request(&ctx, "dynamodbstreams", "GetRecords", input).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(stream = %active.source, %error, "a stream could not be read");
                self.iterator = None;
                return false;
            }
        };
        let records = answer["Records"].as_array().cloned().unwrap_or_default();
        let last = records.last().map(|record| sequence_number(record).to_owned());
        let seen: Vec<Value> = records.iter().map(|one| record(active, one)).collect();
        let seen: Vec<Value> = seen.into_iter().filter(|one| active.filters.lets_through(one)).collect();
        if !seen.is_empty() && !self.see_through(poller, lambda, active, seen).await {
            return false;
        }
        if let Some(last) = last {
            self.note_position(poller, lambda, &last);
        }
        self.iterator = answer["NextShardIterator"].as_str().map(str::to_owned);
        self.is_done = self.iterator.is_none();
        !records.is_empty()
    }

    async fn iterator(&mut self, ctx: &Context, active: &Active) -> Option<String> {
        if let Some(iterator) = &self.iterator {
            return Some(iterator.clone());
        }
        let mut input = json!({ "StreamArn": active.source.as_str(), "ShardId": self.id });
        match active.mapping.positions.get(&self.id) {
            Some(position) => {
                input["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER".into();
                input["SequenceNumber"] = position.as_str().into();
            }
            None => {
                let start = active.mapping.configuration.starting_position.as_deref().unwrap_or("TRIM_HORIZON");
                // What follows a shard is read from its beginning, whenever it began.
                let start = if self.parent.is_some() { "TRIM_HORIZON" } else { start };
                input["ShardIteratorType"] = start.into();
            }
        }
        let answer = ctx.bus().request(ctx, "dynamodbstreams", "GetShardIterator", input).await.ok()?;
        self.iterator = answer["ShardIterator"].as_str().map(str::to_owned);
        self.iterator.clone()
    }

    /// Tries a batch until it is taken or given up; false when the mapping is no more.
    async fn see_through(&self, poller: &Poller, lambda: &Arc<Lambda>, active: &Active, records: Vec<Value>) -> bool {
        // Halves of a batch that failed wait here, the first last.
        let mut waiting = vec![records];
        let mut attempts = 0;
        while let Some(batch) = waiting.pop() {
            let (end, outcome) = invoke(poller, lambda, active, &batch).await;
            match end {
                End::Taken => attempts = 0,
                End::Given => return false,
                End::FailedFrom(index) => {
                    attempts += 1;
                    let rest = batch[index..].to_vec();
                    if is_exhausted(poller, active, &rest, attempts) {
                        give_up(poller, active, &self.id, &rest, attempts, outcome.as_ref()).await;
                        attempts = 0;
                        continue;
                    }
                    poller.ctx.clock().sleep(Duration::from_secs(1 << (attempts - 1).min(6)).min(MAX_BACK_OFF)).await;
                    waiting.extend(split(active, rest));
                    if poller.active().is_none() {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn note_position(&self, poller: &Poller, lambda: &Arc<Lambda>, last: &str) {
        let ctx = super::super::context(poller.ctx.runtime(), &poller.scope);
        let noted: Result<(), LambdaError> = lambda.change(&ctx, &poller.scope, |things| {
            let Some(mapping) = things.mappings.get_mut(&poller.id) else { return Ok(()) };
            let mapping = Arc::make_mut(mapping);
            mapping.positions.insert(self.id.clone(), last.to_owned());
            mapping.configuration.last_processing_result = Some("OK".to_owned());
            ctx.changes().record(|rows| rows::put_mapping(rows, &poller.scope, &poller.id, mapping));
            Ok(())
        });
        // A disk that takes nothing lets the records be read once more.
        drop(noted);
    }
}

/// The halves of a batch where the mapping wants it so, the first last.
fn split(active: &Active, mut batch: Vec<Value>) -> Vec<Vec<Value>> {
    let bisects = active.mapping.configuration.bisect_batch_on_function_error == Some(true);
    if !bisects || batch.len() < 2 {
        return vec![batch];
    }
    let second = batch.split_off(batch.len().div_ceil(2));
    vec![second, batch]
}

/// A record as functions see it.
fn record(active: &Active, told: &Value) -> Value {
    let mut record = told.clone();
    record["eventSourceARN"] = active.source.as_str().into();
    reshape(&mut record);
    record
}

/// What Lambda writes otherwise than the stream does: times as numbers with a fraction, names of members that begin
/// small.
fn reshape(record: &mut Value) {
    let created = &mut record["dynamodb"]["ApproximateCreationDateTime"];
    if let Some(seconds) = created.as_f64() {
        *created = seconds.into();
    }
    if let Some(identity) = record["userIdentity"].as_object() {
        let (kind, principal) = (identity.get("Type").cloned(), identity.get("PrincipalId").cloned());
        record["userIdentity"] = json!({ "type": kind, "principalId": principal });
    }
}

async fn invoke(poller: &Poller, lambda: &Arc<Lambda>, active: &Active, batch: &[Value]) -> (End, Option<Outcome>) {
    let ctx = super::super::context(poller.ctx.runtime(), &poller.scope);
    let event = Bytes::from(json!({ "Records": batch }).to_string());
    let order = match lambda.order(&ctx, &active.function, event) {
        Ok(order) => order,
        Err(LambdaError::ResourceNotFoundException { .. }) => return (End::Given, None),
        Err(_) => return (End::FailedFrom(0), None),
    };
    let Ok(outcome) = lambda.run(&ctx, &active.function.scope, order).await else { return (End::FailedFrom(0), None) };
    if outcome.is_error {
        return (End::FailedFrom(0), Some(outcome));
    }
    let types = active.mapping.configuration.function_response_types.as_ref();
    let reports = types.is_some_and(|types| types.iter().any(|one| one == "ReportBatchItemFailures"));
    match failed_from(&outcome.json(), batch).filter(|_| reports) {
        Some(index) => (End::FailedFrom(index), Some(outcome)),
        None => (End::Taken, Some(outcome)),
    }
}

/// The first record that a function could not take, if it says so; what is said wrongly is all of them.
fn failed_from(answer: &Value, batch: &[Value]) -> Option<usize> {
    let list = match answer.get("batchItemFailures") {
        None | Some(Value::Null) => return None,
        Some(list) => list.as_array()?,
    };
    let place = |item: &Value| {
        let id = item.get("itemIdentifier").and_then(Value::as_str).filter(|id| !id.is_empty());
        id.and_then(|id| batch.iter().position(|record| sequence_number(record) == id)).unwrap_or(0)
    };
    list.iter().map(place).min()
}

fn is_exhausted(poller: &Poller, active: &Active, rest: &[Value], attempts: u32) -> bool {
    let configuration = &active.mapping.configuration;
    let retries = configuration.maximum_retry_attempts.unwrap_or(-1);
    let age = configuration.maximum_record_age_in_seconds.unwrap_or(-1);
    let created = rest.first().and_then(|record| record["dynamodb"]["ApproximateCreationDateTime"].as_f64());
    let is_old =
        age >= 0 && created.is_some_and(|created| poller.ctx.now().seconds() as f64 - created > f64::from(age));
    is_old || (retries >= 0 && attempts > retries.unsigned_abs())
}

/// Tells the destination of failures which records were given up.
async fn give_up(
    poller: &Poller,
    active: &Active,
    shard: &str,
    rest: &[Value],
    attempts: u32,
    outcome: Option<&Outcome>,
) {
    let configuration = &active.mapping.configuration;
    let destination = configuration.destination_config.as_ref().and_then(|config| config.on_failure.as_ref());
    let Some(target) = destination.and_then(|one| one.destination.as_deref()) else { return };
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return };
    let at = |record: &Value| {
        let seconds = record["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap_or_default();
        ruststack_core::clock::Timestamp::from_seconds(seconds as i64).to_iso_8601()
    };
    let function = active.function.qualified_arn();
    let mut response = json!({ "statusCode": 200, "executedVersion": outcome.map(|one| one.executed_version.clone()) });
    response["functionError"] = outcome.filter(|one| one.is_error).map(|_| "Unhandled").into();
    let document = json!({
        "requestContext": {
            "requestId": outcome.map(|one| one.request_id.clone()),
            "functionArn": function,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": response,
        "version": "1.0",
        "timestamp": poller.ctx.now().to_iso_8601_millis(),
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": sequence_number(first),
            "endSequenceNumber": sequence_number(last),
            "approximateArrivalOfFirstRecord": at(first),
            "approximateArrivalOfLastRecord": at(last),
            "batchSize": rest.len(),
            "streamArn": active.source.as_str(),
        },
    });
    if let (Ok(function), Ok(target)) = (function.parse(), target.parse()) {
        let sender = Sender::of("lambda", &function);
        let sent = poller.ctx.bus().deliver(&poller.ctx, &sender, &target, Payload::of(document.to_string())).await;
        if let Err(error) = sent {
            tracing::warn!(%target, %error, "the destination of a mapping took nothing");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_deleted_an_item_is_told_in_small_letters() {
        let mut record = json!({
            "dynamodb": { "ApproximateCreationDateTime": 1_700_000_000 },
            "userIdentity": { "Type": "Service", "PrincipalId": "dynamodb.amazonaws.com" },
        });
        reshape(&mut record);
        let identity = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
        assert_eq!(record["userIdentity"], identity);
        assert_eq!(record["dynamodb"].to_string(), r#"{"ApproximateCreationDateTime":1700000000.0}"#);
        let mut other = json!({ "dynamodb": {} });
        reshape(&mut other);
        assert!(other.get("userIdentity").is_none());
    }
}
