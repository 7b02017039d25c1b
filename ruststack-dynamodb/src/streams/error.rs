//! All errors of DynamoDB Streams, with AWS's codes, statuses and texts.

use std::fmt::Display;

ruststack_core::aws_errors! {
    /// What DynamoDB Streams may refuse.
    #[expect(clippy::enum_variant_names, reason = "AWS's names")]
    pub enum StreamsError {
        /// The iterator was given out more than a quarter of an hour ago.
        ExpiredIteratorException {} = 400, "The provided iterator exceeds the maximum age allowed.";
        /// No such stream or shard.
        ResourceNotFoundException { message: String } = 400, "{message}";
        /// What is to be read was removed: it was older than a day.
        TrimmedDataAccessException {} = 400, "The data you are trying to access has been trimmed.";
        /// What was sent is not what the operation takes.
        ValidationException { message: String } = 400, "{message}";
    }
}

pub(super) fn invalid(message: impl Into<String>) -> StreamsError {
    StreamsError::ValidationException { message: message.into() }
}

pub(super) fn not_found(what: impl Display) -> StreamsError {
    StreamsError::ResourceNotFoundException { message: format!("Requested resource not found: {what}") }
}
