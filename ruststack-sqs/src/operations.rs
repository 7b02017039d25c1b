//! The table of contents of SQS: its operations, one file each.

mod add_permission;
mod cancel_message_move_task;
mod change_message_visibility;
mod change_message_visibility_batch;
mod create_queue;
mod delete_message;
mod delete_message_batch;
mod delete_queue;
mod get_queue_attributes;
mod get_queue_url;
mod list_dead_letter_source_queues;
mod list_message_move_tasks;
mod list_queue_tags;
pub(crate) mod list_queues;
mod purge_queue;
mod receive_message;
mod remove_permission;
mod send_message;
mod send_message_batch;
mod set_queue_attributes;
mod start_message_move_task;
mod tag_queue;
mod untag_queue;

use ruststack_core::{
    error::AwsError,
    operation::Operations,
    record::{Recording, Resource},
    scope::Scope,
    service::Protocol,
};
use serde_json::Value;

use crate::{Sqs, api, error::SqsError, queue_url::Location};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html>
static RECORDING: Recording = Recording {
    data: &[
        "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch",
        "DeleteMessage",
        "DeleteMessageBatch",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ListDeadLetterSourceQueues",
        "ListQueues",
        "ListQueueTags",
        "ReceiveMessage",
        "SendMessage",
        "SendMessageBatch",
    ],
    reads: &["ReceiveMessage"],
    hidden: &["Body", "MessageAttributes", "MessageBody", "MessageSystemAttributes", "ReceiptHandle"],
    resource: queue,
    ..Recording::USUAL
};

/// The queue that an input names.
fn queue(scope: &Scope, input: &Value) -> Option<Resource> {
    let named = |member: &str| input.get(member).and_then(Value::as_str);
    let location = named("QueueUrl").and_then(|url| Location::parse(url, scope));
    let (scope, name) = match &location {
        Some(location) => (&location.scope, location.name.as_str()),
        None => (scope, named("QueueName")?),
    };
    let Scope { account, region } = scope;
    let arn = format!("arn:{}:sqs:{region}:{account}:{name}", scope.partition());
    Some(Resource::new("AWS::SQS::Queue", arn).of(Some(account.to_string())))
}

pub(crate) fn operations() -> Operations<Sqs> {
    Operations::new(&api::MODEL)
        .refusing_with(missing)
        .recorded_as(&RECORDING)
        .on::<api::AddPermission, _, _, _>(add_permission::add_permission)
        .on::<api::CancelMessageMoveTask, _, _, _>(cancel_message_move_task::cancel_message_move_task)
        .on::<api::ChangeMessageVisibility, _, _, _>(change_message_visibility::change_message_visibility)
        .on::<api::ChangeMessageVisibilityBatch, _, _, _>(
            change_message_visibility_batch::change_message_visibility_batch,
        )
        .on::<api::CreateQueue, _, _, _>(create_queue::create_queue)
        .on::<api::DeleteMessage, _, _, _>(delete_message::delete_message)
        .on::<api::DeleteMessageBatch, _, _, _>(delete_message_batch::delete_message_batch)
        .on::<api::DeleteQueue, _, _, _>(delete_queue::delete_queue)
        .on::<api::GetQueueAttributes, _, _, _>(get_queue_attributes::get_queue_attributes)
        .on::<api::GetQueueUrl, _, _, _>(get_queue_url::get_queue_url)
        .on::<api::ListDeadLetterSourceQueues, _, _, _>(list_dead_letter_source_queues::list_dead_letter_source_queues)
        .on::<api::ListMessageMoveTasks, _, _, _>(list_message_move_tasks::list_message_move_tasks)
        .on::<api::ListQueueTags, _, _, _>(list_queue_tags::list_queue_tags)
        .on::<api::ListQueues, _, _, _>(list_queues::list_queues)
        .on::<api::PurgeQueue, _, _, _>(purge_queue::purge_queue)
        .on::<api::ReceiveMessage, _, _, _>(receive_message::receive_message)
        .on::<api::RemovePermission, _, _, _>(remove_permission::remove_permission)
        .on::<api::SendMessage, _, _, _>(send_message::send_message)
        .on::<api::SendMessageBatch, _, _, _>(send_message_batch::send_message_batch)
        .on::<api::SetQueueAttributes, _, _, _>(set_queue_attributes::set_queue_attributes)
        .on::<api::StartMessageMoveTask, _, _, _>(start_message_move_task::start_message_move_task)
        .on::<api::TagQueue, _, _, _>(tag_queue::tag_queue)
        .on::<api::UntagQueue, _, _, _>(untag_queue::untag_queue)
}

/// What the model forbids is that something is missing.
fn missing(_protocol: Protocol, broken: &str) -> Option<AwsError> {
    let path = broken.split_once("Value null at '").and_then(|(_, rest)| rest.split_once('\'')).map(|(path, _)| path);
    let member = path.and_then(|path| path.rsplit('.').next()).unwrap_or_default();
    let mut letters = member.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let name = first.into_iter().chain(letters).collect();
    Some(SqsError::MissingParameter { name }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_parameter_is_named() {
        let broken = "1 validation error detected: Value null at 'entries.1.member.messageBody' failed to satisfy \
                      constraint: Member must not be null";
        let error = missing(Protocol::AwsJson10, broken).unwrap();
        assert_eq!(error.message(), "The request must contain the parameter MessageBody.");
    }

    #[test]
    fn all_operations_are_here() {
        assert_eq!(operations().names(), api::OPERATIONS);
    }
}
