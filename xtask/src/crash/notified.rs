//! A client whose bucket notifies a queue: a write that was answered is told there at least once, whatever was killed.

use std::collections::BTreeSet;

use anyhow::ensure;

use super::{
    client::{Service, Step},
    http::{Answer, Connection, Request, elements},
    random::Random,
};

const ACCOUNT: &str = "000000000044";
const BUCKET: &str = "crash-notified";
/// More messages than that are not left in the queue.
const MAX_KEYS: usize = 50;

pub(crate) struct Notified {
    /// Every write has a key of its own.
    pub(crate) written: u64,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    has_queue: bool,
    has_bucket: bool,
    notifies: bool,
    /// Of writes since the queue was emptied.
    keys: BTreeSet<String>,
}

fn sqs(action: &str, parameters: &str) -> Request {
    let url = format!("http://localhost/{ACCOUNT}/notified");
    let body = format!("Action={action}&Version=2012-11-05&QueueUrl={url}&{parameters}");
    let request = Request::new("sqs", ACCOUNT, "POST", "/").body(body);
    request.header("content-type", "application/x-www-form-urlencoded")
}

fn s3(method: &'static str, path: &str) -> Request {
    Request::new("s3", ACCOUNT, method, &format!("/{BUCKET}{path}"))
}

fn notification() -> String {
    let events = "<Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event>";
    let queue = format!("<Queue>arn:aws:sqs:us-east-1:{ACCOUNT}:notified</Queue>");
    format!(
        "<NotificationConfiguration><QueueConfiguration><Id>id</Id>{events}{queue}</QueueConfiguration>\
         </NotificationConfiguration>"
    )
}

fn step(operation: &'static str, request: Request, change: impl Fn(&mut State) + Send + 'static) -> Step<State> {
    Step::new(operation, request, move |state: &mut State, _: Option<&Answer>| change(state))
}

impl Service for Notified {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        if !state.has_queue {
            return step("CreateQueue", sqs("CreateQueue", "QueueName=notified"), |state| state.has_queue = true);
        }
        if !state.has_bucket {
            return step("CreateBucket", s3("PUT", ""), |state| state.has_bucket = true);
        }
        if !state.notifies {
            let request = s3("PUT", "?notification").body(notification());
            return step("PutBucketNotificationConfiguration", request, |state| state.notifies = true);
        }
        if state.keys.len() >= MAX_KEYS {
            return step("PurgeQueue", sqs("PurgeQueue", ""), |state| state.keys.clear());
        }
        self.written += 1;
        let key = format!("key{:08}", self.written);
        let request = s3("PUT", &format!("/{key}")).body(vec![0; usize::try_from(random.below(3000)).unwrap_or(0)]);
        step("PutObject", request, move |state| state.keys.extend([key.clone()]))
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        if state.notifies {
            let request = s3("PUT", "?notification").body("<NotificationConfiguration/>");
            return Some(step("PutBucketNotificationConfiguration", request, |state| state.notifies = false));
        }
        if state.has_queue {
            let request = sqs("DeleteQueue", "");
            return Some(step("DeleteQueue", request, |state| {
                state.has_queue = false;
                state.keys.clear();
            }));
        }
        None
    }

    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let settled = connection.send(&Request::new("s3", ACCOUNT, "POST", "/_ruststack/settle"))?;
        ensure!(settled.is_success(), "{}", settled.text());
        let notifies = connection.send(&s3("GET", "?notification"))?;
        let path = format!("/_aws/sqs/messages/us-east-1/{ACCOUNT}/notified?ShowInvisible=1");
        let shown = connection.send(&Request::new("sqs", ACCOUNT, "GET", &path))?;
        let records = elements(&shown.text(), "Body").join("");
        let keys = records.split("key0").skip(1).filter_map(|rest| Some(format!("key0{}", rest.get(..7)?)));
        Ok(State {
            has_queue: shown.is_success(),
            has_bucket: notifies.is_success(),
            notifies: notifies.text().contains("<Queue>"),
            keys: keys.collect(),
        })
    }

    /// What was not answered may be told, too, and what was told before the queue was emptied may come after.
    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        let is_same =
            State { keys: BTreeSet::new(), ..seen.clone() } == State { keys: BTreeSet::new(), ..possible.clone() };
        (is_same && possible.keys.is_subset(&seen.keys)).then(|| seen.clone())
    }
}
