//! A client of SQS: what was sent is there in its order until it is deleted, and handles outlive the process.

use std::collections::BTreeMap;

use anyhow::ensure;

use super::{
    client::{Service, Step},
    http::{Answer, Connection, Request, elements},
    random::Random,
};

const ACCOUNT: &str = "000000000043";
/// More than that are not left in a queue.
const MAX_MESSAGES: usize = 50;
/// Longer than a run: nothing that was received becomes visible by itself. Seconds.
const VISIBILITY: u32 = 43_200;

/// A retention that nobody set. Seconds.
const RETENTION: &str = "345600";

/// One client has one queue.
pub(crate) struct Sqs {
    pub(crate) is_fifo: bool,
    /// Every message of a client has another body.
    pub(crate) sent: u64,
}

/// `None` while there is no queue.
pub(crate) type State = Option<Queue>;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Queue {
    /// Empty when it was never set.
    retention: String,
    tag: String,
    /// Bodies, as they were sent.
    messages: Vec<String>,
    /// By body, of what was received.
    handles: BTreeMap<String, String>,
}

impl Sqs {
    pub(crate) fn standard() -> Self {
        Self { is_fifo: false, sent: 0 }
    }

    pub(crate) fn fifo() -> Self {
        Self { is_fifo: true, sent: 0 }
    }

    fn name(&self) -> &'static str {
        if self.is_fifo { "crash.fifo" } else { "crash" }
    }

    fn request(&self, action: &str, parameters: &str) -> Request {
        let url = format!("http://localhost/{ACCOUNT}/{}", self.name());
        let body = format!("Action={action}&Version=2012-11-05&QueueUrl={url}&{parameters}");
        let request = Request::new("sqs", ACCOUNT, "POST", "/").body(body);
        request.header("content-type", "application/x-www-form-urlencoded")
    }

    fn step(
        &self,
        action: &'static str,
        parameters: &str,
        apply: impl Fn(&mut Queue, Option<&Answer>) + Send + 'static,
    ) -> Step<State> {
        let apply = move |state: &mut State, answer: Option<&Answer>| state.iter_mut().for_each(|q| apply(q, answer));
        Step::new(action, self.request(action, parameters), apply)
    }

    fn create(&self) -> Step<State> {
        let name = self.name();
        let fifo = if self.is_fifo { "&Attribute.1.Name=FifoQueue&Attribute.1.Value=true" } else { "" };
        let request = self.request("CreateQueue", &format!("QueueName={name}{fifo}"));
        Step::new("CreateQueue", request, |state: &mut State, _| *state = Some(Queue::default()))
    }

    fn delete_queue(&self) -> Step<State> {
        Step::new("DeleteQueue", self.request("DeleteQueue", ""), |state: &mut State, _| *state = None)
    }

    fn send(&mut self, random: &mut Random) -> Step<State> {
        let body = self.next_body(random);
        let parameters = format!("MessageBody={body}{}", self.group("", random));
        self.step("SendMessage", &parameters, move |queue, _| queue.messages.push(body.clone()))
    }

    /// All of a batch is one change.
    fn send_batch(&mut self, random: &mut Random) -> Step<State> {
        let (mut bodies, mut parameters) = (Vec::new(), String::new());
        for number in 1..=3 {
            let (prefix, body) = (format!("SendMessageBatchRequestEntry.{number}."), self.next_body(random));
            let group = self.group(&prefix, random);
            parameters += &format!("{prefix}Id=id{number}&{prefix}MessageBody={body}{group}&");
            bodies.push(body);
        }
        self.step("SendMessageBatch", &parameters, move |queue, _| queue.messages.extend_from_slice(&bodies))
    }

    fn next_body(&mut self, random: &mut Random) -> String {
        self.sent += 1;
        let filling = usize::try_from(random.below(2000)).unwrap_or(0);
        format!("{}-{}", self.sent, "x".repeat(filling))
    }

    fn group(&self, prefix: &str, random: &mut Random) -> String {
        let (group, id) = (random.below(3), self.sent);
        let parameters = format!("&{prefix}MessageGroupId=g{group}&{prefix}MessageDeduplicationId=d{id}");
        if self.is_fifo { parameters } else { String::new() }
    }

    fn receive(&self) -> Step<State> {
        let parameters = format!("MaxNumberOfMessages=3&VisibilityTimeout={VISIBILITY}");
        self.step("ReceiveMessage", &parameters, |queue, answer| {
            // Whoever was not told has no handles; the messages are there all the same.
            let Some(answer) = answer else { return };
            let handles = answer.elements("ReceiptHandle");
            queue.handles.extend(answer.elements("Body").into_iter().zip(handles));
        })
    }

    fn delete(&self, body: &str, handle: &str) -> Step<State> {
        let body = body.to_owned();
        self.step("DeleteMessage", &format!("ReceiptHandle={}", encoded(handle)), move |queue, _| {
            queue.messages.retain(|message| *message != body);
            queue.handles.remove(&body);
        })
    }

    fn set(&self, random: &mut Random) -> Step<State> {
        let value = (1000 + random.below(1000)).to_string();
        if random.below(2) == 0 {
            let parameters = format!("Tag.1.Key=tag&Tag.1.Value={value}");
            return self.step("TagQueue", &parameters, move |queue, _| queue.tag.clone_from(&value));
        }
        let parameters = format!("Attribute.1.Name=MessageRetentionPeriod&Attribute.1.Value={value}");
        self.step("SetQueueAttributes", &parameters, move |queue, _| queue.retention.clone_from(&value))
    }

    fn purge(&self) -> Step<State> {
        self.step("PurgeQueue", "", |queue, _| {
            queue.messages.clear();
            queue.handles.clear();
        })
    }
}

/// Of a form's value.
fn encoded(value: &str) -> String {
    value.replace('%', "%25").replace('+', "%2B").replace('=', "%3D").replace('/', "%2F")
}

impl Service for Sqs {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        let Some(queue) = state else { return self.create() };
        let held = queue.handles.iter().next();
        match (random.below(20), held) {
            (0, _) if random.below(10) == 0 => self.delete_queue(),
            (1, _) => self.set(random),
            (..=4, _) if queue.messages.len() < MAX_MESSAGES => self.send_batch(random),
            (..=11, _) if queue.messages.len() < MAX_MESSAGES => self.send(random),
            (..=15, _) | (_, None) if queue.handles.len() < queue.messages.len() => self.receive(),
            (_, Some((body, handle))) => self.delete(body, handle),
            _ => self.purge(),
        }
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        state.as_ref().map(|_| self.delete_queue())
    }

    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let attributes = connection.send(&self.request("GetQueueAttributes", "AttributeName.1=All"))?;
        if attributes.text().contains("NonExistentQueue") {
            return Ok(None);
        }
        ensure!(attributes.is_success(), "{}", attributes.text());
        let tags = connection.send(&self.request("ListQueueTags", ""))?;
        let path = format!("/_aws/sqs/messages/us-east-1/{ACCOUNT}/{}?ShowInvisible=1", self.name());
        let shown = connection.send(&Request::new("sqs", ACCOUNT, "GET", &path))?;
        ensure!(shown.is_success(), "{}", shown.text());
        let text = attributes.text();
        let after = text.split_once("<Name>MessageRetentionPeriod</Name>").map_or("", |(_, after)| after);
        let period = elements(after, "Value").into_iter().next().unwrap_or_default();
        Ok(Some(Queue {
            retention: if period == RETENTION { String::new() } else { period },
            tag: tags.elements("Value").pop().unwrap_or_default(),
            messages: shown.elements("Body"),
            handles: BTreeMap::new(),
        }))
    }

    /// Handles do not show; that they are good is seen when they delete.
    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        let without_handles = possible.clone().map(|queue| Queue { handles: BTreeMap::new(), ..queue });
        (*seen == without_handles).then(|| possible.clone())
    }
}
