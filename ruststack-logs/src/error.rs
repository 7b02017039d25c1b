//! All errors of CloudWatch Logs, with AWS's codes and texts.

use ruststack_core::journal::Refused;

ruststack_core::aws_errors! {
    /// What CloudWatch Logs may refuse.
    pub enum LogsError {
        /// The sender may not do that.
        AccessDeniedException { message: String } = 400, "{message}";
        /// It does not go with what is there.
        ConflictException { message: String } = 400, "{message}";
        /// Not in this state.
        InvalidOperationException { message: String } = 400, "{message}";
        /// Something is wrong with the input.
        InvalidParameterException { message: String } = 400, "{message}";
        /// More than there may be.
        LimitExceededException {} = 400, "Resource limit exceeded.";
        /// An Insights query that is none.
        MalformedQueryException { message: String } = 400, "{message}";
        /// Something of that name is there.
        ResourceAlreadyExistsException { what: &'static str } = 400, "The specified {what} already exists";
        /// There is no such thing.
        ResourceNotFoundException { message: String } = 400, "{message}";
        /// The disk takes no changes; the log says why. Clients try again.
        ServiceUnavailableException {} = 503, "The service cannot complete the request.";
        /// Something is wrong with the input, in younger operations.
        ValidationException { message: String } = 400, "{message}";
    }
}

pub(crate) fn invalid(message: impl Into<String>) -> LogsError {
    LogsError::InvalidParameterException { message: message.into() }
}

pub(crate) fn validation(message: impl Into<String>) -> LogsError {
    LogsError::ValidationException { message: message.into() }
}

pub(crate) fn not_found(message: impl Into<String>) -> LogsError {
    LogsError::ResourceNotFoundException { message: message.into() }
}

/// `what`: `log group`.
pub(crate) fn no_such(what: &str) -> LogsError {
    not_found(format!("The specified {what} does not exist."))
}

pub(crate) fn invalid_token() -> LogsError {
    invalid("The specified nextToken is invalid.")
}

impl From<Refused> for LogsError {
    fn from(_: Refused) -> Self {
        Self::ServiceUnavailableException {}
    }
}
