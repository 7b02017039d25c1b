//! A client of EventBridge: what was put on the bus arrives at the target and in the archive, whatever happens.

use std::collections::BTreeSet;

use anyhow::ensure;

use super::{
    client::{Service, Step},
    http::{Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000044";
const BUS: &str = "arn:aws:events:us-east-1:000000000044:event-bus/default";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000044:crash-events";
const URL: &str = "http://localhost/000000000044/crash-events";
/// More than that are not put.
const MAX_EVENTS: usize = 1500;

#[derive(Default)]
pub(crate) struct Events {
    /// Every event has another number.
    put: u64,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    has_queue: bool,
    /// The rule's description; `None` while there is no rule.
    rule: Option<String>,
    has_target: bool,
    /// How many events are in the archive; `None` while there is none.
    archived: Option<u64>,
    /// Numbers of events in the queue, where one may be more than once.
    arrived: BTreeSet<u64>,
}

fn request(service: &'static str, operation: &str, input: &str) -> Request {
    let prefix = if service == "sqs" { "AmazonSQS" } else { "AWSEvents" };
    let request = Request::new(service, ACCOUNT, "POST", "/").body(input);
    let request = request.header("x-amz-target", format!("{prefix}.{operation}"));
    request.header("content-type", "application/x-amz-json-1.1")
}

fn step(operation: &'static str, input: &str, apply: impl Fn(&mut State) + Send + 'static) -> Step<State> {
    let service = if operation.ends_with("Queue") { "sqs" } else { "events" };
    Step::new(operation, request(service, operation, input), move |state: &mut State, _| apply(state))
}

fn put_rule(description: String) -> Step<State> {
    let pattern = r#"{\"source\":[\"crash\"]}"#;
    let input = format!(r#"{{"Name":"crash","EventPattern":"{pattern}","Description":"{description}"}}"#);
    step("PutRule", &input, move |state| state.rule = Some(description.clone()))
}

impl Events {
    /// First the archive has it, then it waits for the target.
    fn put_event(&mut self) -> Step<State> {
        self.put += 1;
        let number = self.put;
        let entry = format!(r#"{{"Source":"crash","DetailType":"number {number} ","Detail":"{{}}"}}"#);
        let request = request("events", "PutEvents", &format!(r#"{{"Entries":[{entry}]}}"#));
        Step {
            operation: "PutEvents",
            request,
            change_count: 2,
            apply: Box::new(move |state: &mut State, _, count| {
                state.archived = state.archived.map(|archived| archived + 1);
                if count == 2 {
                    state.arrived.insert(number);
                }
            }),
        }
    }
}

impl Service for Events {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        if !state.has_queue {
            return step("CreateQueue", r#"{"QueueName":"crash-events"}"#, |state| state.has_queue = true);
        }
        if state.rule.is_none() {
            return put_rule("first".to_owned());
        }
        if !state.has_target {
            let input = format!(r#"{{"Rule":"crash","Targets":[{{"Id":"1","Arn":"{QUEUE}"}}]}}"#);
            return step("PutTargets", &input, |state| state.has_target = true);
        }
        if state.archived.is_none() {
            let input = format!(r#"{{"ArchiveName":"crash","EventSourceArn":"{BUS}"}}"#);
            return step("CreateArchive", &input, |state| state.archived = Some(0));
        }
        if state.arrived.len() < MAX_EVENTS && random.below(10) > 0 {
            return self.put_event();
        }
        put_rule(format!("d{}", random.below(1000)))
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        if state.has_target {
            return Some(step("RemoveTargets", r#"{"Rule":"crash","Ids":["1"]}"#, |state| state.has_target = false));
        }
        if state.rule.is_some() {
            return Some(step("DeleteRule", r#"{"Name":"crash"}"#, |state| state.rule = None));
        }
        if state.archived.is_some() {
            return Some(step("DeleteArchive", r#"{"ArchiveName":"crash"}"#, |state| state.archived = None));
        }
        let input = format!(r#"{{"QueueUrl":"{URL}"}}"#);
        state.has_queue.then(|| {
            step("DeleteQueue", &input, |state| {
                state.has_queue = false;
                state.arrived.clear();
            })
        })
    }

    /// Once all that waited has arrived.
    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let settled = connection.send(&Request::new("s3", ACCOUNT, "GET", "/_ruststack/settle"))?;
        ensure!(settled.is_success(), "{}", settled.text());
        let rule = connection.send(&request("events", "DescribeRule", r#"{"Name":"crash"}"#))?.text();
        let targets = connection.send(&request("events", "ListTargetsByRule", r#"{"Rule":"crash"}"#))?.text();
        let archive = connection.send(&request("events", "DescribeArchive", r#"{"ArchiveName":"crash"}"#))?.text();
        let path = format!("/_aws/sqs/messages/us-east-1/{ACCOUNT}/crash-events");
        let queue = connection.send(&Request::new("sqs", ACCOUNT, "GET", &path))?;
        let numbers = queue.text();
        let numbers = numbers.split("number ").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok());
        Ok(State {
            has_queue: queue.is_success(),
            rule: between(&rule, "\"Description\":\"", "\""),
            has_target: targets.contains(QUEUE),
            archived: between(&archive, "\"EventCount\":", ",").and_then(|count| count.parse().ok()),
            arrived: numbers.collect(),
        })
    }

    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        (seen == possible).then(|| possible.clone())
    }
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map(|(found, _)| found.to_owned())
}
