//! All errors of SQS, with AWS's codes in JSON and in the query protocol, statuses and texts.

ruststack_core::aws_errors! {
    /// What SQS may refuse.
    pub enum SqsError {
        /// No policy lets the caller, or one forbids it.
        AccessDenied { message: String } = 403, code "AccessDeniedException", query "AccessDenied", "{message}";
        /// Two entries of a batch have one id.
        BatchEntryIdsNotDistinct { id: String } = 400, query "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Id {id} repeated.";
        /// All bodies of a batch are too long together.
        BatchRequestTooLong { max: usize, bytes: usize } = 400, query "AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests cannot be longer than {max} bytes. You have sent {bytes} bytes.";
        /// A batch without entries.
        EmptyBatchRequest { entry: &'static str } = 400, query "AWS.SimpleQueueService.EmptyBatchRequest", "There should be at least one {entry} in the request.";
        /// An action of the query protocol that cannot be asked for there.
        InvalidAction { action: String } = 400, "The action {action} is not valid for this endpoint.";
        /// A queue's URL that is none.
        InvalidAddress { address: String } = 404, query "InvalidAddress", "The address {address} is not valid for this endpoint.";
        /// An attribute that queues do not have.
        InvalidAttributeName { message: String } = 400, query "InvalidAttributeName", "{message}";
        /// An attribute that cannot have such a value.
        InvalidAttributeValue { message: String } = 400, query "InvalidAttributeValue", "{message}";
        /// An id of an entry that is none.
        InvalidBatchEntryId {} = 400, query "AWS.SimpleQueueService.InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
        /// A body with characters that XML cannot have.
        InvalidMessageContents {} = 400, query "InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
        /// A parameter that cannot have such a value.
        InvalidParameterValue { message: String } = 400, code "InvalidParameterValueException", query "InvalidParameterValue", "{message}";
        /// Only messages are shown there.
        InvalidRequest {} = 400, "This endpoint only accepts ReceiveMessage calls";
        /// A parameter that must be there.
        MissingParameter { name: String } = 400, code "MissingRequiredParameterException", query "MissingParameter", "The request must contain the parameter {name}.";
        /// Too many messages are in flight.
        OverLimit { message: String } = 403, query "OverLimit", "{message}";
        /// The queue was purged a moment ago.
        PurgeQueueInProgress { queue: String } = 403, query "AWS.SimpleQueueService.PurgeQueueInProgress", "Only one PurgeQueue operation on {queue} is allowed every 60 seconds.";
        /// The queue was deleted a moment ago.
        QueueDeletedRecently {} = 400, query "AWS.SimpleQueueService.QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
        /// No such queue, in JSON.
        QueueDoesNotExist {} = 400, query "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.";
        /// No such queue, in the query protocol.
        QueueDoesNotExistForVersion {} = 400, code "QueueDoesNotExist", query "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist for this wsdl version.";
        /// A queue of that name is there and is another.
        QueueNameExists { attribute: String } = 400, query "QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute {attribute}";
        /// Not a receipt handle, or one of another queue.
        ReceiptHandleIsInvalid { receipt_handle: String } = 404, query "ReceiptHandleIsInvalid", "The input receipt handle \"{receipt_handle}\" is not a valid receipt handle.";
        /// No such queue or task.
        ResourceNotFoundException { message: String } = 404, query "ResourceNotFoundException", "{message}";
        /// The disk takes no changes; the log says why. Clients try again.
        ServiceUnavailable {} = 503, "The request has failed due to a temporary failure of the server.";
        /// More entries than a batch may have.
        TooManyEntriesInBatchRequest { max: usize, entries: usize } = 400, query "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "Maximum number of entries per request are {max}. You have sent {entries}.";
        /// The operation is not for such a queue, or not now.
        UnsupportedOperation { message: String } = 400, query "AWS.SimpleQueueService.UnsupportedOperation", "{message}";
    }
}

/// `Value … for parameter … is invalid. Reason: …`, the sentence in which SQS refuses most values.
pub(crate) fn invalid_parameter(name: &str, value: impl std::fmt::Display, reason: &str) -> SqsError {
    let message = format!("Value {value} for parameter {name} is invalid. Reason: {reason}");
    SqsError::InvalidParameterValue { message }
}

#[cfg(test)]
mod tests {
    use ruststack_core::error::AwsError;

    use super::*;
    use crate::api;

    /// The model and the table say the same of every error that both have.
    #[test]
    fn statuses_are_those_of_the_model() {
        let text = String::new;
        let errors = [
            SqsError::BatchEntryIdsNotDistinct { id: text() },
            SqsError::InvalidAddress { address: text() },
            SqsError::OverLimit { message: text() },
            SqsError::PurgeQueueInProgress { queue: text() },
            SqsError::QueueDoesNotExist {},
            SqsError::QueueDoesNotExistForVersion {},
            SqsError::QueueNameExists { attribute: text() },
            SqsError::ReceiptHandleIsInvalid { receipt_handle: text() },
            SqsError::ResourceNotFoundException { message: text() },
            SqsError::UnsupportedOperation { message: text() },
        ];
        for error in errors.map(AwsError::from) {
            let modelled = api::ERRORS.iter().find(|modelled| modelled.code == error.code());
            assert_eq!(modelled.map(|modelled| modelled.status), Some(error.status().as_u16()), "{error}");
        }
    }
}
