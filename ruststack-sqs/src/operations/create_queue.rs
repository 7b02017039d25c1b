//! `CreateQueue`: a new queue, or the one that is there and is the same.

use std::collections::BTreeMap;

use ruststack_core::{arn::Arn, operation::Call};

use super::{set_queue_attributes::check_redrive, tag_queue};
use crate::{
    Sqs, access,
    api::{CreateQueueInput, CreateQueueOutput},
    attributes::{self, Attributes},
    error::SqsError,
    limits::MAX_QUEUE_NAME_LENGTH,
    live_queue::{LiveQueue, QueueState, Settings},
};

const NAME: &str = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
const FIFO_NAME: &str = "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must \
                         end with .fifo suffix and be 1 to 80 in length";

pub(super) async fn create_queue(call: Call<Sqs>, input: CreateQueueInput) -> Result<CreateQueueOutput, SqsError> {
    let (sqs, name, now) = (call.service(), input.queue_name, call.now());
    let given = attributes::normalised(input.attributes.unwrap_or_default());
    let is_fifo = given.get("FifoQueue").is_some_and(|value| value == "true");
    check_name(&name, is_fifo)?;
    attributes::check(&given, is_fifo)?;
    let tags = input.tags.unwrap_or_default();
    tag_queue::check(&tags)?;
    let arn = arn(&call, &name)?;
    access::check_in_account(&call, &name)?;
    check_redrive(sqs, &arn, is_fifo, &given)?;
    let (queues, changes) = (sqs.queues(call.scope()), call.ctx().changes());
    let _section = changes.begin()?;
    if sqs.config.delays_recreation && queues.was_deleted_recently(call.scope(), &name, now, changes) {
        return Err(SqsError::QueueDeletedRecently {});
    }
    let make = || {
        let settings = Settings::new(Attributes::of(given.clone(), is_fifo), tags, now);
        LiveQueue::new(name.clone(), call.scope().clone(), arn, QueueState::new(settings))
    };
    let (queue, is_new) = queues.get_or_insert(&name, changes, make);
    if !is_new {
        check_same(&queue, &given)?;
    }
    Ok(CreateQueueOutput { queue_url: Some(sqs.url(&queue, call.ctx())) })
}

fn arn(call: &Call<Sqs>, name: &str) -> Result<Arn, SqsError> {
    let scope = call.scope();
    let arn = Arn::new(scope.partition().as_str(), "sqs", scope.region.as_str(), &scope.account.to_string(), name);
    arn.map_err(|_| SqsError::InvalidParameterValue { message: NAME.to_owned() })
}

/// A queue that is there is created once more when nothing that is given differs.
fn check_same(queue: &LiveQueue, given: &BTreeMap<String, String>) -> Result<(), SqsError> {
    let differing = queue.look(|state| state.settings.attributes.differing(given).map(str::to_owned));
    differing.map_or(Ok(()), |attribute| Err(SqsError::QueueNameExists { attribute }))
}

fn check_name(name: &str, is_fifo: bool) -> Result<(), SqsError> {
    let stem = if is_fifo { name.strip_suffix(".fifo") } else { Some(name) };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_stem = |stem: &str| !stem.is_empty() && stem.bytes().all(is_letter);
    if name.len() <= MAX_QUEUE_NAME_LENGTH && stem.is_some_and(is_stem) {
        return Ok(());
    }
    let message = if is_fifo { FIFO_NAME } else { NAME };
    Err(SqsError::InvalidParameterValue { message: message.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fifo_queues_say_so() {
        let long = "a".repeat(81);
        for (name, is_fifo, expected) in [
            ("a-B_9", false, ""),
            ("a.fifo", true, ""),
            ("", false, NAME),
            ("a b", false, NAME),
            ("a.fifo", false, NAME),
            (&long, false, NAME),
            ("a", true, FIFO_NAME),
            (".fifo", true, FIFO_NAME),
        ] {
            let refused = check_name(name, is_fifo).err().map_or_else(String::new, |error| error.to_string());
            assert_eq!(refused, expected, "{name}");
        }
    }
}
