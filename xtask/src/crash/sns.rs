//! A client of SNS: what was published is in the queue that subscribes, once and in its order, whenever the kill came.

use anyhow::ensure;

use super::{
    client::{Service, Step},
    http::{Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000044";
const TOPIC: &str = "arn:aws:sns:us-east-1:000000000044:crash.fifo";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000044:crash.fifo";
const FIFO_QUEUE: &str = "Action=CreateQueue&Version=2012-11-05&QueueName=crash.fifo&Attribute.1.Name=FifoQueue\
                          &Attribute.1.Value=true";
const FIFO_TOPIC: &str = "Name=crash.fifo&Attributes.entry.1.key=FifoTopic&Attributes.entry.1.value=true";
const RAW: &str = "Attributes.entry.1.key=RawMessageDelivery&Attributes.entry.1.value=true";

/// One client has one FIFO topic, and a queue that subscribes to it.
#[derive(Default)]
pub(crate) struct Sns {
    /// Every message of a client is another.
    published: u64,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    has_queue: bool,
    has_topic: bool,
    is_subscribed: bool,
    /// The topic's.
    display_name: String,
    /// In the order in which they were published.
    messages: Vec<String>,
}

fn request(action: &str, parameters: &str) -> Request {
    form("sns", format!("Action={action}&Version=2010-03-31&{parameters}"))
}

fn form(service: &'static str, body: String) -> Request {
    let request = Request::new(service, ACCOUNT, "POST", "/").body(body);
    request.header("content-type", "application/x-www-form-urlencoded")
}

fn step(action: &'static str, parameters: &str, apply: impl Fn(&mut State) + Send + 'static) -> Step<State> {
    Step::new(action, request(action, parameters), move |state: &mut State, _| apply(state))
}

impl Sns {
    fn next_message(&mut self, random: &mut Random) -> (String, String) {
        self.published += 1;
        let filling = usize::try_from(random.below(500)).unwrap_or(0);
        let message = format!("{}-{}", self.published, "x".repeat(filling));
        let ids = format!("MessageGroupId=g&{{}}MessageDeduplicationId=d{}", self.published);
        (message, ids)
    }

    fn publish(&mut self, random: &mut Random) -> Step<State> {
        let (message, ids) = self.next_message(random);
        let parameters = format!("TopicArn={TOPIC}&Message={message}&{}", ids.replace("{}", ""));
        step("Publish", &parameters, move |state| state.messages.push(message.clone()))
    }

    /// Each message of a batch is a change of its own, as AWS promises nothing of all of them.
    fn publish_batch(&mut self, random: &mut Random) -> Step<State> {
        let (mut messages, mut parameters) = (Vec::new(), format!("TopicArn={TOPIC}"));
        for number in 1..=3 {
            let prefix = format!("PublishBatchRequestEntries.member.{number}.");
            let (message, ids) = self.next_message(random);
            let ids = ids.replace("{}", &prefix);
            parameters += &format!("&{prefix}Id=id{number}&{prefix}Message={message}&{prefix}{ids}");
            messages.push(message);
        }
        Step {
            operation: "PublishBatch",
            request: request("PublishBatch", &parameters),
            change_count: messages.len(),
            apply: Box::new(move |state: &mut State, _, count| state.messages.extend_from_slice(&messages[..count])),
        }
    }
}

fn name(random: &mut Random) -> Step<State> {
    let name = format!("name{}", random.below(1000));
    let parameters = format!("TopicArn={TOPIC}&AttributeName=DisplayName&AttributeValue={name}");
    step("SetTopicAttributes", &parameters, move |state| state.display_name.clone_from(&name))
}

impl Service for Sns {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        if !state.has_queue {
            let request = form("sqs", FIFO_QUEUE.to_owned());
            return Step::new("CreateQueue", request, |state: &mut State, _| state.has_queue = true);
        }
        if !state.has_topic {
            return step("CreateTopic", FIFO_TOPIC, |state| state.has_topic = true);
        }
        if !state.is_subscribed {
            let parameters = format!("TopicArn={TOPIC}&Protocol=sqs&Endpoint={QUEUE}&{RAW}");
            return step("Subscribe", &parameters, |state| state.is_subscribed = true);
        }
        match random.below(8) {
            0 => name(random),
            1 | 2 => self.publish_batch(random),
            _ => self.publish(random),
        }
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        if state.has_topic {
            return Some(step("DeleteTopic", &format!("TopicArn={TOPIC}"), |state| {
                state.has_topic = false;
                state.is_subscribed = false;
                state.display_name.clear();
            }));
        }
        let body = format!("Action=DeleteQueue&Version=2012-11-05&QueueUrl=http://localhost/{ACCOUNT}/crash.fifo");
        let delete = || Step::new("DeleteQueue", form("sqs", body), |state: &mut State, _| *state = State::default());
        state.has_queue.then(delete)
    }

    /// What is on its way has arrived first.
    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let settled = connection.send(&Request::new("s3", ACCOUNT, "POST", "/_ruststack/settle"))?;
        ensure!(settled.is_success(), "{}", settled.text());
        let topic = connection.send(&request("GetTopicAttributes", &format!("TopicArn={TOPIC}")))?;
        let subscriptions = connection.send(&request("ListSubscriptions", ""))?;
        let path = format!("/_aws/sqs/messages/us-east-1/{ACCOUNT}/crash.fifo?ShowInvisible=1");
        let shown = connection.send(&Request::new("sqs", ACCOUNT, "GET", &path))?;
        let text = topic.text();
        let after = text.split_once("<key>DisplayName</key><value>").map_or("", |(_, after)| after);
        let counted = text.contains("<key>SubscriptionsConfirmed</key><value>1<");
        let is_subscribed = subscriptions.elements("SubscriptionArn").len() == 1;
        ensure!(counted == is_subscribed, "the topic and the list do not agree: {text} {}", subscriptions.text());
        Ok(State {
            has_queue: shown.is_success(),
            has_topic: topic.is_success(),
            is_subscribed,
            display_name: after.split('<').next().unwrap_or_default().to_owned(),
            messages: if shown.is_success() { shown.elements("Body") } else { Vec::new() },
        })
    }

    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        (seen == possible).then(|| possible.clone())
    }
}
