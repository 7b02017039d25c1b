//! A client of CloudWatch Logs: streams hold the events that were acknowledged, each batch whole or not at all.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::ensure;
use serde_json::{Value, json};

use super::{
    client::{Service, Step},
    http::{Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000045";
const GROUP: &str = "/crash/group";
/// Streams that grew longer are deleted.
const MAX_EVENTS: usize = 300;
const STREAMS: u64 = 3;

#[derive(Default)]
pub(crate) struct Logs {
    /// Every message of a client is another.
    written: u64,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    has_group: bool,
    retention_days: Option<u64>,
    /// Messages in their order, by stream.
    streams: BTreeMap<String, Vec<String>>,
}

fn request(operation: &str, mut input: Value) -> Request {
    input["logGroupName"] = json!(GROUP);
    let request = Request::new("logs", ACCOUNT, "POST", "/").body(input.to_string());
    let request = request.header("content-type", "application/x-amz-json-1.1");
    request.header("x-amz-target", format!("Logs_20140328.{operation}"))
}

fn step(operation: &'static str, input: Value, apply: impl Fn(&mut State) + Send + 'static) -> Step<State> {
    Step::new(operation, request(operation, input), move |state: &mut State, _| apply(state))
}

fn named(stream: &str) -> Value {
    json!({"logStreamName": stream})
}

fn delete(stream: String) -> Step<State> {
    step("DeleteLogStream", named(&stream), move |state| drop(state.streams.remove(&stream)))
}

fn retain(random: &mut Random) -> Step<State> {
    let days = [1, 7, 365][usize::try_from(random.below(3)).unwrap_or(0)];
    step("PutRetentionPolicy", json!({"retentionInDays": days}), move |state| state.retention_days = Some(days))
}

/// The server's clock is the machine's.
#[expect(clippy::disallowed_methods, reason = "a client has no other clock")]
fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Logs {
    /// All of a batch is one change.
    fn put(&mut self, stream: String, random: &mut Random) -> Step<State> {
        let mut messages = Vec::new();
        for _ in 0..=random.below(4) {
            self.written += 1;
            let filling = usize::try_from(random.below(500)).unwrap_or(0);
            messages.push(format!("{}-{}", self.written, "x".repeat(filling)));
        }
        let now = now_millis();
        let events: Vec<Value> = messages.iter().map(|message| json!({"timestamp": now, "message": message})).collect();
        let input = json!({"logStreamName": stream, "logEvents": events});
        step("PutLogEvents", input, move |state| {
            state.streams.entry(stream.clone()).or_default().extend_from_slice(&messages);
        })
    }
}

impl Service for Logs {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        if !state.has_group {
            return step("CreateLogGroup", json!({}), |state| state.has_group = true);
        }
        let stream = format!("stream{}", random.below(STREAMS));
        let Some(messages) = state.streams.get(&stream) else {
            return step("CreateLogStream", named(&stream), move |state| {
                state.streams.insert(stream.clone(), Vec::new());
            });
        };
        match random.below(30) {
            0 => delete(stream),
            1 => retain(random),
            _ if messages.len() > MAX_EVENTS => delete(stream),
            _ => self.put(stream, random),
        }
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        state.has_group.then(|| step("DeleteLogGroup", json!({}), |state| *state = State::default()))
    }

    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let mut ask = |operation: &str, input: Value| -> anyhow::Result<Value> {
            let answer = connection.send(&request(operation, input))?;
            ensure!(answer.is_success(), "{operation}: {}", answer.text());
            Ok(serde_json::from_slice(&answer.body)?)
        };
        let groups = ask("DescribeLogGroups", json!({}))?;
        let Some(group) = groups["logGroups"].get(0) else { return Ok(State::default()) };
        let mut seen = State { has_group: true, retention_days: group["retentionInDays"].as_u64(), ..State::default() };
        let streams = ask("DescribeLogStreams", json!({}))?;
        for stream in streams["logStreams"].as_array().into_iter().flatten() {
            let name = stream["logStreamName"].as_str().unwrap_or_default();
            let found = ask("GetLogEvents", json!({"logStreamName": name, "startFromHead": true}))?;
            let filtered = ask("FilterLogEvents", json!({"logStreamNames": [name]}))?;
            ensure!(messages(&found) == messages(&filtered), "GetLogEvents and FilterLogEvents do not agree of {name}");
            seen.streams.insert(name.to_owned(), messages(&found));
        }
        Ok(seen)
    }

    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        (seen == possible).then(|| possible.clone())
    }
}

fn messages(answer: &Value) -> Vec<String> {
    let events = answer["events"].as_array().into_iter().flatten();
    events.map(|event| event["message"].as_str().unwrap_or_default().to_owned()).collect()
}
